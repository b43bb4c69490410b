/** Where an expression stands: in which instance of which module, in the block of which instance. */
import type { Address, InstanceKey } from "../address.ts";
import type { Attribute, Block } from "./block.ts";
import type { Code, Module } from "./code.ts";

/** One instance of a module. */
export interface Place {
  module: Module;
  /** Of the calls from the root, one for each step of its path. */
  keys: readonly InstanceKey[];
}

export interface Scope {
  place: Place;
  /** The block that `each` and `count` speak of. */
  block: Block | null;
  key: InstanceKey;
}

/** An attribute, and where what it says has its meaning. */
export interface Written {
  attribute: Attribute;
  scope: Scope;
}

/** The scope of the block of an instance. */
export const scopeOf = (block: Block, module: Module, { modules, key }: Address): Scope => ({
  place: { module, keys: modules.map((step) => step.key) },
  block,
  key,
});

/** Of what no instance of a block has for itself: locals, outputs, defaults. */
export const scopeIn = (place: Place): Scope => ({ place, block: null, key: null });

/** Where the call of a module stands; `null` at the root. */
export function callScope({ module: { call, parent }, keys }: Place): Scope | null {
  if (call === null || parent === null) return null;
  return { place: { module: parent, keys: keys.slice(0, -1) }, block: call, key: keys.at(-1) ?? null };
}

/** A module that is called from a place. */
export function placeBelow(code: Code, { module, keys }: Place, name: string, key: InstanceKey): Place | null {
  const below = code.moduleAt([...module.path, name]);
  return below && { module: below, keys: [...keys, key] };
}
