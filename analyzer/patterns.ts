/** Patterns that pick events: whether one still picks all that another one did. */
import { flatMap } from "../lib/flat-map.ts";
import { type Answer, allOf, anyOf, anything, leavesOut } from "./event-values.ts";
import { isObject } from "./json.ts";

/** Comparisons that all have to hold. */
type Conjunction = ReadonlySet<string>;

/** More than anybody writes. */
const MOST = 500;

/**
 * Whether a CloudWatch Logs filter pattern leaves out events that another one picks; `null` when it cannot be told: of
 * patterns that are no JSON selectors (`{ $.a = "b" }`) only that they are equal can.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function picksFewerLogs(was: string, is: string): Answer {
  if (was === is || is.trim() === "") return false;
  const [old, now] = [alternativesIn(was), alternativesIn(is)];
  if (!old || !now) return null;
  const misses = (each: Conjunction) => (other: Conjunction) =>
    anyOf([...other].map((comparison) => asksMore(comparison, each)));
  return anyOf(old.map((each) => allOf(now.map(misses(each)))));
}

/** Whether a comparison leaves out what others take that all have to hold. */
function asksMore(comparison: string, others: Conjunction): Answer {
  if (others.has(comparison)) return false;
  const is = comparedIn(comparison);
  const alike = [...others].map(comparedIn).filter(({ field }) => field === is.field);
  return allOf(alike.map((was) => leavesOut(was.values, is.values)));
}

/** What a comparison takes, as an event pattern would list it; what cannot be read stands there as it is. */
function comparedIn(comparison: string): { field: string; values: readonly unknown[] } {
  const [, field = comparison, operator = "", operand = ""] =
    /^(\S+) (!=|<=|>=|=|<|>|IS|NOT|EXISTS) ?(.*)$/.exec(comparison) ?? [];
  const number = /^-?\d+(\.\d+)?$/.test(operand) ? Number(operand) : null;
  // a regular expression, or the beginning of a number
  const value = /^%|^[\d.*]*\*/.test(operand)
    ? { [operator]: operand }
    : { wildcard: operand.replaceAll("\\", "\\\\") };
  switch (operator) {
    case "=":
      return { field, values: [number ?? value] };
    case "!=":
      // whether it takes events without the field AWS does not say
      return { field, values: [{ "anything-but": number ?? value }, { exists: false }] };
    case "EXISTS":
    case "NOT":
      return { field, values: [{ exists: operator === "EXISTS" }] };
    case "IS":
      return { field, values: [operand] };
    default:
      return { field, values: [{ numeric: [operator, number] }] };
  }
}

/** A selector as alternatives; `null` when it is none, or cannot be read. */
function alternativesIn(pattern: string): readonly Conjunction[] | null {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(pattern)?.[1];
  if (inner === undefined) return null;
  const tokens = inner.match(/"(?:[^"\\]|\\.)*"|\|\||&&|[()]|[^\s()"|&]+|[|&]/g) ?? [];
  let at = 0;
  const either = (): readonly Conjunction[] | null => {
    let found = both();
    while (found && tokens[at] === "||") {
      at++;
      const more = both();
      found = more && [...found, ...more];
    }
    return found;
  };
  const both = (): readonly Conjunction[] | null => {
    let found = one();
    while (found && tokens[at] === "&&") {
      at++;
      const more = one();
      if (!more || found.length * more.length > MOST) return null;
      found = flatMap(found, (left) => more.map((right) => new Set([...left, ...right])));
    }
    return found;
  };
  const one = (): readonly Conjunction[] | null => {
    if (tokens[at] === "(") {
      at++;
      const found = either();
      return tokens[at++] === ")" ? found : null;
    }
    const words: string[] = [];
    for (let word = tokens[at]; word !== undefined && !/^(\|\||&&|[()])$/.test(word); word = tokens[++at]) {
      // `$.a=b` and `$.a = b` are the same
      words.push(...(word.startsWith('"') ? [word.slice(1, -1)] : word.split(/(!=|<=|>=|=|<|>)/).filter(Boolean)));
    }
    return words.length > 0 ? [new Set([words.join(" ")])] : null;
  };
  // deep nesting is nothing anybody writes, and would end the stack
  const found = tokens.length > MOST ? null : either();
  return at === tokens.length ? found : null;
}

/** Lists of values by field, all of which have to match. */
type Fields = ReadonlyMap<string, readonly unknown[]>;

/**
 * Whether an event pattern leaves out events that another one picks: keys all have to match, values are alternatives.
 * `null` when it cannot be told.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function picksFewerEvents(was: unknown, is: unknown): Answer {
  if (!isObject(is) || JSON.stringify(was) === JSON.stringify(is)) return false;
  const [old, now] = [fieldsIn(isObject(was) ? was : {}), fieldsIn(is)];
  if (!old || !now || old.length * now.length > MOST) return null;
  return anyOf(old.map((each) => isLeftOut(each, now)));
}

/** Whether none of the alternatives picks all that these fields did. */
function isLeftOut(was: Fields, alternatives: readonly Fields[]): Answer {
  const misses = (field: string, values: readonly unknown[]) => leavesOut(was.get(field) ?? anything, values);
  if (alternatives.some((now) => [...now].every(([field, values]) => misses(field, values) === false))) return false;
  // one event that escapes them all: fields do not depend on each other
  const inAny = (field: string) => flatMap(alternatives, (now) => now.get(field) ?? []);
  const isSure = alternatives.every((now) => [...now.keys()].some((field) => misses(field, inAny(field)) === true));
  return isSure || null;
}

/** A pattern as alternatives; `null` when it cannot be read. */
function fieldsIn(pattern: unknown, path = ""): readonly Fields[] | null {
  if (!isObject(pattern)) return null;
  let found: readonly Fields[] = [new Map()];
  for (const [key, value] of Object.entries(pattern)) {
    const more = alternativesOf(key, value, path);
    if (!more || found.length * more.length > MOST) return null;
    const isTwice = found.some((left) => more.some((right) => [...right.keys()].some((field) => left.has(field))));
    if (isTwice) return null;
    found = flatMap(found, (left) => more.map((right) => new Map([...left, ...right])));
  }
  return found;
}

function alternativesOf(key: string, value: unknown, path: string): readonly Fields[] | null {
  const field = `${path}${JSON.stringify(key)}`;
  if (!Array.isArray(value)) return fieldsIn(value, field);
  if (key !== "$or") return [new Map([[field, value]])];
  const each = value.map((one) => fieldsIn(one, path));
  return each.includes(null) ? null : flatMap(each, (fields) => fields ?? []);
}
