import type { Severity } from "../../lib/finding.ts";
import type { PolicyProblem } from "../../lib/iam/policy.ts";
import { type Refusal, refusals, refusalsOfRcp } from "../../lib/iam/refused.ts";
import { rule } from "../rule.ts";

export default rule({
  id: "policy-malformed",
  severity: "medium",
  summary: "The policy document is not what AWS accepts",
  why: "AWS refuses such a document, so the apply stops half-way; or reads it differently from what its author meant, so that a Deny protects nothing. What cannot be read cannot be judged either.",
  levels:
    "High where what the document says cannot be relied on, medium where only its form is wrong, and where AWS takes it and a Deny is not what it seems: it exempts everyone, or denies everyone by private addresses. Low where AWS takes it and somebody is locked out: `*` in a value of StringEquals is no wildcard, and nobody comes in from an OIDC provider by sts:AssumeRole.",
  bad: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "deny", "Action": "iam:*", "Resource": "*" }
  ]
}`,
  good: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Deny", "Action": "iam:*", "Resource": "*" }
  ]
}`,
  fix: "Correct the document: element names and Effect are case-sensitive, lists hold at least one value, every statement has an effect, an action and what it is about, and a condition compares with what its operator reads.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
  ],
  on: "policy",
  kinds: ["identity", "resource", "trust"],
  also: ["limits"],
  aboutWords: true,
  check({ policy, problems: unread, limits, resourceType }) {
    const isRcp = resourceType === "aws_organizations_policy" && policy.kind === "resource";
    const problems = [...unread, ...refusals(policy, limits), ...(isRcp ? refusalsOfRcp(policy) : [])];
    if (problems.length === 0) return [];
    const indexes = [...new Set(problems.map((problem) => problem.statement))];
    return indexes.map((index) => {
      const own = problems.filter((problem) => problem.statement === index);
      return {
        statement:
          index === null ? null : { index, sid: policy.statements.find((other) => other.index === index)?.sid ?? null },
        message: own.map((problem) => problem.message).join("; "),
        severity: severityOf(own),
      };
    });
  },
});

function severityOf(problems: readonly (PolicyProblem | Refusal)[]): Severity {
  if (problems.some(({ fatal }) => fatal)) return "high";
  return problems.every((problem) => "locksOut" in problem && problem.locksOut) ? "low" : "medium";
}
