/** Roles. */

import { documentSize } from "../../access/document-size.ts";
import { type Ids, resolveTrust } from "../../access/resolve-trust.ts";
import { attachedPolicies, ownStatements } from "../../access/role-permissions.ts";
import { selectAccounts } from "../../access/select.ts";
import { splitPolicy } from "../../access/split-policy.ts";
import { trustPolicy } from "../../access/trust-policy.ts";
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import { allowance } from "../allowance.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, warning, where } from "../problems.ts";
import type { Manifest } from "../schema.ts";
import { isServicePrincipal, serviceNames, servicePrincipal } from "../service-principals.ts";
import { checkSelection } from "./access.ts";
import { checkCallers, type Places } from "./callers.ts";
import { checkProviders } from "./providers.ts";

type Role = Manifest["roles"][string];

/**
 * `duplicate-role-name`, `third-party-is-inside`, `instance-profile-without-ec2`, `too-many-managed-policies`,
 * `statement-too-large`, `trust-policy-too-large`, `unknown-service`, and what `checkCallers`, `checkProviders` and
 * `checkSelection` report.
 */
export function checkRoles(context: Context): Problem[] {
  const { manifest, accounts } = context;
  const places: Places = new Map(
    Object.entries(manifest.roles).map(([key, role]) => [key, selectAccounts(role.in, accounts)]),
  );
  // an id of twelve digits is as good as any, where only the length counts
  const ids: Ids = new Map(Object.keys(manifest.accounts).map((key) => [key, anyAccount]));
  const each = Object.entries(manifest.roles).flatMap(([key, role]) => {
    const path = ["roles", key];
    return [
      ...checkSelection(role.in, [...path, "in"], "role", context),
      ...permissions(key, role, context),
      ...services(role, path, context),
      ...thirdParty(role, path, context),
      ...instanceProfile(role, path, context),
      ...trustSize(key, role, ids, context),
    ];
  });
  return [
    ...each,
    ...checkCallers(places, context),
    ...checkProviders(places, context),
    ...duplicateNames(places, context),
  ];
}

/** `true` when EC2 may assume the role. */
export function trustsEc2({ trust }: Role): boolean {
  return "service" in trust && trust.service.some((service) => servicePrincipal(service) === "ec2.amazonaws.com");
}

function instanceProfile(role: Role, path: Path, { at }: Context): Problem[] {
  if (role.instanceProfile !== true || trustsEc2(role)) return [];
  const message = "only a role that EC2 may assume can be in an instance profile";
  const hint = 'set "trust: { service: ec2 }", or remove "instanceProfile"';
  return [error("instance-profile-without-ec2", at([...path, "instanceProfile"]), message, { hint })];
}

const anyAccount = "000000000000";

function permissions(key: string, role: Role, context: Context): Problem[] {
  const { manifest, at, keyAt } = context;
  const path = ["roles", key];
  const { managed } = splitPolicy(ownStatements(key, role, context), context.manifest);
  const attached = attachedPolicies(role, anyAccount, manifest).length + managed.length;
  const most = allowance(manifest, "managedPoliciesPerRole");
  const size = allowance(manifest, "managedPolicySize");
  const large = managed.filter((document) => documentSize(document) > size.value);
  return [
    ...(attached > most.value
      ? [
          error(
            "too-many-managed-policies",
            at([...path, "managedPolicies"]),
            tooMany(attached, managed.length, most.says),
          ),
        ]
      : []),
    ...large.map((document) => {
      const length = documentSize(document);
      const message = `a statement of role "${key}" is ${length} characters long; in a managed policy ${size.says} (${size.unit})`;
      return error("statement-too-large", keyAt(path), message, { hint: "split the statement into two" });
    }),
  ];
}

function tooMany(attached: number, own: number, says: string): string {
  const split = own === 0 ? "" : `, ${own} of them for its own statements, which are too long for an inline policy`;
  return `${attached} managed policies${split}; ${says} on a role`;
}

function trustSize(key: string, { trust }: Role, ids: Ids, { manifest, at }: Context): Problem[] {
  const resolved = resolveTrust(trust, { key: "", id: anyAccount }, manifest, ids);
  if (resolved === null) return [];
  const { value, says } = allowance(manifest, "trustPolicySize");
  const length = JSON.stringify(trustPolicy(resolved, anyAccount)).length;
  if (length <= value) return [];
  const message = `the trust policy of role "${key}" is ${length} characters long; ${says}`;
  return [warning("trust-policy-too-large", at(["roles", key, "trust"]), message, { hint: quota })];
}

const quota = "split the role into two; where AWS has raised the quota write it down: limits: { trustPolicySize: ... }";

/** A warning, because AWS adds services. */
function services({ trust }: Role, path: Path, { at }: Context): Problem[] {
  if (!("service" in trust)) return [];
  return trust.service.flatMap((service, index) => {
    if (isServicePrincipal(service)) return [];
    const short = service.replace(/\.amazonaws\.com$/, "");
    const message = `no AWS service is known that assumes roles as ${servicePrincipal(service)}${didYouMean(short, serviceNames)}`;
    return [warning("unknown-service", at([...path, "trust", "service", index]), message)];
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

function duplicateNames(places: Places, { manifest, at }: Context): Problem[] {
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
