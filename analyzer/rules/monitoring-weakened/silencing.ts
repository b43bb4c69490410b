/** What a resource that silences puts away: findings that were seen before. */
import type { Severity } from "../../../lib/finding.ts";
import {
  attributeOf,
  isUnknown,
  type Resource,
  type ResourcePair,
  type Surroundings,
  type Weakening,
} from "../../rule.ts";
import { type Clause, isPicking, names, picksMore, said } from "./criteria.ts";

/** One resource type that silences. */
export interface Silencer {
  /** As in "... archives findings where ...". */
  what: string;
  /** As in "archives"; `null` as it stands it lets all findings through. */
  does(resource: Resource): string | null;
  clauses(resource: Resource): readonly Clause[];
  /** Attributes that decide: as long as one is not known, nor is what is put away. */
  by: readonly string[];
  /** The attribute that says which one it is. */
  name: string;
  /** Fields that hold one resource, one address, one vulnerability. */
  single: ReadonlySet<string>;
  /** Fields that all kinds of findings share: alone they narrow nothing down. */
  shared: ReadonlySet<string>;
  /** Whether a clause leaves over what nobody has to act on at once. */
  minor(clause: Clause): boolean;
}

/** Gives what a new or changed resource puts away that was seen before; `null` when it is nothing. */
export function silenced(change: ResourcePair, silencer: Silencer, around: Surroundings): Weakening | null {
  const { before, after } = change;
  if (!after) return null;
  const unsure = silencer.by.some((attribute) => isUnknown(after, attribute));
  const does = silencer.does(after);
  if (does === null) return null;
  const old = before ?? elsewhere(after, silencer, around);
  const did = old !== null && silencer.does(old) !== null;
  const clauses = silencer.clauses(after);
  if (did && !unsure && !picksMore(silencer.clauses(old), clauses)) return null;
  const which = unsure && clauses.length === 0 ? "findings; which ones is not known yet" : said(clauses);
  return {
    message: `${silencer.what} ${did ? `now ${does}` : does} ${which}`,
    severity: severityOf(clauses, silencer),
    unsure: unsure || clauses.some((clause) => clause.some(({ value }) => value === null)),
  };
}

/** Low for what is small or harmless, high for what is put away whatever it is about. */
function severityOf(clauses: readonly Clause[], { single, shared, minor }: Silencer): Severity {
  if (clauses.some((clause) => names(clause, single) || minor(clause))) return "low";
  const narrows = (clause: Clause) => isPicking(clause) && clause.every(({ field }) => !shared.has(field));
  return clauses.some(narrows) ? "medium" : "high";
}

/** The same one, deleted at another address. */
function elsewhere(made: Resource, { name }: Silencer, around: Surroundings): Resource | null {
  const isIt = (resource: Resource) => attributeOf(resource, name) === attributeOf(made, name);
  return around.ofType(made.type).find(({ before, after }) => before && !after && isIt(before))?.before ?? null;
}
