/** What the values of code are made of, besides those of JSON and `UNKNOWN`. */
import { withoutWildcards } from "../address.ts";
import { isObject, type JsonObject, member } from "../json.ts";
import { UNKNOWN, unknownOf } from "../partial.ts";

/** What `jsonencode` was given: a text, whose value is known. */
export class Encoded {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** Something that only the plan or apply knows, by its name: `aws_kms_key.k.arn`. */
export class Pending {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }

  attribute(name: string): Pending {
    return new Pending(`${this.name}.${name}`);
  }

  element(key: unknown): unknown {
    return isPlain(key) ? new Pending(`${this.name}[${JSON.stringify(key)}]`) : UNKNOWN;
  }

  /** In a document: an ARN is marked by what it is the ARN of. */
  get mark(): string {
    const object = /^(.+?)(?:\.arn|(?<=\w_arn))$/s.exec(this.name)?.[1];
    return object === undefined ? UNKNOWN : unknownOf(withoutWildcards(object.replaceAll('"', "")));
  }
}

/** In a list: any number of elements of which nothing is known. */
export const REST = Symbol("rest");

/** An object of the code, which is none of the marks above. */
export const isRecord = (value: unknown): value is JsonObject =>
  isObject(value) && !(value instanceof Encoded) && !(value instanceof Pending);

/** The element of a list or the member of an object; `UNKNOWN` where there is none. */
export function elementOf(value: unknown, key: unknown): unknown {
  if (value instanceof Pending) return value.element(key);
  if (isRecord(value) && typeof key !== "object")
    return member(value, String(key)) ?? (hasNull(value, key) ? null : UNKNOWN);
  const index = typeof key === "string" ? Number(key) : key;
  if (!Array.isArray(value) || typeof index !== "number") return UNKNOWN;
  const isPlaced = !value.slice(0, index + 1).includes(REST);
  return isPlaced && Object.hasOwn(value, index) ? value[index] : UNKNOWN;
}

const hasNull = (value: JsonObject, key: unknown) => member(value, String(key)) === null;

/** Whether nothing in a value is unknown. A loop, so that deep nesting cannot exhaust the stack. */
export function isKnown(value: unknown): boolean {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === REST || next instanceof Pending || (typeof next === "string" && next.includes(UNKNOWN))) return false;
    if (next instanceof Encoded) pending.push(next.value);
    else if (typeof next === "object" && next !== null) for (const inner of Object.values(next)) pending.push(inner);
  }
  return true;
}

/** A string, number or truth value that is known. */
export const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && isKnown(value));

/** What stands for a value inside a longer text. */
export function textOf(value: unknown): string {
  if (value instanceof Encoded) return JSON.stringify(asJson(value.value));
  if (value instanceof Pending) return value.mark;
  return typeof value === "string" || isPlain(value) ? String(value) : UNKNOWN;
}

/** A value as JSON, with `UNKNOWN` and the marks of ARNs for what is not known. */
export function asJson(value: unknown): unknown {
  if (value === REST) return UNKNOWN;
  if (value instanceof Pending) return value.mark;
  if (value instanceof Encoded) return value.value === UNKNOWN ? UNKNOWN : textOf(value);
  if (Array.isArray(value)) return value.map(asJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asJson(inner)]));
}
