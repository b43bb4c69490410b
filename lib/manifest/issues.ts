/** What the schema found wrong -> problems that say what, where and the way out. */
import { z } from "zod";
import type { Problem } from "../problem.ts";
import { didYouMean, nearest } from "../suggest.ts";
import { clip } from "../visible.ts";
import { chooseForm, formWords, strayKey } from "./forms.ts";
import { formsAt, keysKnownAt, keysOf, keyWords, mayBeLeftOut, once, type Schema, schemasAt } from "./grammar.ts";
import { entryPath } from "./merge.ts";
import { keyPlaceAt, keysAt, type ListNode, type Node, nodeAt, type Path, placeAt, toValue } from "./node.ts";
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
export function toProblems(issues: readonly Issue[], root: Node, schema: Schema): Problem[] {
  const found = issues.flatMap((issue) => explain(issue, [], root, schema));
  const unknown = found.filter((one) => one.unknown !== undefined);
  const mistypedIn = new Set(unknown.map(({ path }) => JSON.stringify(path)));
  const mistyped = new Set(unknown.map(({ path, missing }) => JSON.stringify([path, missing])));
  // a mistyped key is one mistake: not also a missing one, nor a map that lacks something
  const follows = (one: Found) =>
    one.unknown === undefined &&
    ((one.missing !== undefined && mistyped.has(JSON.stringify([one.path, one.missing]))) ||
      (one.whole === true && mistypedIn.has(JSON.stringify(one.path))));
  return withMissing(found.filter((one) => !follows(one))).map(({ problem }) => problem);
}

/** A key that the grammar does not know may be meant for the one that is missing beside it: that is one mistake. */
function withMissing(found: readonly Found[]): Found[] {
  const strays = new Map<string, Found>();
  const missing = new Map<string, string[]>();
  for (const one of found) {
    const at = JSON.stringify(one.path);
    if (isMissing(one)) missing.set(at, [...(missing.get(at) ?? []), one.missing]);
    else if (one.unknown !== undefined && one.missing === undefined && !strays.has(at)) strays.set(at, one);
  }
  return found.flatMap((one) => {
    const at = JSON.stringify(one.path);
    const stray = one.path.length === 0 ? undefined : strays.get(at);
    if (stray === undefined) return [one];
    if (isMissing(one)) return [];
    const keys = stray === one ? missing.get(at) : undefined;
    if (keys === undefined) return [one];
    const lacks = `missing here: ${keys.join(", ")}`;
    const hint = one.problem.hint === null ? lacks : `${lacks}; ${one.problem.hint}`;
    return [{ ...one, problem: { ...one.problem, hint } }];
  });
}

function isMissing(one: Found): one is Found & { missing: string } {
  return one.missing !== undefined && one.unknown === undefined;
}

/** What has to be taken out of the tree for the rest to be checked: an unknown key, or the entry that is not in the grammar. */
export function toTakeOut(issue: Issue): Path[] {
  const path = issue.path.map(step);
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [entryPath(path)];
}

function explain(issue: Issue, above: Path, root: Node, schema: Schema): Found[] {
  const path = [...above, ...issue.path.map(step)];
  switch (issue.code) {
    case "invalid_union":
      return (
        explainForms(path, root, schema) ??
        bestBranch(issue.errors).flatMap((inner) => explain(inner, path, root, schema))
      );
    case "unrecognized_keys":
      // zod passes a union over in silence when nothing but a key is wrong in one of its maps
      return (
        explainForms(path, root, schema) ??
        issue.keys.map((key) => unknownKey(key, path, root, keysKnownAt(schema, path)))
      );
    case "invalid_key": {
      const reason = issue.issues[0]?.message ?? "is not a key";
      const message = `${JSON.stringify(clip(String(path.at(-1))))} ${reason}`;
      return [{ path, problem: error("invalid-key", keyPlaceAt(root, path), message) }];
    }
    case "invalid_type":
      return [wrongType(issue.expected, path, root, schema)];
    case "invalid_value":
      return [wrongValue(issue.values.map(String), path, root, schema)];
    default: {
      const node = nodeAt(root, path);
      if (node === null) return [missingKey(path, root, schema)];
      if (issue.code === "custom" && node.kind !== "scalar") {
        return [{ path, problem: atValue(root, path, issue.message), whole: true }];
      }
      if (issue.code === "too_small" && node.kind === "list") return [emptyList(path, root, schema)];
      return [{ path, problem: atValue(root, path, `${shown(node)} ${issue.message}`) }];
    }
  }
}

/** What is wrong with a map that may have several forms; `null` when there are none to choose from. */
function explainForms(path: Path, root: Node, schema: Schema): Found[] | null {
  const forms = formsAt(schema, path);
  const node = nodeAt(root, path);
  if (forms.length < 2 || node?.kind !== "map") return null;
  const written = keysAt(root, path);
  const choice = chooseForm(written, forms);
  const hint = `write one of ${formWords(forms)}`;
  if (choice.kind === "none") {
    const [key] = written;
    if (key === undefined) return [{ path, problem: atValue(root, path, `${named(path)} is empty`, hint) }];
    const place = keyPlaceAt(root, [...path, key]);
    return [
      {
        path,
        problem: error("unknown-key", place, `unknown key "${key}"${within(path, root)}`, { hint }),
        unknown: key,
      },
    ];
  }
  if (choice.kind === "open") {
    const add = choice.add.map((words) => `"${words}"`).join(", ");
    return [
      { path, problem: error("missing-key", placeAt(root, path), `one of ${add} is missing${within(path, root)}`) },
    ];
  }
  const { form } = choice;
  const issues = form.safeParse(toValue(node)).error?.issues ?? [];
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" && issue.path.length === 0
      ? issue.keys.map((key) => unknownInForm(key, form, forms, path, root))
      : explain(issue, path, root, schema),
  );
}

