/** A folder is one manifest: the sections of several files come together by key. */
import { groupBy } from "../group.ts";
import type { Place, Problem } from "../problem.ts";
import type { Entry, MapNode, Node, Path } from "./node.ts";
import { duplicateKey, error, where } from "./problems.ts";

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

/** The lists that files share. */
const lists: ReadonlySet<string> = new Set(["access"]);

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
  const problems: Problem[] = [];
  const root = roots.length === 0 ? null : mergeMaps(roots, shared, problems);
  return { root, problems };
}

function mergeMaps(maps: readonly MapNode[], sections: Shared, problems: Problem[]): MapNode {
  const written = groupBy(
    maps.flatMap((map) => [...map.entries]),
    ([key]) => key,
  );
  const entries = [...written].flatMap(([key, found]): [string, Entry][] => {
    const section = Object.hasOwn(sections, key) ? sections[key] : undefined;
    const wanted = section !== undefined ? "map" : lists.has(key) && sections === shared ? "list" : null;
    const all = ofKind(
      wanted,
      key,
      found.map(([, entry]) => entry),
      problems,
    );
    const merged = mergeEntries(key, all, section, problems);
    return merged === null ? [] : [[key, merged]];
  });
  return { ...maps[0]!, entries: new Map(entries) };
}

/**
 * What is of the kind that the section is, as long as anything is: the others, of which somebody mistook the form, are
 * told. What the grammar says of a section alone is left to it.
 */
function ofKind(
  wanted: Node["kind"] | null,
  key: string,
  found: readonly Entry[],
  problems: Problem[],
): readonly Entry[] {
  if (wanted === null) return found;
  const right = found.filter(({ value }) => value.kind === wanted);
  const [model] = right;
  const wrong = found.filter(({ value }) => value.kind !== wanted && !isEmpty(value));
  if (model === undefined) return wrong.length > 0 || wanted === "map" ? wrong : found.slice(0, 1);
  for (const { key: place } of wrong) {
    const message = `"${key}" has to be a ${wanted}, as it is at ${where(model.key, place)}`;
    problems.push(error("invalid-value", place, message));
  }
  return right;
}

/** What the files write under one key, in their order. */
function mergeEntries(
  key: string,
  [first, ...others]: readonly Entry[],
  section: Shared | undefined,
  problems: Problem[],
): Entry | null {
  if (first === undefined) return null;
  const { kind } = first.value;
  const isShared = kind === "list" || (kind === "map" && section !== undefined);
  for (const other of others) {
    const joins = isShared && other.value.kind === kind;
    if (!joins && !isRepeated(key, first, other)) problems.push(duplicateKey(key, other.key, first.key));
  }
  const values = [first, ...others].map(({ value }) => value);
  if (first.value.kind === "list") {
    const items = values.flatMap((value) => (value.kind === "list" ? value.items : []));
    return { ...first, value: { ...first.value, items } };
  }
  if (first.value.kind !== "map" || section === undefined) return first;
  const maps = values.filter((value) => value.kind === "map");
  return { ...first, value: mergeMaps(maps, section, problems) };
}

/** Every file may say which version of the grammar it is in. */
function isRepeated(key: string, { value: a }: Entry, { value: b }: Entry): boolean {
  return key === "gatehouse" && a.kind === "scalar" && b.kind === "scalar" && a.value === b.value;
}

/** `accounts:` with nothing but comments below it. */
function isEmpty(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}
