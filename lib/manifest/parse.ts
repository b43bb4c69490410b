/** YAML text -> nodes with places. YAML 1.2 core, no custom tags, one document a file, aliases within a budget. */
import * as yaml from "yaml";
import type { Place, Problem, SourceFile } from "../problem.ts";
import type { ErrorCode } from "./codes.ts";
import { mergeDocuments } from "./merge.ts";
import type { Entry, MapNode, Node } from "./node.ts";
import { duplicateKey, error, startOf } from "./problems.ts";
import { explainSyntax, type Spot } from "./yaml-messages.ts";

/** How many nodes aliases may add to a file. */
const aliasBudget = 100_000;
/** Levels of nesting; the grammar needs fewer than twenty. */
const maxDepth = 100;

export interface Parsed {
  /** `null` when any file could not be read as YAML. */
  root: MapNode | null;
  problems: Problem[];
}

/** Reads all files of a manifest and merges them, in the order of their names. */
export function parseManifest(files: readonly SourceFile[]): Parsed {
  const parsed = files.map((file) => parseFile(file));
  const roots = parsed.flatMap(({ root }) => (root === null ? [] : [root]));
  const problems = parsed.flatMap((file) => file.problems);
  if (problems.length > 0) return { root: null, problems };
  return mergeDocuments(roots);
}

/** Reads one file whose root is a map. Reports each kind of trouble once. */
export function parseFile(file: SourceFile): Parsed {
  const { node, problems } = parseYaml(file);
  if (node === null || problems.length > 0) return { root: null, problems };
  if (node.kind === "map") return { root: node, problems };
  const found = node.kind === "list" ? "a list" : "a single value";
  return {
    root: null,
    problems: [error("not-a-map", node.place, `the file holds ${found}, not "key: value" entries`)],
  };
}

/** Reads one YAML (or JSON) file of any shape. `node` is `null` when there are problems. */
export function parseYaml(file: SourceFile): { node: Node | null; problems: Problem[] } {
  const text = file.text.replace(/^\uFEFF/, "");
  const lines = new yaml.LineCounter();
  const documents = readDocuments(text, lines);
  const place = placer(file.name, text, lines);
  const [first, second] = documents;
  const [syntax] = documents.flatMap((document) => document.errors);
  if (syntax?.code === "RESOURCE_EXHAUSTION") return fail(tooDeep(startOf(file.name)));
  if (syntax !== undefined) {
    const [from, to] = syntax.pos;
    const before = text.slice(Math.max(0, from - 200), from);
    const { message, hint, spot } = explainSyntax(syntax.code, syntax.message, before, text.slice(from));
    return fail(error("yaml-syntax", place(...rangeOf(spot, from, to, text, documents)), message, { hint }));
  }
  if (first === undefined || first.contents === null) {
    return fail(
      error("empty-file", startOf(file.name), "the file is empty", { hint: "write a manifest into it, or delete it" }),
    );
  }
  if (second !== undefined) {
    const at = second.contents?.range[0] ?? second.range[0];
    const message = 'a second document starts here, after "---"; a file holds one';
    return fail(error("several-documents", place(at, at + 1), message, { hint: "put it into a file of its own" }));
  }
  if (first.directives.yaml.explicit && first.directives.yaml.version !== "1.2") {
    return fail(error("yaml-version", startOf(file.name), "only YAML 1.2 is read; remove the %YAML line"));
  }
  const builder = new Builder(place);
  const node = builder.build(first.contents, 0);
  return builder.problems.length > 0 ? { node: null, problems: builder.problems } : { node, problems: [] };
}

function readDocuments(text: string, lineCounter: yaml.LineCounter): readonly yaml.Document.Parsed[] {
  const documents = yaml.parseAllDocuments(text, {
    version: "1.2",
    schema: "core",
    // merge keys are resolved here, so that inherited values keep their places
    merge: false,
    // duplicates are found here, with both places and in linear time
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: "silent",
    lineCounter,
  });
  return Array.isArray(documents) ? documents : [];
}

