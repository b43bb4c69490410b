/** Trusts that let nobody in: the caller is not there, or may not assume the role. */

import type { PolicyDocument } from "../../access/graph.ts";
import { inlinePolicy } from "../../access/inline-policy.ts";
import { roleArn } from "../../access/resolve-trust.ts";
import { ownStatements } from "../../access/role-permissions.ts";
import { selectAccounts } from "../../access/select.ts";
import { parsePolicy } from "../../iam/parse.ts";
import type { Policy } from "../../iam/policy.ts";
import type { Caller } from "../../iam/principal.ts";
import { mismatch, statementsOf } from "../../iam/statement.ts";
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, warning } from "../problems.ts";
import type { Manifest } from "../schema.ts";

type Role = Manifest["roles"][string];
type Trust = Role["trust"];
type AccountTrust = Extract<Trust, { account: unknown }>;

/** Account keys of each role. */
export type Places = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * `trusted-account-not-active`, `role-not-in-account`, `iam-group-not-in-account`, `trust-nobody`, `trust-cycle` and
 * `caller-cannot-assume`.
 */
export function checkCallers(places: Places, context: Context): Problem[] {
  const assigned = assignedSets(context);
  const mayAssume = callerPermissions(context);
  const each = Object.entries(context.manifest.roles).flatMap(([key, role]) => {
    if (!("account" in role.trust)) return [];
    const path = ["roles", key, "trust"];
    const gone = inactive(role.trust, path, context);
    if (gone.length > 0) return gone;
    const missing = [
      ...trustedRoles(role.trust, path, places, context),
      ...trustedGroups(role.trust, path, context),
      ...trustedSets(role.trust, path, assigned, context),
    ];
    return missing.length > 0 ? missing : unableCallers(key, role, places, mayAssume, context);
  });
  return [...each, ...cycles(context)];
}

function inactive({ account }: AccountTrust, path: Path, { manifest, at }: Context): Problem[] {
  const listed = Array.isArray(account);
  return [account].flat().flatMap((key, index) => {
    const state = Object.hasOwn(manifest.accounts, key) ? manifest.accounts[key]!.state : "active";
    if (state === "active") return [];
    const message = `account "${key}" is ${state}: nobody comes from it, and the role is left out`;
    return [warning("trusted-account-not-active", at([...path, "account", ...(listed ? [index] : [])]), message)];
  });
}

function trustedRoles(trust: AccountTrust, path: Path, places: Places, { at }: Context): Problem[] {
  if (!("role" in trust)) return [];
  return trust.role.flatMap((key, index) => {
    const accounts = places.get(key);
    if (accounts === undefined || accounts.has(trust.account)) return [];
    const message = `role "${key}" is not in account "${trust.account}"; it is in ${listOf(accounts.keys())}`;
    return [error("role-not-in-account", at([...path, "role", index]), message)];
  });
}

/** A trust policy cannot name a group: it names the members that are in the account. */
function trustedGroups(trust: AccountTrust, path: Path, { manifest, accounts, at }: Context): Problem[] {
  if (!("iamGroup" in trust)) return [];
  const { groups, users } = manifest.iam;
  return trust.iamGroup.flatMap((key, index) => {
    if (!Object.hasOwn(groups, key)) return [];
    const group = groups[key]!;
    const place = at([...path, "iamGroup", index]);
    const present = selectAccounts(group.in, accounts);
    if (!present.has(trust.account)) {
      const message = `IAM group "${key}" is not in account "${trust.account}"; it is in ${listOf(present.keys())}`;
      return [error("iam-group-not-in-account", place, message)];
    }
    const isHere = (member: string) => Object.hasOwn(users, member) && users[member]!.in === trust.account;
    if (group.members.some(isHere)) return [];
    const message = `IAM group "${key}" has no members in account "${trust.account}": nobody can assume the role`;
    return [warning("trust-nobody", place, message, { hint: "name its members, keys of iam.users" })];
  });
}

/** Permission set and account, where somebody has the one in the other. */
type Assigned = ReadonlySet<string>;

function assignedSets({ manifest, accounts, asOf }: Context): Assigned {
  const trusted = new Set(
    Object.values(manifest.roles).flatMap(({ trust }) => ("permissionSet" in trust ? trust.permissionSet : [])),
  );
  const current = manifest.access.filter(({ until }) => until === undefined || until >= asOf);
  return new Set(
    current.flatMap(({ permissionSets, to }) => {
      const sets = permissionSets.filter((set) => trusted.has(set));
      const keys = sets.length === 0 ? [] : [...selectAccounts(to, accounts).keys()];
      return keys.flatMap((account) => sets.map((set) => pair(set, account)));
    }),
  );
}

function pair(set: string, account: string): string {
  return JSON.stringify([set, account]);
}

function trustedSets(trust: AccountTrust, path: Path, assigned: Assigned, { manifest, at }: Context): Problem[] {
  if (!("permissionSet" in trust)) return [];
  return trust.permissionSet.flatMap((set, index) => {
    const known = Object.hasOwn(manifest.permissionSets, set) && Object.hasOwn(manifest.accounts, trust.account);
    if (!known || assigned.has(pair(set, trust.account))) return [];
    const message = `nobody has permission set "${set}" in account "${trust.account}": nobody can assume the role with it`;
    const hint = `grant it there: access with "permissionSets: ${set}" and "to: ${trust.account}"`;
    return [warning("trust-nobody", at([...path, "permissionSet", index]), message, { hint })];
  });
}

