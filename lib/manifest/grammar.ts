/** Finding one's way in the grammar: which schemas and keys there are for a place in the manifest. */
import { z } from "zod";
import type { Path } from "./node.ts";

export type Schema = z.core.$ZodType;

/** Every schema that the grammar has for `path`; unions and one-or-many make them several. */
export function schemasAt(schema: Schema, path: Path): readonly Schema[] {
  return path.reduce(step, unwrap(schema));
}

/** For the same schemas and step the same list: what is known of a list is then remembered by it. */
const steps = new WeakMap<readonly Schema[], Map<string | null, readonly Schema[]>>();

function step(schemas: readonly Schema[], part: string | number): readonly Schema[] {
  const known = steps.get(schemas) ?? new Map<string | null, readonly Schema[]>();
  steps.set(schemas, known);
  // keys that no schema names all lead to the same
  const name = schemas.some((one) => one instanceof z.ZodObject && Object.hasOwn(one.shape, part))
    ? String(part)
    : null;
  const found = known.get(name) ?? schemas.flatMap((one) => below(one, part).flatMap(unwrap));
  known.set(name, found);
  return found;
}

/** `work`, done once for each `thing`. */
export function once<T extends object, R>(work: (thing: T) => R): (thing: T) => R {
  const done = new WeakMap<T, R>();
  return (thing) => {
    const known = done.get(thing);
    if (known !== undefined) return known;
    const result = work(thing);
    done.set(thing, result);
    return result;
  };
}

/** The maps among the schemas for `path`: several where there are several forms to choose from. */
export function formsAt(schema: Schema, path: Path): readonly z.ZodObject[] {
  return formsAmong(schemasAt(schema, path));
}

const formsAmong = once((schemas: readonly Schema[]): readonly z.ZodObject[] =>
  schemas.filter((one) => one instanceof z.ZodObject),
);

/** The keys that the grammar knows in the map at `path`. */
export function keysKnownAt(schema: Schema, path: Path): readonly string[] {
  return keysOfAll(formsAt(schema, path));
}

const keysOfAll = once((forms: readonly z.ZodObject[]): readonly string[] => [...new Set(forms.flatMap(keysOf))]);

/** The keys of one form, always the same list. */
export const keysOf = once((form: z.ZodObject): readonly string[] => Object.keys(form.shape));

/** `true` when the last key of `path` may be left out. */
export function mayBeLeftOut(schema: Schema, path: Path): boolean {
  const key = path.at(-1);
  return formsAt(schema, path.slice(0, -1)).some(({ shape }) => {
    const inner = key !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined;
    return inner !== undefined && isOptional(inner);
  });
}

/** The keys that a map needs. */
export const requiredKeys = once((form: z.ZodObject): readonly string[] =>
  keysOf(form).filter((key) => !isOptional(form.shape[key]!)),
);

/** A key as one would write it: with its value, where there is only one. */
export function keyWords({ shape }: z.ZodObject, key: string): string {
  const inner = shape[key];
  return inner instanceof z.ZodLiteral ? `${key}: ${[...inner.values].join(" | ")}` : key;
}

const isOptional = once((schema: Schema): boolean => z.safeParse(schema, undefined).success);

function below(schema: Schema, part: string | number): Schema[] {
  if (schema instanceof z.ZodObject) {
    const inner = Object.hasOwn(schema.shape, part) ? schema.shape[part] : undefined;
    return inner === undefined ? [] : [inner];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  return [];
}

/** The schemas that a value may meet where `schema` stands, without the wrappings. */
const unwrap: (schema: Schema) => readonly Schema[] = once(unwrapOnce);

function unwrapOnce(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap());
  }
  return [schema];
}
