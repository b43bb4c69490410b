/**
 * The elements of statements, one object for those that say the same: what is worked out about an element once holds
 * wherever it is written again, on the other side of a change and in the next policy.
 */
import { oncePerText } from "./memo.ts";
import type { Condition, Operator, Patterns, PrincipalPattern, Principals } from "./policy.ts";

/** Elements that are remembered: those of many policies, and little memory. */
const KEPT = 10_000;

const SEPARATOR = "\0";

/** Gives the function that makes an element, and gives the same one again for the same head and the same texts. */
function interning<T>(): (head: string, texts: readonly string[], make: () => T) => T {
  const known = new Map<string, T>();
  return (head, texts, make) => {
    // AWS takes no text with the separator, but whoever wants to deceive may write one
    if (texts.some((text) => text.includes(SEPARATOR))) return make();
    const id = `${head} ${texts.length}${SEPARATOR}${texts.join(SEPARATOR)}`;
    let element = known.get(id);
    if (element === undefined) {
      element = make();
      // all at once: what recurs is soon there again
      if (known.size >= KEPT) known.clear();
      known.set(id, element);
    }
    return element;
  };
}

const allPatterns = interning<Patterns>();
const allPrincipals = interning<Principals>();
const allConditions = interning<Condition>();

/** Gives an Action element. */
export function actions(values: readonly string[], not: boolean): Patterns {
  return allPatterns(not ? "not" : "one", values, () => ({ values, not }));
}

/**
 * Gives a Resource element: `like` itself where that says the same. A list of resources hardly recurs anywhere but on
 * the other side of a change, so that longer ones are not remembered.
 */
export function resources(values: readonly string[], not: boolean, like: Patterns | null = null): Patterns {
  if (like !== null && like.not === not && areEqual(like.values, values)) return like;
  return values.length > 1 ? { values, not } : allPatterns(not ? "not" : "one", values, () => ({ values, not }));
}

const areEqual = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((text, i) => text === other[i]);

/** Gives a Principal element. */
export function principals(values: readonly PrincipalPattern[], not: boolean): Principals {
  const texts = values.flatMap((value) => [value.kind, nameOf(value)]);
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
