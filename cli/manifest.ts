/** What the commands that read a manifest have in common. */

import { Argument, Option } from "commander";
import type { AccessGraph } from "../lib/access/graph.ts";
import { daysAfter, isDay } from "../lib/day.ts";
import type { Problem, SourceFile } from "../lib/problem.ts";
import { type Context, type ExitCode, exit, note, printError, usageError } from "./command.ts";
import type { Paint } from "./paint.ts";

export interface ManifestOptions {
  asOf?: string;
  /** As written: `14d`. */
  expiring?: string;
}

export const manifestArgument = new Argument("[manifest]", "file or folder (default: access.yaml, then access/)");

export const asOfOption = new Option(
  "--as-of <date>",
  "the day on which grants count as expired (default: today, UTC)",
);

/** The day for which grants and suppressions are read: the one that is named, else today in UTC. */
export function dayOf(asOf: string | undefined, { io }: Pick<Context, "io">): string {
  return asOf ?? io.now().toISOString().slice(0, 10);
}

export const expiringOption = new Option("--expiring <days>", "also warn of grants that end within so many days: 14d");

export interface ReadManifest {
  /** `null` exactly when a problem is an error. */
  graph: AccessGraph | null;
  problems: readonly Problem[];
  files: readonly SourceFile[];
}

/** What is no path, though it may stand where one is expected. */
const notPaths: Readonly<Record<string, string>> = {
  "": "the path of the manifest is empty",
  "-": "a manifest is not read from standard input: it may be several files",
};

/** Reads files and meaning of a manifest. What cannot be read at all is printed here, and the exit code returned. */
export async function readManifestFiles(
  path: string | undefined,
  { asOf, expiring }: ManifestOptions,
  context: Context,
): Promise<ReadManifest | ExitCode> {
  const day = dayOf(asOf, context);
  if (!isDay(day)) return usageError(context, `--as-of takes a date such as 2027-01-31, not "${day}"`);
  const days = expiring === undefined ? null : /^(\d{1,4})d$/.exec(expiring)?.[1];
  if (days === undefined)
    return usageError(context, `--expiring takes a number of days such as 14d, not "${expiring}"`);

  const refused = path === undefined ? undefined : notPaths[path];
  if (refused !== undefined) return usageError(context, refused, "Name a file or folder.");

  const [{ loadManifest }, { readManifest }, { catalogFor }] = await Promise.all([
    import("./load.ts"),
    import("../lib/manifest/read.ts"),
    import("../lib/manifest/aws-names.ts"),
  ]);
  const loaded = loadManifest(path, context.io.cwd);
  if (loaded.files.length === 0) {
    for (const { message, hint } of loaded.problems) printError(context, message, hint ?? undefined);
    return exit.usage;
  }
  if (loaded.leftOut !== null) note(context, `note: ${loaded.leftOut}`);
  const soon = days === null ? {} : { soon: daysAfter(day, Number(days)) };
  const { files, policyFiles } = loaded;
  const texts = [
    ...files.map(({ text }) => text),
    ...[...policyFiles.values()].filter((file) => typeof file === "string"),
  ];
  const options = { asOf: day, policyFiles, catalog: await catalogFor(texts), ...soon };
  const { graph, problems } = readManifest(files, options);
  const read = [...loaded.problems, ...problems];
  if (graph === null || read.some(isError)) return { graph: null, problems: read, files: loaded.files };
  const [{ verify }, { sortProblems }] = await Promise.all([
    import("../lib/access/verify.ts"),
    import("../lib/manifest/problems.ts"),
  ]);
  const all = sortProblems([...read, ...(await verify(graph))]);
  return { graph: all.some(isError) ? null : graph, problems: all, files: loaded.files };
}

/** Problems as text for people, each with its code frame; empty when there is none. */
export async function renderProblems(
  problems: readonly Problem[],
  sources: readonly SourceFile[],
  paint: Paint,
): Promise<string> {
  if (problems.length === 0) return "";
  const { renderProblem } = await import("../lib/manifest/render.ts");
  return problems.map((problem) => `${renderProblem(problem, sources, paint)}\n\n`).join("");
}

export const isError = ({ severity }: Problem): boolean => severity === "error";

/** The graph of a valid manifest, warnings printed; otherwise the exit code, problems printed. */
export async function requireGraph(
  path: string | undefined,
  options: ManifestOptions,
  context: Context,
): Promise<AccessGraph | ExitCode> {
  const read = await readManifestFiles(path, options, context);
  if (typeof read === "number") return read;
  const shown = context.quiet ? read.problems.filter(isError) : read.problems;
  context.io.stderr.write(await renderProblems(shown, read.files, context.paint.stderr));
  if (read.graph) return read.graph;
  note(context, "The manifest is not valid: nothing was done.");
  return exit.findings;
}
