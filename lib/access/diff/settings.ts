/** Everything else: what has a key and is new, gone or different, and settings that have none. */
import { byCodeUnit } from "../../finding.ts";
import { groupBy } from "../../group.ts";
import type { AccessGraph } from "../graph.ts";
import { type Collection, collections, identityOf, type KeyedThing } from "../keys.ts";

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

export interface SettingChange {
  /** Where in the access graph: `accounts`, `monitoring.alarms`, `monitoring.trail`. */
  section: string;
  /** `null` for a setting that has no key. */
  key: string | null;
  change: "added" | "removed" | "changed";
  /** What is different, for `changed`. */
  fields: readonly FieldChange[];
}

/** Fields that another part of the comparison is about, or that say nothing about what stands in AWS. */
const elsewhere: Readonly<Record<Collection, readonly string[]>> = {
  accounts: ["unit", "policies"],
  units: ["key", "policies"],
  "identity.groups": ["members"],
  organization: ["policies"],
  permissionSets: ["inlinePolicy"],
  roles: ["inlinePolicy", "trust"],
  organizationPolicies: ["document"],
};
const never = ["place", "renamedFrom"];

/** Lists that another part of the comparison is about, as a whole or for what joins and leaves. */
const lists = new Set(["assignments", "deferred"]);
const joinElsewhere = new Set(["accounts"]);

/** Whatever is different and has no better words elsewhere: nothing that changes goes unsaid. */
export function compareSettings(before: AccessGraph, after: AccessGraph): SettingChange[] {
  const [old, now] = [collections(before), collections(after)];
  const keyed = new Set([...old.keys(), ...now.keys()]);
  const things = [...keyed].flatMap((section) =>
    compareThings(section, thingsIn(section, old.get(section)), thingsIn(section, now.get(section))),
  );
  const settings = compareInside(withOwnNames(before), withOwnNames(after), "", keyed);
  return [...things, ...settings].sort(
    (a, b) => byCodeUnit(a.section, b.section) || byCodeUnit(a.key ?? "", b.key ?? ""),
  );
}

/** Files of delegations by the names they have for the file that says so: the same manifest may stand in another folder. */
function withOwnNames(graph: AccessGraph): object {
  const delegations = graph.delegations.map(({ files, place, ...delegation }) => {
    const folder = place.file.slice(0, place.file.lastIndexOf("/") + 1);
    return { ...delegation, files: files.map((name) => (name.startsWith(folder) ? name.slice(folder.length) : name)) };
  });
  return { ...graph, delegations };
}

/** What is in several accounts stands in its list once for each, and is one thing. */
function thingsIn(section: Collection, things: readonly KeyedThing[] = []): ReadonlyMap<string, KeyedThing> {
  const byKey = groupBy(things, (thing) => identityOf(section, thing));
  return new Map(
    [...byKey].map(([key, [first, ...others]]): [string, KeyedThing] => {
      const { account, ...thing } = first!;
      const accounts = [account, ...others.map((other) => other.account)];
      return [key, account === undefined ? first! : { ...thing, key, renamedFrom: first!.renamedFrom, accounts }];
    }),
  );
}

function compareThings(
  section: Collection,
  before: ReadonlyMap<string, KeyedThing>,
  after: ReadonlyMap<string, KeyedThing>,
): SettingChange[] {
  const told = !joinElsewhere.has(section);
  const added = [...after.keys()].filter((key) => told && !before.has(key));
  const removed = [...before.keys()].filter((key) => told && !after.has(key));
  const changed = [...after].flatMap(([key, now]): SettingChange[] => {
    const was = before.get(key);
    const fields = was === undefined ? [] : compareFields(was, now, [...never, ...(elsewhere[section] ?? [])]);
    return fields.length === 0 ? [] : [{ section, key, change: "changed", fields }];
  });
  return [
    ...added.map((key) => ({ section, key, change: "added" as const, fields: [] })),
    ...removed.map((key) => ({ section, key, change: "removed" as const, fields: [] })),
    ...changed,
  ];
}

/** What has no key: maps are gone into as far as both sides have one, a list is compared as a whole. */
function compareRest(before: unknown, after: unknown, at: string, keyed: ReadonlySet<string>): SettingChange[] {
  const isMap = (value: unknown): value is object =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (lists.has(at) || keyed.has(at) || same(before, after)) return [];
  if (!isMap(before) || !isMap(after)) {
    const change =
      before === null || before === undefined ? "added" : after === null || after === undefined ? "removed" : "changed";
    const [, section = "", field = ""] = /^(.*?)\.?([^.]*)$/.exec(at) ?? [];
    if ((elsewhere[section] ?? []).includes(field)) return [];
    return change === "changed" && section !== ""
      ? [{ section, key: null, change, fields: [{ field, before, after }] }]
      : [{ section: at, key: null, change, fields: [] }];
  }
  return compareInside(before, after, at, keyed);
}

function compareInside(before: object, after: object, at: string, keyed: ReadonlySet<string>): SettingChange[] {
  const [old, now] = [Object.entries(before), Object.entries(after)];
  const values = new Map<string, unknown>(old);
  const fields = new Set([...old, ...now].map(([field]) => field));
  const inner = new Map<string, unknown>(now);
  return [...fields].flatMap((field) =>
    compareRest(values.get(field), inner.get(field), at === "" ? field : `${at}.${field}`, keyed),
  );
}

function compareFields(before: KeyedThing, after: KeyedThing, skipped: readonly string[]): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((f) => !skipped.includes(f));
  return fields
    .filter((field) => !same(before[field], after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}

/** Equal but for where it is written. */
function same(a: unknown, b: unknown): boolean {
  return a === b || text(a) === text(b);
}

function text(value: unknown): string | undefined {
  return JSON.stringify(value, (key, inner: unknown) => (key === "place" ? undefined : inner));
}
