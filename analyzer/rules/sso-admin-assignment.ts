import { oncePer } from "../../lib/iam/memo.ts";
import { attributeOf, power, type Resource, type ResourcePair, rule } from "../rule.ts";

const type = "aws_ssoadmin_account_assignment";

/** Who gets which permission set where, as one string. */
const grantIn = (assignment: Resource): string =>
  ["permission_set_arn", "principal_id", "target_id"].map((key) => String(attributeOf(assignment, key))).join(" ");

/** What people can do already, whatever address it stands at. */
const standing = oncePer(
  (assignments: readonly ResourcePair[]): ReadonlySet<string> =>
    new Set(assignments.flatMap(({ before }) => (before ? [grantIn(before)] : []))),
);

export default rule({
  id: "sso-admin-assignment",
  severity: "high",
  summary: "An administrator's permission set reaches one more group, person or account",
  why: "The permission set is as it was, and so is every policy: one more line lets other people own an account, or the same people own another one. That line is what the change is about.",
  levels:
    "High; low for a grant of the access manifest (--manifest). Low confidence when a permissions boundary limits the permission set that the plan does not show. A permission set that is new, or becomes an administrator's in the same plan, is reported where its policies stand, and not at each assignment.",
  bad: `resource "aws_ssoadmin_account_assignment" "contractors_production" {
  permission_set_arn = aws_ssoadmin_permission_set.administrator.arn # stands already, with AdministratorAccess
  principal_type     = "GROUP"
  principal_id       = aws_identitystore_group.contractors.group_id
  target_id          = "333333333333"
}`,
  good: `resource "aws_ssoadmin_account_assignment" "contractors_production" {
  permission_set_arn = aws_ssoadmin_permission_set.read_only.arn
  principal_type     = "GROUP"
  principal_id       = aws_identitystore_group.contractors.group_id
  target_id          = "333333333333"
}`,
  fix: "Assign a permission set with what the work takes; give administration to few people, and for an end.",
  declared: { types: [type], severity: "low" },
  references: [
    "https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html",
    "https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html",
  ],
  on: "change",
  types: [type],
  check({ after }, around, world) {
    if (!after || standing(around.ofType(type)).has(grantIn(after))) return [];
    const set = around.principalOf(String(attributeOf(after, "permission_set_arn")))?.before;
    const can = set ? power(set, world) : null;
    if (!set || can === null) return [];
    const who = attributeOf(after, "principal_id") ?? "that is not known yet";
    const kind = attributeOf(after, "principal_type") === "USER" ? "user" : "group";
    const account = attributeOf(after, "target_id") ?? "that is not known yet";
    const what = can === "everything" ? "is an administrator" : "can give itself more permissions";
    return [
      {
        statement: null,
        message: `gives the ${kind} ${who} the permission set ${set.name || set.arn}, which ${what}, in account ${account}`,
        ...(set.boundaryUnknown && { confidence: "low" }),
      },
    ];
  },
});
