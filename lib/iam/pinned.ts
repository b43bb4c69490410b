/** What a statement fixes beyond doubt: enough to answer most questions about well-written statements without asking. */
import type { Operator, Statement } from "./policy.ts";

const positive: ReadonlySet<Operator> = new Set([
  "StringEquals",
  "StringEqualsIgnoreCase",
  "StringLike",
  "ArnEquals",
  "ArnLike",
]);

/**
 * Gives the only values that a key can have where the statement applies, or `null` where no condition lists them: a
 * positive operator, without IfExists or ForAllValues, whose values have no wildcard and no policy variable.
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
      !condition.values.some((value) => /[*?]|\$\{/.test(value)),
  );
  return pin?.values ?? null;
}
