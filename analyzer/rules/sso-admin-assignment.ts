import { flatMap } from "../../lib/flat-map.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import {
  attributeOf,
  isSaidOf,
  type Principal,
  type PrincipalChange,
  power,
  type Resource,
  type ResourcePair,
  rule,
  type Surroundings,
  type Violation,
  type World,
} from "../rule.ts";

const type = "aws_ssoadmin_account_assignment";
const membership = "aws_identitystore_group_membership";

/** The permission set of the plan that it names, where the set's ARN is not known: it is new, or replaced. */
const madeSetOf = (assignment: Resource, around: Surroundings): PrincipalChange | null =>
  around.principalAt(assignment.names?.permission_set_arn ?? "");

/** Who gets which permission set where, as one string; a set that is replaced has another ARN then. */
function grantIn(assignment: Resource, set: string | null = null): string {
  const arn = set ?? attributeOf(assignment, "permission_set_arn");
  return [arn, ...["principal_id", "target_id"].map((key) => attributeOf(assignment, key))].map(String).join(" ");
}

/** What people can do already, whatever address it stands at. */
const standing = oncePer(
  (assignments: readonly ResourcePair[]): ReadonlySet<string> =>
    new Set(flatMap(assignments, ({ before }) => (before ? [grantIn(before)] : []))),
);

/** Whether some permission set gets its ARN as the plan is applied. */
const makesSets = oncePer((sets: readonly ResourcePair[]): boolean =>
  sets.some(({ before, after }) => !before && after !== null),
);

/** The permission set as it stands; `undefined` when it is new, `null` when no plan of the report has it. */
function setOf(
  assignment: Resource,
  made: PrincipalChange | null,
  around: Surroundings,
  { permissionSets }: World,
): Principal | null | undefined {
  const arn = attributeOf(assignment, "permission_set_arn");
  if (typeof arn !== "string") {
    if (made) return made.before ?? undefined;
    return makesSets(around.ofType("aws_ssoadmin_permission_set")) ? undefined : null;
  }
  const own = around.principalOf(arn);
  return own ? (own.before ?? undefined) : (permissionSets.get(arn) ?? null);
}

/** It has something, and nothing of it is shown: policies that stand in each account. */
const isBlank = ({ policies, unknown }: Principal): boolean => policies.length === 0 && unknown.length > 0;

/** Says who gets what where. */
function giving(assignment: Resource, set: string): string {
  const kind = attributeOf(assignment, "principal_type") === "USER" ? "user" : "group";
  const [who, account] = ["principal_id", "target_id"].map(
    (key) => attributeOf(assignment, key) ?? "that is not known yet",
  );
  return `gives the ${kind} ${who} the permission set ${set}, in account ${account}`;
}

const hidden = (message: string, remediation: string): readonly Violation[] => [
  { statement: null, message, severity: "info", confidence: "low", remediation },
];

const memberIn = (member: Resource) => ({
  group: attributeOf(member, "group_id"),
  user: attributeOf(member, "member_id"),
});

/** Who joins a group that has an administrator's permission set, and had it before. */
function joins({ before, after }: ResourcePair, around: Surroundings, world: World): readonly Violation[] {
  if (!after) return [];
  const { group, user } = memberIn(after);
  const was = before && memberIn(before);
  if (typeof group !== "string" || (was?.group === group && was.user === user)) return [];
  const gained = flatMap(around.ofType(type), ({ before, after }) => {
    if (!before || !after || attributeOf(after, "principal_id") !== group) return [];
    const set = setOf(after, madeSetOf(after, around), around, world);
    const can = set && power(set, world);
    return set && can ? [{ set, can, account: attributeOf(after, "target_id") }] : [];
  });
  const [first, ...others] = gained;
  if (!first) return [];
  const { set, can, account } = first;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return [
    {
      statement: null,
      message: `adds the user ${user ?? "that is not known yet"} to the group ${group}, which has the permission set ${set.name || set.arn}, which ${isSaidOf[can]}, in account ${account}${more}`,
      ...(set.boundaryUnknown && { confidence: "low" }),
      remediation:
        "Add people to groups with what their work takes; give administration to few people, and for an end.",
    },
  ];
}

export default rule({
  id: "sso-admin-assignment",
  severity: "high",
  summary: "An administrator's permission set reaches one more group, person or account",
  why: "The permission set is as it was, and so is every policy: one more line lets other people own an account, or the same people own another one. That line is what the change is about.",
  levels:
    "High; low for a grant of the access manifest (--manifest). Low confidence when a permissions boundary limits the permission set that the plan does not show. Info with low confidence when no plan of the report shows what the permission set may do. The same where somebody joins a group that has such an assignment. A permission set that is new, or becomes an administrator's in the same plan, is reported where its policies stand, and not at each assignment.",
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
  types: [type, membership],
  check(pair, around, world) {
    if (pair.type === membership) return joins(pair, around, world);
    const { after } = pair;
    if (!after) return [];
    const made = madeSetOf(after, around);
    if (standing(around.ofType(type)).has(grantIn(after, made?.before?.arn))) return [];
    const set = setOf(after, made, around, world);
    if (set === undefined) return [];
    if (set === null) {
      const name = attributeOf(after, "permission_set_arn") ?? "that is not known yet";
      return hidden(
        giving(after, `${name}, of which no plan here shows what it may do`),
        "Judge it in one report with the plan that has the permission set.",
      );
    }
    if (isBlank(set)) {
      return hidden(
        giving(after, `${set.name || set.arn}, whose policies stand where no plan here shows them`),
        "Look into the policies that it takes from the account.",
      );
    }
    const can = power(set, world);
    if (can === null) return [];
    return [
      {
        statement: null,
        message: giving(after, `${set.name || set.arn}, which ${isSaidOf[can]}`),
        ...(set.boundaryUnknown && { confidence: "low" }),
      },
    ];
  },
});