/** Where the source has what a message about an error `from` .. `to` points at. */
function rangeOf(
  spot: Spot,
  from: number,
  to: number,
  text: string,
  documents: readonly yaml.Document.Parsed[],
): [from: number, to: number] {
  if (spot === "here") return [from, to];
  if (spot === "word" || spot === "next line") {
    const line = spot === "word" ? from : text.indexOf("\n", from);
    const start = line + text.slice(line).search(/\S|$/);
    return [start, start + 1];
  }
  let opening = from;
  const open = (start: number, end: number) => {
    if (start < from && from <= end + 1) opening = start;
  };
  for (const document of documents) {
    yaml.visit(document, {
      Scalar: (_, { type, range }) => {
        const quoted = type === yaml.Scalar.QUOTE_DOUBLE || type === yaml.Scalar.QUOTE_SINGLE;
        if (spot === "quote" && quoted && range) open(range[0], range[1]);
      },
      Map: (_, { flow, range }) => {
        if (spot === "map" && flow === true && range) open(range[0], range[1]);
      },
      Seq: (_, { flow, range }) => {
        if (spot === "list" && flow === true && range) open(range[0], range[1]);
      },
    });
  }
  // an opening is shown with its whole line, an error where it is
  return opening === from ? [from, to] : [opening, opening + text.slice(opening).search(/[\r\n]|$/)];
}

type Placer = (from: number, to: number) => Place;

function placer(file: string, text: string, lines: yaml.LineCounter): Placer {
  return (from, to) => {
    const { line, col } = lines.linePos(from);
    const endOfLine = text.slice(from, to).search(/[\r\n]/);
    const length = endOfLine === -1 ? to - from : endOfLine;
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), length: Math.max(length, 1) };
  };
}

/** Turns the library's nodes into ours; collects what is refused. */
class Builder {
  readonly problems: Problem[] = [];
  private readonly place: Placer;
  private readonly anchors = new Map<string, Node | "open">();
  private readonly sizes = new WeakMap<Node, number>();
  private aliased = 0;

  constructor(place: Placer) {
    this.place = place;
  }

  build(source: yaml.ParsedNode, depth: number): Node {
    const place = this.place(source.range[0], source.range[1]);
    if (depth > maxDepth) {
      this.problems.push(tooDeep(place));
      return this.null(place);
    }
    if (yaml.isAlias(source)) return this.alias(source.source, place);
    if (source.anchor !== undefined) this.anchors.set(source.anchor, "open");
    const node = this.tagged(source, place) ?? this.collect(source, place, depth);
    if (source.anchor !== undefined) this.anchors.set(source.anchor, node);
    this.sizes.set(node, this.sizeOf(node));
    return node;
  }

  private collect(source: yaml.ParsedNode, place: Place, depth: number): Node {
    if (yaml.isMap(source)) return this.map(source, place, depth);
    if (yaml.isSeq(source)) {
      const items = source.items.map((item) => this.build(item as yaml.ParsedNode, depth + 1));
      return { kind: "list", items, place: { ...place, length: 1 } };
    }
    return yaml.isScalar(source) ? this.scalar(source, place) : this.null(place);
  }

  private scalar(source: yaml.Scalar, place: Place): Node {
    const { value } = source;
    // "reason: #42" is a comment to YAML, and hardly to its writer
    const comment = /^\S.*/.exec(source.comment ?? "")?.[0];
    const text = source.source || (value === null && comment !== undefined ? `#${comment}` : "");
    if (value === null || typeof value === "string" || typeof value === "boolean") {
      return { kind: "scalar", value, source: text, place };
    }
    if (typeof value === "number" && Number.isFinite(value)) return { kind: "scalar", value, source: text, place };
    return this.refuse("invalid-value", place, `"${text}" is not a number that can be used; put a text in quotes`);
  }

