/** The manifests that ship as examples. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadManifest } from "../cli/load.ts";
import type { AccessGraph } from "../lib/access/graph.ts";
import { readManifest } from "../lib/manifest/read.ts";

const root = join(import.meta.dirname, "..");

/** Their graphs, by folder. */
export const exampleGraphs: readonly (readonly [name: string, graph: AccessGraph])[] = readdirSync(
  join(root, "examples"),
)
  .filter((name) => existsSync(join(root, "examples", name, "access.yaml")))
  .map((name) => {
    const { files, policyFiles } = loadManifest(`examples/${name}`, root);
    const { graph, problems } = readManifest(files, { asOf: "2026-01-01", policyFiles });
    if (graph === null) throw new Error(`${name}: ${problems.map(({ message }) => message).join("; ")}`);
    return [name, graph];
  });
