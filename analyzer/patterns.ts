/** Patterns that pick events: whether one still picks all that another one did. */
import { flatMap } from "../lib/flat-map.ts";
import { isObject } from "./json.ts";

/** Comparisons that all have to hold. */
type Conjunction = ReadonlySet<string>;

/** More than anybody writes. */
const MOST = 500;

/**
 * Whether a CloudWatch Logs filter pattern leaves out events that another one picks; of patterns that are no JSON
 * selectors (`{ $.a = "b" }`) only that they are equal can be told.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function picksFewerLogs(was: string, is: string): boolean {
  if (was === is || is.trim() === "") return false;
  const [old, now] = [alternativesIn(was), alternativesIn(is)];
  if (!old || !now) return true;
  return !old.every((each) => now.some((other) => [...other].every((comparison) => each.has(comparison))));
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

/**
 * Whether an event pattern leaves out events that another one picks: keys all have to match, values are alternatives.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function picksFewerEvents(was: unknown, is: unknown): boolean {
  if (!isObject(is)) return false;
  if (!isObject(was)) return true;
  return Object.entries(is).some(([key, now]) => {
    const old = Object.hasOwn(was, key) ? was[key] : undefined;
    if (Array.isArray(now)) return !Array.isArray(old) || !old.every((value) => now.some((one) => covers(one, value)));
    return picksFewerEvents(old, now);
  });
}

function covers(filter: unknown, value: unknown): boolean {
  if (isObject(filter) && typeof filter.prefix === "string" && typeof value === "string") {
    return value.startsWith(filter.prefix);
  }
  return JSON.stringify(filter) === JSON.stringify(value);
}
