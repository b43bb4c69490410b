/** The expressions of attributes as trees, in both syntaxes. */
import { parseJson } from "../json.ts";
import type { Attribute } from "./block.ts";
import { type Node, parseExpression, parseTemplate } from "./expression.ts";

const parsed = new WeakMap<Attribute, { node: Node | null }>();

/** The expression of an attribute; `null` when it is broken. Several documents may be made of it, and it is parsed once. */
export function nodeOf(attribute: Attribute): Node | null {
  let known = parsed.get(attribute);
  if (!known) {
    const { expression, syntax } = attribute;
    known = { node: syntax === "hcl" ? parseExpression(expression) : nodeOfJson(expression) };
    parsed.set(attribute, known);
  }
  return known.node;
}

function nodeOfJson(text: string): Node | null {
  const json = parseJson(text);
  return "value" in json ? treeOf(json.value) : null;
}

/** Strings of JSON are templates. */
function treeOf(value: unknown): Node | null {
  if (typeof value === "string") return parseTemplate(value);
  if (typeof value !== "object" || value === null) return { kind: "literal", value };
  if (Array.isArray(value)) {
    const items = value.map(treeOf);
    return items.some((item) => item === null) ? null : { kind: "list", items: items.filter((item) => item !== null) };
  }
  const entries = Object.entries(value).map(([key, inner]) => ({ key: parseTemplate(key), value: treeOf(inner) }));
  const whole = entries.flatMap(({ key, value }) => (key && value ? [{ key, value }] : []));
  return whole.length === entries.length ? { kind: "object", entries: whole, at: 0 } : null;
}
