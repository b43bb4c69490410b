/**
 * What an expression says as far as the code alone tells: literals, what functions make of them, locals, the arguments
 * and outputs of modules, and the plan's values of root variables. The rest is marked as unknown.
 */
import { byCodeUnit } from "../../lib/finding.ts";
import type { WrittenDocument } from "../extract.ts";
import { parseJson } from "../json.ts";
import { UNKNOWN } from "../partial.ts";
import { type Code, fileIn, relativeTo } from "./code.ts";
import { type For, type Node, parseTemplate } from "./expression.ts";
import { functions } from "./functions.ts";
import { argumentFor, localIn, outputOf, variableIn } from "./names.ts";
import { nodeOf } from "./nodes.ts";
import { calculate } from "./operators.ts";
import { type Place, placeBelow, type Scope, scopeIn, type Written } from "./scope.ts";
import { withDefaults } from "./types.ts";
import { asJson, Encoded, elementOf, isPlain, isRecord, Pending, REST, textOf } from "./value.ts";

/** The values of root variables, as the plan has them; none that is sensitive. */
export type Variables = ReadonlyMap<string, unknown>;

/** Where an object of a document is written. */
export interface Origin {
  written: Written;
  /** Its offset in the expression. */
  at: number;
}

/** Steps of reading one document: each of a few parts may be made of several others. */
const MAX_STEPS = 300_000;

/** Nodes inside of nodes, those behind references counted as well, so that what refers to itself ends. */
const MAX_DEPTH = 400;

/** Larger template files are no policies. */
const MAX_FILE = 1_000_000;

/** What names stand for, within a `for` or in a template file. */
interface Names {
  values: ReadonlyMap<string, unknown>;
  /** There are no others. */
  only: boolean;
}

/** Where a node stands. */
interface Around extends Written {
  names: Names;
}

const NO_NAMES: Names = { values: new Map(), only: false };

/** Reads one document. */
export class Reader {
  private readonly code: Code;
  private readonly variables: Variables;
  private readonly origins = new WeakMap<object, Origin>();
  /** Names of all that was met and only apply knows. */
  private readonly pending = new Set<string>();
  private left = MAX_STEPS;
  private depth = 0;

  constructor(code: Code, variables: Variables) {
    this.code = code;
    this.variables = variables;
  }

  /** The document that an attribute holds; `null` for nothing. */
  document(written: Written): WrittenDocument | null {
    const found = this.raw(written);
    if (found === undefined) return null;
    const names = [...this.pending];
    const begins = (name: string) =>
      names.some((other) => other.startsWith(`${name}.`) || other.startsWith(`${name}[`));
    const references = names.filter((name) => !begins(name)).sort(byCodeUnit);
    return { document: asJson(found), references };
  }

  /** Where the statement with this index is written; `null` when it is made of a text, or something before it is not known. */
  statement(written: Written, index: number): Origin | null {
    const statements = elementOf(this.raw(written), "Statement");
    const statement = Array.isArray(statements) ? elementOf(statements, index) : index === 0 ? statements : null;
    return isRecord(statement) ? (this.origins.get(statement) ?? null) : null;
  }

  private raw(written: Written): unknown {
    const value = this.value(written);
    const json = typeof value === "string" ? parseJson(value) : null;
    const document = json && "value" in json ? json.value : value instanceof Encoded ? value.value : undefined;
    return isRecord(document) ? document : undefined;
  }

  private value(written: Written | null): unknown {
    const node = written && nodeOf(written.attribute);
    return node ? this.read(node, { ...written, names: NO_NAMES }) : UNKNOWN;
  }

  private read(node: Node, around: Around): unknown {
    if (this.left <= 0 || this.depth >= MAX_DEPTH) return UNKNOWN;
    this.left--;
    this.depth++;
    const value = this.readAny(node, around);
    this.depth--;
    if (value instanceof Pending) this.pending.add(value.name);
    return value;
  }

