/** Which findings a filter picks, in the words of five services, and whether it picks more than it did. */
import { flatMap } from "../../../lib/flat-map.ts";
import { inBlocks } from "../../rule.ts";
import { listed } from "./attributes.ts";

/** One comparison; `value` is `null` as long as it is not known yet. */
export interface Comparison {
  field: string;
  operator: string;
  value: string | null;
}

/** One of them has to hold. */
export type Clause = readonly Comparison[];

const is = "is";
const isNot = "is not";
const startsWith = "starts with";
const contains = "contains";
const above = "is above";
const atLeast = "is at least";
const below = "is below";
const atMost = "is at most";

/** How the services name an operator. */
const operators: Readonly<Record<string, string>> = {
  eq: is,
  eq_exact_match: is,
  equals: is,
  EQUALS: is,
  contains,
  CONTAINS: contains,
  PREFIX: startsWith,
  matches: "matches",
  exists: "exists:",
  gt: above,
  greater_than: above,
  gte: atLeast,
  lower_inclusive: atLeast,
  start: atLeast,
  start_inclusive: atLeast,
  greater_than_or_equal: atLeast,
  lt: below,
  less_than: below,
  lte: atMost,
  upper_inclusive: atMost,
  end: atMost,
  end_inclusive: atMost,
  less_than_or_equal: atMost,
  neq: isNot,
  not_equals: isNot,
  NOT_EQUALS: isNot,
  NOT_CONTAINS: "does not contain",
  PREFIX_NOT_EQUALS: "does not start with",
  not_matches: "does not match",
};
const negative = /\bnot\b/;

/** Clauses of a list of blocks that name a field each; its operators are attributes of the block. */
export function fieldByField(blocks: unknown, name: string): readonly Clause[] {
  return flatMap(listed(blocks), (block) => {
    const field = String(inBlocks([block], name)[0]);
    const clauses = operatorsOf(field, block);
    return clauses.length > 0 ? clauses : [[{ field, operator: is, value: null }]];
  });
}

function operatorsOf(field: string, block: unknown): readonly Clause[] {
  return flatMap(Object.entries(operators), ([key, operator]) => {
    const values = inBlocks([block], key).flat();
    return asClauses(flatMap(values, (value) => (value === "" ? [] : [{ field, operator, value: String(value) }])));
  });
}

/** Clauses of a block whose attributes are the fields, each a list of comparisons. */
export function filterByFilter(block: unknown): readonly Clause[] {
  return flatMap(Object.entries(block ?? {}), ([field, filters]) => {
    if (!Array.isArray(filters)) return [];
    // numbers and dates have bounds in place of a comparison
    const bounds = filters.length === 1 ? operatorsOf(field, filters[0]) : [];
    return bounds.length > 0 ? bounds : asClauses(filters.map((filter) => comparisonIn(field, filter)));
  });
}

function comparisonIn(field: string, filter: unknown): Comparison {
  const [comparison] = inBlocks([filter], "comparison");
  if (comparison === undefined) return { field, operator: is, value: JSON.stringify(filter) };
  const [key] = inBlocks([filter], "key");
  const [value] = inBlocks([filter], "value");
  return {
    field: key === undefined ? field : `${field} ${key}`,
    operator: operators[String(comparison)] ?? String(comparison).toLowerCase(),
    value: value === undefined ? null : String(value),
  };
}

/** Values are alternatives, except those that are excluded. */
function asClauses(comparisons: readonly Comparison[]): readonly Clause[] {
  const excluding = comparisons.filter(({ operator }) => negative.test(operator));
  const picking = comparisons.filter(({ operator }) => !negative.test(operator));
  return [...(picking.length > 0 ? [picking] : []), ...excluding.map((comparison) => [comparison])];
}

/** Whether something meets `now` that does not meet `was`. */
export function picksMore(was: readonly Clause[], now: readonly Clause[]): boolean {
  return !was.every((old) => now.some((clause) => clause.every((each) => old.some((other) => covers(other, each)))));
}

/** Whether all that meets the second comparison meets the first. */
function covers(wide: Comparison, narrow: Comparison): boolean {
  if (wide.field !== narrow.field || wide.value === null || narrow.value === null) return false;
  if (wide.operator === narrow.operator && wide.value === narrow.value) return true;
  switch (wide.operator) {
    case isNot:
      return narrow.operator === is && narrow.value !== wide.value;
    case startsWith:
      return [is, startsWith].includes(narrow.operator) && narrow.value.startsWith(wide.value);
    case contains:
      return [is, startsWith, contains].includes(narrow.operator) && narrow.value.includes(wide.value);
    case above:
      return narrow.operator === above ? atLeastAs(narrow, wide) : exceeds(narrow, wide) && grows(narrow);
    case atLeast:
      return grows(narrow) && atLeastAs(narrow, wide);
    case below:
      return narrow.operator === below ? atLeastAs(wide, narrow) : exceeds(wide, narrow) && shrinks(narrow);
    case atMost:
      return shrinks(narrow) && atLeastAs(wide, narrow);
    default:
      return false;
  }
}

const grows = ({ operator }: Comparison) => [is, above, atLeast].includes(operator);
const shrinks = ({ operator }: Comparison) => [is, below, atMost].includes(operator);
const atLeastAs = (one: Comparison, other: Comparison) => Number(one.value) >= Number(other.value);
const exceeds = (one: Comparison, other: Comparison) => Number(one.value) > Number(other.value);

/** Whether a clause picks by what is so, rather than by what is not. */
export const isPicking = (clause: Clause): boolean => clause.every(({ operator }) => !negative.test(operator));

/** Whether all that meets a clause has one of these values in a field. */
export const isOneOf = (clause: Clause, field: string, values: readonly string[]): boolean =>
  clause.every((each) => each.field === field && each.operator === is && values.includes(each.value ?? ""));

/** Whether all that meets a clause has less than a number in a field. */
export const isLessThan = (clause: Clause, field: string, limit: number): boolean =>
  clause.every((each) => covers({ field, operator: below, value: String(limit) }, each));

/** Whether a clause names single things by a field. */
export const names = (clause: Clause, fields: ReadonlySet<string>): boolean =>
  clause.every(({ field, operator }) => operator === is && fields.has(field));

/** Values that are shown; the rest is counted. */
const SHOWN = 3;

/** Says which findings are meant, as in `findings where type is A or B and severity is below 4`. */
export function said(clauses: readonly Clause[]): string {
  if (clauses.length === 0) return "every finding";
  return `findings where ${clauses.map(saidOf).join(" and ")}`;
}

function saidOf(clause: Clause): string {
  const asks = ({ field, operator }: Comparison) => `${field} ${operator}`;
  const texts = clause.slice(0, SHOWN).map((each, i) => {
    const value = each.value ?? "something that is not known yet";
    const before = clause[i - 1];
    return before && asks(before) === asks(each) ? value : `${asks(each)} ${value}`;
  });
  const rest = clause.length > SHOWN ? [`${clause.length - SHOWN} more`] : [];
  return [...texts, ...rest].join(" or ");
}
