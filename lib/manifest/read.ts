/** Manifest files -> access graph: the whole way, without touching a disk. */
import type { AccessGraph, PolicyDocument } from "../access/graph.ts";
import { resolve } from "../access/resolve.ts";
import type { Problem, SourceFile } from "../problem.ts";
import { checkManifest } from "./check.ts";
import { type Context, contextOf } from "./context.ts";
import { toProblems, toTakeOut } from "./issues.ts";
import { type MapNode, toValue, without } from "./node.ts";
import { notAManifest } from "./other-files.ts";
import { parseManifest } from "./parse.ts";
import { readPolicyFile } from "./policy.ts";
import { error, sortProblems, startOf } from "./problems.ts";
import { policyFiles, relativeTo } from "./references.ts";
import { manifestSchema } from "./schema.ts";

export interface ReadOptions {
  /** Today, as `2027-01-31`: grants that ended earlier are left out. */
  asOf: string;
  /** Grants that end on this day or before are warned about. */
  soon?: string;
  /** The policy documents that `file:` names, by the name of the file. */
  policyFiles: ReadonlyMap<string, PolicyFile>;
}

/** The text of a file, or why there is none, as the end of a sentence: `does not exist`. */
export type PolicyFile = string | { unreadable: string };

export interface ReadResult {
  /** `null` exactly when `problems` holds an error. */
  graph: AccessGraph | null;
  /** Everything that is wrong or doubtful, by file, line and column. */
  problems: Problem[];
}

/** Reads a manifest of one or many files. Reports all errors and warnings at once; any text is fine, nothing is thrown. */
export function readManifest(files: readonly SourceFile[], options: ReadOptions): ReadResult {
  if (files.length === 0) return { graph: null, problems: [error("no-manifest", null, "there is no manifest file")] };
  const inOrder = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { root, problems: syntax } = parseManifest(inOrder);
  if (root === null) return { graph: null, problems: sortProblems(syntax) };

  const stranger = notAManifest(root, inOrder[0]!.name);
  if (stranger !== null) return { graph: null, problems: [stranger] };
  const { context, problems: grammar } = readContext(root, inOrder[0]!.name, options);
  const problems = sortProblems([...syntax, ...grammar, ...(context === null ? [] : checkManifest(context))]);
  const hasError = problems.some(({ severity }) => severity === "error");
  if (!hasError && context !== null) return { graph: resolve(context), problems };
  // what a warning counts may be among the entries that could not be read
  return { graph: null, problems: syntax.length + grammar.length > 0 ? problems.filter(isError) : problems };
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

/** Applies the grammar. Entries that are not in it are reported and taken out, so that the rest can still be checked. */
function readContext(
  root: MapNode,
  firstFile: string,
  { asOf, policyFiles: texts, soon }: ReadOptions,
): { context: Context | null; problems: Problem[] } {
  const { documents, problems } = readPolicies(root, texts);
  const whole = manifestSchema.safeParse(toValue(root));
  if (whole.success) return { context: contextOf(whole.data, root, root, asOf, documents, soon), problems };

  const { issues } = whole.error;
  const rootPlaced = { ...root, place: startOf(firstFile) };
  problems.push(...toProblems(issues, rootPlaced, manifestSchema));
  const rest = without(root, issues.flatMap(toTakeOut));
  const readable = manifestSchema.safeParse(toValue(rest));
  return { context: readable.success ? contextOf(readable.data, rest, root, asOf, documents, soon) : null, problems };
}

function readPolicies(
  root: MapNode,
  texts: ReadOptions["policyFiles"],
): { documents: ReadonlyMap<string, PolicyDocument>; problems: Problem[] } {
  const documents = new Map<string, PolicyDocument>();
  const problems: Problem[] = [];
  for (const { value, place } of policyFiles(root)) {
    const name = relativeTo(place.file, value);
    const text = texts.get(name) ?? { unreadable: "does not exist" };
    if (typeof text !== "string") {
      problems.push(error("unreadable-file", place, `the policy file ${name} ${text.unreadable}`));
      continue;
    }
    const read = readPolicyFile(name, text);
    problems.push(...read.problems);
    if (read.document !== null) documents.set(name, read.document);
  }
  return { documents, problems };
}
