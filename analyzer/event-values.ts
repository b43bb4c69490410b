/**
 * What the field of an event may be, as the comparison operators of EventBridge say; filter policies of SNS have the same.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
import { flatMap } from "../lib/flat-map.ts";
import { type Range, rangeContains, readAddress, readRange } from "../lib/iam/address.ts";
import { Automaton, newBudget, search } from "../lib/iam/automaton.ts";
import { folded, STAR } from "../lib/iam/token.ts";
import { isObject } from "./json.ts";

/** `null`: cannot be told. */
export type Answer = boolean | null;

/** True as soon as one is. */
export const anyOf = (answers: readonly Answer[]): Answer =>
  answers.includes(true) || (answers.includes(null) ? null : false);

/** False as soon as one is. */
export const allOf = (answers: readonly Answer[]): Answer =>
  answers.includes(false) ? false : answers.includes(null) ? null : true;

type Text = readonly number[];
/** As in `[">=", 4], ["<", 7]`: all of them hold. */
type Interval = readonly (readonly [is: (value: number, bound: number) => boolean, bound: number])[];

/** These; with `but`, whatever is there but these. */
interface Values {
  but?: boolean;
  texts?: readonly Text[];
  networks?: readonly Range[];
  numbers?: readonly Interval[];
  constants?: readonly unknown[];
}

const ABSENT = Symbol("absent");
/** All that is neither text nor number. */
const constants = [true, false, null, ABSENT];

const equals: Interval[number][0] = (value, bound) => value === bound;
const comparisons: ReadonlyMap<unknown, Interval[number][0]> = new Map([
  ["=", equals],
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  [">", (value, bound) => value > bound],
  [">=", (value, bound) => value >= bound],
]);

const units = (text: string): Text => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

const IGNORE_CASE = "equals-ignore-case";

/** An operator of texts: its operand is one, or several, and may ask to ignore case. */
const like =
  (pattern: (text: Text) => Text, ignoresCase = false) =>
  (operand: unknown): Values | null => {
    const [only, more] = isObject(operand) ? Object.entries(operand) : [];
    const ignored = only?.[0] === IGNORE_CASE && !more;
    const texts = [ignored ? only[1] : operand].flat();
    if (!texts.every((text) => typeof text === "string")) return null;
    const read = (text: string) => pattern(ignored || ignoresCase ? units(text).map(folded) : units(text));
    return { texts: texts.map(read) };
  };

/** A backslash takes the meaning from what follows it. */
function starred(text: Text): Text {
  const [star, backslash] = ["*".charCodeAt(0), "\\".charCodeAt(0)];
  const tokens: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const isEscape = text[i] === backslash && i + 1 < text.length;
    const unit = text[isEscape ? ++i : i];
    if (unit !== undefined) tokens.push(unit === star && !isEscape ? STAR : unit);
  }
  return tokens;
}

/** What an operator takes; `null` for an operand that it does not have. */
const operators: ReadonlyMap<string, (operand: unknown) => Values | null> = new Map([
  [
    "anything-but",
    (operand: unknown): Values | null => {
      const all = [operand].flat().map(readValues);
      if (all.some((each) => each === null || each.but || each.networks)) return null;
      return {
        but: true,
        texts: flatMap(all, (each) => each?.texts ?? []),
        numbers: flatMap(all, (each) => each?.numbers ?? []),
        constants: flatMap(all, (each) => each?.constants ?? []),
      };
    },
  ],
  [
    "cidr",
    (operand: unknown): Values | null => {
      const network = typeof operand === "string" ? readRange(operand) : null;
      return network && { networks: [network] };
    },
  ],
  [IGNORE_CASE, like((text) => text, true)],
  [
    "exists",
    (operand: unknown): Values | null =>
      operand === true ? { but: true } : operand === false ? { constants: [ABSENT] } : null,
  ],
  [
    "numeric",
    (operand: unknown): Values | null => {
      if (!Array.isArray(operand) || operand.length === 0) return null;
      const interval = flatMap(operand, (operator, i) => {
        const [is, bound] = [comparisons.get(operator), operand[i + 1]];
        return i % 2 === 0 && is && typeof bound === "number" ? [[is, bound] as const] : [];
      });
      return interval.length * 2 === operand.length ? { numbers: [interval] } : null;
    },
  ],
  ["prefix", like((text) => [...text, STAR])],
  ["suffix", like((text) => [STAR, ...text])],
  ["wildcard", like(starred)],
]);

