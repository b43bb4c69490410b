import { flatMap } from "../../lib/flat-map.ts";
import { perAllow, stranger } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { refOf, rule, serviceOf, violationsOf } from "../rule.ts";

export default rule({
  id: "resource-not-principal",
  severity: "high",
  summary: "The policy lets in everyone but those it names",
  why: "Allow with NotPrincipal means everyone else: every other account, user and role of AWS, and callers without credentials. Whoever wrote it meant to keep somebody out, and that is a Deny.",
  levels: "High; medium where a condition keeps strangers out.",
  bad: `{
  "Effect": "Allow",
  "NotPrincipal": { "AWS": "arn:aws:iam::111122223333:user/contractor" },
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/accounting" },
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*"
}`,
  fix: "Name with Principal who may come; keep somebody out with a Deny.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"],
  on: "policy",
  kinds: ["resource"],
  check({ policy, resourceType }, { accounts }) {
    const service = serviceOf(resourceType);
    return flatMap(
      perAllow(policy).filter(({ statement }) => statement.principals?.not === true),
      ({ statement, alone }) => {
        const open = violationsOf(
          ask({ policies: [alone], ...stranger([policy], accounts), service }),
          statement,
          alone,
          ({ action }) => `everyone whom NotPrincipal does not name can call ${action}`,
        );
        if (open.length > 0) return open;
        const message = "NotPrincipal lets in everyone else whom the conditions let pass";
        return [{ statement: refOf(statement), message, severity: "medium" as const }];
      },
    );
  },
});