function unknownInForm(key: string, form: z.ZodObject, forms: readonly z.ZodObject[], path: Path, root: Node): Found {
  const why = strayKey(key, form, forms, within(path, root));
  if (why === null) return unknownKey(key, path, root, keysOf(form));
  const place = keyPlaceAt(root, [...path, key]);
  return { path, problem: error("unknown-key", place, why), unknown: key };
}

function emptyList(path: Path, root: Node, schema: Schema): Found {
  const hint = mayBeLeftOut(schema, path) ? "leave it out" : "name at least one";
  return { path, problem: atValue(root, path, `${named(path)} must not be an empty list`, hint) };
}

function atValue(root: Node, path: Path, message: string, hint: string | null = null): Problem {
  return error("invalid-value", placeAt(root, path), message, { hint });
}

function unknownKey(key: string, path: Path, root: Node, known: readonly string[]): Found {
  const match = nearest(key, known);
  const hint = match === null ? `known keys: ${known.join(", ")}` : null;
  const message = `unknown key "${key}"${within(path, root)}${didYouMean(key, known)}`;
  const problem = error("unknown-key", keyPlaceAt(root, [...path, key]), message, { hint });
  return { path, problem, unknown: key, missing: match ?? undefined };
}

function missingKey(path: Path, root: Node, schema: Schema): Found {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const form = formsAt(schema, parent).find(({ shape }) => Object.hasOwn(shape, key));
  const message = `"${form === undefined ? key : keyWords(form, key)}" is missing${within(parent, root)}`;
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

function wrongType(expected: string, path: Path, root: Node, schema: Schema): Found {
  const node = nodeAt(root, path);
  if (node === null) return missingKey(path, root, schema);
  const wanted = typeWords[expected] ?? expected;
  const message = `${named(path)} has to be ${wanted}, not ${described(node)}`;
  if (node.kind === "scalar" && node.value === null && node.source.startsWith("#")) {
    const hint = `"#" begins a comment in YAML; put the text in quotes: ${JSON.stringify(node.source)}`;
    return { path, problem: atValue(root, path, message, hint) };
  }
  if (expected !== "string" || node.kind !== "scalar" || node.value === null) {
    const forms = expected === "object" ? formsAt(schema, path) : [];
    const hint = forms.length > 1 ? `write one of ${formWords(forms)}` : null;
    return { path, problem: atValue(root, path, message, hint) };
  }
  const refusal = refusalOf(node.source, schemasAt(schema, path));
  if (refusal !== null) return { path, problem: atValue(root, path, `${shown(node)} ${refusal}`) };
  return { path, problem: atValue(root, path, message, `put it in quotes: "${node.source}"`) };
}

/** What would be said of `text` if it were in quotes; `null` when it would do. */
function refusalOf(text: string, schemas: readonly Schema[]): string | null {
  const [wanted] = schemas.filter((schema) => schema instanceof z.ZodString);
  const result = wanted?.safeParse(text);
  return result === undefined || result.success ? null : (result.error.issues[0]?.message ?? null);
}

function wrongValue(values: readonly string[], path: Path, root: Node, schema: Schema): Found {
  const node = nodeAt(root, path);
  if (node === null) return missingKey(path, root, schema);
  const [only] = values;
  if (values.length === 1) {
    const message = `${named(path)} has to be ${only}, not ${described(node)}`;
    const forms = formsAt(schema, path);
    const others = forms.length > 0 ? `or to be one of ${formWords(forms)}` : "leave it out instead";
    const hint = mayBeLeftOut(schema, path) ? others : null;
    return { path, problem: atValue(root, path, message, hint) };
  }
  const suggestion = node.kind === "scalar" ? didYouMean(node.source, values) : "";
  return { path, problem: atValue(root, path, `${shown(node)} is not one of ${values.join(", ")}${suggestion}`) };
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
  return node.kind === "scalar" && node.value !== null ? JSON.stringify(clip(node.source)) : described(node);
}

function named(path: Path): string {
  return typeof path.at(-1) === "string" ? `"${path.at(-1)}"` : "the entry";
}

function described(node: Node): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a map";
  const value = toValue(node);
  if (value === null) return "empty";
  if (typeof value === "boolean") return String(value);
  return typeof value === "string" ? `the text ${JSON.stringify(clip(value))}` : `the number ${String(value)}`;
}

/** ` in access[2].to`: entries of a list are counted in the file they stand in. */
function within(path: Path, root: Node): string {
  if (path.length === 0) return "";
  const steps = path.map((part, depth) => {
    if (typeof part === "string") return `.${clip(part)}`;
    const list = nodeAt(root, path.slice(0, depth));
    return `[${list?.kind === "list" ? numbersInFile(list)[part] : part + 1}]`;
  });
  return ` in ${steps.join("").slice(1)}`;
}

/** For each item of a list, which of those in the same file it is, from 1: files of a folder share lists. */
const numbersInFile = once(({ items }: ListNode): readonly number[] => {
  const counts = new Map<string, number>();
  return items.map(({ place: { file } }) => {
    const number = (counts.get(file) ?? 0) + 1;
    counts.set(file, number);
    return number;
  });
});

function step(part: PropertyKey): string | number {
  return typeof part === "symbol" ? String(part) : part;
}
