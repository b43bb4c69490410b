/** JSON with positions: policies are read from text or from values through one shape, so that problems can point. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

export interface JsonNode {
  type: "object" | "array" | "string" | "number" | "boolean" | "null";
  /** Scalars only. */
  value: string | number | boolean | null;
  /** Objects only; a repeated key stands here twice. */
  entries: readonly { key: string; offset: number | null; value: JsonNode }[];
  /** Arrays only. */
  items: readonly JsonNode[];
  /** Characters from the start of the text, `null` when read from a value. */
  offset: number | null;
}

const MAX_DEPTH = 100;

/** Gives the tree of a JSON text (RFC 8259), or what is wrong with it and where. Never throws. */
export function readJson(text: string): { node: JsonNode } | { error: string; offset: number } {
  const source = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  const tooDeep = depthExceeded(source);
  if (tooDeep !== null) return { error: `nested deeper than ${MAX_DEPTH} levels`, offset: tooDeep };
  const errors: ParseError[] = [];
  const tree = parseTree(source, errors, { disallowComments: true, allowTrailingComma: false });
  const first = errors[0];
  if (first) return { error: describe(first, source), offset: first.offset };
  if (!tree) return { error: "the text is empty", offset: 0 };
  return { node: convert(tree) };
}

function describe(error: ParseError, source: string): string {
  if (error.offset >= source.trimEnd().length) return "the text ends too early";
  const words = printParseErrorCode(error.error).replace(/([a-z])([A-Z])/g, "$1 $2");
  return words.toLowerCase();
}

function convert(node: Node): JsonNode {
  const base = { value: null, entries: [], items: [], offset: node.offset };
  switch (node.type) {
    case "object":
      return {
        ...base,
        type: "object",
        entries: (node.children ?? []).map((property) => {
          const [key, value] = property.children!;
          return { key: String(key!.value), offset: key!.offset, value: convert(value!) };
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
export function fromValue(value: unknown, depth = 0): JsonNode {
  const base = { value: null, entries: [], items: [], offset: null };
  if (depth > MAX_DEPTH) return { ...base, type: "null" };
  if (Array.isArray(value)) return { ...base, type: "array", items: value.map((item) => fromValue(item, depth + 1)) };
  switch (typeof value) {
    case "string":
      return { ...base, type: "string", value };
    case "number":
      return { ...base, type: "number", value };
    case "boolean":
      return { ...base, type: "boolean", value };
    case "object":
      if (value !== null) {
        return {
          ...base,
          type: "object",
          entries: Object.entries(value).map(([key, item]) => ({
            key,
            offset: null,
            value: fromValue(item, depth + 1),
          })),
        };
      }
  }
  return { ...base, type: "null" };
}

/** Offset of the bracket that opens one level too many: the parser below recurses and must not run out of stack. */
function depthExceeded(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > MAX_DEPTH) return i;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return null;
}
