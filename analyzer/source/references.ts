/** Where an expression is written that others only name: in a local, in the call of a module, in an output. */
import { blockIn, type Code } from "./code.ts";
import type { Node } from "./expression.ts";
import { argumentFor, localIn, outputOf } from "./names.ts";
import { nodeOf } from "./nodes.ts";
import { placeBelow, scopeIn, type Written } from "./scope.ts";

/** An expression, or the part of one that says all. */
export interface Expression extends Written {
  node: Node;
}

/** What refers to itself ends. */
const MAX_STEPS = 50;

const NOWHERE: Node = { kind: "literal", value: null };

/** The expression of an attribute. */
export const expressionOf = (written: Written): Expression => ({
  ...written,
  node: nodeOf(written.attribute) ?? NOWHERE,
});

/**
 * Follows names to where they are given a value.
 * @param only those of this kind, such as `var`
 */
export function follow(code: Code, expression: Expression, only?: string): Expression {
  let at = unwrapped(expression);
  for (let left = MAX_STEPS; left > 0; left--) {
    const next = step(code, at, only);
    if (!next) break;
    at = unwrapped(expressionOf(next));
  }
  return at;
}

/** `"${a}"` says what `a` says. */
function unwrapped(expression: Expression): Expression {
  const { node } = expression;
  const [part] = node.kind === "template" ? node.parts : [];
  const isAll = node.kind === "template" && node.parts.length === 1 && part && part.kind !== "literal";
  return isAll ? { ...expression, node: part } : expression;
}

function step(code: Code, { node, scope: { place } }: Expression, only: string | undefined): Written | null {
  if (node.kind !== "member" || node.key.kind !== "literal") return null;
  const name = String(node.key.value);
  const { of } = node;
  const root = of.kind === "name" ? of.name : null;
  if (only !== undefined && root !== only) return null;
  if (root === "local") return localIn(place, name);
  if (root === "var") {
    const fallback = blockIn(place.module, "variable", name)?.attributes.get("default");
    const given = argumentFor(place, name);
    return given ?? (fallback && only === undefined ? { attribute: fallback, scope: scopeIn(place) } : null);
  }
  const isOutput = of.kind === "member" && of.of.kind === "name" && of.of.name === "module";
  const call = isOutput && of.key.kind === "literal" ? String(of.key.value) : null;
  const below = call === null ? null : placeBelow(code, place, call, null);
  return below && outputOf(below, name);
}
