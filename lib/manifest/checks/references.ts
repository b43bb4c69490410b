/** Every name that the manifest uses has to be defined in it. */
import type { Problem } from "../../problem.ts";
import { type Named, nearest, unknownKey } from "../../suggest.ts";
import type { Context } from "../context.ts";
import type { Selector } from "../fields.ts";
import { keysKnownAt } from "../grammar.ts";
import { keysAt, type Node, nodeAt, type Path } from "../node.ts";
import { isAccountId } from "../organization-policy.ts";
import { error } from "../problems.ts";
import { type Manifest, manifestSchema } from "../schema.ts";
import { writtenUnitPaths } from "../units.ts";

/** What references name; an unknown one has the code `unknown-<kind>`. */
export const kinds = [
  "account",
  "unit",
  "policy",
  "group",
  "user",
  "permission-set",
  "role",
  "iam-group",
  "managed-policy",
  "iam-user",
  "identity-provider",
  "trust-anchor",
  "topic",
  "log-group",
] as const;
type Kind = (typeof kinds)[number];

/** `permission set`, `IAM group`. */
function words(kind: Kind): string {
  return kind.replace("-", " ").replace("iam", "IAM");
}

interface Reference {
  kind: Kind;
  name: string;
  path: Path;
  /** An account of a selection, where more than a key can stand. */
  selects?: boolean;
}

/**
 * `unknown-account`, `unknown-unit`, `unknown-policy`, `unknown-group`, `unknown-user`, `unknown-permission-set`,
 * `unknown-role`, `unknown-iam-group`, `unknown-iam-user`, `unknown-identity-provider`, `unknown-trust-anchor`, `unknown-topic`,
 * `unknown-log-group`.
 */
export function checkReferences(context: Context): Problem[] {
  const { written, at } = context;
  const known = knownNames(context);
  const keys = new Map(Object.entries(known).map(([kind, names]) => [kind, new Set(names.map(({ key }) => key))]));
  const inDoubt = remembered((kind: Kind, name: string) =>
    sectionsOf(kind, name).some((section) => isInDoubt(written, section)),
  );
  let looked = 0;
  return references(context).flatMap(({ kind, name, path, selects }) => {
    if (keys.get(kind)?.has(name) || inDoubt(kind, kind === "unit" ? name : "")) return [];
    const thing = words(kind);
    if (++looked > mostLooked) return [error(`unknown-${kind}`, at(path), `unknown ${thing} "${name}"`)];
    const unknown = unknownKey(thing, name, known[kind]);
    const meant =
      (selects === true && selection(name, known.unit)) ||
      otherKind(kind, name, path, keys) ||
      (kind === "unit" ? whole(name, known.unit) : "");
    const message = meant ? `unknown ${thing} "${name}"; ${meant}` : unknown.message;
    return [error(`unknown-${kind}`, at(path), message, { hint: meant ? null : unknown.hint })];
  });
}

/** For how many unknown names the nearest known ones are looked up: each costs a look at all of them. */
const mostLooked = 200;

/** The function, asked once for the same words. */
function remembered<A extends string, B extends string, T>(ask: (a: A, b: B) => T): (a: A, b: B) => T {
  const answers = new Map<string, T>();
  return (a, b) => {
    const words = JSON.stringify([a, b]);
    const answer = answers.get(words) ?? ask(a, b);
    answers.set(words, answer);
    return answer;
  };
}

/** Every key that is written, valid or not, with the other names of what could be read. */
function knownNames({ manifest, units, written }: Context): Record<Kind, readonly Named[]> {
  const { accounts, policies, identity, permissionSets, iam, roles, identityProviders, trustAnchors, monitoring } =
    manifest;
  const names = <T>(path: Path, record: Readonly<Record<string, T>>, also: (value: T) => Named["also"]): Named[] =>
    keysAt(written, path).map((key) => ({ key, also: Object.hasOwn(record, key) ? also(record[key]!) : {} }));
  const byName = ({ name }: { name?: string | undefined }) => ({ name });
  return {
    account: names(["accounts"], accounts, ({ id, name, email }) => ({ id, name, "e-mail address": email })),
    unit: writtenUnitPaths(written).map((key) => ({
      key,
      also: { name: units.find(({ path }) => path === key)?.unit.name },
    })),
    policy: names(["policies"], policies, byName),
    group: names(["identity", "groups"], identity.groups, byName),
    user: names(["identity", "users"], identity.users, ({ userName, email }) => ({
      "sign-in name": userName,
      "e-mail address": email,
    })),
    "permission-set": names(["permissionSets"], permissionSets, byName),
    role: names(["roles"], roles, byName),
    "managed-policy": names(["managedPolicies"], manifest.managedPolicies, byName),
    "iam-group": names(["iam", "groups"], iam.groups, byName),
    "iam-user": names(["iam", "users"], iam.users, byName),
    "identity-provider": names(["identityProviders"], identityProviders, ({ oidc, saml }) => ({
      issuer: oidc?.url,
      name: saml?.name,
    })),
    "trust-anchor": names(["trustAnchors"], trustAnchors, byName),
    topic: names(["monitoring", "topics"], monitoring.topics, byName),
    "log-group": names(["monitoring", "logGroups"], monitoring.logGroups, byName),
  };
}

