/**
 * Terraform's functions, as far as documents are made with them. Of what is not known they give what is certain; what is
 * not in the table is not known.
 *
 * https://developer.hashicorp.com/terraform/language/functions
 */
import { byCodeUnit } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import { member, parseJson } from "../json.ts";
import { UNKNOWN } from "../partial.ts";
import { Encoded, isKnown, isPlain, isRecord, REST, textOf } from "./value.ts";

export type Call = (...args: readonly unknown[]) => unknown;

const same: Call = (value) => value;

/** A function of texts and numbers that are known. */
const plain =
  (call: (...args: readonly string[]) => unknown): Call =>
  (...args) =>
    args.every(isPlain) ? call(...args.map(String)) : UNKNOWN;

/** The elements of a list; any, where it is not known. */
const elementsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [REST]);

function flat(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return flatMap(value, flat);
  // it may be a list
  return isPlain(value) || value === null || isRecord(value) ? [value] : [REST];
}

const entriesOf = (value: unknown) =>
  isRecord(value) ? Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b)) : null;

/** Without doubles, where all are texts in their order; of others Terraform's order is another. */
function setOf(value: unknown): unknown {
  if (!Array.isArray(value)) return UNKNOWN;
  return isTexts(value) ? [...new Set(value)].sort(byCodeUnit) : value;
}

function format(pattern: unknown, ...values: readonly unknown[]): unknown {
  if (!isPlain(pattern)) return UNKNOWN;
  let next = 0;
  let isSimple = true;
  const text = String(pattern).replaceAll(/%(.?)/gs, (_, verb: string) => {
    if (verb === "%") return "%";
    const value = values[next++];
    if (!["s", "d", "v"].includes(verb) || value === null || value === undefined) isSimple = false;
    return textOf(value);
  });
  return isSimple && next === values.length ? text : UNKNOWN;
}

function formatList(pattern: unknown, ...values: readonly unknown[]): unknown {
  const lists = values.filter(Array.isArray);
  const length = lists[0]?.length;
  if (length === undefined || lists.some((list) => list.length !== length || list.includes(REST))) return UNKNOWN;
  if (values.some((value) => !Array.isArray(value) && !isPlain(value))) return UNKNOWN;
  return Array.from({ length }, (_, index) =>
    format(pattern, ...values.map((value) => (Array.isArray(value) ? value[index] : value))),
  );
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string" && isKnown(item));

function lengthOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.includes(REST) ? null : value.length;
  return isRecord(value) ? Object.keys(value).length : null;
}

function join(sign: unknown, list: unknown): unknown {
  // of an element that is no text nothing can be told
  const isJoined = isPlain(sign) && Array.isArray(list) && !list.includes(REST);
  return isJoined ? list.map(textOf).join(String(sign)) : UNKNOWN;
}

/** What a map that is not known overrides cannot be told. */
function merge(...maps: readonly unknown[]): unknown {
  const given = maps.filter((map) => map !== null);
  return given.every(isRecord) ? Object.fromEntries(flatMap(given, Object.entries)) : UNKNOWN;
}

/** With the given value for a key that is not there. */
function lookup(map: unknown, key: unknown, fallback: unknown = UNKNOWN): unknown {
  if (!isRecord(map) || !isPlain(key)) return UNKNOWN;
  return Object.hasOwn(map, String(key)) ? member(map, String(key)) : fallback;
}

function coalesce(...values: readonly unknown[]): unknown {
  const [first, ...rest] = values;
  if (first === null || first === "") return rest.length > 0 ? coalesce(...rest) : UNKNOWN;
  return isPlain(first) ? first : UNKNOWN;
}

function jsonDecode(value: unknown): unknown {
  if (value instanceof Encoded) return value.value;
  const parsed = typeof value === "string" && isKnown(value) ? parseJson(value) : null;
  return parsed && "value" in parsed ? parsed.value : UNKNOWN;
}

function replace(text: string, part: string, by: string): unknown {
  // between slashes it is a pattern, of another kind than JavaScript's
  return /^\/.*\/$/s.test(part) ? UNKNOWN : text.replaceAll(part, () => by);
}

export const functions: ReadonlyMap<string, Call> = new Map<string, Call>([
  ["coalesce", coalesce],
  ["compact", (list) => (Array.isArray(list) ? list.filter((item) => item !== null && item !== "") : UNKNOWN)],
  ["concat", (...lists) => flatMap(lists, elementsOf)],
  ["distinct", (list) => (Array.isArray(list) && list.every(isPlain) ? [...new Set(list)] : list)],
  ["flatten", (list) => (Array.isArray(list) ? flat(list) : UNKNOWN)],
  ["format", format],
  ["formatlist", formatList],
  ["join", join],
  ["jsondecode", jsonDecode],
  ["jsonencode", (value) => new Encoded(value)],
  ["keys", (map) => entriesOf(map)?.map(([key]) => key) ?? UNKNOWN],
  ["length", (value) => lengthOf(value) ?? UNKNOWN],
  ["lookup", lookup],
  ["lower", plain((text) => text.toLowerCase())],
  ["merge", merge],
  ["replace", plain((text, part, by) => replace(text ?? "", part ?? "", by ?? ""))],
  ["setunion", (...sets) => setOf(flatMap(sets, elementsOf))],
  ["sort", (list) => (isTexts(list) ? [...list].sort(byCodeUnit) : list)],
  ["split", plain((sign, text) => text?.split(sign ?? "") ?? UNKNOWN)],
  ["tolist", same],
  ["tomap", same],
  ["toset", setOf],
  ["tostring", same],
  ["trimprefix", plain((text, start) => (start && text?.startsWith(start) ? text.slice(start.length) : text))],
  ["trimspace", plain((text) => text?.trim())],
  ["trimsuffix", plain((text, end) => (end && text?.endsWith(end) ? text.slice(0, -end.length) : text))],
  ["try", (value) => (isKnown(value) ? value : UNKNOWN)],
  ["upper", plain((text) => text?.toUpperCase())],
  ["values", (map) => entriesOf(map)?.map(([, value]) => value) ?? UNKNOWN],
]);
