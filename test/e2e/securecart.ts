/** The SecureCart example as stacks: what the end-to-end tests run. */
import { join } from "node:path";
import type { Organization } from "../../analyzer/world.ts";
import { loadManifest } from "../../cli/load.ts";
import { worldOf } from "../../cli/world.ts";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { readManifest } from "../../lib/manifest/read.ts";
import { type SynthesizedStack, synthesize } from "../../stacks/synthesize.ts";

const root = join(import.meta.dirname, "..", "..");

const loaded = loadManifest("examples/securecart", root);
const { policyFiles } = loaded;
let { files } = loaded;

export const graph: AccessGraph = read();
export const stacks: readonly SynthesizedStack[] = synthesize(graph).stacks;

/** As `stacks`, with the Identity Center instance written down: nothing is left to look up. */
export const offlineStacks: readonly SynthesizedStack[] = synthesize({
  ...graph,
  identity: {
    ...graph.identity,
    instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
    identityStoreId: "d-1234567890",
  },
}).stacks;

/** Twelve digits of the account whose credentials run Terraform. */
export const managementId = graph.accounts.find((account) => account.management)?.id ?? "";

/** What the manifest says of the organization. */
export const world: Organization = worldOf(graph);

/**
 * The stacks after an edit of one file; edits add up, as they do in a repository.
 * @param from text that stands in the file; `to` takes the place of its first occurrence
 */
export function edited(file: string, from: string, to: string): readonly SynthesizedStack[] {
  const name = `examples/securecart/${file}`;
  files = files.map((source) => {
    if (source.name !== name) return source;
    if (!source.text.includes(from)) throw new Error(`${name} does not hold ${JSON.stringify(from)}`);
    return { ...source, text: source.text.replace(from, () => to) };
  });
  return synthesize(read()).stacks;
}

function read(): AccessGraph {
  // A fixed day, so that a grant's expiry does not change the test.
  const { graph, problems } = readManifest(files, { asOf: "2026-01-01", policyFiles });
  if (graph === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  return graph;
}
