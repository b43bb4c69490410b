import { flatMap } from "../../lib/flat-map.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import {
  attributeOf,
  isSaidOf,
  namedAt,
  type Principal,
  power,
  profiles,
  type Resource,
  type ResourcePair,
  rule,
  type Surroundings,
  uses,
} from "../rule.ts";

const types = [...new Set([...Object.keys(uses), ...Object.keys(profiles)])].sort();

/** What stood before, by ARN and by name. */
const standing = oncePer((pairs: readonly ResourcePair[]): ReadonlyMap<unknown, Resource> => {
  const found = flatMap(pairs, ({ before }) => (before ? [before] : []));
  return new Map(flatMap(found, (one) => ["name", "arn"].map((key) => [attributeOf(one, key), one] as const)));
});

function roleOf(named: string, around: Surroundings): Principal | null {
  const role = standing(around.ofType("aws_iam_role")).get(named);
  return role?.principal ?? around.principalOf(named)?.before ?? null;
}

function roleOfProfile(named: string, around: Surroundings): Principal | null {
  const profile = standing(around.ofType("aws_iam_instance_profile")).get(named);
  const role = profile && attributeOf(profile, "role");
  return typeof role === "string" ? roleOf(role, around) : null;
}

/** The roles that stood before and that the resource gives to what runs in it, by address. */
function rolesIn(resource: Resource | null, around: Surroundings): ReadonlyMap<string, Principal> {
  const found = (paths: readonly string[], find: typeof roleOf) =>
    flatMap(resource ? paths : [], (path) =>
      flatMap(namedAt(resource?.values ?? {}, resource?.unknown, path), ({ value }) =>
        value === null ? [] : (find(value, around) ?? []),
      ),
    );
  const type = resource?.type ?? "";
  const roles = [...found(uses[type] ?? [], roleOf), ...found(profiles[type] ?? [], roleOfProfile)];
  return new Map(roles.map((role) => [role.address, role]));
}

export default rule({
  id: "admin-role-used",
  severity: "high",
  summary: "One more function, host, job or pool of people gets an administrator's role",
  why: "No policy changes, and nobody is granted anything: a function, an instance or a pod that somebody else writes the code for now runs with a role that may do everything. In the account, iam:PassRole is the lock on that door; whoever merges into what Terraform applies walks around it.",
  levels:
    "High where the role may do everything; medium where it can give itself what it lacks. Low confidence when a permissions boundary limits the role that the plan does not show. A role that is new, or becomes an administrator's in the same plan, is reported where its policies stand.",
  bad: `  resource "aws_lambda_function" "thumbnails" {
    function_name = "thumbnails"
-   role          = aws_iam_role.thumbnails.arn
+   role          = aws_iam_role.deploy.arn # stands already, with AdministratorAccess
  }`,
  good: `resource "aws_lambda_function" "thumbnails" {
  function_name = "thumbnails"
  role          = aws_iam_role.thumbnails.arn
}`,
  fix: "Give it a role of its own, with what it needs.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  ],
  on: "change",
  types,
  check({ before, after }, around, world) {
    const had = rolesIn(before, around);
    return flatMap([...rolesIn(after, around)], ([address, role]) => {
      const can = had.has(address) ? null : power(role, world);
      if (can === null) return [];
      return [
        {
          statement: null,
          message: `gets the role ${role.name || role.arn}, which ${isSaidOf[can]}`,
          ...(can === "more" && { severity: "medium" as const }),
          ...(role.boundaryUnknown && { confidence: "low" as const }),
        },
      ];
    });
  },
});
