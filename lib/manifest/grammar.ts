/** Finding one's way in the grammar: which schemas and keys there are for a place in the manifest. */
import { z } from "zod";
import type { Path } from "./node.ts";

export type Schema = z.core.$ZodType;

/** Every schema that the grammar has for `path`; unions and one-or-many make them several. */
export function schemasAt(schema: Schema, path: Path): readonly Schema[] {
  return path.reduce<readonly Schema[]>(
    (schemas, part) => schemas.flatMap((one) => below(one, part).flatMap(unwrap)),
    unwrap(schema),
  );
}

/** The maps among the schemas for `path`: several where there are several forms to choose from. */
export function formsAt(schema: Schema, path: Path): readonly z.ZodObject[] {
  return schemasAt(schema, path).filter((one) => one instanceof z.ZodObject);
}

/** The keys that the grammar knows in the map at `path`. */
export function keysKnownAt(schema: Schema, path: Path): string[] {
  return [...new Set(formsAt(schema, path).flatMap((form) => Object.keys(form.shape)))];
}

/** `true` when the last key of `path` may be left out. */
export function mayBeLeftOut(schema: Schema, path: Path): boolean {
  const key = path.at(-1);
  return formsAt(schema, path.slice(0, -1)).some(({ shape }) => {
    const inner = key !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined;
    return inner !== undefined && isOptional(inner);
  });
}

/** The keys that a map needs. */
export function requiredKeys({ shape }: z.ZodObject): string[] {
  return Object.keys(shape).filter((key) => !isOptional(shape[key]!));
}

/** A key as one would write it: with its value, where there is only one. */
export function keyWords({ shape }: z.ZodObject, key: string): string {
  const inner = shape[key];
  return inner instanceof z.ZodLiteral ? `${key}: ${[...inner.values].join(" | ")}` : key;
}

const optional = new WeakMap<Schema, boolean>();

function isOptional(schema: Schema): boolean {
  const known = optional.get(schema) ?? z.safeParse(schema, undefined).success;
  optional.set(schema, known);
  return known;
}

function below(schema: Schema, part: string | number): Schema[] {
  if (schema instanceof z.ZodObject) {
    const inner = Object.hasOwn(schema.shape, part) ? schema.shape[part] : undefined;
    return inner === undefined ? [] : [inner];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  return [];
}

const unwrapped = new WeakMap<Schema, readonly Schema[]>();

/** The schemas that a value may meet where `schema` stands, without the wrappings. Thousands of errors ask for it. */
function unwrap(schema: Schema): readonly Schema[] {
  const known = unwrapped.get(schema) ?? unwrapOnce(schema);
  unwrapped.set(schema, known);
  return known;
}

function unwrapOnce(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap());
  }
  return [schema];
}
