import { rule, widened } from "../rule.ts";

export default rule({
  id: "permission-widened",
  severity: "medium",
  summary: "The change allows what the policy did not allow before",
  why: "Permissions grow a line at a time, and a reviewer sees a diff of JSON: a NotAction, a removed condition or a wildcard one level up allows much more than it looks. The witness is a request that the new policy allows and the old one refuses.",
  levels:
    "Medium for every widening; other rules say when what it now allows is dangerous in itself. Low confidence when the two policies cannot be weighed against each other.",
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
    return widened(change, ({ principal, action, resource }) => {
      const what = resource === null ? action : `${action} on ${resource}`;
      return ofResource ? `now lets ${principal} call ${what}` : `now allows ${what}`;
    });
  },
});
