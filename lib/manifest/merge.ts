/** A folder is one manifest: the sections of several files come together by key. */
import type { Place, Problem } from "../problem.ts";
import type { Entry, MapNode, Node, Path } from "./node.ts";
import { duplicateKey } from "./problems.ts";

/** The maps that files share. Any other map is one thing, written in one place. */
interface Shared {
  readonly [section: string]: Shared;
}

const shared: Shared = {
  organization: {},
  units: {},
  accounts: {},
  policies: {},
  budgets: {},
  identity: { groups: {}, users: {}, attributes: {} },
  permissionSets: {},
  managedPolicies: {},
  roles: {},
  identityProviders: {},
  trustAnchors: {},
  bucketPolicies: {},
  iam: { groups: {}, users: {} },
  breakGlass: { users: {} },
  monitoring: {
    logGroups: {},
    metricFilters: {},
    alarms: {},
    dashboards: {},
    topics: {},
    events: {},
    config: { rules: {}, conformancePacks: {} },
  },
  terraform: {},
  delegations: {},
  assertions: {},
  defaults: {},
  templates: {},
  variables: {},
  limits: {},
};

/** The part of `path` down to the first thing that is written in one place: `accounts.shop-prod`, `access[3]`. */
export function entryPath(path: Path): Path {
  let sections: Shared | undefined = shared;
  let length = 0;
  while (sections !== undefined && length < path.length) {
    const step: string | number = path[length++]!;
    sections = Object.hasOwn(sections, step) ? sections[step] : undefined;
  }
  return path.slice(0, typeof path[length] === "number" ? length + 1 : length);
}

/** Everything that is written in one place, with its path and where its key, or its item of a list, stands. */
export function writtenEntries(root: Node): { path: Path; place: Place }[] {
  return entriesOf(root, shared, []);
}

/** The maps whose entries are each written in one place: `accounts`, `identity.groups`, `monitoring.alarms`. */
export function sectionsOfEntries(root: Node, sections: Shared = shared): MapNode[] {
  if (root.kind !== "map") return [];
  return [
    root,
    ...Object.keys(sections).flatMap((key) => {
      const below = root.entries.get(key)?.value;
      return below === undefined ? [] : sectionsOfEntries(below, sections[key]);
    }),
  ];
}

function entriesOf(node: Node, sections: Shared, path: Path): { path: Path; place: Place }[] {
  if (node.kind !== "map") return [];
  return [...node.entries].flatMap(([key, { key: place, value }]) => {
    const at = [...path, key];
    const section = Object.hasOwn(sections, key) ? sections[key] : undefined;
    if (section !== undefined && value.kind === "map") return entriesOf(value, section, at);
    if (value.kind !== "list") return [{ path: at, place }];
    return value.items.map((item, index) => ({ path: [...at, index], place: item.place }));
  });
}

/**
 * Merges the files' roots: shared maps by key, lists one after the other, equal versions once; anything else that is
 * written twice is an error. A section with nothing in it is as good as none.
 */
export function mergeDocuments(roots: readonly MapNode[]): { root: MapNode | null; problems: Problem[] } {
  const [first] = roots;
  if (first === undefined) return { root: null, problems: [] };
  const problems: Problem[] = [];
  const root = roots.reduce((merged, next) => mergeMaps(merged, next, shared, problems), emptied(first));
  return { root, problems };
}

function mergeMaps(first: MapNode, second: MapNode, sections: Shared, problems: Problem[]): MapNode {
  const entries = new Map(first.entries);
  for (const [key, entry] of second.entries) {
    const merged = mergeEntries(key, entries.get(key) ?? null, entry, sections, problems);
    if (merged !== null) entries.set(key, merged);
  }
  return { ...first, entries };
}

function mergeEntries(
  key: string,
  first: Entry | null,
  second: Entry,
  sections: Shared,
  problems: Problem[],
): Entry | null {
  const section = Object.hasOwn(sections, key) ? sections[key] : undefined;
  const [a, b] = [first?.value, second.value];
  if (section !== undefined && isEmpty(b)) return first;
  if (section !== undefined && b.kind === "map" && (a === undefined || a.kind === "map")) {
    return { key: first?.key ?? second.key, value: mergeMaps(a ?? emptied(b), b, section, problems) };
  }
  if (first === null || a === undefined) return second;
  if (a.kind === "list" && b.kind === "list") return { ...first, value: { ...a, items: [...a.items, ...b.items] } };
  const repeated = key === "gatehouse" && a.kind === "scalar" && b.kind === "scalar" && a.value === b.value;
  if (!repeated) problems.push(duplicateKey(key, second.key, first.key));
  return first;
}

function emptied(map: MapNode): MapNode {
  return { ...map, entries: new Map() };
}

/** `accounts:` with nothing but comments below it. */
function isEmpty(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}
