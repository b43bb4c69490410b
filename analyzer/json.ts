/** JSON from outside: parsed without exceptions, read without trusting its shape. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member `key` of `value`, own members only: `__proto__` and `constructor` are keys like any other. */
export function member(value: unknown, key: string): unknown {
  if (!isObject(value)) return undefined;
  const found = value[key];
  // mostly there is none, which is told sooner
  return found === undefined || Object.hasOwn(value, key) ? found : undefined;
}

/** Follows `path` through objects, and through arrays by index. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof step === "string" ? member(inner, step) : Array.isArray(inner) ? inner[step] : undefined),
    value,
  );
}

export function asString(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** `true` when `found` holds for `value` or anything inside it. A loop, so that deep nesting cannot exhaust the stack. */
export function someDeep(value: unknown, found: (leaf: unknown) => boolean): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (found(next)) return true;
    if (typeof next === "object" && next !== null) for (const inner of Object.values(next)) pending.push(inner);
  }
  return false;
}

/** Deeper than anything that is meant to be read. */
const MAX_DEPTH = 100;

/**
 * Whether `String` gives a text: it throws where an object has members called `toString` or `valueOf`, and where lists
 * are nested too deep.
 */
export function canBeText(value: unknown): boolean {
  // nearly all attributes
  if (typeof value !== "object") return true;
  const pending: { inner: unknown; depth: number }[] = [{ inner: value, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { inner, depth } = next;
    if (typeof inner !== "object" || inner === null) continue;
    if (depth > MAX_DEPTH || Object.hasOwn(inner, "toString") || Object.hasOwn(inner, "valueOf")) return false;
    for (const each of Object.values(inner)) pending.push({ inner: each, depth: depth + 1 });
  }
  return true;
}

export interface JsonError {
  /** Counts from 0, in UTF-16 code units; the text's length when the text ends too early. */
  offset: number;
  /** The text is good as far as it goes. */
  truncated: boolean;
}

/** `JSON.parse` with the error as data. */
export function parseJson(text: string): { value: unknown } | { error: JsonError } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: locateError(text) };
  }
}

const token =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/uy;
/** A token that the end of the text cut off. */
const cutToken =
  /(?:"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*(?:\\(?:u[\da-fA-F]{0,3})?)?|-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d*)?|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$/uy;
const space = /[ \t\r\n]*/y;

type Expecting = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma or end" | "nothing";

/** Engines disagree on whether a syntax error tells its position, so this finds the first token out of place. */
function locateError(text: string): JsonError {
  const open: ("{" | "[")[] = [];
  let expecting: Expecting = "value";
  let offset = 0;
  for (;;) {
    offset = skip(space, text, offset);
    if (offset >= text.length) return { offset: text.length, truncated: true };
    const end = skip(token, text, offset);
    if (end === offset) return { offset, truncated: skip(cutToken, text, offset) === text.length };
    const next = follow(expecting, text.slice(offset, Math.min(end, offset + 1)), open);
    if (next === null) return { offset, truncated: false };
    expecting = next;
    offset = end;
  }
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** What may come after a token that begins with `first`; `null` when the token itself may not stand here. */
function follow(expecting: Expecting, first: string, open: ("{" | "[")[]): Expecting | null {
  const afterValue = (): Expecting => (open.length > 0 ? "comma or end" : "nothing");
  const close = (): Expecting => {
    open.pop();
    return afterValue();
  };
  switch (first) {
    case "{":
    case "[":
      if (!expecting.startsWith("value")) return null;
      open.push(first);
      return first === "{" ? "key or }" : "value or ]";
    case "}":
      return expecting === "key or }" || (expecting === "comma or end" && open.at(-1) === "{") ? close() : null;
    case "]":
      return expecting === "value or ]" || (expecting === "comma or end" && open.at(-1) === "[") ? close() : null;
    case ":":
      return expecting === "colon" ? "value" : null;
    case ",":
      return expecting === "comma or end" ? (open.at(-1) === "{" ? "key" : "value") : null;
    case '"':
      if (expecting.startsWith("key")) return "colon";
      return expecting.startsWith("value") ? afterValue() : null;
    default:
      return expecting.startsWith("value") ? afterValue() : null;
  }
}
