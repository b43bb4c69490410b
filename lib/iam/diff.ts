/** What AFTER allows that BEFORE does not. */
import type { StatementRef, Witness } from "../finding.ts";
import { flatMap } from "../flat-map.ts";
import { actionsForm, normalForm } from "./normal-form.ts";
import { plainDifference } from "./plainest.ts";
import { type Policy, type Statement, withStatements } from "./policy.ts";
import { couldMeet } from "./screen.ts";
import { type CompiledStatement, type Request, statementsOf } from "./statement.ts";
import { ask, toWitness } from "./witness.ts";

export type PolicyDiff =
  | { newAccess: true; witness: Witness; request: Request; statement: StatementRef; because: string }
  /** `null`: cannot be decided. */
  | { newAccess: false | null; witness: null; because: string };

/**
 * Compares what two lists of policies, each taken together, allow. `before: []` asks whether `after` allows anything.
 * Limits that apply to both sides alike (boundaries, service control policies) go into `within`.
 * @param service that answers, where that is known: the example is one of its actions, where any will do
 */
export function diffPolicies(
  before: readonly Policy[],
  after: readonly Policy[],
  within: readonly (readonly Policy[])[] = [],
  service: string | null = null,
): PolicyDiff {
  const differing = whatDiffers(before, after);
  if (differing === null) return NOTHING_NEW;
  const { before: old, after: now } = differing;
  const plain = within.length === 0 ? plainDifference(old, now) : null;
  const answer = plain ?? ask({ policies: now, notAllowedBy: old, within, service });
  switch (answer.kind) {
    case "none":
      return NOTHING_NEW;
    case "undecided":
      return { newAccess: null, witness: null, because: answer.because };
    case "witness": {
      const { index, sid } = answer.by.statement;
      const name = `statement ${index + 1}${sid === null ? "" : ` (${sid})`}`;
      return {
        newAccess: true,
        witness: toWitness(answer.request, [...old, ...now]),
        request: answer.request,
        statement: { index, sid },
        because: `${name} of AFTER allows a request that BEFORE does not`,
      };
    }
  }
}

const NOTHING_NEW: PolicyDiff = {
  newAccess: false,
  witness: null,
  because: "every request that AFTER allows, BEFORE allows too",
};

/** Policies of both sides, with the statements that can make a difference. */
interface Sides {
  before: readonly Policy[];
  after: readonly Policy[];
}

/**
 * Leaves out what cannot make a difference; `null` when nothing is left that could allow something new. Where every Deny
 * of BEFORE stands in AFTER too, a request that AFTER allows meets none of them, so an Allow that both sides have allows
 * it on both sides. Then what is about other actions than the new Allows does not matter either.
 */
function whatDiffers(before: readonly Policy[], after: readonly Policy[]): Sides | null {
  const version = before[0]?.version;
  // the version says what `${...}` means, so that equal statements may differ
  const isOther = (policy: Policy) => policy.version !== version;
  if (before.some(isOther) || after.some(isOther)) return { before, after };
  const old = statementsIn(before);
  const now = statementsIn(after);
  // what did not change is the same object in the same place
  const gone = old.filter((one, i) => one !== now[i]);
  const come = now.filter((one, i) => one !== old[i]);
  const isThere = standsAmong(come);
  if (!gone.every((one) => isAllow(one) || isThere(one))) return { before, after };
  const wasThere = standsAmong(gone);
  const fresh = new Set(come.filter((one) => isAllow(one) && !wasThere(one)));
  if (fresh.size === 0) return null;
  const asked = flatMap(after, statementsOf).filter(({ statement }) => fresh.has(statement));
  const isAbout = ({ actions }: CompiledStatement) => asked.some((one) => couldMeet(actions, one.actions));
  return {
    before: before.map((policy) => only(policy, (one) => isAllow(one.statement) && isAbout(one))),
    after: after.map((policy) =>
      only(policy, (one) => (isAllow(one.statement) ? fresh.has(one.statement) : isAbout(one))),
    ),
  };
}

const isAllow = ({ effect }: Statement) => effect === "Allow";
const statementsIn = (policies: readonly Policy[]): readonly Statement[] =>
  policies.length === 1 ? policies[0]!.statements : flatMap(policies, ({ statements }) => statements);

/** Gives the question whether one of these says the same as a statement. */
function standsAmong(statements: readonly Statement[]): (one: Statement) => boolean {
  let actions: ReadonlySet<string> | null = null;
  let forms: ReadonlySet<string> | null = null;
  return (statement) => {
    // what speaks of other actions need not be written out
    actions ??= new Set(statements.map((other) => actionsForm(other.actions)));
    if (!actions.has(actionsForm(statement.actions))) return false;
    forms ??= new Set(statements.map(normalForm));
    return forms.has(normalForm(statement));
  };
}

/** The policy with these of its statements; itself where it has no others. */
function only(policy: Policy, isWanted: (statement: CompiledStatement) => boolean): Policy {
  const wanted = statementsOf(policy).filter(isWanted);
  if (wanted.length === policy.statements.length) return policy;
  return withStatements(
    policy,
    wanted.map(({ statement }) => statement),
  );
}
