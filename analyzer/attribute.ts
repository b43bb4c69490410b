/** Attributes of plain resources, as rules read them. */
import { at } from "./json.ts";
import type { Resource } from "./model.ts";

type Path = readonly (string | number)[];

/** The value at a path; `null` when it is not set, or not known yet. */
export function attributeOf({ values }: Resource, ...path: Path): unknown {
  return at(values, ...path) ?? null;
}

/** Whether the value at a path, or something around it, is known only after apply. */
export function isUnknown({ unknown }: Resource, ...path: Path): boolean {
  return path.some((_, i) => at(unknown, ...path.slice(0, i + 1)) === true);
}
