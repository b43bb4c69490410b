import { rule } from "../rule.ts";

export default rule({
  id: "policy-unknown",
  severity: "info",
  summary: "The plan does not show the policy yet, or not all of it",
  why: "A document that is known only after apply could say anything. It is neither passed nor failed: it is counted, and reported with what it waits for. Of a policy document data source, the statements that can be told are judged: the ARN of an object of the plan makes no difference as a resource, nor does that of a role, a user or an identity provider as a principal, whose name tells who it is; any other unknown principal does, and so do an unknown condition and a resource of which nothing is known. A policy that a function or a local makes of one policy document, so far as the plan shows, is taken to say what that document says: what is found in it has a confidence of medium at most, and low where a local hides which document it is. A policy that is attached by an ARN of which neither the plan nor AWS's own list has the policy is counted as well.",
  levels: "Always info: it says what was not judged.",
  bad: `resource "aws_iam_policy" "decrypt" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "kms:Decrypt", Resource = aws_kms_key.orders.arn }
  })
}`,
  good: `resource "aws_iam_policy" "read" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::orders/*" }
  })
}`,
  fix: "Write ARNs from names that are known before apply, apply the resource that the policy refers to first and plan again, or let the code be read as well (--source): what is literal in it is then judged.",
  references: ["https://developer.hashicorp.com/terraform/language/expressions/references#values-not-yet-known"],
  on: "unknown",
  check: ({ reason, references }) => [
    {
      statement: null,
      message:
        references.length === 0
          ? `The policy cannot be judged in full: ${reason}`
          : `The policy cannot be judged in full: ${reason}; it waits for ${references.join(", ")}`,
    },
  ],
});
