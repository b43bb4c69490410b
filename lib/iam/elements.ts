/**
 * The elements of statements, one object for those that say the same: what is worked out about an element once holds
 * wherever it is written again, on the other side of a change and in the next policy.
 */
import { oncePerText, Recent } from "./memo.ts";
import type { Condition, Operator, Patterns, PrincipalPattern, Principals } from "./policy.ts";

/** Texts whose elements are remembered: those that end the elements of many policies, and little memory. */
const KEPT = 1_000;

/** Elements that end with the same text. */
const KEPT_ALIKE = 16;

/** Gives the function that gives the same element again for one that says the same. */
function interning<T>(lastText: (element: T) => string, saysTheSame: (one: T, other: T) => boolean): (element: T) => T {
  // what is written out in full tells elements apart by its last text best, and one text is looked up fast
  const known = new Recent<string, T[]>(KEPT);
  return (element) => {
    const end = lastText(element);
    const alike = known.get(end);
    if (!alike) {
      known.set(end, [element]);
      return element;
    }
    for (const one of alike) if (saysTheSame(one, element)) return one;
    if (alike.length >= KEPT_ALIKE) alike.shift();
    alike.push(element);
    return element;
  };
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

const lastOf = (texts: readonly string[]): string => texts[texts.length - 1] ?? "";

const internPatterns = interning<Patterns>(
  ({ values }) => lastOf(values),
  (one, other) => one.not === other.not && areEqual(one.values, other.values),
);

const internPrincipals = interning<Principals>(
  ({ values }) => {
    const last = values[values.length - 1];
    return last ? nameOf(last) : "";
  },
  (one, other) =>
    one.not === other.not &&
    one.values.length === other.values.length &&
    one.values.every((value, i) => isSamePattern(value, other.values[i]!)),
);

const internCondition = interning<Condition>(
  ({ key, values }) => values[values.length - 1] ?? key,
  (one, other) =>
    one.key === other.key &&
    one.operator === other.operator &&
    one.set === other.set &&
    one.ifExists === other.ifExists &&
    areEqual(one.values, other.values),
);

/** Gives an Action or Resource element. */
export function patterns(values: readonly string[], not: boolean): Patterns {
  return internPatterns({ values, not });
}

/** Gives a Principal element. */
export function principals(values: readonly PrincipalPattern[], not: boolean): Principals {
  return internPrincipals({ values, not });
}

const isSamePattern = (one: PrincipalPattern, other: PrincipalPattern): boolean =>
  one.kind === other.kind && nameOf(one) === nameOf(other);

/** What tells a pattern from others of its kind. */
function nameOf(pattern: PrincipalPattern): string {
  switch (pattern.kind) {
    case "anyone":
      return "";
    case "account":
      return pattern.account;
    case "arn":
      return pattern.arn;
    case "deleted":
    case "canonicalUser":
      return pattern.id;
    case "service":
      return pattern.service;
    case "federated":
      return pattern.provider;
  }
}

const lowerCased = oncePerText((name) => name.toLowerCase());

/** Gives one condition, of a statement or of a question. */
export function condition(
  operator: Operator,
  key: string,
  values: readonly string[],
  { set = null, ifExists = false }: Partial<Pick<Condition, "set" | "ifExists">> = {},
): Condition {
  return internCondition({ operator, set, ifExists, key, keyId: lowerCased(key), values });
}
