/** What locals, variables and outputs of modules are made of. */
import { parseJson } from "../json.ts";
import type { Attribute, Block } from "./block.ts";
import { blockIn, type Module } from "./code.ts";
import { type Node, parseExpression, parseTemplate } from "./expression.ts";
import { callScope, type Place, scopeIn, type Written } from "./scope.ts";

/** The attribute of a local. */
export function localIn(place: Place, name: string): Written | null {
  for (const { head, attributes } of place.module.blocks) {
    const attribute = head[0] === "locals" ? attributes.get(name) : undefined;
    if (attribute) return { attribute, scope: scopeIn(place) };
  }
  return null;
}

/** What the call of a module gives for a variable; `null` where it gives nothing, and at the root. */
export function argumentFor(place: Place, name: string): Written | null {
  const scope = callScope(place);
  const attribute = scope?.block?.attributes.get(name);
  return scope && attribute ? { attribute, scope } : null;
}

/** The value of an output. */
export function outputOf(place: Place, name: string): Written | null {
  const block = blockIn(place.module, "output", name);
  const attribute = block && !isSensitive(block) ? block.attributes.get("value") : undefined;
  return attribute ? { attribute, scope: scopeIn(place) } : null;
}

/** The block of a variable whose value may be shown. */
export function variableIn(module: Module, name: string): Block | null {
  const block = blockIn(module, "variable", name);
  return block && !isSensitive(block) ? block : null;
}

/** What is marked in any way: a report would show what nobody may see. */
function isSensitive({ attributes }: Block): boolean {
  return ["sensitive", "ephemeral"].some((mark) => {
    const attribute = attributes.get(mark);
    const node = attribute && nodeOf(attribute);
    return attribute !== undefined && !(node?.kind === "literal" && node.value === false);
  });
}

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
