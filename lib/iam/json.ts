/** JSON with positions: policies are read from text or from values through one shape, so that problems can point. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

export interface JsonNode {
  readonly type: "object" | "array" | "string" | "number" | "boolean" | "null";
  /** Scalars only. */
  readonly value: string | number | boolean | null;
  /** Objects only; a repeated key stands here twice. */
  readonly members: readonly JsonMember[];
  /** Arrays only. */
  readonly items: readonly JsonNode[];
  /** Characters from the start of the text, `null` when read from a value. */
  readonly offset: number | null;
}

/** A value with the key that it stands under. */
export interface JsonMember extends JsonNode {
  readonly key: string;
  readonly keyOffset: number | null;
}

/** Levels of brackets that are read. */
export const MAX_DEPTH = 100;

/** Gives the tree of a JSON text (RFC 8259), or what is wrong with it and where. Never throws. */
export function readJson(text: string): { node: JsonNode } | { error: string; offset: number } {
  const source = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  const tooDeep = survey(source).tooDeep;
  if (tooDeep !== null) return { error: `nested deeper than ${MAX_DEPTH} levels`, offset: tooDeep };
  const errors: ParseError[] = [];
  const tree = parseTree(source, errors, { disallowComments: true, allowTrailingComma: false });
  const first = errors[0];
  if (first) return { error: describe(first, source), offset: first.offset };
  if (!tree) return { error: "the text is empty", offset: 0 };
  return { node: convert(tree) };
}

/**
 * Gives the value of a JSON text that is right in every respect, `undefined` for any other: one that does not parse,
 * is nested too deep or repeats a key.
 */
export function readPlainJson(text: string): unknown {
  const { tooDeep, members } = survey(text);
  return tooDeep === null ? readCounted(text, members) : undefined;
}

/** The same where it is known that the text is not nested too deep, and how many members its objects have. */
export function readCounted(text: string, members: number): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return countMembers(value) === members ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Members of all objects in a value that is not nested too deep. */
function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += countMembers(item);
    return members;
  }
  for (const item of Object.values(value)) members += 1 + countMembers(item);
  return members;
}

function describe(error: ParseError, source: string): string {
  if (error.offset >= source.trimEnd().length) return "the text ends too early";
  const words = printParseErrorCode(error.error).replace(/([a-z])([A-Z])/g, "$1 $2");
  return words.toLowerCase();
}

function convert(node: Node): JsonNode {
  const base = { value: null, members: [], items: [], offset: node.offset };
  switch (node.type) {
    case "object":
      return {
        ...base,
        type: "object",
        members: (node.children ?? []).map((property) => {
          const [key, value] = property.children!;
          return { ...convert(value!), key: String(key!.value), keyOffset: key!.offset };
        }),
      };
    case "array":
      return { ...base, type: "array", items: (node.children ?? []).map(convert) };
    case "property":
      throw new Error("a property stands outside of an object");
    default:
      return { ...base, type: node.type, value: node.value };
  }
}

/** Gives the same tree for a value that is parsed already. Never throws; what is not JSON becomes `null`. */
export function fromValue(value: unknown): JsonNode {
  return new ValueNode(value, 0, "");
}

/** Gives the texts of a value that is a text or a list of nothing else; `null` for any other, and with positions. */
export function plainTexts(node: JsonNode): readonly string[] | null {
  return node instanceof ValueNode ? node.texts() : null;
}

/** Looks at the value when it is looked at itself. */
class ValueNode implements JsonMember {
  private readonly raw: unknown;
  private readonly depth: number;
  /** Empty for what is no member of an object. */
  readonly key: string;

  constructor(raw: unknown, depth: number, key: string) {
    this.raw = raw;
    this.depth = depth;
    this.key = key;
  }

  get offset(): null {
    return null;
  }

  get keyOffset(): null {
    return null;
  }

  get type(): JsonNode["type"] {
    const { raw } = this;
    if (typeof raw === "string") return "string";
    if (typeof raw === "number") return "number";
    if (typeof raw === "boolean") return "boolean";
    if (typeof raw !== "object" || raw === null || this.depth > MAX_DEPTH) return "null";
    return Array.isArray(raw) ? "array" : "object";
  }

  get value(): JsonNode["value"] {
    const { raw } = this;
    return typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean" ? raw : null;
  }

  get members(): readonly JsonMember[] {
    const { raw } = this;
    if (this.depth > MAX_DEPTH || !isRecord(raw)) return NOTHING;
    const members: JsonMember[] = [];
    // what JSON made has no members but its own, and a loop over them is three times as fast
    for (const key in raw) members.push(new ValueNode(raw[key], this.depth + 1, key));
    return members;
  }

  get items(): JsonNode["items"] {
    const { raw } = this;
    if (this.depth > MAX_DEPTH || !Array.isArray(raw)) return NOTHING;
    return raw.map((item) => new ValueNode(item, this.depth + 1, ""));
  }

  texts(): readonly string[] | null {
    const { raw } = this;
    if (typeof raw === "string") return [raw];
    if (this.depth > MAX_DEPTH || !Array.isArray(raw) || raw.length === 0) return null;
    for (const item of raw) if (typeof item !== "string") return null;
    return raw;
  }
}

const NOTHING: readonly never[] = [];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Counts the members of all objects in the text, repeated ones too; `tooDeep` is the offset of the bracket that opens
 * one level too many: the parser recurses and must not run out of stack.
 */
function survey(text: string): { tooDeep: number | null; members: number } {
  let depth = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) i = endOfString(text, i);
    else if (c === 0x3a) members++;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > MAX_DEPTH) return { tooDeep: i, members };
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return { tooDeep: null, members };
}

/** Offset of the quote that closes the string which begins at `start`; the text's end when none does. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