/** What the callers of roles may do, by what they are; read once for each. */
interface CallerPermissions {
  role(key: string): Permissions;
  set(key: string): Permissions;
  group(key: string): Permissions;
}

/** Policies to look at; `null` when there is more than the manifest shows. */
type Permissions = readonly Policy[] | null;

/** AWS managed policies that let one assume any role. */
const assumesAnything = /(^|\/)(AdministratorAccess|PowerUserAccess)$/;

interface Holder {
  managedPolicies: readonly string[];
  customerManagedPolicies: readonly unknown[];
}

function callerPermissions(context: Context): CallerPermissions {
  const { manifest } = context;
  const permissionsOf = (holder: Holder, document: PolicyDocument | null): Permissions => {
    const unseen =
      holder.customerManagedPolicies.length > 0 || holder.managedPolicies.some((name) => assumesAnything.test(name));
    return unseen ? null : document === null ? [] : [parsePolicy(document, "identity").policy];
  };
  const once = <T extends Holder>(
    section: Readonly<Record<string, T>>,
    documentOf: (key: string, holder: T) => PolicyDocument | null,
  ) => {
    const known = new Map<string, Permissions>();
    return (key: string): Permissions => {
      const holder = Object.hasOwn(section, key) ? section[key] : undefined;
      if (holder === undefined) return null;
      if (!known.has(key)) known.set(key, permissionsOf(holder, documentOf(key, holder)));
      return known.get(key) ?? null;
    };
  };
  return {
    role: once(manifest.roles, (key, role) => ownStatements(key, role, context)),
    set: once(manifest.permissionSets, (key, set) => inlinePolicy(["permissionSets", key], set, context)),
    group: once(manifest.iam.groups, (key, group) => inlinePolicy(["iam", "groups", key], group, context)),
  };
}

/** Across accounts both sides have to say yes: the role's trust, and the caller's own policies. */
function unableCallers(
  key: string,
  { trust }: Role,
  places: Places,
  mayAssume: CallerPermissions,
  { manifest, at }: Context,
): Problem[] {
  const path = ["roles", key, "trust"];
  const accounts = [...(places.get(key)?.keys() ?? [])];
  const others = "account" in trust ? accounts.filter((account) => account !== trust.account) : [];
  const arns = others.flatMap((account) => {
    const entry = manifest.accounts[account];
    return entry?.id === undefined || entry.state !== "active" ? [] : [roleArn(entry.id, key, manifest)];
  });
  const unable = (kind: string, of: (caller: string) => Permissions, callers: readonly string[], where: Path) =>
    callers.flatMap((caller, index) => {
      const policies = of(caller);
      const refused = policies === null ? undefined : arns.find((arn) => !policies.some((one) => mayDo(one, arn)));
      if (refused === undefined) return [];
      const message = `${kind} "${caller}" is trusted and may not assume the role: its own policies do not allow sts:AssumeRole on ${refused}`;
      const hint = `give ${kind} "${caller}" the line: assumeRoles: ${key}`;
      return [warning("caller-cannot-assume", at([...where, index]), message, { hint })];
    });
  if ("role" in trust) return unable("role", mayAssume.role, trust.role, [...path, "role"]);
  if ("permissionSet" in trust) {
    return unable("permission set", mayAssume.set, trust.permissionSet, [...path, "permissionSet"]);
  }
  return "iamGroup" in trust ? unable("IAM group", mayAssume.group, trust.iamGroup, [...path, "iamGroup"]) : [];
}

const somebody: Caller = { kind: "role", account: "111111111111", name: "arn:aws:iam::111111111111:role/somebody" };

/** Whether a statement allows it, under whatever conditions. */
function mayDo(policy: Policy, resource: string): boolean {
  return statementsOf(policy).some((statement) => {
    if (statement.statement.effect !== "Allow") return false;
    const found = mismatch(statement, { caller: somebody, action: "sts:AssumeRole", resource, context: new Map() });
    return found === null || found.element === "condition";
  });
}

/** Roles that only roles may assume which nobody can assume either: they wait for each other. */
function cycles({ manifest, at }: Context): Problem[] {
  const { roles } = manifest;
  const reachable = new Set(Object.keys(roles).filter((key) => !("role" in roles[key]!.trust)));
  const callersOf = (key: string) => {
    const { trust } = roles[key]!;
    return "role" in trust ? trust.role : [];
  };
  const waiting = new Set(Object.keys(roles).filter((key) => !reachable.has(key)));
  for (let found = true; found; ) {
    found = false;
    for (const key of waiting) {
      // a caller that is no role of the manifest is reported as unknown
      if (!callersOf(key).some((caller) => reachable.has(caller) || !Object.hasOwn(roles, caller))) continue;
      reachable.add(key);
      waiting.delete(key);
      found = true;
    }
  }
  return [...waiting].map((key) => {
    const message = `nobody can assume role "${key}": it trusts ${listOf(callersOf(key))}, which nobody can assume without it`;
    return error("trust-cycle", at(["roles", key, "trust"]), message, { hint: "let one of them trust something else" });
  });
}

function listOf(keys: Iterable<string>): string {
  return [...keys].join(", ") || "none";
}
