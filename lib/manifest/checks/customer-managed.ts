/** Customer managed policies: whether they fit, and are in every account where something names them. */
import { documentSize } from "../../access/document-size.ts";
import { selectAccounts } from "../../access/select.ts";
import { byCodeUnit } from "../../finding.ts";
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import { allowance } from "../allowance.ts";
import type { Context } from "../context.ts";
import { namedPolicy, type PolicyReference } from "../customer-managed.ts";
import type { Path } from "../node.ts";
import { documentOf } from "../policy.ts";
import { error, warning, where } from "../problems.ts";
import { checkSelection } from "./access.ts";

/** A place in the manifest that names a policy, and the accounts where it has to be. */
interface Use {
  reference: PolicyReference;
  path: Path;
  accounts: Iterable<string>;
  /** The grant that brings it to an account, where one does. */
  grants?: ReadonlyMap<string, Path> | undefined;
  /** Why there, as the end of a sentence: `where this permission set is assigned`. */
  why: string;
}

interface Declared {
  key: string;
  path: string;
  accounts: ReadonlySet<string>;
}

/**
 * `managed-policy-too-large`, `unknown-customer-managed-policy`, `managed-policy-path`, `managed-policy-not-in-account`,
 * and what `checkSelection` reports.
 */
export function checkCustomerManaged(context: Context): Problem[] {
  const { manifest, accounts } = context;
  const declared = new Map<string, Declared[]>();
  for (const [key, policy] of Object.entries(manifest.managedPolicies)) {
    const { name = key, path } = policy;
    const one = { key, path, accounts: new Set(selectAccounts(policy.in, accounts).keys()) };
    declared.set(name, [...(declared.get(name) ?? []), one]);
  }
  return [
    ...Object.keys(manifest.managedPolicies).flatMap((key) => checkPolicy(key, context)),
    ...uses(context).flatMap((use) => checkUse(use, declared, context)),
  ];
}

function checkPolicy(key: string, context: Context): Problem[] {
  const { in: selection, allow = [], deny = [], file } = context.manifest.managedPolicies[key]!;
  const path = ["managedPolicies", key];
  const size = documentSize(file === undefined ? documentOf(allow, deny) : context.file([...path, "file"], file));
  const { value, unit, says } = allowance(context.manifest, "managedPolicySize");
  const message = `the policy is ${size} characters long; ${says} (${unit})`;
  const tooLarge =
    size <= value
      ? []
      : [error("managed-policy-too-large", context.at(path), message, { hint: "split it into two policies" })];
  return [...checkSelection(selection, [...path, "in"], "policy", context), ...tooLarge];
}

function checkUse(
  { reference, path, accounts, grants, why }: Use,
  declared: Map<string, Declared[]>,
  context: Context,
): Problem[] {
  const { manifest, at, keyAt } = context;
  const named = namedPolicy(reference, manifest);
  const sameName = declared.get(named.name) ?? [];
  const [other] = sameName;
  if (other === undefined) {
    const known = [...Object.keys(manifest.managedPolicies), ...declared.keys()];
    const message = `no customer managed policy "${named.name}" is known${didYouMean(named.name, known)}`;
    const hint = `one that is made elsewhere is declared so: managedPolicies: { ${named.name}: { in: ..., existing: true } }`;
    return [warning("unknown-customer-managed-policy", at(path), message, { hint })];
  }
  const same = sameName.filter((one) => one.path === named.path);
  const place = keyAt(["managedPolicies", other.key]);
  const related = [{ place, message: "declared here" }];
  if (same.length === 0) {
    const message = `policy "${named.name}" is at path "${other.path}" (${where(place, at(path))}), not at "${named.path}"`;
    return [error("managed-policy-path", at(path), message, { hint: `write its key: ${other.key}`, related })];
  }
  const missing = [...accounts].filter((account) => !same.some((one) => one.accounts.has(account))).sort(byCodeUnit);
  if (missing.length === 0) return [];
  const message = `policy "${named.name}" is not in ${listed(missing)}, ${why}`;
  const hint = `add ${missing.length === 1 ? "it" : "them"} to "in" of managedPolicies.${other.key}`;
  const grant = grants?.get(missing[0]!);
  const by = grant === undefined ? [] : [{ place: at(grant), message: "assigned by this grant" }];
  return [error("managed-policy-not-in-account", at(path), message, { hint, related: [...related, ...by] })];
}

function uses(context: Context): Use[] {
  const { manifest, accounts } = context;
  const { permissionSets, iam, roles } = manifest;
  const sets = Object.entries(permissionSets).flatMap(([key, set]) =>
    named(["permissionSets", key], set).map((use) => ({ key, use })),
  );
  const assigned = assignedAccounts(new Set(sets.map(({ key }) => key)), context);
  const within = (
    path: Path,
    holder: Holder & { in: Parameters<typeof selectAccounts>[0] | string },
    why: string,
  ): Use[] => {
    const found = named(path, holder);
    if (found.length === 0) return [];
    const where = typeof holder.in === "string" ? [holder.in] : selectAccounts(holder.in, accounts).keys();
    return found.map((use) => ({ ...use, accounts: new Set(where), why }));
  };
  return [
    ...sets.map(({ key, use }): Use => {
      const grants = assigned.get(key);
      return { ...use, accounts: grants?.keys() ?? [], grants, why: "where this permission set is assigned" };
    }),
    ...Object.entries(iam.groups).flatMap(([key, group]) =>
      within(["iam", "groups", key], group, "where this group is"),
    ),
    ...Object.entries(iam.users).flatMap(([key, user]) => within(["iam", "users", key], user, "where this user is")),
    ...Object.entries(roles).flatMap(([key, role]) => within(["roles", key], role, "where this role is")),
  ];
}

interface Holder {
  customerManagedPolicies?: readonly PolicyReference[];
  permissionsBoundary?: string | { customerManagedPolicy: PolicyReference } | undefined;
}

function named(path: Path, { customerManagedPolicies = [], permissionsBoundary }: Holder) {
  return [
    ...customerManagedPolicies.map((reference, index) => ({
      reference,
      path: [...path, "customerManagedPolicies", index],
    })),
    ...(typeof permissionsBoundary === "object"
      ? [{ reference: permissionsBoundary.customerManagedPolicy, path: [...path, "permissionsBoundary"] }]
      : []),
  ];
}

/** The accounts in which each of these permission sets is assigned today, each with the first grant that does it. */
function assignedAccounts(sets: ReadonlySet<string>, { manifest, accounts, asOf }: Context) {
  const assigned = new Map<string, Map<string, Path>>();
  for (const [index, { permissionSets, to, until }] of manifest.access.entries()) {
    const meant = permissionSets.filter((set) => sets.has(set));
    if (meant.length === 0 || (until !== undefined && until < asOf)) continue;
    const covered = [...selectAccounts(to, accounts).keys()].filter(
      (key) => manifest.accounts[key]!.state === "active",
    );
    for (const set of meant) {
      const grants = assigned.get(set) ?? new Map<string, Path>();
      assigned.set(set, grants);
      for (const account of covered) if (!grants.has(account)) grants.set(account, ["access", index, "to"]);
    }
  }
  return assigned;
}

const most = 5;

function listed(accounts: readonly string[]): string {
  const more = accounts.length > most ? ` and ${accounts.length - most} more` : "";
  return `${accounts.length === 1 ? "account" : "accounts"} ${accounts.slice(0, most).join(", ")}${more}`;
}
