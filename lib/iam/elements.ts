/**
 * The elements of statements, one object for those that say the same: what is worked out about an element once holds
 * wherever it is written again, on the other side of a change and in the next policy.
 */
import { oncePerText } from "./memo.ts";
import type { Condition, Operator, Patterns, PrincipalPattern, Principals } from "./policy.ts";

/** Elements that are remembered: many more than what is written again and again. */
const KEPT = 4_096;

/**
 * Gives the function that gives the same element again for one that says the same, unless too many others were there in
 * between.
 * @param lastText what tells elements apart best, where they are written out in full
 */
function interning<T>(lastText: (element: T) => string, saysTheSame: (one: T, other: T) => boolean): (element: T) => T {
  // most texts come once: to look at a few of their characters takes a tenth of what a map of them does
  const known: (T | undefined)[] = Array(KEPT).fill(undefined);
  return (element) => {
    const place = placeOf(lastText(element));
    const one = known[place];
    if (one !== undefined && saysTheSame(one, element)) return one;
    known[place] = element;
    return element;
  };
}

/** A number below `KEPT`, from some of the characters. */
function placeOf(text: string): number {
  const { length } = text;
  let sum = length;
  for (let i = length - 1, step = 1; i >= 0; i -= step++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
  return (sum ^ (sum >>> 12)) & (KEPT - 1);
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
