/** Who calls AWS: everyone whom the manifest makes or trusts. */

import { groupBy } from "../../group.ts";
import type { CallerClass } from "../../iam/caller-class.ts";
import type { Place } from "../../problem.ts";
import type { AccessGraph, Assignment, IamUser, Role, Trust } from "../graph.ts";
import type { Permissions, PermissionsOf } from "./permissions.ts";

export type PrincipalKind =
  | "permissionSet"
  | "role"
  /** The role that Terraform assumes in member accounts; AWS makes it with the account. */
  | "executionRole"
  | "user"
  | "breakGlass"
  /** Whom only a trust policy names. */
  | Trust["kind"];

/** Someone or something with credentials of AWS, or with a token that AWS takes. */
export interface Principal {
  /** Tells it from all others. */
  id: string;
  kind: PrincipalKind;
  /** Its key in the manifest, `null` for whom only a trust policy names. */
  key: string | null;
  /** Account key, `null` outside the organization. */
  account: string | null;
  /** As people would say it: `log-analyst in shop-dev`. */
  name: string;
  /** The groups and users that enter as this permission set, by key; empty for everybody else. */
  people: readonly Assignment["principal"][];
  callers: readonly CallerClass[];
  /** What its own policies say; worked out when asked for. */
  permissions: () => Permissions;
  place: Place | null;
}

/** Suffix that stands for the one AWS makes up. */
const suffix = "0123456789abcdef";

/** People: each permission set in each account where somebody has it. */
export function enteringAs(graph: AccessGraph, permissions: PermissionsOf): Principal[] {
  const sets = new Map(graph.permissionSets.map((set) => [set.key, set]));
  const ids = new Map(graph.accounts.map(({ key, id }) => [key, id]));
  const home = graph.organization.homeRegion;
  const path = `aws-reserved/sso.amazonaws.com/${home === "us-east-1" ? "" : `${home}/`}`;
  const pairs = groupBy(graph.assignments, ({ permissionSet, account }) => `${account}/${permissionSet}`);
  return [...pairs].flatMap(([pair, assignments]) => {
    const [{ permissionSet, account } = { permissionSet: "", account: "" }] = assignments;
    const [set, id] = [sets.get(permissionSet), ids.get(account) ?? null];
    if (set === undefined || id === null) return [];
    const arn = `arn:aws:iam::${id}:role/${path}AWSReservedSSO_${set.name}_${suffix}`;
    return [
      {
        id: `permissionSet/${pair}`,
        kind: "permissionSet",
        key: permissionSet,
        account,
        name: `${permissionSet} in ${account}`,
        people: assignments.map(({ principal }) => principal),
        callers: [{ kind: "role", account: id, name: arn }],
        permissions: () => permissions.permissionSet(set, account),
        place: assignments[0]?.origins[0]?.place ?? null,
      },
    ];
  });
}

/** A role of the manifest, by its ARN. */
export function asPrincipal(role: Role, arn: string, id: string, permissions: PermissionsOf): Principal {
  const { key, account, place } = role;
  return {
    id: roleId(role),
    kind: "role",
    key,
    account,
    name: `${key} in ${account}`,
    people: [],
    callers: [{ kind: "role", account: id, name: arn }],
    permissions: () => permissions.role(role),
    place,
  };
}

/** What tells a role from all others. */
export function roleId({ key, account }: Pick<Role, "key" | "account">): string {
  return `role/${account}/${key}`;
}

/** An IAM user of the manifest. */
export function userPrincipal(user: IamUser, arn: string, id: string, permissions: PermissionsOf): Principal {
  const { key, account, breakGlass, place } = user;
  const kind = breakGlass ? "breakGlass" : "user";
  return {
    id: `${kind}/${account}/${key}`,
    kind,
    key,
    account,
    name: `${breakGlass ? "break-glass user" : "IAM user"} ${key} in ${account}`,
    people: [],
    callers: [{ kind: "user", account: id, name: arn }],
    permissions: () => permissions.user(user),
    place,
  };
}
