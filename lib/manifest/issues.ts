/** What the schema found wrong -> problems that say what, where and the way out. */
import { z } from "zod";
import type { Problem } from "../problem.ts";
import { didYouMean, nearest } from "../suggest.ts";
import { entryPath } from "./merge.ts";
import { keyPlaceAt, type Node, nodeAt, type Path, placeAt, toValue } from "./node.ts";
import { error } from "./problems.ts";

type Issue = z.core.$ZodIssue;

interface Found {
  path: Path;
  problem: Problem;
  /** The key that is missing, or is written and unknown. */
  missing?: string;
  unknown?: string;
  /** It is about the map as a whole. */
  whole?: true;
}

/** Problems for the issues that `schema` found in the value of `root`, each at its place in the source. */
export function toProblems(issues: readonly Issue[], root: Node, schema: z.core.$ZodType): Problem[] {
  const found = issues.flatMap((issue) => explain(issue, [], root, schema));
  const unknown = found.filter((one) => one.unknown !== undefined);
  const mistypedIn = new Set(unknown.map(({ path }) => JSON.stringify(path)));
  const mistyped = new Set(unknown.map(({ path, missing }) => JSON.stringify([path, missing])));
  // a mistyped key is one mistake: not also a missing one, nor a map that lacks something
  const follows = (one: Found) =>
    one.unknown === undefined &&
    ((one.missing !== undefined && mistyped.has(JSON.stringify([one.path, one.missing]))) ||
      (one.whole === true && mistypedIn.has(JSON.stringify(one.path))));
  return found.filter((one) => !follows(one)).map(({ problem }) => problem);
}

/** What has to be taken out of the tree for the rest to be checked: an unknown key, or the entry that is not in the grammar. */
export function toTakeOut(issue: Issue): Path[] {
  const path = issue.path.map(step);
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [entryPath(path)];
}

function explain(issue: Issue, above: Path, root: Node, schema: z.core.$ZodType): Found[] {
  const path = [...above, ...issue.path.map(step)];
  switch (issue.code) {
    case "invalid_union":
      return bestBranch(issue.errors).flatMap((inner) => explain(inner, path, root, schema));
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, path, root, schema));
    case "invalid_key": {
      const reason = issue.issues[0]?.message ?? "is not a key";
      const message = `${JSON.stringify(String(path.at(-1)))} ${reason}`;
      return [{ path, problem: error("invalid-key", keyPlaceAt(root, path), message) }];
    }
    case "invalid_type":
      return [wrongType(issue.expected, path, root, schema)];
    case "invalid_value":
      return [wrongValue(issue.values.map(String), path, root)];
    default: {
      const node = nodeAt(root, path);
      if (node === null) return [missingKey(path, root)];
      if (issue.code === "custom" && node.kind !== "scalar") {
        return [{ path, problem: atValue(root, path, issue.message), whole: true }];
      }
      return [{ path, problem: atValue(root, path, `${shown(node)} ${issue.message}`) }];
    }
  }
}

function atValue(root: Node, path: Path, message: string, hint: string | null = null): Problem {
  return error("invalid-value", placeAt(root, path), message, { hint });
}

function unknownKey(key: string, path: Path, root: Node, schema: z.core.$ZodType): Found {
  const known = keysOf(schemasAt(schema, path));
  const match = nearest(key, known);
  const hint = match === null ? `known keys: ${known.join(", ")}` : null;
  const message = `unknown key "${key}"${within(path)}${didYouMean(key, known)}`;
  const problem = error("unknown-key", keyPlaceAt(root, [...path, key]), message, { hint });
  return { path, problem, unknown: key, missing: match ?? undefined };
}

function missingKey(path: Path, root: Node): Found {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const message = `"${key}" is missing${within(parent)}`;
  return { path: parent, problem: error("missing-key", placeAt(root, parent), message), missing: key };
}

const typeWords: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function wrongType(expected: string, path: Path, root: Node, schema: z.core.$ZodType): Found {
  const node = nodeAt(root, path);
  if (node === null) return missingKey(path, root);
  const wanted = typeWords[expected] ?? expected;
  const name = typeof path.at(-1) === "string" ? `"${path.at(-1)}"` : "the entry";
  const message = `${name} has to be ${wanted}, not ${described(node)}`;
  if (expected !== "string" || node.kind !== "scalar" || node.value === null) {
    return { path, problem: atValue(root, path, message) };
  }
  const refusal = refusalOf(node.source, schemasAt(schema, path));
  if (refusal !== null) return { path, problem: atValue(root, path, `${shown(node)} ${refusal}`) };
  return { path, problem: atValue(root, path, message, `put it in quotes: "${node.source}"`) };
}

/** What would be said of `text` if it were in quotes; `null` when it would do. */
function refusalOf(text: string, schemas: readonly z.core.$ZodType[]): string | null {
  const [wanted] = schemas.filter((schema) => schema instanceof z.ZodString);
  const result = wanted?.safeParse(text);
  return result === undefined || result.success ? null : (result.error.issues[0]?.message ?? null);
}

function wrongValue(values: readonly string[], path: Path, root: Node): Found {
  const node = nodeAt(root, path);
  if (node === null) return missingKey(path, root);
  const allowed = values.join(", ");
  const message = `${shown(node)} is not ${values.length === 1 ? allowed : `one of ${allowed}`}`;
  const suggestion = node.kind === "scalar" && values.length > 1 ? didYouMean(node.source, values) : "";
  return { path, problem: atValue(root, path, message + suggestion) };
}

/** The branch of a union that the writer most likely meant: the one with the least wrong at its top. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const cost = (issues: readonly Issue[]) => issues.reduce((sum, issue) => sum + costOf(issue), 0);
  return branches.reduce((best, branch) => (cost(branch) < cost(best) ? branch : best));
}

function costOf(issue: Issue): number {
  if (issue.path.length > 0) return 1;
  if (issue.code === "unrecognized_keys") return 10 * issue.keys.length;
  if (issue.code === "invalid_type") return 100;
  if (issue.code === "invalid_value") return 50;
  return issue.code === "invalid_union" ? 20 : 1;
}

function shown(node: Node): string {
  return node.kind === "scalar" && node.value !== null ? JSON.stringify(node.source) : described(node);
}

function described(node: Node): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a map";
  const value = toValue(node);
  if (value === null) return "empty";
  return typeof value === "string" ? `the text ${JSON.stringify(value)}` : `the ${typeof value} ${String(value)}`;
}

function within(path: Path): string {
  if (path.length === 0) return "";
  const text = path.map((part) => (typeof part === "number" ? `[${part + 1}]` : `.${part}`)).join("");
  return ` in ${text.slice(1)}`;
}

function step(part: PropertyKey): string | number {
  return typeof part === "symbol" ? String(part) : part;
}

/** Every schema that the grammar has for `path`; unions and one-or-many make them several. */
function schemasAt(schema: z.core.$ZodType, path: Path): readonly z.core.$ZodType[] {
  return path.reduce<readonly z.core.$ZodType[]>(
    (schemas, part) => schemas.flatMap((one) => below(one, part).flatMap(unwrap)),
    unwrap(schema),
  );
}

function below(schema: z.core.$ZodType, part: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const inner = Object.hasOwn(schema.shape, part) ? schema.shape[part] : undefined;
    return inner === undefined ? [] : [inner];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  return [];
}

/** The schemas that a value may meet where `schema` stands, without the wrappings. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap());
  }
  return [schema];
}

function keysOf(schemas: readonly z.core.$ZodType[]): string[] {
  return [...new Set(schemas.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : [])))];
}
