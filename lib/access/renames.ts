/** Keys that were renamed and say so: `renamedFrom`. */
import type { AccessGraph } from "./graph.ts";
import { type Collection, collections, identityOf, type KeyedThing, type KeyMap } from "./keys.ts";

export interface Rename {
  collection: Collection;
  from: string;
  to: string;
}

/** Every rename that the manifest declares; for units by path. One whose old key is still in use is none. */
export function declaredRenames(graph: AccessGraph): Rename[] {
  return [...collections(graph)].flatMap(([collection, things]) => {
    const used = new Set(things.map((thing) => identityOf(collection, thing)));
    const pairs = collection === "units" ? unitRenames(things) : keyRenames(things);
    // a thing may stand in the list once for each account
    const once = new Map(pairs.filter(({ from, to }) => from !== to && !used.has(from)).map((one) => [one.to, one]));
    return [...once.values()].map(({ from, to }) => ({ collection, from, to }));
  });
}

/** The renames that lead from one manifest to another: the old key was there, and the new one was not. */
export function renamesBetween(before: AccessGraph, after: AccessGraph): Rename[] {
  const known = new Map(
    [...collections(before)].map(([collection, things]) => [
      collection,
      new Set(things.map((thing) => identityOf(collection, thing))),
    ]),
  );
  return declaredRenames(after).filter(({ collection, from, to }) => {
    const keys = known.get(collection);
    return keys?.has(from) === true && !keys.has(to);
  });
}

/** From old keys to new ones. */
export function forward(renames: readonly Rename[]): KeyMap {
  return mapOf(renames.map(({ collection, from, to }) => [collection, from, to]));
}

/** From new keys to old ones. */
export function backward(renames: readonly Rename[]): KeyMap {
  return mapOf(renames.map(({ collection, from, to }) => [collection, to, from]));
}

function mapOf(triples: readonly (readonly [Collection, string, string])[]): KeyMap {
  const map = new Map<Collection, Map<string, string>>();
  for (const [collection, from, to] of triples) {
    const keys = map.get(collection) ?? new Map<string, string>();
    map.set(collection, keys.set(from, to));
  }
  return map;
}

function keyRenames(things: readonly KeyedThing[]): { from: string; to: string }[] {
  return things.flatMap(({ key, renamedFrom }) => (renamedFrom === null ? [] : [{ from: renamedFrom, to: key }]));
}

/** A unit below one that was renamed has another path, too. */
function unitRenames(units: readonly KeyedThing[]): { from: string; to: string }[] {
  const old = new Map<string, string>();
  const byPath = new Map(units.map((unit) => [String(unit.path), unit]));
  const oldPath = (path: string): string => {
    const known = old.get(path);
    if (known !== undefined) return known;
    const unit = byPath.get(path);
    const above = typeof unit?.parent === "string" ? `${oldPath(unit.parent)}/` : "";
    const before = `${above}${unit?.renamedFrom ?? path.split("/").at(-1)}`;
    old.set(path, before);
    return before;
  };
  return [...byPath.keys()].map((path) => ({ from: oldPath(path), to: path }));
}
