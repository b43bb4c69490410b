/** The console blocks of the documents: what a reader types, and what that prints. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "../test/cli/git.ts";

/** A line after `$ `, and the lines below it. */
export interface Typed {
  line: string;
  output: string;
}

export const consoleBlocks = /(?<=^```console\n).*?(?=^```$)/gms;

/** What is typed in a block, in its order. */
export function typedIn(block: string): Typed[] {
  const parts = block.split(/^\$ /m).slice(1);
  return parts.map((part) => {
    const end = part.indexOf("\n");
    return { line: part.slice(0, end), output: part.slice(end + 1) };
  });
}

/**
 * Types the lines of a block, one after the other, into a folder that has the examples as they were last committed.
 * @param gatehouse runs the command there, and gives its standard output
 */
export async function typeAll(
  root: string,
  typed: readonly Typed[],
  gatehouse: (args: readonly string[], folder: string) => Promise<string> | string,
): Promise<Typed[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-console-"));
  try {
    cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
    git(folder, "init", "-q");
    git(folder, "add", "examples");
    git(folder, "commit", "-qm", "examples");
    const done: Typed[] = [];
    for (const { line } of typed) {
      const [, args, lines, filter] = line.match(/^gatehouse (.*?)(?: \| (?:head -(\d+)|(grep .*)))?$/) ?? [];
      const all =
        args === undefined
          ? execFileSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" })
          : await gatehouse(args.split(" "), folder);
      const shown = filter === undefined ? all : execFileSync("sh", ["-c", filter], { input: all, encoding: "utf8" });
      done.push({ line, output: clipped(shown.trimEnd(), lines) });
    }
    return done;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function clipped(text: string, lines: string | undefined): string {
  if (text === "") return "";
  return `${lines === undefined ? text : text.split("\n").slice(0, Number(lines)).join("\n")}\n`;
}
