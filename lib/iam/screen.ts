/**
 * What can be told without a search: "certainly not", or "perhaps". Every rule asks about every policy, and nearly
 * always the answer is "certainly not".
 */

import { newBudget } from "./automaton.ts";
import { type CallerClass, classTests, demandOf } from "./caller-class.ts";
import { hasVariables, type KeyTest } from "./condition.ts";
import { solveKeyOnce } from "./dimension.ts";
import type { Glob } from "./glob.ts";
import { oncePer } from "./memo.ts";
import { disjoint, includes } from "./pick.ts";
import type { Policy, Principals } from "./policy.ts";
import { type GlobSet, statementsOf } from "./statement.ts";

/**
 * Whether an Allow statement of the policy may reach one of the actions, on one of the resources; `false` is certain,
 * conditions left aside.
 */
export function couldAllow(policy: Policy, actions: readonly Glob[], resources?: readonly Glob[]): boolean {
  return statementsOf(policy).some(
    (one) =>
      one.statement.effect === "Allow" &&
      couldReach(one.actions, actions) &&
      (resources === undefined || one.resources === null || couldReach(one.resources, resources)),
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

/**
 * Whether one of the callers may meet an Allow statement's Principal element and what it says of single keys, under
 * the question's conditions; `false` is certain.
 */
export function couldBeMet(policies: readonly Policy[], callers: readonly CallerClass[], where: readonly KeyTest[]) {
  return policies.some((policy) =>
    statementsOf(policy).some(
      ({ statement: { effect, principals }, keys }) =>
        effect === "Allow" &&
        callers.some(
          (who) => (principals === null || demandOf(principals, who) !== false) && couldPass(keys, who, where),
        ),
    ),
  );
}

function couldPass(keys: readonly KeyTest[], who: CallerClass, where: readonly KeyTest[]): boolean {
  return keys.every(({ keyId }, i) => {
    // of other keys only the search knows how they are used; the first condition on a key stands for all of them
    if (!keyId.startsWith("aws:") || keys.findIndex((test) => test.keyId === keyId) < i) return true;
    const isOfKey = (test: KeyTest) => test.keyId === keyId;
    const tests = [...classTests(who, keyId), ...where.filter(isOfKey), ...keys.filter(isOfKey)];
    return tests.some(hasVariables) || solveKeyOnce(keyId, tests, PLAIN, newBudget()).kind !== "none";
  });
}

/** How the search uses keys of AWS's own, or less narrowly: whether they have several values is known of each. */
const PLAIN = { multiValued: false, boolean: false };

/** Whether an element with its patterns, or with what they leave over, may match one of the others; `false` is certain. */
export const couldReach = perPair(({ globs, not }: GlobSet, others: readonly Glob[]): boolean =>
  not
    ? others.some((other) => !globs.some((glob) => covers(glob, other)))
    : others.some((other) => globs.some((glob) => meet(glob, other))),
);

/** Whether two Action or NotAction elements may match the same action; `false` is certain. */
export const couldMeet = perPair((one: GlobSet, other: GlobSet): boolean => {
  if (one.not && other.not) return true;
  return one.not ? couldReach(one, other.globs) : couldReach(other, one.globs);
});

/** The same few actions are asked of every policy, and policies are written with the same few patterns. */
const meet = perPair((pattern: Glob, action: Glob) => !disjoint(pattern, action));
const covers = perPair(includes);

function perPair<A extends object, B extends object>(decide: (one: A, other: B) => boolean): typeof decide {
  const decided = oncePer((_: A) => new Map<B, boolean>());
  return (one, other) => {
    const known = decided(one);
    let answer = known.get(other);
    if (answer === undefined) {
      answer = decide(one, other);
      if (known.size < MAX_REMEMBERED) known.set(other, answer);
    }
    return answer;
  };
}

/** Others that one element is compared with. */
const MAX_REMEMBERED = 1_000;
