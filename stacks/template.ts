/** Text that Terraform must take as it stands. */

/**
 * Escapes Terraform's template markers in every string of a JSON-like value, keys included: `${aws:username}` and `%{`
 * then reach AWS as written. Called once on the whole access graph, before any reference is mixed in.
 */
export function escapeTemplates<T>(value: T): T;
export function escapeTemplates(value: unknown): unknown {
  if (typeof value === "string") return escapeText(value);
  if (value === null || typeof value !== "object") return value;
  // a graph may hold tens of thousands of assignments, and hardly a marker: what has none stays the same object
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => escapeTemplates(item));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const held = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(held);
  const items = keys.map((key) => escapeTemplates(held[key]));
  const same = keys.every((key, index) => escapeText(key) === key && items[index] === held[key]);
  return same ? value : Object.fromEntries(keys.map((key, index) => [escapeText(key), items[index]]));
}

function escapeText(text: string): string {
  // A function, because `$$` in a replacement string means one `$`.
  return text.replace(/[$%]\{/g, (marker) => marker.charAt(0) + marker);
}
