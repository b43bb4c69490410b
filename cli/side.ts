/** One of the two manifests that `diff` compares: a path, or a git revision with or without a path in it. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { AccessGraph } from "../lib/access/graph.ts";
import { readManifest } from "../lib/manifest/read.ts";
import type { Place, Problem, SourceFile } from "../lib/problem.ts";
import { findRevision, revisionTree } from "./git.ts";
import { type LoadedManifest, loadManifest } from "./load.ts";

export interface Side {
  /** `null` exactly when a problem is an error. */
  graph: AccessGraph | null;
  /** Files of a revision are named as git does: `main:access/accounts.yaml`. */
  problems: readonly Problem[];
  files: readonly SourceFile[];
}

/** Why there is no manifest, and the way out. */
export interface NoSide {
  failed: string;
  hint: string | null;
  /** The revision is there, and had no manifest yet. */
  absent?: true;
}

export interface SideOptions {
  /** The day for which grants are read. */
  asOf: string;
  /** Where the manifest is in a revision that is given without a path; the usual places when it is undefined. */
  manifest?: string | undefined;
  cwd: string;
}

/**
 * Reads one side of the comparison.
 * @param name a file or folder; else a revision such as `main`; else a revision and a path, as git writes it:
 *   `HEAD~1:access/` from the repository's root on, `HEAD~1:./access/` from the working directory on
 */
export function readSide(name: string, { asOf, manifest, cwd }: SideOptions): Side | NoSide {
  if (name === "" || name === "-")
    return { failed: "a side of the comparison is a path or a git revision", hint: null };
  if (statSync(resolve(cwd, name), { throwIfNoEntry: false })) return meaning(loadManifest(name, cwd), asOf);

  const [, revision = "", path] = /^([^:]*)(?::(.*))?$/s.exec(name) ?? [];
  const found = findRevision(revision, cwd);
  if ("failed" in found) return { ...found, failed: `"${name}" is neither a file nor a folder, and ${found.failed}` };
  const tree = revisionTree(found);
  if ("failed" in tree) return { failed: tree.failed, hint: null };
  const folder = path === undefined || /^\.\.?(\/|$)/.test(path) ? found.here : found.root;
  const loaded = loadManifest(path === undefined ? manifest : path || ".", folder, tree);
  if (loaded.files.length > 0) return prefixed(meaning(loaded, asOf), `${revision}:`);
  const hint =
    path === undefined
      ? `name it: ${revision}:PATH, or --manifest PATH`
      : "a path in a revision begins at the repository's root; from here on write ./";
  const failed = `${revision} has no such manifest: ${loaded.problems[0]?.message ?? "nothing is there"}`;
  return { failed, hint, absent: true };
}

function meaning({ files, policyFiles, problems }: LoadedManifest, asOf: string): Side {
  const read = readManifest(files, { asOf, policyFiles });
  const all = [...problems, ...read.problems];
  return { graph: all.some(({ severity }) => severity === "error") ? null : read.graph, problems: all, files };
}

function prefixed({ graph, problems, files }: Side, prefix: string): Side {
  const at = <P extends Place | null>(place: P): P =>
    place === null ? place : { ...place, file: prefix + place.file };
  return {
    graph,
    files: files.map((file) => ({ ...file, name: prefix + file.name })),
    problems: problems.map((problem) => ({
      ...problem,
      place: at(problem.place),
      related: problem.related.map((other) => ({ ...other, place: at(other.place) })),
    })),
  };
}
