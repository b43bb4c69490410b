/** What one more value in a list opens. */
import { firstWildcard } from "./glob.ts";
import type { Condition, Patterns, Principals, Statement } from "./policy.ts";

/**
 * Gives what AFTER matches and BEFORE does not, as statements: AFTER with only the added values in one of its lists. A
 * request that BEFORE does not match fails one of its elements, and meets the same element of AFTER by a value that is
 * new there. `null` where more than values has changed: a condition is gone, or has another operator.
 */
export function additions(before: Statement, after: Statement): readonly Statement[] | null {
  if (before.effect !== after.effect) return null;
  const principals = addedPrincipals(before.principals, after.principals);
  const actions = addedPatterns(before.actions, after.actions, (name) => name.toLowerCase());
  const resources = addedPatterns(before.resources, after.resources, (arn) => arn);
  const conditions = before.conditions.map((condition) => addedValues(condition, after.conditions));
  if (!principals || !actions || !resources || conditions.includes(null)) return null;
  return [
    ...principals.map((principals) => ({ ...after, principals })),
    ...actions.map((actions) => ({ ...after, actions })),
    ...resources.map((resources) => ({ ...after, resources })),
    ...conditions.flatMap((added) =>
      (added ?? []).map(({ of, only }) => ({
        ...after,
        conditions: after.conditions.map((condition) => (condition === of ? only : condition)),
      })),
    ),
  ];
}

/** The list with only what is new in it: none where nothing is, `null` where that does not tell. */
type Added<T> = readonly T[] | null;

const NONE: readonly never[] = [];

function addedPatterns(
  before: Patterns | null,
  after: Patterns | null,
  fold: (text: string) => string,
): Added<Patterns> {
  if (!before || !after) return before === after ? NONE : null;
  if (before.not || after.not) return sameList(before, after) ? NONE : null;
  const old = before.values.map(fold);
  const values = after.values.filter((value) => !old.some((other) => covers(other, fold(value))));
  return values.length > 0 ? [{ values, not: false }] : NONE;
}

/** Whether a pattern takes in all that another does: certain where it says yes. */
const covers = (pattern: string, other: string): boolean =>
  pattern === other ||
  (pattern.endsWith("*") && firstWildcard(pattern) === pattern.length - 1 && other.startsWith(pattern.slice(0, -1)));

function addedPrincipals(before: Principals | null, after: Principals | null): Added<Principals> {
  if (!before || !after) return before === after ? NONE : null;
  const old = new Set(before.values.map(textOf));
  const values = after.values.filter((value) => !old.has(textOf(value)));
  if (before.not || after.not)
    return before.not === after.not && values.length === 0 && old.size === after.values.length ? NONE : null;
  return values.length > 0 ? [{ values, not: false }] : NONE;
}

const textOf = (principal: Principals["values"][number]): string => JSON.stringify(Object.values(principal));

const sameList = (one: Patterns, other: Patterns): boolean =>
  one.not === other.not &&
  one.values.length === other.values.length &&
  one.values.every((value) => other.values.includes(value));

function addedValues(before: Condition, conditions: readonly Condition[]): Added<{ of: Condition; only: Condition }> {
  const alike = (other: Condition) =>
    other.keyId === before.keyId &&
    other.operator === before.operator &&
    other.set === before.set &&
    other.ifExists === before.ifExists;
  const [of, ...more] = conditions.filter(alike);
  if (!of || more.length > 0) return null;
  const values = of.values.filter((value) => !before.values.includes(value));
  if (values.length === 0 && of.values.length === before.values.length) return NONE;
  // by a negated operator, and by a list that all values have to be in, values mean something else together
  if (!/^(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like)|IpAddress|Bool|BinaryEquals)$/.test(of.operator))
    return null;
  if (of.set === "ForAllValues" || of.ifExists) return null;
  return values.length > 0 ? [{ of, only: { ...of, values } }] : NONE;
}
