/** Manifest files -> access graph: the whole way, without touching a disk. */
import type { AccessGraph } from "../access/graph.ts";
import { resolve } from "../access/resolve.ts";
import type { Catalog } from "../iam/catalog.ts";
import type { Problem, SourceFile } from "../problem.ts";
import { checkManifest } from "./check.ts";
import type { ErrorCode } from "./codes.ts";
import { type Context, contextOf, type Surroundings } from "./context.ts";
import { expand } from "./expand.ts";
import { toProblems, toTakeOut } from "./issues.ts";
import { type MapNode, toValue, without } from "./node.ts";
import { notAManifest } from "./other-files.ts";
import { parseManifest } from "./parse.ts";
import { readPolicyFile } from "./policy.ts";
import { error, sortProblems, startOf } from "./problems.ts";
import { type FileReference, policyFiles, relativeTo, textFiles } from "./references.ts";
import { manifestSchema } from "./schema.ts";
import { withDefinitions } from "./variables.ts";

export interface ReadOptions {
  /** Today, as `2027-01-31`: grants that ended earlier are left out. */
  asOf: string;
  /** Grants that end on this day or before are warned about. */
  soon?: string;
  /** The actions and condition keys that AWS has; without it, they are not checked. */
  catalog?: Catalog;
  /** The policy documents and other files that the manifest names, by the name of the file. */
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
  const { root: written, problems: syntax } = parseManifest(inOrder);
  if (written === null) return { graph: null, problems: sortProblems(syntax) };

  const stranger = notAManifest(written, inOrder[0]!.name);
  if (stranger !== null) return { graph: null, problems: [stranger] };
  const { root, problems: expansion, ...variables } = expand(written);
  const { context, problems: grammar } = readContext(root, inOrder[0]!.name, options);
  const found = [...grammar, ...(context === null ? [] : checkManifest(context))];
  const problems = sortProblems([...syntax, ...expansion, ...withDefinitions(found, variables)]);
  const hasError = problems.some(({ severity }) => severity === "error");
  if (!hasError && context !== null) return { graph: resolve(context), problems };
  // what a warning counts may be among the entries that could not be read
  const unread = [...syntax, ...expansion.filter(isError), ...grammar];
  return { graph: null, problems: unread.length > 0 ? problems.filter(isSure) : problems };
}

/** Errors, too, that count what accounts are there. */
const counting: ReadonlySet<string> = new Set(["selects-nothing", "tag-not-carried"] satisfies ErrorCode[]);

function isSure(problem: Problem): boolean {
  return isError(problem) && !counting.has(problem.code);
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

/** Applies the grammar. Entries that are not in it are reported and taken out, so that the rest can still be checked. */
function readContext(
  root: MapNode,
  firstFile: string,
  { asOf, soon, catalog, policyFiles: texts }: ReadOptions,
): { context: Context | null; problems: Problem[] } {
  const { problems, ...files } = readFiles(root, texts);
  const around: Surroundings = { asOf, soon, catalog, ...files };
  const whole = manifestSchema.safeParse(toValue(root));
  if (whole.success) return { context: contextOf(whole.data, root, root, around), problems };

  const { issues } = whole.error;
  const rootPlaced = { ...root, place: startOf(firstFile) };
  const grammar = toProblems(issues, rootPlaced, manifestSchema);
  // of what is no name of a file it goes without saying that there is none
  const refused = new Set(grammar.map(({ place }) => place));
  const unreadable = problems.filter(({ place }) => !refused.has(place));
  const rest = without(root, issues.flatMap(toTakeOut));
  const readable = manifestSchema.safeParse(toValue(rest));
  return {
    context: readable.success ? contextOf(readable.data, rest, root, around) : null,
    problems: [...unreadable, ...grammar],
  };
}

interface Files extends Pick<Surroundings, "documents" | "texts"> {
  problems: Problem[];
}

/** The files that the manifest names, by name; what cannot be read is a problem. */
function readFiles(root: MapNode, given: ReadOptions["policyFiles"]): Files {
  const problems: Problem[] = [];
  const read = (references: readonly FileReference[], what: string): Map<string, string> => {
    const found = references.map((reference) => [reference, textOf(reference, what, given, problems)] as const);
    return new Map(
      found.flatMap(([{ value, place }, text]) =>
        text === null ? [] : [[relativeTo(place.file, value), text] as const],
      ),
    );
  };
  const policies = [...read(policyFiles(root), "policy file")].map(
    ([name, text]) => [name, readPolicyFile(name, text)] as const,
  );
  problems.push(...policies.flatMap(([, policy]) => policy.problems));
  const documents = new Map(
    policies.flatMap(([name, { document }]) => (document === null ? [] : [[name, document] as const])),
  );
  return { documents, texts: read(textFiles(root), "file"), problems };
}

/** The text of a file that the manifest names; `null`, and a problem, when there is none. */
function textOf(
  { value, place }: FileReference,
  what: string,
  texts: ReadOptions["policyFiles"],
  problems: Problem[],
): string | null {
  const name = relativeTo(place.file, value);
  const text = texts.get(name) ?? { unreadable: "does not exist" };
  if (typeof text === "string") return text;
  problems.push(error("unreadable-file", place, `the ${what} ${name} ${text.unreadable}`));
  return null;
}
