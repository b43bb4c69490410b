/**
 * What can be told without a search: "certainly not", or "perhaps". Every rule asks about every policy, and nearly
 * always the answer is "certainly not".
 */

import { type CallerClass, demandOf } from "./caller-class.ts";
import type { Glob } from "./glob.ts";
import { disjoint, includes } from "./pick.ts";
import type { Policy, Principals } from "./policy.ts";
import { type GlobSet, statementsOf } from "./statement.ts";

/** Whether an Allow statement of the policy may reach one of the actions; `false` is certain, conditions left aside. */
export function couldAllow(policy: Policy, actions: readonly Glob[]): boolean {
  return statementsOf(policy).some(
    (statement) => statement.statement.effect === "Allow" && couldReach(statement.actions, actions),
  );
}

/**
 * Whether an Allow statement may stand for a caller whom it does not name: everyone, everyone else, a pattern of
 * accounts. Where there is no Principal element, whoever holds the policy is meant, and not told apart.
 */
export function couldLetIn(policy: Policy): boolean {
  return policy.statements.some(
    ({ effect, principals }) => effect === "Allow" && (principals === null || isOpen(principals)),
  );
}

function isOpen({ values, not }: Principals): boolean {
  return (
    not || values.some((pattern) => pattern.kind === "anyone" || (pattern.kind === "arn" && /[*?]/.test(pattern.arn)))
  );
}

/** Whether an Allow statement's Principal element may stand for one of the callers; `false` is certain. */
export function couldStandFor(policies: readonly Policy[], callers: readonly CallerClass[]): boolean {
  return policies.some(({ statements }) =>
    statements.some(
      ({ effect, principals }) =>
        effect === "Allow" && (principals === null || callers.some((who) => demandOf(principals, who) !== false)),
    ),
  );
}

/** Whether an Action or NotAction element may match one of the actions; `false` is certain. */
export function couldReach({ globs, not }: GlobSet, actions: readonly Glob[]): boolean {
  return not
    ? actions.some((action) => !globs.some((glob) => covers(glob, action)))
    : actions.some((action) => globs.some((glob) => meet(glob, action)));
}

/** Whether two Action or NotAction elements may match the same action; `false` is certain. */
export function couldMeet(one: GlobSet, other: GlobSet): boolean {
  if (one.not && other.not) return true;
  return one.not ? couldReach(one, other.globs) : couldReach(other, one.globs);
}

/** The same few actions are asked of every policy, and policies are written with the same few patterns. */
const meet = perPair((pattern, action) => !disjoint(pattern, action));
const covers = perPair(includes);

function perPair(decide: (pattern: Glob, action: Glob) => boolean): (pattern: Glob, action: Glob) => boolean {
  const decided = new WeakMap<Glob, WeakMap<Glob, boolean>>();
  return (pattern, action) => {
    let byAction = decided.get(pattern);
    if (!byAction) {
      byAction = new WeakMap();
      decided.set(pattern, byAction);
    }
    let answer = byAction.get(action);
    if (answer === undefined) {
      answer = decide(pattern, action);
      byAction.set(action, answer);
    }
    return answer;
  };
}
