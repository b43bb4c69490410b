/**
 * Which resources give policies, boundaries and memberships to whom: one row per resource type. A path names an
 * attribute; `[]` goes through a list. What an attribute holds is the name or the ARN of something else in the plan.
 */
import { flatMap } from "../lib/flat-map.ts";
import { readPlainJson } from "../lib/iam/json.ts";
import { at, type JsonObject, member } from "./json.ts";

/** Resource types that are principals, with their kind and the attribute that others know them by. */
export const principalTypes = {
  aws_iam_role: { kind: "role", key: "name" },
  aws_iam_user: { kind: "user", key: "name" },
  aws_iam_group: { kind: "group", key: "name" },
  aws_ssoadmin_permission_set: { kind: "permission set", key: "arn" },
} as const;
export type PrincipalType = keyof typeof principalTypes;

export const isPrincipalType = (type: string): type is PrincipalType => Object.hasOwn(principalTypes, type);

/** Who is meant: itself, or those that attributes name. */
type Whom = "itself" | readonly { type: PrincipalType; path: string }[];

export interface Attachment {
  to: Whom;
  /** Its own documents, by place. */
  own?: readonly string[];
  /** ARNs of managed policies, AWS's or the account's. */
  arns?: readonly string[];
  /** Names of the account's managed policies. */
  names?: readonly string[];
  /** They are attached when something happens: what they deny cannot be counted on. */
  later?: true;
  /** What of it caps permissions instead of granting them. */
  boundary?: { arns: readonly string[]; names: readonly string[] };
}

const role = (path: string): Whom => [{ type: "aws_iam_role", path }];
const user = (path: string): Whom => [{ type: "aws_iam_user", path }];
const group = (path: string): Whom => [{ type: "aws_iam_group", path }];
const permissionSet: Whom = [{ type: "aws_ssoadmin_permission_set", path: "permission_set_arn" }];

const table: Readonly<Record<string, Attachment>> = {
  aws_iam_role: {
    to: "itself",
    own: ["inline_policy[].policy"],
    arns: ["managed_policy_arns[]"],
    boundary: { arns: ["permissions_boundary"], names: [] },
  },
  aws_iam_user: { to: "itself", boundary: { arns: ["permissions_boundary"], names: [] } },
  aws_iam_role_policy: { to: role("role"), own: ["policy"] },
  aws_iam_user_policy: { to: user("user"), own: ["policy"] },
  aws_iam_group_policy: { to: group("group"), own: ["policy"] },
  aws_iam_role_policy_attachment: { to: role("role"), arns: ["policy_arn"] },
  aws_iam_user_policy_attachment: { to: user("user"), arns: ["policy_arn"] },
  aws_iam_group_policy_attachment: { to: group("group"), arns: ["policy_arn"] },
  aws_iam_role_policy_attachments_exclusive: { to: role("role_name"), arns: ["policy_arns[]"] },
  aws_iam_user_policy_attachments_exclusive: { to: user("user_name"), arns: ["policy_arns[]"] },
  aws_iam_group_policy_attachments_exclusive: { to: group("group_name"), arns: ["policy_arns[]"] },
  aws_iam_policy_attachment: {
    to: [
      { type: "aws_iam_role", path: "roles[]" },
      { type: "aws_iam_user", path: "users[]" },
      { type: "aws_iam_group", path: "groups[]" },
    ],
    arns: ["policy_arn"],
  },
  // when money runs out, or when somebody spends it
  aws_budgets_budget_action: {
    to: [
      { type: "aws_iam_role", path: "definition[].iam_action_definition[].roles[]" },
      { type: "aws_iam_user", path: "definition[].iam_action_definition[].users[]" },
      { type: "aws_iam_group", path: "definition[].iam_action_definition[].groups[]" },
    ],
    arns: ["definition[].iam_action_definition[].policy_arn"],
    later: true,
  },
  aws_ssoadmin_permission_set_inline_policy: { to: permissionSet, own: ["inline_policy"] },
  aws_ssoadmin_managed_policy_attachment: { to: permissionSet, arns: ["managed_policy_arn"] },
  aws_ssoadmin_managed_policy_attachments_exclusive: { to: permissionSet, arns: ["managed_policy_arns[]"] },
  aws_ssoadmin_customer_managed_policy_attachment: {
    to: permissionSet,
    names: ["customer_managed_policy_reference[].name"],
  },
  aws_ssoadmin_customer_managed_policy_attachments_exclusive: {
    to: permissionSet,
    names: ["customer_managed_policy_reference[].name"],
  },
  aws_ssoadmin_permissions_boundary_attachment: {
    to: permissionSet,
    boundary: {
      arns: ["permissions_boundary[].managed_policy_arn"],
      names: ["permissions_boundary[].customer_managed_policy_reference[].name"],
    },
  },
};

const attachments: ReadonlyMap<string, Attachment> = new Map(Object.entries(table));

/** The resource types that are principals, or give them something. */
export const holdingTypes: readonly string[] = [
  ...new Set([...Object.keys(principalTypes), ...Object.keys(table)]),
].sort();

export function attachmentOf(resourceType: string): Attachment | undefined {
  return attachments.get(resourceType);
}

/** Who is in which group: the attributes with the users' and the groups' names. */
export const memberships: ReadonlyMap<string, { users: string; groups: string }> = new Map([
  ["aws_iam_user_group_membership", { users: "user", groups: "groups[]" }],
  ["aws_iam_group_membership", { users: "users[]", groups: "group" }],
]);

/** One value that names something. */
export interface Named {
  /** Path in the table. */
  path: string;
  /** With the index of each list: `policy_arns[1]`. */
  attribute: string;
  /** `null`: not known yet. */
  value: string | null;
}

/** Gives the values at a path, which goes on into JSON that is written as text; those that are not set are left out. */
export function namedAt(values: JsonObject, unknown: unknown, path: string): readonly Named[] {
  if (/^\w+$/.test(path)) return named(path, path, member(values, path), member(unknown, path));
  let found: readonly { attribute: string; value: unknown; unknown: unknown }[] = [
    { attribute: "", value: values, unknown },
  ];
  for (const step of path.split(".")) {
    const name = step.replace("[]", "");
    found = flatMap(found, (outer) => {
      if (outer.unknown === true) return [outer];
      const attribute = outer.attribute === "" ? name : `${outer.attribute}.${name}`;
      const within = typeof outer.value === "string" ? readPlainJson(outer.value) : outer.value;
      const slot = { attribute, value: member(within, name), unknown: member(outer.unknown, name) };
      if (!step.endsWith("[]") || slot.unknown === true) return [slot];
      const elements = Array.isArray(slot.value) ? slot.value : [];
      return elements.map((value, i) => ({
        attribute: `${attribute}[${i}]`,
        value,
        unknown: at(slot.unknown, i),
      }));
    });
  }
  return flatMap(found, ({ attribute, value, unknown }) => named(path, attribute, value, unknown));
}

function named(path: string, attribute: string, value: unknown, unknown: unknown): readonly Named[] {
  if (unknown === true) return [{ path, attribute, value: null }];
  return typeof value === "string" && value !== "" ? [{ path, attribute, value }] : [];
}