  private readAny(node: Node, around: Around): unknown {
    switch (node.kind) {
      case "literal":
        return node.value;
      case "template":
        return this.template(node.parts, around);
      case "list":
        return node.items.map((item) => this.read(item, around));
      case "object":
        return this.written(
          Object.fromEntries(
            node.entries.map(({ key, value }) => [textOf(this.read(key, around)), this.read(value, around)]),
          ),
          node.at,
          around,
        );
      case "call":
        return this.call(node, around);
      case "for":
        return this.for(node, around);
      case "name":
        return this.name(node.name, around);
      case "member":
        return this.member(node, around);
      case "choice": {
        const test = this.read(node.test, around);
        return typeof test === "boolean" ? this.read(test ? node.yes : node.no, around) : UNKNOWN;
      }
      case "operation":
        return calculate(
          node.operator,
          node.operands.map((operand) => this.read(operand, around)),
        );
    }
  }

  private written<T>(value: T, at: number, { attribute, scope, names }: Around): T {
    // what stands in a template file stands nowhere in the code
    const isHere = isRecord(value) && !names.only && !this.origins.has(value);
    if (isHere) this.origins.set(value, { written: { attribute, scope }, at });
    return value;
  }

  private template(parts: readonly Node[], around: Around): unknown {
    const [only] = parts;
    if (only && parts.length === 1 && only.kind !== "literal") return this.read(only, around);
    return parts.map((part) => textOf(this.read(part, around))).join("");
  }

  private call({ name, args, spread, at }: Node & { kind: "call" }, around: Around): unknown {
    const values = args.map((arg) => this.read(arg, around));
    const last = spread ? values.pop() : [];
    if (!Array.isArray(last) || last.includes(REST)) return UNKNOWN;
    const given = [...values, ...last];
    if (name === "file" || name === "templatefile") return this.file(name, given, around);
    const make = functions.get(name);
    return this.written(make ? make(...given) : UNKNOWN, at, around);
  }

  private file(name: string, [path, variables]: readonly unknown[], around: Around): unknown {
    const text = isPlain(path) ? fileIn(this.code, around.scope.place.module, String(path)) : null;
    if (text === null || text.length > MAX_FILE) return UNKNOWN;
    if (name === "file") return text;
    const node = parseTemplate(text);
    const values = new Map(isRecord(variables) ? Object.entries(variables) : []);
    return node ? this.read(node, { ...around, names: { values, only: true } }) : UNKNOWN;
  }

  private for({ names, of, key, value, test, grouped }: For, around: Around): unknown {
    const from = this.read(of, around);
    const entries = entriesOf(from);
    if (entries === null) return UNKNOWN;
    const list: unknown[] = [];
    const map = new Map<string, unknown>();
    for (const [index, element] of entries) {
      const inner = withNames(around, [
        [names.key, index],
        [names.value, element],
      ]);
      const holds = element === REST || (test !== null && this.read(test, inner));
      if (holds === false && test !== null) continue;
      const isCertain = element !== REST && (test === null || holds === true);
      if (!isCertain && key) return UNKNOWN;
      if (!isCertain) list.push(REST);
      else if (key === null) list.push(this.read(value, inner));
      else {
        const name = this.read(key, inner);
        if (!isPlain(name)) return UNKNOWN;
        const earlier = map.get(String(name));
        const made = this.read(value, inner);
        map.set(String(name), grouped ? [...(Array.isArray(earlier) ? earlier : []), made] : made);
      }
    }
    return key ? Object.fromEntries(map) : list;
  }

  private name(name: string, { names, scope }: Around): unknown {
    if (names.values.has(name)) return names.values.get(name);
    if (names.only || roots.has(name)) return UNKNOWN;
    return new Pending(nameIn(scope.place, name));
  }

  private member({ of, key: keyNode }: Member, around: Around): unknown {
    const key = this.read(keyNode, around);
    const { names, scope } = around;
    if (of.kind === "name" && !names.values.has(of.name)) {
      if (names.only) return UNKNOWN;
      const root = roots.get(of.name);
      if (root) return typeof key === "string" ? root(this, scope, key) : UNKNOWN;
    }
    const output = this.output(of, key, around);
    if (output !== undefined) return output;
    const whole = this.read(of, around);
    const isAttribute = keyNode.kind === "literal" && typeof key === "string";
    return isAttribute && whole instanceof Pending ? whole.attribute(key) : elementOf(whole, key);
  }

