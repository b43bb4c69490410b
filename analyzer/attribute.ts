/** Attributes of plain resources, as rules read them: all that is read here can be put into words. */
import { asArray, at, canBeText, member } from "./json.ts";
import type { Resource } from "./model.ts";

type Path = readonly (string | number)[];

/** The value at a path; `null` when it is not set, or not known yet, or nothing that a provider writes. */
export function attributeOf({ values }: Resource, ...path: Path): unknown {
  const value = at(values, ...path) ?? null;
  return canBeText(value) ? value : null;
}

/** Whether the value at a path, or something around it, is known only after apply. */
export function isUnknown({ unknown }: Resource, ...path: Path): boolean {
  return path.some((_, i) => at(unknown, ...path.slice(0, i + 1)) === true);
}

/** The values under a key in each block of a list, where there is one; none when it is no list. */
export function inBlocks(blocks: unknown, key: string): readonly unknown[] {
  return asArray(blocks)
    .map((block) => member(block, key))
    .filter((value) => value !== undefined && value !== null && canBeText(value));
}