const topLevel = {
  account: "accounts",
  policy: "policies",
  "permission-set": "permissionSets",
  role: "roles",
  "managed-policy": "managedPolicies",
  "identity-provider": "identityProviders",
  "trust-anchor": "trustAnchors",
} as const;

/** What of a manifest may hold `name`: for a unit also the maps of the units above it. */
function sectionsOf(kind: Kind, name: string): Path[] {
  if (kind === "group") return [["identity"], ["identity", "groups"]];
  if (kind === "user") return [["identity"], ["identity", "users"]];
  if (kind === "iam-group") return [["iam"], ["iam", "groups"]];
  if (kind === "iam-user") return [["iam"], ["iam", "users"]];
  if (kind === "topic") return [["monitoring"], ["monitoring", "topics"]];
  if (kind === "log-group") return [["monitoring"], ["monitoring", "logGroups"]];
  if (kind !== "unit") return [[topLevel[kind]]];
  const above = name.split("/").slice(0, -1);
  return [
    ["units"],
    ...above.map((_, index) => [...above.slice(0, index + 1).flatMap((key) => ["units", key]), "units"]),
  ];
}

/** `true` when a section is no map, or seems to be there with its name mistyped: then nothing can be said of its keys. */
function isInDoubt(root: Node, section: Path): boolean {
  const node = nodeAt(root, section);
  if (node !== null) return node.kind !== "map";
  const above = section.slice(0, -1);
  const known = keysKnownAt(manifestSchema, above);
  const mistyped = keysAt(root, above).filter((key) => !known.includes(key));
  return nearest(String(section.at(-1)), mistyped) !== null;
}

/** The fields that name one thing of a kind or many, where a field of another kind can stand beside them. */
const fieldsOf: Partial<Record<Kind, readonly string[]>> = {
  account: ["accounts"],
  unit: ["units"],
  group: ["groups"],
  user: ["users"],
  "permission-set": ["permissionSets", "permissionSet"],
  role: ["roles", "role"],
  "iam-group": ["iamGroup"],
  "iam-user": ["users"],
};

/** What a name is that is known as something else, and how that is written; nothing when nothing is called so. */
function otherKind(kind: Kind, name: string, path: Path, keys: ReadonlyMap<string, ReadonlySet<string>>): string {
  const holder = path.findLastIndex((step) => typeof step === "string");
  const beside = keysKnownAt(manifestSchema, path.slice(0, holder));
  const others = kinds.filter((other) => other !== kind && keys.get(other)?.has(name));
  const fieldOf = (other: Kind) => fieldsOf[other]?.find((field) => beside.includes(field) && field !== path[holder]);
  const other = others.find((one) => fieldOf(one) !== undefined) ?? others[0];
  if (other === undefined) return "";
  const where = kind.startsWith("iam") && (other === "user" || other === "group") ? " of Identity Center" : "";
  const is = `that is ${/^[ai]/.test(other) ? "an" : "a"} ${words(other)}${where}`;
  const field = fieldOf(other);
  if (field !== undefined) return `${is}: write { ${field}: ${name} }`;
  return kind === "permission-set" && other === "role" ? `${is}: who assumes it is said under its trust` : is;
}

/** What stands for an account where a selection was meant. */
function selection(name: string, units: readonly Named[]): string {
  if (name === "all") return "for every account write { all: true }";
  const unit = units.find(({ key }) => key === name || key.endsWith(`/${name}`));
  return unit === undefined ? "" : `for a unit write { units: ${unit.key} }`;
}

/** The one path that ends in the name of a unit, as `workloads/prod` in `prod`. */
function whole(name: string, units: readonly Named[]): string {
  const endings = units.filter(({ key }) => key.endsWith(`/${name}`));
  return endings.length === 1 ? `did you mean "${endings[0]!.key}"?` : "";
}

