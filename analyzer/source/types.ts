/** What the type of a variable adds to its value. */
import { member } from "../json.ts";
import type { Node } from "./expression.ts";
import { isRecord } from "./value.ts";

/**
 * The value with the defaults of `optional` attributes.
 * @param read the value of a default
 */
export function withDefaults(value: unknown, type: Node | null, read: (node: Node) => unknown): unknown {
  if (type?.kind !== "call") return value;
  const [inner = null, fallback] = type.args;
  if (type.name === "optional") return withDefaults(value ?? (fallback ? read(fallback) : null), inner, read);
  const each = (value: unknown) => withDefaults(value, inner, read);
  if (["list", "set"].includes(type.name)) return Array.isArray(value) ? value.map(each) : value;
  if (!isRecord(value)) return value;
  if (type.name === "map") return Object.fromEntries(Object.entries(value).map(([key, value]) => [key, each(value)]));
  if (type.name !== "object" || inner?.kind !== "object") return value;
  const attributes = inner.entries.flatMap(({ key, value: type }) => {
    const name = key.kind === "literal" ? String(key.value) : null;
    if (name === null) return [];
    const given = withDefaults(member(value, name), type, read);
    return given === undefined ? [] : [[name, given] as const];
  });
  return Object.fromEntries([...Object.entries(value), ...attributes]);
}
