/** Text that Terraform must take as it stands. */

/**
 * Escapes Terraform's template markers in every string of a JSON-like value, keys included: `${aws:username}` and `%{`
 * then reach AWS as written. Called once on the whole access graph, before any reference is mixed in.
 */
export function escapeTemplates<T>(value: T): T;
export function escapeTemplates(value: unknown): unknown {
  if (typeof value === "string") return escapeText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => escapeTemplates(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [escapeText(key), escapeTemplates(item)]));
}

function escapeText(text: string): string {
  // A function, because `$$` in a replacement string means one `$`.
  return text.replace(/[$%]\{/g, (marker) => marker.charAt(0) + marker);
}
