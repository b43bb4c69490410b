import { attributeOf, rule } from "../rule.ts";

export default rule({
  id: "sso-management-access",
  severity: "medium",
  summary: "People are let into the management account",
  why: "No service control policy binds the management account, and whoever administers it administers every other account. AWS advises to keep nothing and nobody in it that can be elsewhere.",
  levels:
    "Medium; low for a grant of the access manifest, which includes the management account only where it is named (--manifest). Nothing is reported as long as nobody says which account is the management account (--manifest), and the plan does not show it either.",
  bad: `resource "aws_ssoadmin_account_assignment" "finance" {
  target_type = "AWS_ACCOUNT"
  target_id   = data.aws_organizations_organization.this.master_account_id
}`,
  good: `resource "aws_ssoadmin_account_assignment" "finance" {
  target_type = "AWS_ACCOUNT"
  target_id   = "444455556666" # billing, delegated
}`,
  fix: "Delegate what these people administer to another account, and leave the management account to the few who own the organization.",
  declared: { types: ["aws_ssoadmin_account_assignment"], severity: "low" },
  references: ["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_mgmt-acct.html"],
  on: "resource",
  types: ["aws_ssoadmin_account_assignment"],
  check(assignment, { managementAccount }) {
    const target = attributeOf(assignment, "target_id");
    const isNamed = assignment.names?.target_id !== undefined;
    if (!isNamed && (managementAccount === null || target !== managementAccount)) return [];
    const who = `${attributeOf(assignment, "principal_type") === "USER" ? "user" : "group"} ${attributeOf(assignment, "principal_id") ?? "that is not known yet"}`;
    return [{ statement: null, message: `lets the ${who} into the management account${isNamed ? "" : ` ${target}`}` }];
  },
});
