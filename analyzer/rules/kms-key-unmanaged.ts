import type { Severity } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import type { PrincipalPattern } from "../../lib/iam/policy.ts";
import { actionGlob, perAllow } from "../../lib/iam/questions.ts";
import { fewOf, STAND_IN } from "../../lib/iam/texts.ts";
import { ask } from "../../lib/iam/witness.ts";
import { attributeOf, type PolicyChange, type Resource, rule, type Subject } from "../rule.ts";

const changing = [actionGlob("kms:PutKeyPolicy")];

/** How far a key's policy is from being nobody's to change. */
interface Hold {
  rank: 0 | 1 | 2 | 3;
  /** The roles and users who alone may change it. */
  only: readonly string[];
}

const NO_DOUBT: Hold = { rank: 0, only: [] };

/**
 * Whom the policy lets change it. The account stays, and so does everyone who is told by a condition; a role or user that
 * Principal names is gone for good when it is deleted, as another of its name is somebody else. A key's policy is never
 * changed from another account, nor by a service.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
 */
function holdOf(subjects: readonly Subject[], key: Resource | null): Hold {
  const [subject] = subjects;
  // without a policy it is AWS's default one, and what cannot be read may let in anybody
  if (!subject || subject.presumed || subject.problems.some(({ fatal }) => fatal)) return NO_DOUBT;
  const mayChangeIt = (one: PrincipalPattern) =>
    one.kind === "anyone" ||
    ((one.kind === "account" || one.kind === "arn") && [one.account, null].includes(subject.account)) ||
    (one.kind === "account" && one.account === STAND_IN);
  const holders = flatMap(perAllow(subject.policy), ({ statement: { principals }, alone }) => {
    if (principals?.not === false && !principals.values.some(mayChangeIt)) return [];
    if (ask({ policies: [alone], actions: changing, service: "kms" }).kind === "none") return [];
    return principals?.not === false ? principals.values.filter(mayChangeIt) : [{ kind: "anyone" as const }];
  });
  if (holders.length === 0) {
    const isForced = key !== null && attributeOf(key, "bypass_policy_lockout_safety_check") === true;
    return { rank: isForced ? 3 : 2, only: [] };
  }
  const only = new Set(flatMap(holders, (one) => (one.kind === "arn" ? [one.arn] : [])));
  return holders.every(({ kind }) => kind === "arn") ? { rank: 1, only: [...only] } : NO_DOUBT;
}

const NOBODY = "nobody can change this key's policy any more, only AWS Support";

const told: Record<1 | 2 | 3, { severity: Severity; say: (only: readonly string[]) => string }> = {
  1: {
    severity: "low",
    say: (only) =>
      `only ${fewOf(only)} can change this key's policy; when ${only.length > 1 ? "they are" : "it is"} deleted, nobody can`,
  },
  2: { severity: "medium", say: () => NOBODY },
  3: { severity: "high", say: () => `${NOBODY}, and AWS's own check for that is switched off` },
};

export default rule({
  id: "kms-key-unmanaged",
  severity: "medium",
  summary: "The policy of a KMS key leaves nobody, or only named roles, to change it",
  why: "A key obeys its own policy alone: where that lets nobody call kms:PutKeyPolicy, no administrator of the account can open the key again, rotate who uses it, or close it to an intruder, and what it encrypts hangs on AWS Support. A role that the policy names is gone for good when it is deleted: a new one of the same name is somebody else to the key.",
  levels:
    "Medium where nobody can change the policy, high where bypass_policy_lockout_safety_check is true besides, so that AWS does not refuse it; low where only roles or users can that the policy names. Not reported where the policy is not known yet, nor of a policy that was so before.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" },
  "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
  "Resource": "*"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
  "Action": "kms:*",
  "Resource": "*"
}`,
  fix: "Allow kms:* to the key's own account, as AWS's default key policy does, or at least kms:PutKeyPolicy, kms:GetKeyPolicy and kms:DescribeKey.",
  references: [
    "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
  ],
  on: "change",
  types: [
    "aws_kms_external_key",
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_kms_replica_external_key",
    "aws_kms_replica_key",
  ],
  check({ address, before, after }, around) {
    const policies: readonly PolicyChange[] = around.policiesAt(address);
    return flatMap(policies, (change) => {
      // another statement of it may still let somebody in
      if (change.pending) return [];
      const was = change.retargeted ? NO_DOUBT : holdOf(change.before, before);
      const { rank, only } = holdOf(change.after, after);
      if (rank === 0 || rank <= was.rank) return [];
      const { severity, say } = told[rank];
      return [{ statement: null, message: say(only), severity }];
    });
  },
});
