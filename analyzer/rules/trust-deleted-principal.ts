import { flatMap } from "../../lib/flat-map.ts";
import { refOf, rule } from "../rule.ts";

export default rule({
  id: "trust-deleted-principal",
  severity: "low",
  summary: "The trust names a principal that was deleted",
  why: "AWS shows the unique id of a user or role in its place when it is gone. It lets nobody in, also not a new user or role of the same name; Terraform wants to write the ARN back at every plan; and nobody knows any more who was meant.",
  levels: "Always low.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "AROAEXAMPLEROLEID1234" },
  "Action": "sts:AssumeRole"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/deploy" },
  "Action": "sts:AssumeRole"
}`,
  fix: "Remove the id, or name the principal that took its place by ARN.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  ],
  on: "policy",
  kinds: ["trust"],
  aboutWords: true,
  check({ policy }) {
    return flatMap(policy.statements, (statement) => {
      const ids = flatMap(statement.principals?.values ?? [], (pattern) =>
        pattern.kind === "deleted" ? [pattern.id] : [],
      );
      if (ids.length === 0) return [];
      return [{ statement: refOf(statement), message: `${ids.join(", ")} stands for a principal that was deleted` }];
    });
  },
});
