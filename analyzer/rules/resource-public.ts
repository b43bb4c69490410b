import { perAllow, stranger } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { rule, violationsOf } from "../rule.ts";

export default rule({
  id: "resource-public",
  severity: "critical",
  summary: "The resource is open to everyone",
  why: "The policy allows a request by someone whom it does not name: without credentials, or from any AWS account. Buckets, queues, keys and functions that are open like this are found by scanners within hours.",
  levels: "Always critical. Low confidence when the engine cannot decide.",
  bad: `{
  "Effect": "Allow",
  "Principal": "*",
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*",
  "Condition": { "Bool": { "aws:SecureTransport": "true" } }
}`,
  good: `{
  "Effect": "Allow",
  "Principal": "*",
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*",
  "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }
}`,
  fix: "Name the principals that need the resource, or pin the caller with aws:PrincipalOrgID, aws:PrincipalAccount or aws:SourceVpce. Serve public content through a distribution, not from the bucket.",
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  ],
  on: "policy",
  kinds: ["resource"],
  check({ policy }, { accounts }) {
    const view = stranger([policy], accounts ?? []);
    return perAllow(policy).flatMap(({ statement, alone }) => {
      const anonymous = ask({ policies: [alone], ...view, callers: view.callers.filter(({ account }) => !account) });
      const answer = anonymous.kind === "witness" ? anonymous : ask({ policies: [alone], ...view });
      return violationsOf(answer, statement, alone, ({ caller, action }) => {
        const who = caller.kind === "anonymous" ? "anyone, without credentials," : "anyone with an AWS account";
        return `${who} can call ${action}`;
      });
    });
  },
});
