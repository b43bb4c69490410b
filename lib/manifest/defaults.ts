/** Defaults and templates: what entries of one kind have in common, written once and worked into the tree. */
import type { z } from "zod";
import type { Problem } from "../problem.ts";
import { unknownKey } from "../suggest.ts";
import { toTakeOut } from "./issues.ts";
import {
  type Entry,
  keyPlaceAt,
  keysAt,
  type MapNode,
  type Node,
  nodeAt,
  type Path,
  toValue,
  without,
} from "./node.ts";
import { error, warning } from "./problems.ts";

/** Maps of which an entry has its own keys and those of its defaults; of any other value it has one or the other. */
const mergedByKey: ReadonlySet<string> = new Set(["contacts", "tags"]);

/**
 * Every account with the fields of its template, then every entry with the defaults of its section: its own fields win,
 * and one with no value (`owner:`) takes the default away. Inherited values keep their places.
 *
 * @param schemas the grammar of `defaults` and `templates`: what is wrong there is reported there alone
 */
export function putDefaults(
  root: MapNode,
  schemas: Readonly<Record<"defaults" | "templates", z.ZodType>>,
): { root: MapNode; problems: Problem[] } {
  const templates = readable(root, "templates", schemas.templates);
  const defaults = readable(root, "defaults", schemas.defaults);
  const problems: Problem[] = [];
  const templated = mapAt(root, "accounts", (accounts) =>
    eachEntry(accounts, (account) => withTemplate(account, templates, problems)),
  );
  problems.push(...unused(root));
  return { root: defaults === null ? templated : withDefaults(templated, defaults), problems };
}

/** The section as far as it is in the grammar. */
function readable(root: MapNode, section: string, schema: z.ZodType): MapNode | null {
  const node = nodeAt(root, [section]);
  if (node?.kind !== "map") return null;
  const issues = schema.safeParse(toValue(node)).error?.issues ?? [];
  const wrong = issues.flatMap((issue): Path[] =>
    issue.code === "unrecognized_keys"
      ? toTakeOut(issue)
      : [issue.path.map((step) => (typeof step === "number" ? step : String(step)))],
  );
  if (wrong.some((path) => path.length === 0)) return null;
  const rest = without(node, wrong);
  return rest.kind === "map" ? rest : null;
}

function withTemplate(account: Node, templates: MapNode | null, problems: Problem[]): Node {
  const named = account.kind === "map" ? account.entries.get("template")?.value : undefined;
  if (named?.kind !== "scalar" || typeof named.value !== "string") return account;
  const template = templates?.entries.get(named.value)?.value;
  if (template?.kind === "map") return inherit(account, template);
  const known = [...(templates?.entries.keys() ?? [])].map((key) => ({ key }));
  const { message, hint } = unknownKey("template", named.value, known);
  problems.push(error("unknown-template", named.place, message, { hint }));
  return account;
}

function unused(root: MapNode): Problem[] {
  const used = new Set(
    keysAt(root, ["accounts"])
      .map((key) => nodeAt(root, ["accounts", key, "template"]))
      .map((node) => (node?.kind === "scalar" ? node.value : null)),
  );
  return keysAt(root, ["templates"])
    .filter((key) => !used.has(key))
    .map((key) =>
      warning("unused-template", keyPlaceAt(root, ["templates", key]), `no account names the template "${key}"`),
    );
}

/** `defaults` mirrors the manifest: below it, a map of maps is further sections, and anything else is for entries. */
function withDefaults(root: MapNode, defaults: MapNode): MapNode {
  let result = root;
  for (const [section, { value }] of defaults.entries) {
    if (value.kind !== "map") continue;
    result = mapAt(result, section, (written) =>
      groups.has(section) && written.kind === "map"
        ? withDefaults(written, value)
        : eachEntry(written, (entry) => inherit(entry, value)),
    );
  }
  return result;
}

/** Sections that hold further sections. */
const groups: ReadonlySet<string> = new Set(["monitoring"]);

function mapAt(map: MapNode, key: string, change: (node: Node) => Node): MapNode {
  const entry = map.entries.get(key);
  if (entry === undefined) return map;
  return { ...map, entries: new Map(map.entries).set(key, { ...entry, value: change(entry.value) }) };
}

/** The entries of a list, or those of a map. */
function eachEntry(node: Node, change: (entry: Node) => Node): Node {
  if (node.kind === "scalar") return node;
  if (node.kind === "list") return { ...node, items: node.items.map(change) };
  return {
    ...node,
    entries: new Map([...node.entries].map(([key, entry]) => [key, { ...entry, value: change(entry.value) }])),
  };
}

function inherit(node: Node, defaults: MapNode): Node {
  if (node.kind !== "map") return node;
  const entries = new Map(node.entries);
  for (const [key, inherited] of defaults.entries) {
    const own = node.entries.get(key);
    const value = own === undefined ? inherited : inheritValue(key, own, inherited);
    if (value === null) entries.delete(key);
    else entries.set(key, value);
  }
  return { ...node, entries };
}

/** `null` when the own field says that there is to be no value. */
function inheritValue(key: string, own: Entry, { value }: Entry): Entry | null {
  if (own.value.kind === "scalar" && own.value.value === null) return null;
  if (!mergedByKey.has(key) || own.value.kind !== "map" || value.kind !== "map") return own;
  return { ...own, value: { ...own.value, entries: new Map([...value.entries, ...own.value.entries]) } };
}
