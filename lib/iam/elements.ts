/**
 * The elements of statements, one object for those that say the same: what is worked out about an element once holds
 * wherever it is written again, on the other side of a change and in the next policy.
 */
import { flatMap } from "../flat-map.ts";
import { oncePerText, Recent } from "./memo.ts";
import type { Condition, Operator, Patterns, PrincipalPattern, Principals } from "./policy.ts";

/** Texts whose elements are remembered: those that end the elements of many policies, and little memory. */
const KEPT = 1_000;

/** Elements that end with the same text. */
const KEPT_ALIKE = 16;

interface Kept<T> {
  head: string;
  texts: readonly string[];
  element: T;
}

/** Gives the function that makes an element, and gives the same one again for the same head and the same texts. */
function interning<T>(): (head: string, texts: readonly string[], make: () => T) => T {
  // what is written out in full tells elements apart by its last text best, and one text is looked up fast
  const known = new Recent<string, Kept<T>[]>(KEPT);
  return (head, texts, make) => {
    const end = texts.at(-1) ?? "";
    const alike = known.get(end);
    const found = alike?.find((one) => one.head === head && areEqual(one.texts, texts));
    if (found) return found.element;
    const element = make();
    const kept = { head, texts, element };
    if (!alike) {
      known.set(end, [kept]);
    } else {
      if (alike.length >= KEPT_ALIKE) alike.shift();
      alike.push(kept);
    }
    return element;
  };
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

const allPatterns = interning<Patterns>();
const allPrincipals = interning<Principals>();
const allConditions = interning<Condition>();

/** Gives an Action or Resource element. */
export function patterns(values: readonly string[], not: boolean): Patterns {
  return allPatterns(not ? "not" : "one", values, () => ({ values, not }));
}

/** Gives a Principal element. */
export function principals(values: readonly PrincipalPattern[], not: boolean): Principals {
  const texts = flatMap(values, (value) => [value.kind, nameOf(value)]);
  return allPrincipals(not ? "not" : "one", texts, () => ({ values, not }));
}

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
  // the key is one of the texts: it may hold anything as well
  const texts = [key, ...values];
  const make = () => ({ operator, set, ifExists, key, keyId: lowerCased(key), values });
  return allConditions(`${operator} ${set} ${ifExists}`, texts, make);
}
