/** What AFTER allows that BEFORE does not. */
import type { StatementRef, Witness } from "../finding.ts";
import type { Policy } from "./policy.ts";
import { ask, toWitness } from "./witness.ts";

export type PolicyDiff =
  | { newAccess: true; witness: Witness; statement: StatementRef; because: string }
  | { newAccess: false; witness: null; statement: null; because: string }
  /** Cannot be decided. */
  | { newAccess: null; witness: null; statement: null; because: string };

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
      return {
        newAccess: false,
        witness: null,
        statement: null,
        because: "every request AFTER allows, BEFORE allows too",
      };
    case "undecided":
      return { newAccess: null, witness: null, statement: null, because: answer.because };
    case "witness": {
      const { index, sid } = answer.by.statement;
      const name = sid === null ? `statement ${index}` : `statement ${index} (${sid})`;
      return {
        newAccess: true,
        witness: toWitness(answer.request, [...before, ...after]),
        statement: { index, sid },
        because: `${name} of AFTER allows a request that BEFORE does not`,
      };
    }
  }
}
