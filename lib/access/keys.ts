/** Where keys stand in the access graph: what has one, and what names one. */
import type { AccessGraph, Keyed } from "./graph.ts";

/** Keys of the graph that lead to a list of keyed things, joined by dots: `accounts`, `identity.groups`. */
export type Collection = string;

/** Keys that became others, by list: what is asked for, and what stands there instead. */
export type KeyMap = ReadonlyMap<Collection, ReadonlyMap<string, string>>;

/** Fields that name something by its key, one or a list of them, wherever they stand. */
const fields: Readonly<Record<string, Collection>> = {
  account: "accounts",
  accounts: "accounts",
  administrator: "accounts",
  aggregator: "accounts",
  bucketAccount: "accounts",
  managementAccount: "accounts",
  permissionSet: "permissionSets",
  topic: "monitoring.topics",
};

/** The same, where the name of the field alone does not say it. */
const references: Readonly<Record<string, Collection>> = {
  "organization.policies": "organizationPolicies",
  "units.parent": "units",
  "units.policies": "organizationPolicies",
  "accounts.unit": "units",
  "accounts.policies": "organizationPolicies",
  "identity.groups.members": "identity.users",
  "iamGroups.members": "iamUsers",
  "bucketPolicies.roles.key": "roles",
};

/** Fields with nothing of the manifest's in them: documents in AWS's own words. */
const foreign = new Set(["document", "inlinePolicy", "pattern", "settings", "tags"]);

/** Principals are groups or users. */
const principals: Readonly<Record<string, Collection>> = { GROUP: "identity.groups", USER: "identity.users" };

export type KeyedThing = Keyed & Readonly<Record<string, unknown>>;

/** All lists of keyed things in the graph, by where they stand. */
export function collections(graph: AccessGraph): ReadonlyMap<Collection, readonly KeyedThing[]> {
  const found = new Map<Collection, readonly KeyedThing[]>();
  const look = (value: unknown, at: string): void => {
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      if (items.length > 0 && items.every(isKeyed)) found.set(at, items);
    } else if (isRecord(value)) {
      for (const [key, inner] of Object.entries(value)) look(inner, at === "" ? key : `${at}.${key}`);
    }
  };
  look(graph, "");
  return found;
}

/** What tells a thing from the others of its list: its key; for a unit, whose key is unique below its parent only, its path. */
export function identityOf(collection: Collection, thing: KeyedThing): string {
  return collection === "units" ? String(thing.path) : thing.key;
}

/** The graph with other keys in the place of some, wherever they stand; the order of lists stays. */
export function withKeys(graph: AccessGraph, map: KeyMap): AccessGraph {
  if (map.size === 0) return graph;
  return replaced(graph, "", map);
}

function replaced<T>(value: T, at: string, map: KeyMap): T;
function replaced(value: unknown, at: string, map: KeyMap): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, at, map));
  if (!isRecord(value)) return value;
  const renamed = (collection: Collection, key: unknown) =>
    typeof key === "string" ? (map.get(collection)?.get(key) ?? key) : key;
  if (at.endsWith(".principal")) return { ...value, key: renamed(principals[String(value.type)] ?? "", value.key) };
  if (at === "units") {
    const path = String(renamed(at, value.path));
    return { ...value, ...namesIn(value, at, map), path, key: path.split("/").at(-1) };
  }
  return isKeyed(value) ? { ...namesIn(value, at, map), key: renamed(at, value.key) } : { ...namesIn(value, at, map) };
}

function namesIn(value: Readonly<Record<string, unknown>>, at: string, map: KeyMap): Record<string, unknown> {
  const entries = Object.entries(value).map(([field, inner]) => {
    const path = at === "" ? field : `${at}.${field}`;
    const keys = map.get(references[path] ?? (Object.hasOwn(fields, field) ? fields[field] : undefined) ?? "");
    if (keys !== undefined && isNames(inner)) return [field, named(inner, keys)];
    return [field, foreign.has(field) ? inner : replaced(inner, path, map)];
  });
  return Object.fromEntries(entries);
}

function isNames(value: unknown): value is string | readonly string[] {
  return typeof value === "string" || (Array.isArray(value) && value.every((item) => typeof item === "string"));
}

function named(value: string | readonly string[], keys: ReadonlyMap<string, string>): string | readonly string[] {
  return typeof value === "string" ? (keys.get(value) ?? value) : value.map((key) => keys.get(key) ?? key);
}

function isKeyed(value: unknown): value is KeyedThing {
  return isRecord(value) && typeof value.key === "string" && "renamedFrom" in value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
