/** What the checks look at: the manifest, where it is written, and what it names. */
import type { PolicyDocument } from "../access/graph.ts";
import { type Selectable, selectable } from "../access/select.ts";
import { byCodeUnit } from "../finding.ts";
import type { Catalog } from "../iam/catalog.ts";
import type { Place } from "../problem.ts";
import { configBucket, trailBucket } from "./buckets.ts";
import { keyPlaceAt, type Node, type Path, placeAt } from "./node.ts";
import type { PresetContext } from "./presets.ts";
import { relativeTo } from "./references.ts";
import type { Manifest } from "./schema.ts";
import { type FlatUnit, flatUnits } from "./units.ts";

export interface Context {
  manifest: Manifest;
  /** What selections look at, and all units. */
  accounts: readonly Selectable[];
  units: readonly FlatUnit[];
  /** Today, as `2027-01-31`. */
  asOf: string;
  /** Grants that end on this day or before are said to end soon; `null`: nobody asked. */
  soon: string | null;
  /** Where the value at `path` stands (the key, for a map or list). */
  at(path: Path): Place;
  /** Where the last key of `path` stands. */
  keyAt(path: Path): Place;
  /** The document of the policy file written at `path`, `null` when there is none or it could not be read. */
  file(path: Path, value: string | undefined): PolicyDocument | null;
  /** The text of another file written at `path`, `null` when there is none or it could not be read. */
  text(path: Path, value: string | undefined): string | null;
  /** The actions and condition keys that AWS has; without it, they are not checked. */
  catalog: Catalog | null;
  /** Everything written as a whole, valid or not: what may be named without being unknown. */
  written: Node;
}

/** What is known beside the manifest itself. */
export interface Surroundings {
  /** Today, as `2027-01-31`. */
  asOf: string;
  /** Grants that end on this day or before are warned about. */
  soon?: string | undefined;
  catalog?: Catalog | undefined;
  documents: ReadonlyMap<string, PolicyDocument>;
  texts: ReadonlyMap<string, string>;
}

/** `root` is the tree that `manifest` was read from; `written` is the same, with the entries that are not valid. */
export function contextOf(manifest: Manifest, root: Node, written: Node, around: Surroundings): Context {
  const { asOf, soon = null, catalog = null, documents, texts } = around;
  const named = <T>(files: ReadonlyMap<string, T>, path: Path, value: string | undefined): T | null =>
    value === undefined ? null : (files.get(relativeTo(placeAt(root, path).file, value)) ?? null);
  return {
    manifest,
    accounts: selectable(manifest),
    units: flatUnits(manifest.units),
    asOf,
    soon,
    catalog,
    written,
    at: (path) => placeAt(root, path),
    keyAt: (path) => keyPlaceAt(root, path),
    file: (path, value) => named(documents, path, value),
    text: (path, value) => named(texts, path, value),
  };
}

/** Regions in use; the home Region when none are written. */
export function regionsOf(manifest: Manifest): readonly string[] {
  return manifest.organization.regions ?? [manifest.organization.homeRegion];
}

/** What presets ask about the organization. */
export function presetContext(manifest: Manifest): PresetContext {
  const buckets = [trailBucket(manifest), configBucket(manifest)];
  return {
    regions: regionsOf(manifest),
    executionRole: manifest.terraform.executionRole,
    logBuckets: buckets.flatMap((bucket) => bucket?.name ?? []),
    organizationId: manifest.organization.id ?? null,
    vendors: [
      ...new Set(Object.values(manifest.roles).flatMap(({ trust }) => ("thirdParty" in trust ? trust.thirdParty : []))),
    ].sort(byCodeUnit),
  };
}
