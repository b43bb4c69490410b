import { attributeOf, rule } from "../rule.ts";

export default rule({
  id: "sso-user-assignment",
  severity: "medium",
  summary: "A single person is let into an account, past the groups",
  why: "Reviews and leavers' processes look at groups. A grant to one person is in none of them: it stays when the person changes teams, and nobody who reads the groups sees it.",
  levels:
    "Medium for every assignment to a user; low for a grant of the access manifest, which gives a reason and an end (--manifest).",
  bad: `resource "aws_ssoadmin_account_assignment" "amin" {
  principal_type = "USER"
  principal_id   = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
}`,
  good: `resource "aws_ssoadmin_account_assignment" "developers" {
  principal_type = "GROUP"
  principal_id   = aws_identitystore_group.developers.group_id
}`,
  fix: "Assign a group and put the person into it; for an exception, give it an end.",
  declared: { types: ["aws_ssoadmin_account_assignment"], severity: "low" },
  references: ["https://docs.aws.amazon.com/singlesignon/latest/userguide/howtoassignuserstoaccount.html"],
  on: "resource",
  types: ["aws_ssoadmin_account_assignment"],
  check(assignment) {
    if (attributeOf(assignment, "principal_type") !== "USER") return [];
    const user = attributeOf(assignment, "principal_id") ?? "that is not known yet";
    const account = attributeOf(assignment, "target_id") ?? "that is not known yet";
    return [{ statement: null, message: `lets the user ${user} into account ${account}, not a group` }];
  },
});
