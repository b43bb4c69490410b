/** Who can assume what, as rows. */
import { isWithin } from "../../manifest/units.ts";
import type { Place } from "../../problem.ts";
import type { AccessFilter } from "../explain.ts";
import type { AccessGraph, Assignment } from "../graph.ts";
import { assumeSteps } from "./assume.ts";
import type { Verdict } from "./decide.ts";
import { loadManagedPolicies } from "./permissions.ts";
import type { PrincipalKind } from "./principals.ts";
import { allWays, type Way } from "./ways.ts";

export interface RoleFilter extends AccessFilter {
  role?: readonly string[];
}

export interface RoleRow extends Verdict {
  /** What begins: a permission set, a role, an IAM user, or whom a trust policy names. */
  kind: PrincipalKind;
  /** Its key, `null` for whom only a trust policy names. */
  key: string | null;
  /** Account key, `null` outside the organization. */
  from: string | null;
  /** As people would say it. */
  who: string;
  /** The groups and users that enter as the permission set. */
  people: readonly Assignment["principal"][];
  /** The role that it ends in. */
  role: string;
  roleArn: string;
  account: string;
  accountName: string;
  /** Every role on the way, the last one being `role`. */
  steps: readonly (Verdict & { role: string; account: string })[];
  /** Where the role is written. */
  place: Place;
}

/**
 * One row for each principal and role. `account` and `unit` are about the role; `group`, `user` and `permissionSet` about
 * who begins, a user being followed through the groups that the manifest knows members of.
 */
export async function roleRows(graph: AccessGraph, filter: RoleFilter = {}): Promise<RoleRow[]> {
  const { steps } = assumeSteps(graph, await loadManagedPolicies(graph));
  const asked = (keys: readonly string[] | undefined, test: (key: string) => boolean) => keys?.some(test) ?? true;
  const groups = new Map(graph.identity.groups.map(({ key, members }) => [key, members]));
  const isUser = ({ type, key }: Assignment["principal"], user: string) =>
    type === "USER" ? key === user : (groups.get(key)?.includes(user) ?? false);
  return allWays(steps)
    .filter(
      ({ from, to }) =>
        asked(filter.account, (key) => to.account.key === key) &&
        asked(filter.unit, (path) => isWithin(to.account.unit, path)) &&
        asked(filter.role, (key) => to.role.key === key) &&
        asked(filter.permissionSet, (key) => from.kind === "permissionSet" && from.key === key) &&
        asked(filter.group, (group) => from.people.some(({ type, key }) => type === "GROUP" && key === group)) &&
        asked(filter.user, (user) => from.people.some((one) => isUser(one, user))),
    )
    .map(rowOf);
}

function rowOf({ from, to, steps, answer, because, policy }: Way): RoleRow {
  return {
    kind: from.kind,
    key: from.key,
    from: from.account,
    who: from.name,
    people: from.people,
    role: to.role.key,
    roleArn: to.arn,
    account: to.account.key,
    accountName: to.account.name,
    answer,
    because,
    policy,
    steps: steps.map(({ to: { role, account }, verdict }) => ({ role: role.key, account: account.key, ...verdict })),
    place: to.role.place,
  };
}
