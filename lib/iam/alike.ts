/**
 * Policies that say the same of callers and of condition keys, and differ in actions and resources alone: mostly the two
 * sides of a change. What follows from callers and keys is worked out for one of them.
 */
import { oncePer } from "./memo.ts";
import type { Policy, Statement } from "./policy.ts";

let last: Policy | null = null;

/** Gives the policy itself, or the one that was asked about before when that says the same of callers and keys. */
export const alike = oncePer((policy: Policy): Policy => {
  if (last === null || !saySame(last, policy)) last = policy;
  return last;
});

function saySame(one: Policy, other: Policy): boolean {
  const { kind, version, statements } = one;
  return (
    kind === other.kind &&
    version === other.version &&
    statements.length === other.statements.length &&
    statements.every((statement, i) => isLike(statement, other.statements[i]!))
  );
}

/** Equal elements are one object; policy variables are keys as well, and may stand in a resource. */
function isLike(one: Statement, other: Statement): boolean {
  return (
    one === other ||
    (one.effect === other.effect &&
      one.principals === other.principals &&
      one.conditions.length === other.conditions.length &&
      one.conditions.every((condition, i) => condition === other.conditions[i]) &&
      (one.resources === other.resources || !(hasVariables(one) || hasVariables(other))))
  );
}

const hasVariables = ({ resources }: Statement) => resources?.values.some((value) => value.includes("${")) === true;
