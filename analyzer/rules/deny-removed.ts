import { flatMap } from "../../lib/flat-map.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import { toWitness } from "../../lib/iam/witness.ts";
import {
  callOf,
  holdingTypes,
  isPrincipalType,
  type Principal,
  type PrincipalChange,
  rule,
  type Subject,
  type Surroundings,
  type Violation,
  type World,
} from "../rule.ts";
import { isAgainstOthers, type Lost, letThrough, lostBetween } from "./deny-removed/lost.ts";

export default rule({
  id: "deny-removed",
  severity: "high",
  summary: "A role, user, group or permission set is no longer denied what a Deny kept from it",
  why: "A Deny is what somebody wrote on purpose: no access without MFA, no customer data, quarantine after a leaked key. Deleting or detaching its policy, leaving the group that has it, or one more exception in it adds no Allow to any policy, and what was allowed beside it holds from then on.",
  levels:
    "High in every case, and only where something that the principal is allowed was denied and is not any more, by all its policies together. Low confidence when the policies cannot be weighed against each other, when what denies it now is not known yet, and when the plan does not show what is allowed beside the Deny: a policy attached to nobody, a group without members. What the changed policy allows itself since the change is permission-widened, and a Deny of a resource's policy guardrail-removed.",
  bad: `- resource "aws_iam_user_policy" "require_mfa" {
-   user   = aws_iam_user.operator.name
-   policy = data.aws_iam_policy_document.deny_without_mfa.json
- }`,
  good: `resource "aws_iam_user_policy" "require_mfa" {
  user   = aws_iam_user.operator.name
  policy = data.aws_iam_policy_document.deny_without_mfa.json
}`,
  fix: "Keep the Deny, and make an exception in it as narrow as the need; or take away what is allowed beside it.",
  lifts: true,
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html",
  ],
  on: "change",
  types: [...holdingTypes, "aws_iam_policy"].sort(),
  check({ principal }, around, world) {
    const { before, after } = sidesOf(principal);
    if (!before || !after || before === after) return [];
    const lost = lostBetween(before, after).filter((one) => !isSaidOfGroup(one, before, around));
    if (lost.length === 0) return [];
    const pending = isPending(before, after, around);
    return flatMap(lost, (one) => {
      const members = after.kind === "group" ? membersOf(one, around) : [];
      const isShown = isPrincipalType(after.resourceType) && after.unknown.length === 0;
      const isLoose = !isShown || (after.kind === "group" && members.length === 0);
      return (
        violationOf(one, [after, ...members], "its", pending, world) ??
        (isLoose && isAgainstOthers(one) ? violationOf(one, [after], "all", pending, world) : null) ??
        []
      );
    });
  },
});

/** Who is only given policies by name lives on when the last of them goes. */
function sidesOf(principal: PrincipalChange | null): { before: Principal | null; after: Principal | null } {
  const { before = null, after = null } = principal ?? {};
  const livesOn = before !== null && before.kind !== "policy" && !isPrincipalType(before.resourceType);
  return { before, after: after ?? (livesOn ? { ...before, policies: [] } : null) };
}

const groupsAmong = oncePer((peers: readonly Principal[]) => peers.filter(({ kind }) => kind === "group"));

/** What a group loses as well as those who are in it is reported at the group. */
function isSaidOfGroup({ subject, denied }: Lost, { kind, peers }: Principal, around: Surroundings): boolean {
  if (kind !== "user") return false;
  return groupsAmong(peers).some((group) => {
    const now = group.policies.includes(subject) ? around.principalAt(group.address)?.after : null;
    const same = now ? lostBetween(group, now).find((other) => other.subject === subject) : undefined;
    return same !== undefined && denied.statements.every((one) => same.denied.statements.includes(one));
  });
}

/** The users who had the policy, as they are now. */
const membersOf = ({ subject }: Lost, around: Surroundings): readonly Principal[] =>
  flatMap(subject.holders, ({ kind, address }) => (kind === "user" && around.principalAt(address)?.after) || []);

/** Whether what denies it now is not all known yet. */
function isPending(before: Principal, after: Principal, around: Surroundings): boolean {
  const isWaiting = (subject: Subject) =>
    around.policiesAt(subject.address).some((change) => change.pending && change.after.includes(subject));
  return after.unknown.some((reason) => !before.unknown.includes(reason)) || after.policies.some(isWaiting);
}

/** What keeps a finding from being sure. */
const doubts: readonly {
  when: (who: Principal, allowed: "its" | "all", pending: boolean) => boolean;
  says: string;
}[] = [
  { when: ({ kind }) => kind === "policy", says: "the plan does not show who has it" },
  { when: (_, allowed) => allowed === "all", says: "what it is allowed is not all in the plan" },
  { when: (_, __, pending) => pending, says: "what denies it from now on is not all known yet" },
  { when: ({ boundaryUnknown }) => boundaryUnknown, says: "its boundary is not in the plan" },
];

/** The first of them who is let through, in one violation; `null` where nobody is. */
function violationOf(
  lost: Lost,
  those: readonly Principal[],
  allowed: "its" | "all",
  pending: boolean,
  world: World,
): Violation | null {
  const by = lost.subject.address;
  let doubt: Violation | null = null;
  for (const who of those) {
    const answer = letThrough(lost, who, allowed, world);
    if (answer.kind === "none") continue;
    if (answer.kind === "undecided") {
      const message = `may no longer be denied what ${by} denied: ${answer.because}`;
      doubt ??= { statement: null, message, confidence: "low" };
      continue;
    }
    const witness = toWitness(answer.request, [lost.denied, ...who.policies.map(({ policy }) => policy)]);
    const call = `${callOf(witness)}, which ${by} denied`;
    const whose = who === those[0] ? "" : `: ${who.address} is in it`;
    const [unsure] = flatMap(doubts, ({ when, says }) => (when(who, allowed, pending) ? [says] : []));
    return unsure === undefined
      ? { statement: null, message: `is no longer denied ${call}${whose}`, witness }
      : { statement: null, message: `may no longer be denied ${call}${whose}: ${unsure}`, witness, confidence: "low" };
  }
  return doubt;
}
