import { type Resource, rule } from "../rule.ts";

/** Which attribute says that a user gets something; `null`: the resource exists for nothing else. */
const ATTRIBUTES: Readonly<Record<string, string | null>> = {
  aws_iam_user_policy: null,
  aws_iam_user_policy_attachment: null,
  aws_iam_user_policy_attachments_exclusive: "policy_arns",
  aws_iam_policy_attachment: "users",
};

export default rule({
  id: "user-attached-policy",
  severity: "low",
  summary: "A user has a policy of its own",
  why: "Permissions that hang on a person are forgotten when the person changes teams, and nobody sees them who looks at groups and roles. Long-term keys of the user carry them everywhere.",
  levels: "Low in every case. Low confidence when the plan does not show yet which users there will be.",
  bad: `resource "aws_iam_user_policy_attachment" "amin" {
  user       = "amin"
  policy_arn = aws_iam_policy.deploy.arn
}`,
  good: `resource "aws_iam_group_policy_attachment" "developers" {
  group      = "developers"
  policy_arn = aws_iam_policy.deploy.arn
}`,
  fix: "Attach the policy to a group, or better, let people assume a role.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-users-federation-idp"],
  on: "resource",
  types: Object.keys(ATTRIBUTES),
  check(resource) {
    const attribute = ATTRIBUTES[resource.type];
    if (typeof attribute !== "string") {
      return [{ statement: null, message: `the user ${nameOf(resource)}has a policy of its own`, about: "user" }];
    }
    const value = resource.values[attribute];
    const isOpen = isUnknown(resource, attribute);
    const count = Array.isArray(value) ? value.length : 0;
    if (count === 0 && !isOpen) return [];
    const message =
      attribute === "users"
        ? `the policy is attached to ${count === 0 ? "users" : `${count} user${count === 1 ? "" : "s"}`} directly`
        : `the user ${nameOf(resource)}has policies of its own`;
    return [{ statement: null, message, about: "user", ...(count === 0 && { confidence: "low" as const }) }];
  },
});

const nameOf = ({ values }: Resource): string => {
  const name = values.user ?? values.user_name;
  return typeof name === "string" ? `${name} ` : "";
};

function isUnknown({ unknown }: Resource, attribute: string): boolean {
  const mask = typeof unknown === "object" && unknown !== null ? Object.entries(unknown) : [];
  return mask.some(([name, value]) => name === attribute && value === true);
}
