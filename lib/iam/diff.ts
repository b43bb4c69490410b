/** What AFTER allows that BEFORE does not. */
import type { StatementRef, Witness } from "../finding.ts";
import type { Policy, Statement } from "./policy.ts";
import type { Request } from "./statement.ts";
import { ask, toWitness } from "./witness.ts";

export type PolicyDiff =
  | { newAccess: true; witness: Witness; request: Request; statement: StatementRef; because: string }
  /** `null`: cannot be decided. */
  | { newAccess: false | null; witness: null; because: string };

/**
 * Compares what two lists of policies, each taken together, allow. `before: []` asks whether `after` allows anything.
 * Limits that apply to both sides alike (boundaries, service control policies) go into `within`.
 */
export function diffPolicies(
  before: readonly Policy[],
  after: readonly Policy[],
  within: readonly (readonly Policy[])[] = [],
): PolicyDiff {
  const changed = withoutShared(before, after);
  const answer = ask({ policies: changed.after, notAllowedBy: changed.before, within });
  switch (answer.kind) {
    case "none":
      return { newAccess: false, witness: null, because: "every request that AFTER allows, BEFORE allows too" };
    case "undecided":
      return { newAccess: null, witness: null, because: answer.because };
    case "witness": {
      const { index, sid } = answer.by.statement;
      const name = `statement ${index + 1}${sid === null ? "" : ` (${sid})`}`;
      return {
        newAccess: true,
        witness: toWitness(answer.request, [...before, ...after]),
        request: answer.request,
        statement: { index, sid },
        because: `${name} of AFTER allows a request that BEFORE does not`,
      };
    }
  }
}

/**
 * Leaves out what cannot make a difference. Where every Deny of BEFORE stands in AFTER too, a request that AFTER allows
 * meets none of them, so a statement that both sides have allows it on both sides.
 */
function withoutShared(before: readonly Policy[], after: readonly Policy[]) {
  const [old, ...others] = before;
  const [now, ...more] = after;
  if (!old || !now || old.version !== now.version || others.length + more.length > 0) return { before, after };
  const standing = new Set(now.statements);
  const denies = old.statements.filter(({ effect }) => effect === "Deny");
  if (!denies.every((statement) => standing.has(statement))) return { before, after };
  const known = new Set(old.statements);
  return {
    before: [only(old, ({ effect }) => effect === "Allow")],
    after: [only(now, (one) => one.effect === "Deny" || !known.has(one))],
  };
}

/** The policy with these of its statements; itself where it has no others. */
function only(policy: Policy, wanted: (statement: Statement) => boolean): Policy {
  const statements = policy.statements.filter(wanted);
  return statements.length === policy.statements.length ? policy : { ...policy, statements };
}
