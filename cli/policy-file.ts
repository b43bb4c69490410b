/** Policy documents in files, read for the `policy` commands. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Policy, PolicyKind, PolicyProblem } from "../lib/iam/policy.ts";
import { type Context, printError } from "./command.ts";
import { fileReason } from "./files.ts";

export const policyKinds = ["identity", "resource", "trust"] as const satisfies readonly PolicyKind[];

export interface PolicyFile {
  name: string;
  text: string;
  policy: Policy;
  problems: readonly PolicyProblem[];
}

/** Reads a file or standard input (`-`); prints why it cannot and gives `null`. */
export async function readText(path: string, context: Context): Promise<string | null> {
  try {
    const bytes = path === "-" ? await context.io.stdin() : readFileSync(resolve(context.io.cwd, path));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const reason = error instanceof TypeError ? "it is not UTF-8 text" : fileReason(error);
    printError(context, `cannot read ${path}: ${reason}`);
    return null;
  }
}

/** Reads one policy; `kind: null` takes the kind from the document. Its problems are data, not errors. */
export async function readPolicyFile(
  path: string,
  kind: PolicyKind | null,
  context: Context,
): Promise<PolicyFile | null> {
  const text = await readText(path, context);
  if (text === null) return null;
  const [{ parsePolicyText }, { guessKind }] = await Promise.all([
    import("../lib/iam/parse.ts"),
    import("../lib/iam/kind.ts"),
  ]);
  return { name: path, text, ...parsePolicyText(text, kind ?? guessKind(text)) };
}

/** `file:line:col` of a problem; the start of the file where it has no place. */
export function placeOf({ name, text }: Pick<PolicyFile, "name" | "text">, offset: number | null): string {
  const before = text.slice(0, offset ?? 0);
  const line = before.split("\n").length;
  return `${name}:${line}:${before.length - before.lastIndexOf("\n")}`;
}

/** Prints each problem with its place. */
export function printProblems(file: PolicyFile, context: Context): void {
  for (const { message, offset } of file.problems) printError(context, `${placeOf(file, offset)} ${message}`);
}
