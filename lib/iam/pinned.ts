/** What a statement fixes beyond doubt: enough to answer most questions about well-written statements without asking. */
import type { Condition, Operator, Statement } from "./policy.ts";

const positive: ReadonlySet<Operator> = new Set([
  "StringEquals",
  "StringEqualsIgnoreCase",
  "StringLike",
  "ArnEquals",
  "ArnLike",
]);

/** To StringEquals a star is a star. */
const isPlain = ({ operator }: Condition): boolean => operator.startsWith("StringEquals");

/**
 * Gives the only values that a key can have where the statement applies, or `null` where no condition lists them: a
 * positive operator, without IfExists or ForAllValues, whose values have no policy variable, and no wildcard that it
 * reads.
 * @param keyId lower-cased key
 */
export function pinnedValues({ conditions }: Statement, keyId: string): readonly string[] | null {
  const pin = conditions.find(
    (condition) =>
      condition.keyId === keyId &&
      positive.has(condition.operator) &&
      !condition.ifExists &&
      condition.set !== "ForAllValues" &&
      condition.values.length > 0 &&
      !condition.values.some((value) => (isPlain(condition) ? /\$\{/ : /[*?]|\$\{/).test(value)),
  );
  return pin?.values ?? null;
}
