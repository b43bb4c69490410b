/** Every name that the manifest uses has to be defined in it. */
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import type { Context } from "../context.ts";
import type { Selector } from "../fields.ts";
import { keysAt, type Path } from "../node.ts";
import { error } from "../problems.ts";
import type { Manifest } from "../schema.ts";
import { writtenUnitPaths } from "../units.ts";

type Kind = "account" | "unit" | "policy" | "group" | "user" | "permission-set" | "role";

interface Reference {
  kind: Kind;
  name: string;
  path: Path;
}

/** `unknown-account`, `unknown-unit`, `unknown-policy`, `unknown-group`, `unknown-user`, `unknown-permission-set`, `unknown-role`. */
export function checkReferences(context: Context): Problem[] {
  const { written, at } = context;
  const known: Record<Kind, ReadonlySet<string>> = {
    account: new Set(keysAt(written, ["accounts"])),
    unit: new Set(writtenUnitPaths(written)),
    policy: new Set(keysAt(written, ["policies"])),
    group: new Set(keysAt(written, ["identity", "groups"])),
    user: new Set(keysAt(written, ["identity", "users"])),
    "permission-set": new Set(keysAt(written, ["permissionSets"])),
    role: new Set(keysAt(written, ["roles"])),
  };
  return references(context).flatMap(({ kind, name, path }) => {
    if (known[kind].has(name)) return [];
    const message = `unknown ${kind.replace("-", " ")} "${name}"${suggestion(name, known[kind])}`;
    return [error(`unknown-${kind}`, at(path), message)];
  });
}

/** The nearest name; for a unit also the one path that ends in it, as `prod` for `workloads/prod`. */
function suggestion(name: string, known: ReadonlySet<string>): string {
  const endings = [...known].filter((path) => path.endsWith(`/${name}`));
  return endings.length === 1 ? `; did you mean "${endings[0]}"?` : didYouMean(name, known);
}

function references({ manifest, units }: Context): Reference[] {
  const { organization, accounts, identity, access, roles, monitoring } = manifest;
  const { trail, config } = monitoring;
  return [
    one("account", organization.managementAccount, ["organization", "managementAccount"]),
    ...many("policy", organization.policies, ["organization", "policies"]),
    ...units.flatMap(({ unit, at }) => many("policy", unit.policies, [...at, "policies"])),
    ...each(accounts, ["accounts"], (account, path) => [
      ...many("unit", account.unit === undefined ? [] : [account.unit], [...path, "unit"]),
      ...many("policy", account.policies, [...path, "policies"]),
    ]),
    ...each(identity.groups, ["identity", "groups"], ({ members }, path) =>
      many("user", members, [...path, "members"]),
    ),
    ...access.flatMap((grant, index) => [
      ...many("group", grant.groups, ["access", index, "groups"]),
      ...many("user", grant.users, ["access", index, "users"]),
      ...many("permission-set", grant.permissionSets, ["access", index, "permissionSets"]),
      ...selected(grant.to, ["access", index, "to"]),
    ]),
    ...each(roles, ["roles"], (role, path) => [
      ...selected(role.in, [...path, "in"]),
      ...trusted(role.trust, [...path, "trust"]),
    ]),
    ...(trail?.bucketAccount === undefined
      ? []
      : [one("account", trail.bucketAccount, ["monitoring", "trail", "bucketAccount"])]),
    ...(config === undefined ? [] : selected(config.accounts, ["monitoring", "config", "accounts"])),
  ];
}

function trusted(trust: Manifest["roles"][string]["trust"], path: Path): Reference[] {
  const accounts = "account" in trust ? [trust.account].flat() : [];
  return [
    ...many("account", accounts, [...path, "account"]),
    ...("role" in trust ? many("role", trust.role, [...path, "role"]) : []),
    ...("permissionSet" in trust ? many("permission-set", trust.permissionSet, [...path, "permissionSet"]) : []),
  ];
}

function selected(selectors: readonly Selector[], path: Path): Reference[] {
  return selectors.flatMap((selector, index) => {
    const at = [...path, index];
    return [...someAccounts(selector, at), ...someAccounts(selector.except ?? {}, [...at, "except"])];
  });
}

function someAccounts({ accounts, units }: NonNullable<Selector["except"]>, path: Path): Reference[] {
  return [...many("account", accounts ?? [], [...path, "accounts"]), ...many("unit", units ?? [], [...path, "units"])];
}

function one(kind: Kind, name: string, path: Path): Reference {
  return { kind, name, path };
}

function many(kind: Kind, names: readonly string[], path: Path): Reference[] {
  return names.map((name, index) => ({ kind, name, path: [...path, index] }));
}

function each<T>(record: Readonly<Record<string, T>>, path: Path, read: (value: T, path: Path) => Reference[]) {
  return Object.entries(record).flatMap(([key, value]) => read(value, [...path, key]));
}
