import { flatMap } from "../../lib/flat-map.ts";
import { diffPolicies } from "../../lib/iam/diff.ts";
import type { Policy } from "../../lib/iam/policy.ts";
import { callOf, holdingTypes, onlyDenies, type Principal, rule, type Subject } from "../rule.ts";

const denies = ({ policy }: Subject): Policy => onlyDenies(policy);

const placeOf = ({ address, attribute }: Subject) => `${address} ${attribute}`;

/** The policies with Denies that a principal has before and not after; one that only changes is permission-widened. */
function gone(before: Principal, after: Principal): readonly Subject[] {
  const kept = new Set(after.policies.map(placeOf));
  return before.policies.filter((subject) => !kept.has(placeOf(subject)) && denies(subject).statements.length > 0);
}

/** What the user's group has lost is reported at the group. */
function ofItsGroups(before: Principal, after: Principal): ReadonlySet<Subject> {
  const groups = before.kind === "user" ? before.peers.filter(({ kind }) => kind === "group") : [];
  return new Set(
    flatMap(groups, (group) => {
      const same = after.peers.find(({ kind, arn }) => kind === "group" && arn === group.arn);
      return same ? gone(group, same) : [];
    }),
  );
}

export default rule({
  id: "deny-removed",
  severity: "high",
  summary: "A Deny no longer binds a role, user, group or permission set",
  why: "A Deny is what somebody wrote on purpose: no access without MFA, no customer data, quarantine after a leaked key. Deleting or detaching its policy, or leaving the group that has it, adds no line to any policy, and what was allowed beside it holds in full from then on.",
  levels:
    "High in every case; low confidence when the policies cannot be weighed against each other. Only where something that the principal is allowed was denied; a Deny that changes within its policy is permission-widened, and one of a resource's policy guardrail-removed.",
  bad: `- resource "aws_iam_user_policy" "require_mfa" {
-   user   = aws_iam_user.operator.name
-   policy = data.aws_iam_policy_document.deny_without_mfa.json
- }`,
  good: `resource "aws_iam_user_policy" "require_mfa" {
  user   = aws_iam_user.operator.name
  policy = data.aws_iam_policy_document.deny_without_mfa.json
}`,
  fix: "Keep the Deny, and make an exception in it as narrow as the need; or take away what is allowed beside it.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html",
  ],
  on: "change",
  types: holdingTypes,
  check({ address }, around) {
    const { before, after } = around.principalAt(address) ?? {};
    if (!before || !after) return [];
    const elsewhere = ofItsGroups(before, after);
    const lost = gone(before, after).filter((subject) => !elsewhere.has(subject));
    if (lost.length === 0) return [];
    const now = after.policies.map(({ policy }) => policy);
    const diff = diffPolicies([...now, ...lost.map(denies)], now);
    if (diff.newAccess === false) return [];
    if (diff.newAccess !== true) {
      const message = `may no longer be denied what ${lost[0]?.address} denied: ${diff.because}`;
      return [{ statement: null, message, confidence: "low" }];
    }
    const { witness } = diff;
    const by = [...new Set(lost.map((subject) => subject.address))].join(", ");
    return [{ statement: null, message: `is no longer denied ${callOf(witness)}, which ${by} denied`, witness }];
  },
});
