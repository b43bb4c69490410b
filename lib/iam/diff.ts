/** What AFTER allows that BEFORE does not. */
import type { StatementRef, Witness } from "../finding.ts";
import type { Policy } from "./policy.ts";
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
  const answer = ask({ policies: after, notAllowedBy: before, within });
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