function references({ manifest, units }: Context): Reference[] {
  const { organization, accounts, policies, identity, access, roles, monitoring, managedPolicies, iam, breakGlass } =
    manifest;
  return [
    one("account", organization.managementAccount, ["organization", "managementAccount"]),
    ...many("policy", organization.policies, ["organization", "policies"]),
    ...each(organization.delegatedAdministrators, ["organization", "delegatedAdministrators"], (keys, path) =>
      many("account", keys, path),
    ),
    ...each(manifest.budgets, ["budgets"], (budget, path) => selected(budget.in, [...path, "in"])),
    ...units.flatMap(({ unit, at }) => many("policy", unit.policies, [...at, "policies"])),
    ...each(accounts, ["accounts"], (account, path) => [
      ...many("unit", account.unit === undefined ? [] : [account.unit], [...path, "unit"]),
      ...many("policy", account.policies, [...path, "policies"]),
    ]),
    ...each(policies, ["policies"], ({ exempt }, path) =>
      many("account", exempt?.accounts ?? [], [...path, "exempt", "accounts"]).filter(({ name }) => !isAccountId(name)),
    ),
    ...each(identity.groups, ["identity", "groups"], ({ members }, path) =>
      many("user", members, [...path, "members"]),
    ),
    ...access.flatMap((grant, index) => [
      ...many("group", grant.groups, ["access", index, "groups"]),
      ...many("user", grant.users, ["access", index, "users"]),
      ...many("permission-set", grant.permissionSets, ["access", index, "permissionSets"]),
      ...selected(grant.to, ["access", index, "to"]),
    ]),
    ...each(manifest.permissionSets, ["permissionSets"], ({ assumeRoles }, path) =>
      many("role", assumeRoles, [...path, "assumeRoles"]),
    ),
    ...each(managedPolicies, ["managedPolicies"], (policy, path) => selected(policy.in, [...path, "in"])),
    ...each(iam.groups, ["iam", "groups"], (group, path) => [
      ...selected(group.in, [...path, "in"]),
      ...many("iam-user", group.members, [...path, "members"]),
      ...many("role", group.assumeRoles, [...path, "assumeRoles"]),
    ]),
    ...each(iam.users, ["iam", "users"], (user, path) => [
      one("account", user.in, [...path, "in"]),
      ...many("role", user.assumeRoles, [...path, "assumeRoles"]),
    ]),
    ...each(breakGlass.users, ["breakGlass", "users"], (user, path) =>
      user.in === undefined ? [] : [one("account", user.in, [...path, "in"])],
    ),
    ...(manifest.passwordPolicy === undefined ? [] : selected(manifest.passwordPolicy.in, ["passwordPolicy", "in"])),
    ...each(roles, ["roles"], (role, path) => [
      ...selected(role.in, [...path, "in"]),
      ...trusted(role.trust, [...path, "trust"]),
      ...many("role", role.assumeRoles, [...path, "assumeRoles"]),
    ]),
    ...each(manifest.identityProviders, ["identityProviders"], (provider, path) =>
      selected(provider.in, [...path, "in"]),
    ),
    ...each(manifest.trustAnchors, ["trustAnchors"], (anchor, path) => [
      ...selected(anchor.in, [...path, "in"]),
      ...Object.keys(anchor.ids).map((account) => one("account", account, [...path, "ids", account])),
    ]),
    ...each(manifest.bucketPolicies, ["bucketPolicies"], (policy, path) => [
      one("account", policy.in, [...path, "in"]),
      ...policy.allow.flatMap(({ roles }, index) => many("role", roles, [...path, "allow", index, "roles"])),
    ]),
    ...each(manifest.assertions, ["assertions"], ({ never, always, only }, path) =>
      [
        asserted(never, [...path, "never"]),
        asserted(always, [...path, "always"]),
        asserted(only, [...path, "only"]),
      ].flat(),
    ),
    ...watched(monitoring, ["monitoring"]),
    ...each(manifest.delegations, ["delegations"], delegated),
  ];
}

