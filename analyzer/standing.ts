/**
 * A statement in somebody's hands: what else that principal is denied, what its boundary and the account's service
 * control policies leave of it.
 */
import type { Confidence } from "../lib/finding.ts";
import type { Policy } from "../lib/iam/policy.ts";
import { type Answer, ask, type Question } from "../lib/iam/witness.ts";
import type { Principal, Subject } from "./model.ts";
import type { World } from "./world.ts";

/** Asks whether these policies allow such a request, in the hands of one principal. */
export type Ask = (policies: readonly Policy[], question: Omit<Question, "policies" | "within">) => Answer;

/** What an answer is worth. */
export interface InHands {
  answer: Answer;
  /** Low where what limits the principal is not known. */
  confidence: Confidence;
}

/**
 * Gives the answer that matters most among those for each holder of a policy. A policy that nobody holds yet stands for
 * itself, under the account's service control policies.
 * @param judge what is asked, in the hands of one holder
 */
export function inHands(subject: Subject, world: World, judge: (ask: Ask) => Answer): InHands {
  if (subject.holders.length === 0) {
    return { answer: judge(askWithin([], levelsOf(subject.account, world))), confidence: "high" };
  }
  let best: InHands = { answer: { kind: "none" }, confidence: "high" };
  for (const holder of subject.holders) {
    const found: InHands = {
      answer: judge(askFor(holder, world)),
      confidence: holder.boundaryUnknown ? "low" : "high",
    };
    if (weight(found) > weight(best)) best = found;
  }
  return best;
}

/** Gives the question in the hands of one principal. */
export function askFor(principal: Principal, world: World): Ask {
  const boundary = principal.boundary ? [[principal.boundary]] : [];
  return askWithin(deniesOf(principal), [...boundary, ...levelsOf(principal.account, world)]);
}

const askWithin =
  (denies: readonly Policy[], within: readonly (readonly Policy[])[]): Ask =>
  (policies, question) =>
    ask({ ...question, policies: [...policies, ...denies], within });

const levelsOf = (account: string | null, world: World) =>
  (account === null ? undefined : world.serviceControlPolicies.get(account)) ?? [];

const weight = ({ answer, confidence }: InHands) =>
  answer.kind === "none" ? 0 : answer.kind === "undecided" ? 1 : confidence === "low" ? 2 : 3;

const denied = new WeakMap<Principal, readonly Policy[]>();

/** The Deny statements of all that a principal has, each with the version of its policy. */
function deniesOf(principal: Principal): readonly Policy[] {
  let list = denied.get(principal);
  if (!list) {
    list = principal.policies.flatMap(({ policy }) => {
      const statements = policy.statements.filter(({ effect }) => effect === "Deny");
      return statements.length > 0 ? [{ ...policy, statements }] : [];
    });
    denied.set(principal, list);
  }
  return list;
}
