/** JSON as data, as far as reading and rewriting a JSON Schema takes it. */
export type Json = undefined | null | boolean | number | string | readonly Json[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: Json;
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isMap(value: Json): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `map` with every value as `change` makes it. */
export function mapValues(map: JsonMap, change: (value: Json, key: string) => Json): JsonMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}

/** The JSON of `value`, with what fits into a line of 120 characters on one line. */
export function print(value: Json, indent = "", before = 0): string {
  const line = onOneLine(value);
  if (indent.length + before + line.length < 120 || !(isList(value) || isMap(value))) return line;
  const deeper = `${indent}  `;
  const entries = isList(value)
    ? value.map((item) => deeper + print(item, deeper))
    : Object.entries(value).map(([key, item]) => {
        const name = `${JSON.stringify(key)}: `;
        return deeper + name + print(item, deeper, name.length);
      });
  const [open, close] = isList(value) ? "[]" : "{}";
  return `${open}\n${entries.join(",\n")}\n${indent}${close}`;
}

function onOneLine(value: Json): string {
  if (isList(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${onOneLine(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
