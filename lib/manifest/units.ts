/** Organizational units, flat: the manifest nests them, everything else names them by path. */
import { keysAt, type Node, type Path } from "./node.ts";
import type { Manifest, UnitInput } from "./schema.ts";

export interface FlatUnit {
  /** Keys joined by `/`. */
  path: string;
  key: string;
  parent: string | null;
  /** 1 for a unit right under the root. */
  depth: number;
  unit: UnitInput;
  /** Where it stands in the manifest. */
  at: Path;
}

/** Every unit, parents before children. */
export function flatUnits(units: Manifest["units"], above: FlatUnit | null = null): FlatUnit[] {
  return Object.entries(units).flatMap(([key, unit]) => {
    const flat: FlatUnit = {
      path: above === null ? key : `${above.path}/${key}`,
      key,
      parent: above?.path ?? null,
      depth: (above?.depth ?? 0) + 1,
      unit,
      at: [...(above?.at ?? []), "units", key],
    };
    return [flat, ...flatUnits(unit.units, flat)];
  });
}

/** The paths of all units as written, whether or not the rest of them is valid. */
export function writtenUnitPaths(root: Node, at: Path = [], above = ""): string[] {
  return keysAt(root, [...at, "units"]).flatMap((key) => [
    above + key,
    ...writtenUnitPaths(root, [...at, "units", key], `${above}${key}/`),
  ]);
}

/** The unit and all units above it, from the top: `a/b` has `a` and `a/b`; none for the root. */
export function pathsAbove(unit: string | null): string[] {
  const keys = unit?.split("/") ?? [];
  return keys.map((_, index) => keys.slice(0, index + 1).join("/"));
}

/** `true` when `unit` is `ancestor` or below it. */
export function isWithin(unit: string | null, ancestor: string): boolean {
  return unit !== null && (unit === ancestor || unit.startsWith(`${ancestor}/`));
}
