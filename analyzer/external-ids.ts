/** External ids of vendors, which are rotated: another one lets nobody else in. */
import { diffPolicies } from "../lib/iam/diff.ts";
import { oncePer } from "../lib/iam/memo.ts";
import { type Condition, type Policy, withStatements } from "../lib/iam/policy.ts";
import { condition } from "../lib/iam/questions.ts";

/** Whether trust policies let in the same as before, with whatever fixed external ids they ask for. */
export function onlyRotates(before: readonly Policy[], after: readonly Policy[]): boolean {
  if (!before.every(isTrust) || !after.every(isTrust)) return false;
  const was = before.map(withAnyId);
  const isAsked = was.some((policy, i) => policy !== before[i]);
  return isAsked && diffPolicies(was, after.map(withAnyId)).newAccess === false;
}

const isTrust = ({ kind }: Policy) => kind === "trust";

const FIXED = condition("StringEquals", "sts:ExternalId", ["any fixed one"]);

const isFixed = ({ keyId, operator, ifExists, set, values }: Condition) =>
  keyId === "sts:externalid" &&
  !ifExists &&
  set === null &&
  (operator === "StringEquals" || (operator === "StringLike" && !values.some((value) => /[*?]/.test(value))));

const withAnyId = oncePer((policy: Policy): Policy => {
  if (!policy.statements.some(({ conditions }) => conditions.some(isFixed))) return policy;
  return withStatements(
    policy,
    policy.statements.map((statement) => ({
      ...statement,
      conditions: statement.conditions.map((one) => (isFixed(one) ? FIXED : one)),
    })),
  );
});
