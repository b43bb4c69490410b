/** What protects, and how it is weakened: tables of resource types and attributes, and what a change does to them. */
import { type Severity, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { attributeOf, isUnknown } from "./attribute.ts";
import type { JsonObject } from "./json.ts";
import type { Resource, ResourcePair, Surroundings } from "./model.ts";

/** One resource type that protects. */
export interface Row {
  /** As in "... is deleted". */
  what: string;
  /** How bad its deletion is; `null`: AWS keeps the setting when Terraform lets go of it. */
  deleted: Severity | ((resource: Resource, around: Surroundings) => Severity) | null;
  /** What its deletion comes to; default: as in "is deleted". */
  ends?: string | ((resource: Resource) => string);
  /** What says which one it is: another address of the plan where all of it is the same stands for it. */
  key: readonly Name[];
  /** It does not protect as it stands, so that nothing can be taken away. */
  idle?: (resource: Resource, around: Surroundings) => boolean;
  /** What stands in AWS as long as nothing is said, so that a new resource may take it away; `null` where nothing does. */
  byDefault?: (resource: Resource, around: Surroundings) => JsonObject | null;
  /**
   * What it is to make it idle, or as `when` says: where that overwrites what stands in AWS and nobody can see in the plan,
   * or where it looks as if it protected. Neither may hold of a value that is not known yet.
   */
  madeIdle?: { severity: Severity; says: string | ((made: Resource) => string); when?: (made: Resource) => boolean };
  /** By type: whether a resource that stands after the change sees all that this one saw, and more. */
  servedBy?: Readonly<Record<string, Serving>>;
  /** What it protects: where that goes as well, nothing is left to protect. */
  of?: readonly { type: string; attribute: string; equals: readonly Name[] }[];
  attributes?: readonly Attribute[];
}

export type Serving = (other: Resource, gone: Resource, around: Surroundings) => boolean;

/** What says which resource it is: an attribute, or what is made of some. */
type Name = string | ((resource: Resource) => unknown);

const named = (resource: Resource, name: Name): unknown =>
  typeof name === "string" ? attributeOf(resource, name) : name(resource);

export interface Attribute {
  /** Empty: the whole resource, where several attributes decide together. */
  path: readonly (string | number)[];
  /** Where the path is empty: the attributes that decide. */
  of?: readonly string[];
  /** Whether the second value protects less than the first, `null` when that cannot be told; a value of `null` is not set. */
  weaker: (was: unknown, is: unknown, around: Surroundings) => boolean | null;
  /** As in "the trail does not log any more": what follows the name. */
  says: string | ((was: unknown, is: unknown, around: Surroundings) => string);
  /** Only where this holds of both sides: another attribute says what the value means. */
  when?: (resource: Resource) => boolean;
  /** Default: as bad as the deletion. */
  severity?: Severity | ((after: Resource, around: Surroundings) => Severity);
}

/** Stands for a value that is not known yet: there is one, and it is none that anybody knows. */
const SOMETHING = { toString: () => "something that is not known yet" };

type Comparing = (was: unknown, is: unknown) => boolean;

/** How values get weaker. */
export const ways = {
  /** It was on; not set counts as `unset`. */
  off:
    (unset = false): Comparing =>
    (was, is) =>
      (was ?? unset) === true && (is ?? unset) !== true,
  /** It was set. */
  gone: (was: unknown, is: unknown): boolean => !isEmpty(was) && isEmpty(is),
  /** It was this value; not set counts as `unset`. */
  from:
    (value: string, unset: string | null = null): Comparing =>
    (was, is) =>
      (was ?? unset) === value && (is ?? unset) !== value,
  /** It comes later in the list, which has the strongest first; what is not in the list is weakest. */
  along:
    (strongestFirst: readonly string[]): Comparing =>
    (was, is) => {
      const rank = (value: unknown) =>
        strongestFirst.some((known) => known === value) ? strongestFirst.indexOf(String(value)) : strongestFirst.length;
      return rank(is) > rank(was);
    },
  /** It lost some of its members. */
  fewer: (was: unknown, is: unknown): boolean => lost(was, is).length > 0,
  /** It got members that it did not have. */
  more: (was: unknown, is: unknown): boolean => lost(is, was).length > 0,
  /** It was longer; `0` and not set are for ever. */
  shorter: (was: unknown, is: unknown): boolean => lasting(is) < lasting(was),
} as const;

/** The members of a list that another one does not have. */
export function lost(was: unknown, is: unknown): readonly unknown[] {
  const left = Array.isArray(is) ? is : [];
  return Array.isArray(was) ? was.filter((value) => !left.includes(value)) : [];
}

/** As in `1 day`, `30 days`. */
export const inDays = (days: unknown): string => `${days} ${days === 1 ? "day" : "days"}`;

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
const lasting = (days: unknown) => (typeof days === "number" && days > 0 ? days : Number.POSITIVE_INFINITY);

export interface Weakening {
  message: string;
  severity: Severity;
  /** What will stand there is not known yet. */
  unsure: boolean;
}

/** Gives what a change takes away from a resource, all in one; `null` when it takes nothing. */
export function weakened(change: ResourcePair, row: Row, around: Surroundings): Weakening | null {
  const { after } = change;
  const before = change.before ?? (after && unsaid(after, row, around));
  if (!before) return after && overwritten(after, row, around);
  if (row.idle?.(before, around)) return null;
  const now = after ?? elsewhere(before, row, around, ({ before, after }) => !before && after);
  if (now) return lessened(before, now, row, around);
  const usual = ofDeletion(before, row, around);
  if (usual === null || isPointless(before, row, around)) return null;
  const { ends = "is deleted" } = row;
  const message = `${row.what} ${typeof ends === "string" ? ends : ends(before)}`;
  const heir = heirOf(before, row, around);
  if (!heir) return { message, severity: usual, unsure: false };
  return { message: `${message}, and ${heir.address} stands in for it`, severity: "low", unsure: false };
}

const ofDeletion = (gone: Resource, { deleted }: Row, around: Surroundings): Severity | null =>
  typeof deleted === "function" ? deleted(gone, around) : deleted;

/** What stands after the change and does all that this one did. */
function heirOf(gone: Resource, { servedBy = {} }: Row, around: Surroundings): Resource | null {
  for (const [type, serves] of Object.entries(servedBy)) {
    for (const { after } of around.ofType(type)) {
      if (after && !isElsewhere(gone, after) && serves(after, gone, around)) return after;
    }
  }
  return null;
}

/** Whether a resource stands only after the change. */
export const isNew = ({ address }: Resource, around: Surroundings): boolean =>
  around.resourceAt(address)?.before === null;

/** Whether a resource takes over from one that goes: nothing of these attributes is less, and the plan makes it so. */
export function takesOver(
  is: Resource,
  was: Resource,
  attributes: readonly Attribute[],
  around: Surroundings,
): boolean {
  const isEnough = (one: Resource) =>
    lessened(was, one, { what: "", deleted: null, key: [], attributes }, around) === null;
  const before = around.resourceAt(is.address)?.before ?? null;
  // what stood beside it all the time was not enough for somebody
  return isEnough(is) && !(before && isEnough(before));
}

/** What a resource that is new puts out of use, or leaves so. Where it only moves in the code, that is told where it stood. */
function overwritten(made: Resource, row: Row, around: Surroundings): Weakening | null {
  const { madeIdle, idle, what } = row;
  if (!madeIdle) return null;
  const { severity, says, when = idle } = madeIdle;
  if (!when?.(made, around) || elsewhere(made, row, around, ({ before, after }) => !after && before)) return null;
  return { message: `${what} ${typeof says === "string" ? says : says(made)}`, severity, unsure: false };
}

/** What stood before a resource that is new: the same at another address, or what AWS has by default. */
function unsaid(made: Resource, row: Row, around: Surroundings): Resource | null {
  const values = row.byDefault?.(made, around) ?? null;
  if (values === null) return null;
  const moved = elsewhere(made, row, around, ({ before, after }) => !after && before);
  return moved ?? { ...made, values: { ...made.values, ...values } };
}

function lessened(before: Resource, after: Resource, row: Row, around: Surroundings): Weakening | null {
  const found = flatMap(row.attributes ?? [], ({ path, of = [], weaker, says, when, severity: bad }) => {
    if (when && !(when(before) && when(after))) return [];
    const was = attributeOf(before, ...path);
    const places = path.length > 0 ? [path] : of.map((name) => [name]);
    const [pending] = places.find((place) => isUnknown(after, ...place)) ?? [];
    const unsure = pending !== undefined;
    const is = unsure ? SOMETHING : attributeOf(after, ...path);
    const isWeaker = weaker(was, is, around);
    if (isWeaker === false) return [];
    const severity =
      (typeof bad === "function" ? bad(after, around) : bad) ?? ofDeletion(before, row, around) ?? "high";
    if (unsure) return [{ says: `has a value for ${pending} that is not known yet`, severity, unsure }];
    const less = typeof says === "string" ? says : says(was, is, around);
    return [{ says: isWeaker === null ? `perhaps ${less}` : less, severity, unsure: isWeaker === null }];
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
    const isIt = (resource: Resource) => name !== null && equals.some((other) => named(resource, other) === name);
    return around.ofType(type).some(({ before, after }) => before !== null && after === null && isIt(before));
  });
}

/** Whether two are for sure not in one account and region. */
const isElsewhere = (one: Resource, other: Resource): boolean =>
  isInOtherRegion(one, other) || (one.account !== null && other.account !== null && one.account !== other.account);

function isInOtherRegion(one: Resource, other: Resource): boolean {
  const [region, home] = [one, other].map(regionOf);
  return typeof region === "string" && typeof home === "string" && region !== home;
}

/** From version 6 of the provider on a resource says its region, and most ARNs do as soon as they are known. */
const regionOf = (resource: Resource): unknown =>
  attributeOf(resource, "region") ?? (String(attributeOf(resource, "arn") ?? "").split(":")[3] || null);

/** Whether two values say the same; what is empty is not set. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(isEmpty(one) ? null : one) === JSON.stringify(isEmpty(other) ? null : other);
}

/** The same thing at another address, as it stands on the side that is looked at. */
function elsewhere(
  it: Resource,
  { key }: Row,
  around: Surroundings,
  side: (pair: ResourcePair) => Resource | null | false,
): Resource | null {
  const isIt = (resource: Resource) =>
    key.every((name) => isSame(named(resource, name), named(it, name))) && !isInOtherRegion(resource, it);
  for (const pair of around.ofType(it.type)) {
    const other = side(pair);
    if (other && isIt(other)) return other;
  }
  return null;
}
