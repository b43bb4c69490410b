/** Roles. */
import { selectAccounts } from "../../access/select.ts";
import { limits } from "../../limits.ts";
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, where } from "../problems.ts";
import type { Manifest } from "../schema.ts";
import { checkPermissions, checkSelection } from "./access.ts";

type Role = Manifest["roles"][string];

/**
 * `duplicate-role-name`, `role-not-in-account`, `third-party-is-inside`, `instance-profile-without-ec2`,
 * `too-many-managed-policies`, `inline-policy-too-large`, and what `checkSelection` reports.
 */
export function checkRoles(context: Context): Problem[] {
  const { manifest, accounts, at } = context;
  const places: WhereRolesAre = new Map(
    Object.entries(manifest.roles).map(([key, role]) => [key, selectAccounts(role.in, accounts)]),
  );
  const each = Object.entries(manifest.roles).flatMap(([key, role]) => {
    const path = ["roles", key];
    const problems = [
      ...checkSelection(role.in, [...path, "in"], "role", context),
      ...checkPermissions(
        path,
        role,
        role.managedPolicies.length,
        limits.managedPoliciesPerRole,
        limits.roleInlineSize,
        context,
      ),
      ...trustedRoles(role, path, places, context),
      ...thirdParty(role, path, context),
    ];
    if (role.instanceProfile === true && !trustsEc2(role)) {
      const message = "only a role that EC2 may assume can be in an instance profile";
      const hint = 'set "trust: { service: ec2 }", or remove "instanceProfile"';
      problems.push(error("instance-profile-without-ec2", at([...path, "instanceProfile"]), message, { hint }));
    }
    return problems;
  });
  return [...each, ...duplicateNames(places, context)];
}

/** `true` when EC2 may assume the role. */
export function trustsEc2({ trust }: Role): boolean {
  return "service" in trust && trust.service.some((service) => service === "ec2" || service === "ec2.amazonaws.com");
}

type WhereRolesAre = ReadonlyMap<string, ReadonlyMap<string, string>>;

function trustedRoles({ trust }: Role, path: Path, places: WhereRolesAre, { at }: Context): Problem[] {
  if (!("role" in trust)) return [];
  return trust.role.flatMap((key, index) => {
    const accounts = places.get(key);
    if (accounts === undefined || accounts.has(trust.account)) return [];
    const message = `role "${key}" is not in account "${trust.account}"; it is in ${[...accounts.keys()].join(", ") || "none"}`;
    return [error("role-not-in-account", at([...path, "trust", "role", index]), message)];
  });
}

/** An account of the organization is trusted by key: an external id says nothing there that the account does not. */
function thirdParty({ trust }: Role, path: Path, { manifest, at }: Context): Problem[] {
  if (!("thirdParty" in trust)) return [];
  const own = Object.entries(manifest.accounts).find(([, { id }]) => id === trust.thirdParty);
  if (own === undefined) return [];
  const message = `${trust.thirdParty} is no third party: it is account "${own[0]}" of this manifest`;
  const hint = `write account: ${own[0]}, with "users: true", "role" or "permissionSet"`;
  return [error("third-party-is-inside", at([...path, "trust", "thirdParty"]), message, { hint })];
}

function duplicateNames(places: WhereRolesAre, { manifest, at }: Context): Problem[] {
  const first = new Map<string, string>();
  return [...places].flatMap(([key, accounts]) => {
    const name = manifest.roles[key]!.name ?? key;
    for (const account of accounts.keys()) {
      const id = JSON.stringify([account, name.toLowerCase()]);
      const earlier = first.get(id);
      if (earlier === undefined) {
        first.set(id, key);
        continue;
      }
      const [here, there] = [at(["roles", key, "name"]), at(["roles", earlier, "name"])];
      const message = `role name "${name}" is already used in account "${account}" at ${where(there, here)}; IAM ignores case`;
      return [error("duplicate-role-name", here, message, { related: [{ place: there, message: "first used here" }] })];
    }
    return [];
  });
}
