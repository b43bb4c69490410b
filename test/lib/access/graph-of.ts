import { loadManifest } from "../../../cli/load.ts";
import type { AccessGraph } from "../../../lib/access/graph.ts";
import { readManifest } from "../../../lib/manifest/read.ts";

/** The graph of a manifest that has to be valid. */
export function graphOf(text: string): AccessGraph {
  const { graph, problems } = readManifest([{ name: "access.yaml", text }], {
    asOf: "2026-11-22",
    policyFiles: new Map(),
  });
  if (graph === null) throw new Error(JSON.stringify(problems));
  return graph;
}

/** SecureCart: its graph, and what is said about it. */
export function secureCart(asOf = "2026-11-22") {
  const { files, policyFiles, problems } = loadManifest("examples/securecart", process.cwd());
  const read = readManifest(files, { asOf, policyFiles });
  return { files, policyFiles, graph: read.graph!, problems: [...problems, ...read.problems] };
}
