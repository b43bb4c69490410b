/** What protects, and how it is weakened: tables of resource types and attributes, and what a change does to them. */
import { type Severity, severities } from "../lib/finding.ts";
import { attributeOf, isUnknown } from "./attribute.ts";
import type { Resource, ResourcePair, Surroundings } from "./model.ts";

/** One resource type that protects. */
export interface Row {
  /** As in "... is deleted". */
  what: string;
  /** How bad its deletion is; `null`: AWS keeps the setting when Terraform lets go of it. */
  deleted: Severity | null;
  /** Attributes that say which one it is: another address of the plan that has the same values stands for it. */
  key: readonly string[];
  /** It does not protect as it stands, so that its deletion takes nothing away. */
  idle?: (resource: Resource) => boolean;
  /** What it protects: where that goes as well, nothing is left to protect. */
  of?: readonly { type: string; attribute: string; equals: readonly string[] }[];
  attributes?: readonly Attribute[];
}

export interface Attribute {
  path: readonly (string | number)[];
  /** Whether the second value protects less than the first; `null` stands for a value that is not set. */
  weaker: (was: unknown, is: unknown) => boolean;
  /** As in "the trail does not log any more": what follows the name. */
  says: string | ((was: unknown, is: unknown) => string);
  /** Default: as bad as the deletion. */
  severity?: Severity;
}

export interface Weakening {
  message: string;
  severity: Severity;
  /** What will stand there is not known yet. */
  unsure: boolean;
}

/** Gives what a change takes away from a resource, all in one; `null` when it takes nothing. */
export function weakened({ before, after }: ResourcePair, row: Row, around: Surroundings): Weakening | null {
  if (!before) return null;
  const now = after ?? successor(before, row, around);
  if (now) return lessened(before, now, row);
  if (row.deleted === null || row.idle?.(before) || isPointless(before, row, around)) return null;
  return { message: `${row.what} is deleted`, severity: row.deleted, unsure: false };
}

function lessened(before: Resource, after: Resource, row: Row): Weakening | null {
  const found = (row.attributes ?? []).flatMap(({ path, weaker, says, severity = row.deleted ?? "high" }) => {
    const was = attributeOf(before, ...path);
    const is = attributeOf(after, ...path);
    if (!weaker(was, is)) return [];
    if (isUnknown(after, ...path)) return [{ says: `has a ${path[0]} that is not known yet`, severity, unsure: true }];
    return [{ says: typeof says === "string" ? says : says(was, is), severity, unsure: false }];
  });
  const sure = found.filter(({ unsure }) => !unsure);
  const told = sure.length > 0 ? sure : found;
  const worst = Math.max(...told.map(({ severity }) => severities.indexOf(severity)));
  const severity = severities[worst];
  if (!severity) return null;
  return { message: `${row.what} ${told.map(({ says }) => says).join(", ")}`, severity, unsure: sure.length === 0 };
}

/** What it protects goes with it. */
function isPointless(before: Resource, { of = [] }: Row, around: Surroundings): boolean {
  return of.some(({ type, attribute, equals }) => {
    const name = attributeOf(before, attribute);
    const isIt = (resource: Resource) => name !== null && equals.some((path) => attributeOf(resource, path) === name);
    return around.ofType(type).some(({ before, after }) => before !== null && after === null && isIt(before));
  });
}

/** The same thing, deleted at one address and made anew at another. */
function successor(gone: Resource, { key }: Row, around: Surroundings): Resource | null {
  const isIt = (resource: Resource) => key.every((name) => attributeOf(resource, name) === attributeOf(gone, name));
  return around.ofType(gone.type).find(({ before, after }) => !before && after && isIt(after))?.after ?? null;
}