  /** `module.name.output` and `module.name[key].output`; `undefined` for what is none. */
  private output(of: Node, name: unknown, around: Around): unknown {
    const picked = of.kind === "member" && isModule(of.of) ? of : null;
    const call = picked ? picked.of : of;
    if (!isModule(call) || around.names.only || typeof name !== "string") return undefined;
    const module = this.read(call.key, around);
    const key = picked ? this.read(picked.key, around) : null;
    const isKey = key === null || typeof key === "number" || (typeof key === "string" && isPlain(key));
    if (typeof module !== "string" || !isKey) return UNKNOWN;
    const { place } = around.scope;
    const below = placeBelow(this.code, place, module, key);
    return below ? this.value(outputOf(below, name)) : new Pending(nameIn(place, `module.${module}.${name}`));
  }

  local(scope: Scope, name: string): unknown {
    return this.value(localIn(scope.place, name));
  }

  /** Of the root module the plan tells what is given; of others, the call. */
  variable({ place }: Scope, name: string): unknown {
    const block = variableIn(place.module, name);
    if (!block) return UNKNOWN;
    const attribute = block.attributes.get("type");
    const typed = (value: unknown) =>
      attribute
        ? withDefaults(value, nodeOf(attribute), (node) =>
            this.read(node, { attribute, scope: scopeIn(place), names: NO_NAMES }),
          )
        : value;
    if (place.module.parent === null) return this.variables.has(name) ? typed(this.variables.get(name)) : UNKNOWN;
    const given = argumentFor(place, name);
    const value = given ? this.value(given) : undefined;
    const nullable = block.attributes.get("nullable");
    const isGiven =
      given !== null &&
      (value !== null || !nullable || this.value({ attribute: nullable, scope: scopeIn(place) }) === true);
    const fallback = block.attributes.get("default");
    return typed(isGiven ? value : fallback ? this.value({ attribute: fallback, scope: scopeIn(place) }) : UNKNOWN);
  }

  each(scope: Scope, name: string): unknown {
    if (typeof scope.key !== "string") return UNKNOWN;
    if (name === "key") return scope.key;
    const attribute = scope.block?.attributes.get("for_each");
    if (name !== "value" || !attribute) return UNKNOWN;
    const all = this.value({ attribute, scope: scopeIn(scope.place) });
    // the elements of a set are their own keys
    return Array.isArray(all) ? scope.key : elementOf(all, scope.key);
  }

  path(scope: Scope, name: string): unknown {
    return { module: relativeTo(this.code, scope.place.module), root: "." }[name] ?? UNKNOWN;
  }
}

type Member = Node & { kind: "member" };

const isModule = (node: Node): node is Member =>
  node.kind === "member" && node.of.kind === "name" && node.of.name === "module";

const nameIn = ({ module }: Place, name: string) => [...module.path.map((step) => `module.${step}`), name].join(".");

type Root = (reader: Reader, scope: Scope, name: string) => unknown;

/** What chains begin with that is no resource. */
const roots: ReadonlyMap<string, Root> = new Map<string, Root>([
  ["local", (reader, scope, name) => reader.local(scope, name)],
  ["var", (reader, scope, name) => reader.variable(scope, name)],
  ["each", (reader, scope, name) => reader.each(scope, name)],
  ["count", (_, { key }, name) => (name === "index" && typeof key === "number" ? key : UNKNOWN)],
  ["path", (reader, scope, name) => reader.path(scope, name)],
  ["module", () => UNKNOWN],
  ["self", () => UNKNOWN],
  ["terraform", () => UNKNOWN],
]);

function withNames(around: Around, pairs: readonly (readonly [string | null, unknown])[]): Around {
  const values = new Map(around.names.values);
  for (const [name, value] of pairs) if (name !== null) values.set(name, value);
  return { ...around, names: { ...around.names, values } };
}

/** What a `for` goes through; `null` where that is not known. */
function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] | null {
  if (Array.isArray(value)) return value.map((element, index) => [index, element] as const);
  if (!isRecord(value)) return null;
  return Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b));
}
