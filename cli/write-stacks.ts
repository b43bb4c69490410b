/**
 * Where synthesized stacks go: `<out>/stacks/<stack>/cdk.tf.json`.
 *
 * A stack's folder also holds what Terraform keeps there (`.terraform`, state, lock file), so only our file in it is
 * replaced. `<out>/.gatehouse.json` lists the stacks that Gatehouse wrote: no other is ever removed.
 */
import { readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { byCodeUnit } from "../lib/finding.ts";
import { replaceFiles } from "./files.ts";

const stackName = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/**
 * Writes the stacks, all or none.
 * @param out absolute path; created when it does not exist
 * @param complete the stacks are all there are: earlier ones that are not among them are removed
 * @returns the names of the removed stacks, or the reason why nothing could be written
 */
export function writeStacks(
  out: string,
  stacks: readonly { name: string; json: string }[],
  complete: boolean,
): { removed: readonly string[] } | { reason: string } {
  const folderOf = (name: string) => join(out, "stacks", name);
  const fileOf = (name: string) => join(folderOf(name), "cdk.tf.json");

  const names = new Set(stacks.map(({ name }) => name));
  const earlier = readIndex(join(out, ".gatehouse.json"));
  const removed = complete ? earlier.filter((name) => !names.has(name)) : [];
  const index = (complete ? [...names] : [...new Set([...earlier, ...names])]).sort(byCodeUnit);

  const files = new Map(stacks.map(({ name, json }) => [fileOf(name), json]));
  files.set(join(out, ".gatehouse.json"), `${JSON.stringify({ version: 1, stacks: index }, null, 2)}\n`);
  const reason = replaceFiles(out, files, removed.map(fileOf));
  if (reason) return { reason };
  for (const name of removed) removeIfEmpty(folderOf(name));
  return { removed };
}

/** Terraform JSON of the stacks that Gatehouse wrote to a folder, by name; `null` when it wrote none there. */
export function writtenStacks(out: string): ReadonlyMap<string, string> | null {
  const names = readIndex(join(out, ".gatehouse.json"));
  const stacks = names.flatMap((name): [string, string][] => {
    try {
      return [[name, readFileSync(join(out, "stacks", name, "cdk.tf.json"), "utf8")]];
    } catch {
      // deleted by hand: it has to be written again
      return [];
    }
  });
  return names.length === 0 ? null : new Map(stacks);
}

/** The stacks of an earlier run. A name that Gatehouse cannot have written is ignored: `../..` would lead outside. */
function readIndex(path: string): string[] {
  try {
    const index: unknown = JSON.parse(readFileSync(path, "utf8"));
    const stacks = typeof index === "object" && index !== null && "stacks" in index ? index.stacks : [];
    return Array.isArray(stacks) ? stacks.filter((name) => typeof name === "string" && stackName.test(name)) : [];
  } catch {
    return [];
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Terraform keeps state or a lock file there, and both belong to the user.
  }
}
