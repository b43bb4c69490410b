import type { Severity } from "../../lib/finding.ts";
import { attributeOf, type Resource, rule } from "../rule.ts";

/** Credentials of users that last until somebody takes them away. */
const credentials: Readonly<Record<string, { what: string; severity: Severity }>> = {
  aws_iam_access_key: { what: "an access key", severity: "high" },
  aws_iam_service_specific_credential: { what: "a password for one service", severity: "high" },
  aws_iam_user_login_profile: { what: "a console password", severity: "high" },
  aws_iam_user_ssh_key: { what: "an SSH key for CodeCommit", severity: "low" },
};

const isInactive = (resource: Resource) => attributeOf(resource, "status") === "Inactive";

export default rule({
  id: "iam-user-credentials",
  severity: "high",
  summary: "An IAM user gets credentials that never expire",
  why: "Access keys and passwords of IAM users leak from code, laptops and build logs, and work from anywhere until somebody notices. Terraform keeps their secret in its state as well, where everyone who reads the state has it.",
  levels:
    "High; medium for a password that has to be changed at the first sign-in; low for SSH keys, which open code repositories only. Inactive credentials are not reported.",
  bad: `resource "aws_iam_access_key" "ci" {
  user = aws_iam_user.ci.name
}`,
  good: `resource "aws_iam_role" "ci" {
  name               = "ci"
  assume_role_policy = data.aws_iam_policy_document.github.json
}`,
  fix: "Let people in through IAM Identity Center and machines through roles: OIDC for pipelines, Roles Anywhere for servers outside of AWS.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-users-federation-idp",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html",
  ],
  on: "resource",
  types: Object.keys(credentials),
  check(resource) {
    const credential = credentials[resource.type];
    if (!credential || isInactive(resource)) return [];
    const { what, severity } = credential;
    const name =
      attributeOf(resource, "user") ?? attributeOf(resource, "user_name") ?? attributeOf(resource, "username");
    const user = typeof name === "string" ? `user ${name}` : "a user that is not known yet";
    const about = `${what} ${user}`;
    if (attributeOf(resource, "password_reset_required") === true) {
      const message = `gives ${user} ${what}, to be changed at the first sign-in`;
      return [{ statement: null, message, severity: "medium", about }];
    }
    return [{ statement: null, message: `gives ${user} ${what}`, severity, about }];
  },
});
