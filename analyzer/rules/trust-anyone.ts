import { mayNameStrangers } from "../../lib/iam/open.ts";
import { stranger } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { eachAllow, rule, violationsOf } from "../rule.ts";

export default rule({
  id: "trust-anyone",
  severity: "critical",
  summary: "Any AWS account may assume the role",
  why: "The trust policy lets in principals of accounts that nobody named. Role ARNs are easy to guess and are found by scanning; whoever finds this one holds its permissions. TLS, MFA in the caller's own account, tags on the caller and external ids do not tell a stranger from a colleague.",
  levels:
    "Critical; high where a resource control policy still refuses it. Low confidence when the engine cannot decide.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "*" },
  "Action": "sts:AssumeRole",
  "Condition": { "Bool": { "aws:SecureTransport": "true" } }
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "*" },
  "Action": "sts:AssumeRole",
  "Condition": {
    "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
    "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" }
  }
}`,
  fix: "Name the accounts or roles that need the role, or require aws:PrincipalOrgID with StringEquals.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid",
  ],
  on: "policy",
  kinds: ["trust"],
  check: eachAllow(({ statement, alone }, { policy }, { accounts }) => {
    // trust-not-principal's
    if (statement.principals?.not || !mayNameStrangers(statement)) return [];
    const { callers, where } = stranger([policy], accounts);
    const signed = callers.filter(({ kind }) => kind !== "anonymous");
    const answer = ask({ policies: [alone], callers: signed, where });
    return violationsOf(
      answer,
      statement,
      alone,
      ({ action }) => `anyone with an AWS account can call ${action} on this role`,
    );
  }),
});
