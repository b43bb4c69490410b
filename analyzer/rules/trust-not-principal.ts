import { flatMap } from "../../lib/flat-map.ts";
import { perAllow, stranger } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { refOf, rule, violationsOf } from "../rule.ts";

export default rule({
  id: "trust-not-principal",
  severity: "critical",
  summary: "The trust lets in everyone but those it names",
  why: "Allow with NotPrincipal means everyone else: every other account, user and role of AWS, known or not. Whoever wrote it meant to keep somebody out, and that is a Deny.",
  levels: "Critical; high where a condition keeps strangers out, or a resource control policy.",
  bad: `{
  "Effect": "Allow",
  "NotPrincipal": { "AWS": "arn:aws:iam::111122223333:user/contractor" },
  "Action": "sts:AssumeRole"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/deploy" },
  "Action": "sts:AssumeRole"
}`,
  fix: "Name with Principal who may come; keep somebody out with a Deny.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"],
  on: "policy",
  kinds: ["trust"],
  check({ policy }, { accounts }) {
    return flatMap(
      perAllow(policy).filter(({ statement }) => statement.principals?.not === true),
      ({ statement, alone }) => {
        const open = violationsOf(
          ask({ policies: [alone], ...stranger([policy], accounts) }),
          statement,
          alone,
          ({ action }) => `everyone whom NotPrincipal does not name can call ${action} on this role`,
        );
        if (open.length > 0) return open;
        return [
          {
            statement: refOf(statement),
            message: "NotPrincipal lets in everyone else whom the conditions let pass",
            severity: "high" as const,
          },
        ];
      },
    );
  },
});
