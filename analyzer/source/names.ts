/** What locals, variables and outputs of modules are made of. */
import type { Block } from "./block.ts";
import { blockIn, type Module } from "./code.ts";
import { nodeOf } from "./nodes.ts";
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
