/** The manifest as written: values that know where they stand. */
import type { Place } from "../problem.ts";

export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  kind: "scalar";
  value: string | number | boolean | null;
  /** As written, without quotes: `0123` where the value is 123; the comment, such as `#42`, that took a value's place. */
  source: string;
  place: Place;
}

export interface ListNode {
  kind: "list";
  items: readonly Node[];
  place: Place;
}

export interface MapNode {
  kind: "map";
  entries: ReadonlyMap<string, Entry>;
  place: Place;
}

export interface Entry {
  /** Where the key stands. */
  key: Place;
  value: Node;
}

/** Keys and list indexes from the root, as zod reports them. */
export type Path = readonly (string | number)[];

/** The plain value, as `JSON.parse` would give it. A key such as `constructor` is an ordinary own property. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toValue);
    case "map":
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toValue(entry.value)]));
  }
}

/** The node at `path`, or `null`. Index 0 of what is not a list is the node itself: one value may stand for a list. */
export function nodeAt(root: Node, path: Path): Node | null {
  let node: Node | null = root;
  for (const step of path) {
    node = child(node, step);
    if (node === null) return null;
  }
  return node;
}

/** Where to point for `path`: the scalar, or the key of a map or list; the nearest parent for what is not written. */
export function placeAt(root: Node, path: Path): Place {
  let node = root;
  let place = root.place;
  for (const step of path) {
    const next = child(node, step);
    if (next === null) return place;
    if (next === node) continue;
    place = next.kind === "scalar" ? next.place : (keyOf(node, step) ?? next.place);
    node = next;
  }
  return place;
}

/** Where the last key of `path` stands, or the nearest parent. */
export function keyPlaceAt(root: Node, path: Path): Place {
  const parent = nodeAt(root, path.slice(0, -1));
  const step = path.at(-1);
  return (parent !== null && step !== undefined && keyOf(parent, step)) || placeAt(root, path);
}

/** The keys of the map at `path`; empty when there is no map. */
export function keysAt(root: Node, path: Path): readonly string[] {
  const node = nodeAt(root, path);
  return node?.kind === "map" ? [...node.entries.keys()] : [];
}

/** The tree without the nodes at `paths`; items after a removed one move up, and keep their places. */
export function without(root: Node, paths: readonly Path[]): Node {
  const here = new Map<string | number, Path[]>();
  for (const [step, ...rest] of paths) {
    if (step === undefined) continue;
    const below = here.get(step);
    if (below === undefined) here.set(step, [rest]);
    else below.push(rest);
  }
  const keep = <T>(step: string | number, value: Node, wrap: (node: Node) => T): T[] => {
    const below = here.get(step);
    if (below === undefined) return [wrap(value)];
    return below.some((rest) => rest.length === 0) ? [] : [wrap(without(value, below))];
  };
  switch (root.kind) {
    case "scalar":
      return root;
    case "list":
      return { ...root, items: root.items.flatMap((item, index) => keep(index, item, (node) => node)) };
    case "map":
      return {
        ...root,
        entries: new Map(
          [...root.entries].flatMap(([key, entry]) => keep(key, entry.value, (value) => [key, { ...entry, value }])),
        ),
      };
  }
}

function child(node: Node, step: string | number): Node | null {
  switch (node.kind) {
    case "scalar":
      return step === 0 ? node : null;
    case "list":
      return node.items[Number(step)] ?? null;
    case "map":
      return node.entries.get(String(step))?.value ?? (step === 0 ? node : null);
  }
}

function keyOf(node: Node, step: string | number): Place | null {
  return node.kind === "map" ? (node.entries.get(String(step))?.key ?? null) : null;
}
