/** Variables: a scalar written once and named elsewhere, `${var.domain}`, worked into the tree before the grammar sees it. */
import type { Place, Problem } from "../problem.ts";
import { unknownKey } from "../suggest.ts";
import type { ErrorCode } from "./codes.ts";
import { type Entry, type MapNode, type Node, nodeAt, type ScalarNode } from "./node.ts";
import { error, warning } from "./problems.ts";
import { includes, policyFiles, textFiles } from "./references.ts";

/** How many characters variables may add to a manifest. */
const budget = 16 * 1024 * 1024;

/** What policies, dashboards and attributes write as `${...}` has no `var.` in it, and is left alone. */
const reference = /\$\{var\.([^{}\s]*)\}?/g;
const marker = "${var.";

export interface Expanded {
  root: MapNode;
  problems: Problem[];
  /** By the place of a value that was made from variables (the object itself): where they are defined. */
  definitions: ReadonlyMap<Place, readonly Definition[]>;
  /** Places of values whose variables could not be put in: nothing more is to be said of them. */
  refused: ReadonlySet<Place>;
}

interface Definition {
  name: string;
  place: Place;
}

/** Puts the values of variables in the place of their names. Values keep their places, so that messages point at the use. */
export function putVariables(root: MapNode): Expanded {
  const variables = variablesOf(root);
  const files = [...includes(root), ...policyFiles(root), ...textFiles(root)];
  const putter = new Putter(variables, new Set(files.map(({ place }) => place)));
  const entries = new Map<string, Entry>();
  for (const [key, entry] of root.entries) {
    entries.set(key, key === "variables" ? entry : { ...entry, value: putter.put(entry.value) });
  }
  for (const { value } of variables.values()) putter.refuseIn(value);
  const problems = [...putter.problems, ...unused(variables, putter.used)];
  return { root: { ...root, entries }, problems, definitions: putter.definitions, refused: putter.refused };
}

/** What was found in the tree with variables put in: with the places that define them, and without what follows from a wrong one. */
export function withDefinitions(
  found: readonly Problem[],
  { definitions, refused }: Pick<Expanded, "definitions" | "refused">,
): Problem[] {
  return found.flatMap((problem) => {
    const { place } = problem;
    if (place === null) return [problem];
    if (refused.has(place)) return [];
    const made = definitions.get(place) ?? [];
    const related = made.map(({ name, place }) => ({ place, message: `variable "${name}" is defined here` }));
    return [{ ...problem, related: [...problem.related, ...related] }];
  });
}

type Variables = ReadonlyMap<string, Entry>;

function variablesOf(root: MapNode): Variables {
  const written = nodeAt(root, ["variables"]);
  return written?.kind === "map" ? written.entries : new Map();
}

function unused(variables: Variables, used: ReadonlySet<string>): Problem[] {
  return [...variables].flatMap(([name, { key }]) => {
    const hint = `use it as \${var.${name}}, or remove it`;
    return used.has(name) ? [] : [warning("unused-variable", key, `nothing uses the variable "${name}"`, { hint })];
  });
}

class Putter {
  readonly problems: Problem[] = [];
  readonly used = new Set<string>();
  readonly definitions = new Map<Place, Definition[]>();
  readonly refused = new Set<Place>();
  private readonly variables: Variables;
  private readonly fileNames: ReadonlySet<Place>;
  /** What an alias repeats is worked out once. */
  private readonly done = new Map<Node, Node>();
  private added = 0;

  constructor(variables: Variables, fileNames: ReadonlySet<Place>) {
    this.variables = variables;
    this.fileNames = fileNames;
  }

  put(node: Node): Node {
    const known = this.done.get(node);
    if (known !== undefined) return known;
    const made = this.make(node);
    this.done.set(node, made);
    return made;
  }

  /** Variables hold no variables: what one is stands where it is written. */
  refuseIn(node: Node): void {
    if (!isMarked(node)) return;
    this.refuse(
      "variable-in-variable",
      node.place,
      "a variable cannot be made from another one",
      "write the value out",
    );
  }

  private make(node: Node): Node {
    switch (node.kind) {
      case "scalar":
        return isMarked(node) ? this.scalar(node) : node;
      case "list": {
        const items = node.items.map((item) => this.put(item));
        return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
      }
      case "map":
        return this.map(node);
    }
  }

  private map(node: MapNode): MapNode {
    const entries = new Map<string, Entry>();
    let same = true;
    for (const [key, entry] of node.entries) {
      if (key.includes(marker)) {
        this.refuse("variable-in-key", entry.key, "a variable cannot stand in a key", "write the key out");
      }
      const value = this.put(entry.value);
      same &&= value === entry.value;
      entries.set(key, value === entry.value ? entry : { ...entry, value });
    }
    return same ? node : { ...node, entries };
  }

  private scalar(node: ScalarNode & { value: string }): ScalarNode {
    if (this.fileNames.has(node.place)) {
      const message = "a variable cannot stand in the name of a file";
      this.refuse("variable-in-file-name", node.place, message, "write the name out");
      return node;
    }
    const names = [...node.value.matchAll(reference)];
    const values = names.flatMap(([text, name = ""]) => this.valueOf(text, name, node.place) ?? []);
    const [first] = values;
    if (first === undefined || values.length < names.length) return node;
    if (names[0]?.[0] === node.value) return { ...node, value: first.value, source: first.source };
    let next = 0;
    // a function, because "$" means something in a replacement text
    const value = node.value.replace(reference, () => values[next++]?.source ?? "");
    const before = this.added;
    this.added += value.length;
    if (this.added <= budget) return { ...node, value, source: value };
    const message = `variables make more than ${budget.toLocaleString("en-US")} characters of the manifest`;
    if (before <= budget) this.refuse("variable-bomb", node.place, message, "write shorter values");
    return node;
  }

  /** `null` when there is no such variable, or none that could be put into a text. */
  private valueOf(text: string, name: string, place: Place): ScalarNode | null {
    if (!text.endsWith("}")) {
      this.refuse("variable-syntax", place, `"${text}" is not closed with "}"`, "write ${var.name}");
      return null;
    }
    const entry = this.variables.get(name);
    if (entry === undefined) {
      const known = [...this.variables.keys()].map((key) => ({ key }));
      const { message, hint } = unknownKey("variable", name, known);
      this.refuse("unknown-variable", place, message, hint);
      return null;
    }
    this.used.add(name);
    const others = (this.definitions.get(place) ?? []).filter((other) => other.name !== name);
    this.definitions.set(place, [...others, { name, place: entry.key }]);
    const { value } = entry;
    return value.kind !== "scalar" || value.value === null || isMarked(value) ? null : value;
  }

  private refuse(code: ErrorCode, place: Place, message: string, hint: string | null): void {
    this.problems.push(error(code, place, message, { hint }));
    this.refused.add(place);
  }
}

function isMarked(node: Node): node is ScalarNode & { value: string } {
  return node.kind === "scalar" && typeof node.value === "string" && node.value.includes(marker);
}