/** What one entry of a pattern's list takes; `null` when it cannot be read. */
function readValues(filter: unknown): Values | null {
  switch (typeof filter) {
    case "string":
      return { texts: [units(filter)] };
    case "number":
      return { numbers: [[[equals, filter]]] };
    case "boolean":
      return { constants: [filter] };
  }
  if (filter === null) return { constants: [null] };
  const [only, more] = isObject(filter) ? Object.entries(filter) : [];
  return only && !more ? (operators.get(only[0])?.(only[1]) ?? null) : null;
}

/** Takes what there is, and what there is not: the list of a field that a pattern does not mention. */
export const anything: readonly unknown[] = [{ exists: true }, { exists: false }];

/** Whether some value that a list of a pattern takes is taken by none of another list. */
export function leavesOut(was: readonly unknown[], is: readonly unknown[]): Answer {
  const kept = new Set(is.map((filter) => JSON.stringify(filter)));
  const gone = was.filter((filter) => !kept.has(JSON.stringify(filter)));
  const known = flatMap(is, (filter) => readValues(filter) ?? []);
  const found = anyOf(
    gone.map((filter) => {
      const values = readValues(filter);
      return values && anyOf([missesText(values, known), missesNetwork(values, known), missesOther(values, known)]);
    }),
  );
  // what cannot be read may take it
  return found && known.length < is.length ? null : found;
}

function missesText({ but = false, texts = [] }: Values, now: readonly Values[]): Answer {
  const networks = flatMap(now, (values) => values.networks ?? []);
  const isAddressIn = (text: Text) => {
    const address = text.includes(STAR) ? null : readAddress(String.fromCharCode(...text));
    return address !== null && networks.some((network) => rangeContains(network, address));
  };
  const must = [
    new Automaton(but ? [[STAR]] : texts.filter((text) => !isAddressIn(text))),
    ...flatMap(now, (values) => (values.but ? [new Automaton(values.texts ?? [])] : [])),
  ];
  const mustNot = [...(but ? texts : []), ...flatMap(now, (values) => (values.but ? [] : (values.texts ?? [])))];
  const { kind } = search(must, [new Automaton(mustNot)], newBudget());
  return kind === "undecided" ? null : kind === "found";
}

function missesNetwork({ networks = [] }: Values, now: readonly Values[]): Answer {
  const contains = (wide: Range, { bits, first, last }: Range) =>
    rangeContains(wide, { bits, value: first }) && rangeContains(wide, { bits, value: last });
  const left = networks.filter(
    (network) =>
      !now.some(({ but, texts = [], networks = [] }) =>
        but ? texts.length === 0 : networks.some((wide) => contains(wide, network)),
      ),
  );
  if (left.length === 0) return false;
  const texts = flatMap(now, (values) => values.texts ?? []);
  const mayTake = now.some(({ but }) => but) || texts.some((text) => text.includes(STAR));
  // so many addresses, one by one
  return mayTake || left.every(({ first, last }) => last - first < texts.length) ? null : true;
}

/** Between two bounds next to each other all numbers fare alike. */
function missesOther(was: Values, now: readonly Values[]): boolean {
  const intervals = flatMap([was, ...now], ({ numbers = [] }) => numbers.flat());
  const bounds = [...new Set(intervals.map(([, bound]) => bound))].sort((a, b) => a - b);
  const samples = flatMap(bounds, (bound, i) => [bound, ((bounds[i + 1] ?? bound + 2) + bound) / 2]);
  const numbers = [(bounds[0] ?? 0) - 1, ...samples];
  const misses = <T>(takes: (values: Values, value: T) => boolean, values: readonly T[]) =>
    values.some((value) => takes(was, value) && !now.some((other) => takes(other, value)));
  return misses(takesNumber, numbers) || misses(takesConstant, constants);
}

const takesNumber = ({ but = false, numbers = [] }: Values, value: number): boolean =>
  numbers.some((interval) => interval.every(([is, bound]) => is(value, bound))) !== but;

const takesConstant = ({ but = false, constants = [] }: Values, value: unknown): boolean =>
  constants.includes(value) !== (but && value !== ABSENT);
