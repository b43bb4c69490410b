/** What a policy that only takes away leaves open: for comparing Denies, and ceilings made of Denies. */
import { type Policy, type Statement, withStatements } from "./policy.ts";

const all = { values: ["*"], not: false } as const;

/** Gives the policy with everything else allowed to everyone. */
export function leavesOpen(policy: Policy): Policy {
  return withStatements(policy, [everything(policy.kind), ...policy.statements]);
}

function everything(kind: Policy["kind"]): Statement {
  return {
    index: -1,
    sid: null,
    offset: null,
    effect: "Allow",
    principals: kind === "identity" ? null : { values: [{ kind: "anyone" }], not: false },
    actions: all,
    resources: kind === "trust" ? null : all,
    conditions: [],
  };
}
