/**
 * Which keys of a map go together: checks of the grammar, of which the JSON Schema says as much as it can, so that the
 * editor sees them as well.
 */
import type { z } from "zod";
import type { JsonMap } from "./json.ts";

/** A check of a whole map: what the grammar runs. */
type Check<T> = (payload: z.core.ParsePayload<T>) => void;
/** Maps that may have these keys. */
type With<K extends string> = { readonly [key in K]?: unknown };
/** What there are alternatives of: a key, or several of which any will do. */
type Way<K extends string> = K | readonly K[];

/** What the JSON Schema says of a check. It is never stricter: a value can be a variable, and is then anything. */
const inSchema = new WeakMap<object, JsonMap>();

/** What the JSON Schema says of the checks of `schema`, in their order; some it cannot say. */
export function saidInSchema(schema: z.core.$ZodType): readonly JsonMap[] {
  return (schema._zod.def.checks ?? []).flatMap(({ _zod }) => {
    const form = inSchema.get(_zod.check);
    return form === undefined ? [] : [form];
  });
}

function said<T>(form: JsonMap, check: Check<T>): Check<T> {
  inSchema.set(check, form);
  return check;
}

/** `message` when `wrong` is true of the map; nothing of it is said in the JSON Schema. */
export function refuse<T>(message: string, wrong: (value: T) => boolean): Check<T> {
  return ({ value, issues }) => {
    if (wrong(value)) issues.push({ code: "custom", message, input: value });
  };
}

/**
 * One and only one of the alternatives has to be written.
 * @param none what to say when none is
 * @param several the way out when more than one is
 */
export function exactlyOne<K extends string>(
  none: string,
  ways: readonly Way<K>[],
  several = "give one of them",
): Check<With<K>> {
  return said({ oneOf: ways.map(isThere) }, ({ value, issues }) => {
    const written = ways.flatMap((way) => keysOf(way).findLast((key) => value[key] !== undefined) ?? []);
    if (written.length === 1) return;
    const message = written.length === 0 ? none : excluding(written, several);
    issues.push({ code: "custom", message, input: value });
  });
}

/** Of two alternatives at most one may be written. */
export function notBoth<K extends string>(one: Way<K>, other: Way<K>): Check<With<K>> {
  return said({ not: { allOf: [one, other].map(isThere) } }, ({ value, issues }) => {
    const written = [one, other].flatMap((way) => keysOf(way).findLast((key) => holds(value[key])) ?? []);
    if (written.length < 2) return;
    issues.push({ code: "custom", message: excluding(written, "give one of them"), input: value });
  });
}

/** At least one of `keys` has to be written. */
export function atLeastOne<K extends string>(message: string, keys: readonly K[]): Check<With<K>> {
  return said(
    isThere(keys),
    refuse(message, (value) => !keys.some((key) => holds(value[key]))),
  );
}

/** Whoever writes one of `keys` has to write one of `others`. */
export function needs<K extends string>(message: string, keys: readonly K[], others: readonly K[]): Check<With<K>> {
  return said(
    { dependencies: Object.fromEntries(keys.map((key) => [key, isThere(others)])) },
    refuse(message, (value) => keys.some((key) => holds(value[key])) && !others.some((key) => holds(value[key]))),
  );
}

/** What is on by default can be switched off with a reason. */
export function offNeedsReason<K extends string>(key: K): Check<With<K | "reason">> {
  return said(
    { anyOf: [isThere("reason"), { not: { required: [key], properties: { [key]: { const: false } } } }] },
    refuse(`"${key}: false" needs a "reason"`, (value) => value[key] === false && value.reason === undefined),
  );
}

function isThere(way: string | readonly string[]): JsonMap {
  const [only, ...more] = keysOf(way).map((key) => ({ required: [key] }));
  return only === undefined || more.length > 0 ? { anyOf: keysOf(way).map((key) => ({ required: [key] })) } : only;
}

function keysOf<K extends string>(way: Way<K>): readonly K[] {
  return typeof way === "string" ? [way] : way;
}

/** Whether anything is written there: what can be left out is empty then. */
function holds(value: unknown): boolean {
  return typeof value === "object" && value !== null ? Object.keys(value).length > 0 : value !== undefined;
}

function excluding(keys: readonly string[], wayOut: string): string {
  return `${keys.map((key) => JSON.stringify(key)).join(" and ")} exclude each other; ${wayOut}`;
}
