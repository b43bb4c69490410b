import { leavesOpen } from "../../lib/iam/leaves-open.ts";
import { type PolicyChange, rule, type Subject, type Violation, widened } from "../rule.ts";

export default rule({
  id: "permission-widened",
  severity: "medium",
  summary: "The change allows what the policy did not allow before",
  why: "Permissions grow a line at a time, and a reviewer sees a diff of JSON: a NotAction, a removed condition or a wildcard one level up allows much more than it looks. The witness is a request that the new policy allows and the old one refuses.",
  levels:
    "Medium for every widening, and for a resource policy that denies less; other rules say when what it now allows is dangerous in itself. Low confidence when the two policies cannot be weighed against each other.",
  bad: `  "Effect": "Allow",
- "Action": ["s3:GetObject"],
+ "Action": ["s3:Get*", "s3:Put*"],
  "Resource": "arn:aws:s3:::invoices/*"`,
  good: `  "Effect": "Allow",
- "Action": ["s3:Get*", "s3:Put*"],
+ "Action": ["s3:GetObject", "s3:PutObject"],
  "Resource": "arn:aws:s3:::invoices/*"`,
  fix: "Check that the new access is meant, and name no more actions, resources and principals than it needs.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html",
  ],
  on: "policy change",
  kinds: ["identity", "resource"],
  also: ["managed"],
  check(change) {
    const ofResource = change.after[0]?.policy.kind === "resource";
    const found = widened(change, ({ principal, action, resource }) => {
      const what = resource === null ? action : `${action} on ${resource}`;
      return ofResource ? `now lets ${principal} call ${what}` : `now allows ${what}`;
    });
    return found.length === 0 && ofResource && deniesFewer(change) ? noLongerDenied(change) : found;
  },
});

/** Whether a Deny went or changed; what both sides say alike is the same object. */
function deniesFewer({ before, after }: PolicyChange): boolean {
  const left = new Set(after.flatMap(({ policy }) => policy.statements));
  return before.some(({ policy }) => policy.statements.some((each) => each.effect === "Deny" && !left.has(each)));
}

/** The policies of those who call may allow anything: what a resource denied them, it let none of them do. */
function noLongerDenied(change: PolicyChange): readonly Violation[] {
  const open = (subjects: readonly Subject[]) =>
    subjects.map((subject) => ({ ...subject, policy: leavesOpen(subject.policy) }));
  const opened = { ...change, before: open(change.before), after: open(change.after) };
  const said = widened(opened, ({ principal, action, resource }) => {
    const what = resource === null ? action : `${action} on ${resource}`;
    return `no longer denies ${principal} ${what}`;
  });
  return said.map((violation) => ({ ...violation, statement: null }));
}
