import { compile } from "../../lib/iam/glob.ts";
import { perAllow } from "../../lib/iam/questions.ts";
import { ask, worst } from "../../lib/iam/witness.ts";
import { rule, violationsOf } from "../rule.ts";

/**
 * Whoever may do each of these may do anything: one is a service that no policy names, so only a wildcard reaches it;
 * the others make new identities and give them every permission.
 */
const SENTINELS = [
  { action: "unnamed-service:UnnamedAction", resource: "arn:aws:unnamed-service:us-east-1:123456789012:unnamed" },
  { action: "iam:CreateUser", resource: "arn:aws:iam::123456789012:user/unnamed" },
  { action: "iam:AttachUserPolicy", resource: "arn:aws:iam::123456789012:user/unnamed" },
].map(({ action, resource }) => ({
  actions: [compile(action, { dialect: "string", fold: true })],
  resources: [compile(resource, { dialect: "resource" })],
}));

export default rule({
  id: "admin-access",
  severity: "high",
  summary: "The policy allows every action on every resource",
  why: "Whoever holds it owns the account: data, keys, logs and the identities of everyone else. A condition such as MFA guards the door but does not narrow what is behind it, and a Deny for a few actions is undone with the remaining ones.",
  bad: `{ "Effect": "Allow", "Action": "*", "Resource": "*" }`,
  good: `{
  "Effect": "Allow",
  "Action": ["ecs:UpdateService", "ecs:DescribeServices"],
  "Resource": "arn:aws:ecs:eu-west-1:111122223333:service/shop/*"
}`,
  fix: "List the actions that are needed, on the resources they are needed for.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"],
  appliesTo: ["identity"],
  check({ policy, resourceType }) {
    // service control policies are ceilings: FullAWSAccess grants nothing
    if (resourceType === "aws_organizations_policy") return [];
    return perAllow(policy).flatMap(({ statement, alone }) => {
      const answers = SENTINELS.map((sentinel) => ask({ policies: [alone], ...sentinel }));
      if (answers.some((answer) => answer.kind === "none")) return [];
      const answer = answers.find((answer) => answer.kind === "undecided") ?? worst(answers);
      return violationsOf(answer, statement, alone, () => "allows every action on every resource");
    });
  },
});
