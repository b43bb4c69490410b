/** The stacks as they were: of an earlier revision of the manifest, or in a folder that `synth` wrote. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { AccessGraph } from "../lib/access/graph.ts";
import { readSide, type Side } from "./side.ts";
import { writtenStacks } from "./write-stacks.ts";

export interface EarlierManifest {
  graph: AccessGraph | null;
  /** Why there is none; `null` with a graph. */
  because: string | null;
}

export interface EarlierStacks extends EarlierManifest {
  /** Terraform JSON by stack, in the order in which they could be applied; `null`: nobody knows. */
  stacks: ReadonlyMap<string, string> | null;
}

export interface EarlierOptions {
  /** The manifest, as the call names it: where it is in a revision as well. */
  manifest: string | undefined;
  /** The day for which grants are read: the same for both, so that only the manifest makes a difference. */
  asOf: string;
  cwd: string;
}

/**
 * @param since a manifest, or a git revision. A revision without a manifest, or with one that is not valid, is no error: it
 *   is there, and says nothing.
 */
export function earlierManifest(
  since: string,
  { manifest, asOf, cwd }: EarlierOptions,
): EarlierManifest | { failed: string; hint: string | null } {
  const isPath = since !== "" && statSync(resolve(cwd, since), { throwIfNoEntry: false }) !== undefined;
  const side = readSide(since, { asOf, manifest, cwd });
  if ("failed" in side) return side.absent ? { graph: null, because: side.failed } : side;
  if (side.graph !== null) return { graph: side.graph, because: null };
  const because = `${since} is not a valid manifest: ${firstError(side)}`;
  return isPath
    ? { failed: because, hint: "name a git revision, a manifest, or a folder that synth wrote" }
    : { graph: null, because };
}

/** As `earlierManifest`, with its stacks; `since` may also be a folder that `synth` wrote. */
export async function earlierStacks(
  since: string,
  options: EarlierOptions,
): Promise<EarlierStacks | { failed: string; hint: string | null }> {
  const written = writtenStacks(resolve(options.cwd, since));
  if (written !== null) return { stacks: written, because: null, graph: null };
  const earlier = earlierManifest(since, options);
  if ("failed" in earlier || earlier.graph === null)
    return "failed" in earlier ? earlier : { ...earlier, stacks: null };
  const { synthesize } = await import("../stacks/synthesize.ts");
  const { stacks, problems } = synthesize(earlier.graph);
  const wrong = problems.find(({ severity }) => severity === "error");
  return wrong === undefined
    ? { ...earlier, stacks: new Map(stacks.map(({ name, json }) => [name, json])) }
    : { graph: null, stacks: null, because: `the manifest of ${since} cannot be written: ${wrong.message}` };
}

function firstError({ problems }: Side): string {
  const found = problems.find(({ severity }) => severity === "error");
  if (found === undefined) return "";
  const place = found.place === null ? "" : `${found.place.file}:${found.place.line}: `;
  return place + found.message;
}

export type Change = "added" | "changed";

/** What each stack is beside the earlier ones, or `null` where it is the same; and those that are no more, the last first. */
export function stackChanges(
  now: readonly { name: string; json: string }[],
  earlier: ReadonlyMap<string, string> | null,
): { changes: ReadonlyMap<string, Change>; removed: readonly string[] } {
  const before = earlier ?? new Map<string, string>();
  const changes = now.flatMap(({ name, json }): [string, Change][] => {
    const was = before.get(name);
    if (was === json) return [];
    return [[name, was === undefined ? "added" : "changed"]];
  });
  const names = new Set(now.map(({ name }) => name));
  return { changes: new Map(changes), removed: [...before.keys()].filter((name) => !names.has(name)).reverse() };
}