function watched({ trail, config, ...monitoring }: Manifest["monitoring"], path: Path): Reference[] {
  const { topics, logGroups, metricFilters, alarms, dashboards, events, cisAlarms } = monitoring;
  const account = (key: string | undefined, ...at: Path) =>
    key === undefined ? [] : [one("account", key, [...path, ...at])];
  const told = ({ targets = [] }: Pick<Manifest["monitoring"]["alarms"][string], "targets">, at: Path) =>
    targets.flatMap((target, index) =>
      typeof target === "object" && "topic" in target
        ? [one("topic", target.topic, [...at, "targets", index, "topic"])]
        : [],
    );
  return [
    ...account(trail?.bucketAccount, "trail", "bucketAccount"),
    ...each(topics, [...path, "topics"], placed),
    ...each(logGroups, [...path, "logGroups"], placed),
    ...each(dashboards, [...path, "dashboards"], placed),
    ...each(metricFilters, [...path, "metricFilters"], (filter, at) => [
      ...placed(filter, at),
      ...(filter.logGroup === undefined ? [] : [one("log-group", filter.logGroup, [...at, "logGroup"])]),
    ]),
    ...each(alarms, [...path, "alarms"], (alarm, at) => [...placed(alarm, at), ...told(alarm, at)]),
    ...each(events, [...path, "events"], (event, at) => [...placed(event, at), ...told(event, at)]),
    ...(typeof cisAlarms === "object" ? told(cisAlarms, [...path, "cisAlarms"]) : []),
    ...(config === undefined ? [] : recorded(config, [...path, "config"])),
    ...account(config?.aggregator === true ? undefined : config?.aggregator, "config", "aggregator"),
    ...(["accessAnalyzer", "guardDuty", "securityHub"] as const).flatMap((service) =>
      account(monitoring[service]?.administrator, service, "administrator"),
    ),
  ];
}

function placed({ in: selectors }: { in?: readonly Selector[] | undefined }, path: Path): Reference[] {
  return selected(selectors ?? [], [...path, "in"]);
}

function recorded(config: NonNullable<Manifest["monitoring"]["config"]>, path: Path): Reference[] {
  const { accounts, rules, conformancePacks } = config;
  return [
    ...selected(accounts, [...path, "accounts"]),
    ...each(rules, [...path, "rules"], placed),
    ...each(conformancePacks, [...path, "conformancePacks"], placed),
  ];
}

type Asserted = NonNullable<Manifest["assertions"][string]["never" | "always" | "only"]>;

function asserted(said: Asserted | undefined, path: Path): Reference[] {
  if (said === undefined) return [];
  return [
    ...many("group", said.groups, [...path, "groups"]),
    ...many("user", said.users, [...path, "users"]),
    ...many("permission-set", said.permissionSets, [...path, "permissionSets"]),
    ...("roles" in said ? many("role", said.roles, [...path, "roles"]) : []),
    ...(said.to === undefined ? [] : selected(said.to, [...path, "to"])),
  ];
}

function delegated({ mayDeclare, mayGrant }: Manifest["delegations"][string], path: Path): Reference[] {
  const declared = [...path, "mayDeclare"];
  return [
    ...many("unit", mayDeclare?.units ?? [], [...declared, "units"]),
    ...selected(mayDeclare?.in ?? [], [...declared, "in"]),
    ...many("managed-policy", [mayDeclare?.boundary ?? []].flat(), [...declared, "boundary"]),
    ...selected(mayGrant?.to ?? [], [...path, "mayGrant", "to"]),
  ];
}

function trusted(trust: Manifest["roles"][string]["trust"], path: Path): Reference[] {
  const accounts = "account" in trust ? [trust.account].flat() : [];
  return [
    ...many("account", accounts, [...path, "account"]),
    ...("role" in trust ? many("role", trust.role, [...path, "role"]) : []),
    ...("permissionSet" in trust ? many("permission-set", trust.permissionSet, [...path, "permissionSet"]) : []),
    ...("iamGroup" in trust ? many("iam-group", trust.iamGroup, [...path, "iamGroup"]) : []),
    ...("oidc" in trust ? [one("identity-provider", trust.oidc.provider, [...path, "oidc", "provider"])] : []),
    ...("eks" in trust ? [one("identity-provider", trust.eks.provider, [...path, "eks", "provider"])] : []),
    ...("saml" in trust ? [one("identity-provider", trust.saml.provider, [...path, "saml", "provider"])] : []),
    ...("rolesAnywhere" in trust
      ? [one("trust-anchor", trust.rolesAnywhere.trustAnchor, [...path, "rolesAnywhere", "trustAnchor"])]
      : []),
  ];
}

function selected(selectors: readonly Selector[], path: Path): Reference[] {
  return selectors.flatMap((selector, index) => {
    const at = [...path, index];
    return [
      ...someAccounts(selector, at).map((reference) =>
        reference.kind === "account" ? { ...reference, selects: true } : reference,
      ),
      ...someAccounts(selector.except ?? {}, [...at, "except"]),
    ];
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