  private map(source: yaml.YAMLMap, place: Place, depth: number): MapNode {
    const own = new Map<string, Entry>();
    const inherited = new Map<string, Entry>();
    for (const pair of source.items) {
      const key = pair.key as yaml.ParsedNode;
      const keyPlace = key?.range ? this.place(key.range[0], key.range[1]) : place;
      const value = pair.value === null ? this.null(keyPlace) : this.build(pair.value as yaml.ParsedNode, depth + 1);
      if (isMergeKey(key)) this.inherit(inherited, value);
      else this.add(own, key, keyPlace, value);
    }
    for (const [key, entry] of inherited) if (!own.has(key)) own.set(key, entry);
    return { kind: "map", entries: own, place: { ...place, length: 1 } };
  }

  private add(entries: Map<string, Entry>, key: yaml.ParsedNode, place: Place, value: Node): void {
    if (!yaml.isScalar(key) || key.value === null || key.tag !== undefined) {
      this.refuse("invalid-key", place, "a key must be a plain word");
      return;
    }
    const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
    const first = entries.get(name);
    if (name === "__proto__") this.refuse("invalid-key", place, '"__proto__" cannot be a key');
    else if (first === undefined) entries.set(name, { key: place, value });
    else this.problems.push(duplicateKey(name, place, first.key));
  }

  private inherit(entries: Map<string, Entry>, value: Node): void {
    for (const source of value.kind === "list" ? value.items : [value]) {
      if (source.kind !== "map") {
        this.refuse("invalid-merge", source.place, '"<<" takes the alias of a map: "<<: *name"');
        continue;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  private alias(name: string, place: Place): Node {
    const target = this.anchors.get(name);
    if (target === undefined) {
      const hint = 'put a text that starts with "*" in quotes';
      return this.refuse("unknown-alias", place, `there is no anchor "&${name}" above for the alias "*${name}"`, hint);
    }
    if (target === "open")
      return this.refuse("alias-cycle", place, `the alias "*${name}" stands inside its own anchor`);
    const before = this.aliased;
    this.aliased += this.sizes.get(target) ?? 1;
    if (this.aliased <= aliasBudget) return target;
    if (before > aliasBudget) return this.null(place);
    return this.refuse(
      "alias-bomb",
      place,
      `aliases expand to more than ${aliasBudget.toLocaleString("en-US")} values`,
    );
  }

  /** Only the tags of the core schema, which say nothing new, are let through. */
  private tagged(source: yaml.ParsedNode, place: Place): Node | null {
    const { tag } = source;
    if (tag === undefined || /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(tag)) return null;
    const written = tag.replace(/^tag:yaml\.org,2002:/, "!!");
    return this.refuse("yaml-tag", place, `the tag "${written}" is not supported; write the value without it`);
  }

  private sizeOf(node: Node): number {
    const size = (child: Node) => this.sizes.get(child) ?? 1;
    if (node.kind === "scalar") return 1;
    if (node.kind === "list") return node.items.reduce((sum, item) => sum + size(item), 1);
    return [...node.entries.values()].reduce((sum, entry) => sum + size(entry.value), 1);
  }

  private refuse(code: ErrorCode, place: Place, message: string, hint: string | null = null): Node {
    this.problems.push(error(code, place, message, { hint }));
    return this.null(place);
  }

  private null(place: Place): Node {
    return { kind: "scalar", value: null, source: "", place };
  }
}

function isMergeKey(key: yaml.ParsedNode): boolean {
  return yaml.isScalar(key) && key.value === "<<" && key.type === yaml.Scalar.PLAIN;
}

function tooDeep(place: Place): Problem {
  return error("nested-too-deep", place, `more than ${maxDepth} levels of nesting`);
}

function fail(only: Problem): { node: null; problems: Problem[] } {
  return { node: null, problems: [only] };
}
