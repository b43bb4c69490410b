/** The stacks as they were: of an earlier revision of the manifest, or in a folder that `synth` wrote. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { AccessGraph } from "../lib/access/graph.ts";
import type { Side } from "./side.ts";
import { readSide } from "./side.ts";
import { writtenStacks } from "./write-stacks.ts";

export interface Earlier {
  /** Terraform JSON by stack, in the order in which they could be applied; `null`: nobody knows, because of `because`. */
  stacks: ReadonlyMap<string, string> | null;
  because: string | null;
  /** The manifest that they were written from, where there is one. */
  graph: AccessGraph | null;
}

export interface EarlierOptions {
  /** The manifest, as the call names it: where it is in a revision as well. */
  manifest: string | undefined;
  /** The day for which grants are read: the same for both, so that only the manifest makes a difference. */
  asOf: string;
  cwd: string;
}

/**
 * @param since a folder that `synth` wrote, a manifest, or a git revision. A revision without a manifest, or with one that is
 *   not valid, makes every stack a new one; what is not there at all is an error.
 */
export async function earlierStacks(
  since: string,
  { manifest, asOf, cwd }: EarlierOptions,
): Promise<Earlier | { failed: string; hint: string | null }> {
  const written = writtenStacks(resolve(cwd, since));
  if (written !== null) return { stacks: written, because: null, graph: null };
  const isPath = since !== "" && statSync(resolve(cwd, since), { throwIfNoEntry: false }) !== undefined;
  const side = readSide(since, { asOf, manifest, cwd });
  if ("failed" in side) return side.absent ? unknown(side.failed) : side;
  if (side.graph !== null) {
    const { synthesize } = await import("../stacks/synthesize.ts");
    const { stacks, problems } = synthesize(side.graph);
    const wrong = problems.find(({ severity }) => severity === "error");
    if (wrong === undefined) {
      return { stacks: new Map(stacks.map(({ name, json }) => [name, json])), because: null, graph: side.graph };
    }
    return unknown(`the manifest of ${since} cannot be written: ${wrong.message}`);
  }
  const because = `${since} is not a valid manifest: ${firstError(side)}`;
  return isPath ? { failed: because, hint: "name a folder that synth wrote, or a git revision" } : unknown(because);
}

function unknown(because: string): Earlier {
  return { stacks: null, because, graph: null };
}

function firstError({ problems }: Side): string {
  const found = problems.find(({ severity }) => severity === "error");
  return found === undefined
    ? ""
    : `${found.place === null ? "" : `${found.place.file}:${found.place.line}: `}${found.message}`;
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
