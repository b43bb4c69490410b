/**
 * Condition operators as tests on one key: what the key's absence means, and which values pass.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
 * .../reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
import { flatMap } from "../flat-map.ts";
import { addressPoints, type Range, rangeContains, readAddress, readRange } from "./address.ts";
import { compile, type Dialect, type Glob, type Lookup, matches, substitute, widened } from "./glob.ts";
import type { Condition, Operator } from "./policy.ts";

/** What one condition demands of one key; its negation is of the same form, so a search can use both. */
export interface KeyTest {
  keyId: string;
  /** The key's name as the policy writes it. */
  key: string;
  /** Holds when the key is absent (or present with no value). */
  absentOk: boolean;
  /** What of a present key: anything, nothing, or a test of `some` or of `each` of its values. */
  present: boolean | { of: "some" | "each"; test: ValueTest };
}

export interface ValueTest {
  family: "string" | "number" | "date" | "address";
  /** Strings: passes when one of them matches. */
  globs: readonly Glob[];
  /** Numbers and dates (milliseconds): passes when the comparison holds with one of them. */
  bounds: readonly number[];
  compare: Comparison;
  /** Addresses. */
  ranges: readonly Range[];
  /** Passes when the above does not. */
  not: boolean;
}

type Comparison = "=" | "<" | "<=" | ">" | ">=";
type Family = ValueTest["family"];

interface Meaning {
  family: Family;
  negated: boolean;
  dialect?: Dialect;
  fold?: boolean;
  compare?: Comparison;
}

const meanings: Record<Exclude<Operator, "Null">, Meaning> = {
  StringEquals: { family: "string", negated: false, dialect: "literal" },
  StringNotEquals: { family: "string", negated: true, dialect: "literal" },
  StringEqualsIgnoreCase: { family: "string", negated: false, dialect: "literal", fold: true },
  StringNotEqualsIgnoreCase: { family: "string", negated: true, dialect: "literal", fold: true },
  StringLike: { family: "string", negated: false, dialect: "string" },
  StringNotLike: { family: "string", negated: true, dialect: "string" },
  ArnEquals: { family: "string", negated: false, dialect: "arn" },
  ArnLike: { family: "string", negated: false, dialect: "arn" },
  ArnNotEquals: { family: "string", negated: true, dialect: "arn" },
  ArnNotLike: { family: "string", negated: true, dialect: "arn" },
  Bool: { family: "string", negated: false, dialect: "literal", fold: true },
  BinaryEquals: { family: "string", negated: false, dialect: "literal" },
  NumericEquals: { family: "number", negated: false, compare: "=" },
  NumericNotEquals: { family: "number", negated: true, compare: "=" },
  NumericLessThan: { family: "number", negated: false, compare: "<" },
  NumericLessThanEquals: { family: "number", negated: false, compare: "<=" },
  NumericGreaterThan: { family: "number", negated: false, compare: ">" },
  NumericGreaterThanEquals: { family: "number", negated: false, compare: ">=" },
  DateEquals: { family: "date", negated: false, compare: "=" },
  DateNotEquals: { family: "date", negated: true, compare: "=" },
  DateLessThan: { family: "date", negated: false, compare: "<" },
  DateLessThanEquals: { family: "date", negated: false, compare: "<=" },
  DateGreaterThan: { family: "date", negated: false, compare: ">" },
  DateGreaterThanEquals: { family: "date", negated: false, compare: ">=" },
  IpAddress: { family: "address", negated: false },
  NotIpAddress: { family: "address", negated: true },
};

const compiledPlain = new WeakMap<Condition, KeyTest>();

/** Gives the test of a condition without policy variables; the work is done once per condition object. */
export function testOf(condition: Condition): KeyTest {
  let test = compiledPlain.get(condition);
  if (!test) {
    test = compileCondition(condition, false);
    compiledPlain.set(condition, test);
  }
  return test;
}

/**
 * Gives the test that a condition makes. Values that the operator cannot read (`NumericLessThan: "soon"`) match
 * nothing. `variables`: the policy's version knows policy variables.
 */
export function compileCondition(condition: Condition, variables: boolean): KeyTest {
  const { keyId, key, operator, set, ifExists, values } = condition;
  if (operator === "Null") {
    const wanted = values.map((value) => value.toLowerCase());
    return { keyId, key, absentOk: wanted.includes("true"), present: wanted.includes("false") };
  }
  const meaning = meanings[operator];
  const test: ValueTest = {
    family: meaning.family,
    globs:
      meaning.family === "string"
        ? values.map((value) => compile(value, { dialect: meaning.dialect!, fold: meaning.fold === true, variables }))
        : [],
    bounds:
      meaning.family === "number" || meaning.family === "date"
        ? values.map(meaning.family === "number" ? readNumber : readDate).filter((bound) => !Number.isNaN(bound))
        : [],
    compare: meaning.compare ?? "=",
    ranges: meaning.family === "address" ? values.map(readRange).filter((range) => range !== null) : [],
    not: meaning.negated,
  };
  return {
    keyId,
    key,
    // ForAllValues holds for no values at all; ForAnyValue needs one; a negated operator holds where the key is absent
    absentOk: set === "ForAllValues" || ifExists || (set === null && meaning.negated),
    present: { of: set === "ForAllValues" || (set === null && meaning.negated) ? "each" : "some", test },
  };
}

/** Gives the test that holds exactly when the given one does not. */
export function negate(test: KeyTest): KeyTest {
  const { present } = test;
  return {
    ...test,
    absentOk: !test.absentOk,
    present:
      typeof present === "boolean"
        ? !present
        : { of: present.of === "each" ? "some" : "each", test: { ...present.test, not: !present.test.not } },
  };
}

/** Gives the test with policy variables filled in; a pattern whose variable has no value matches nothing. */
export function bind(test: KeyTest, lookup: Lookup): KeyTest {
  return mapGlobs(test, (glob) => substitute(glob, lookup));
}

/** Gives a test that holds at least where the given one may hold for some value of its variables. */
export function relax(test: KeyTest): KeyTest {
  if (typeof test.present === "boolean") return test;
  const { not } = test.present.test;
  return mapGlobs(test, (glob) => (glob.variables.length === 0 ? glob : not ? null : widened(glob)));
}

export function hasVariables(test: KeyTest): boolean {
  return typeof test.present === "object" && test.present.test.globs.some((glob) => glob.variables.length > 0);
}

function mapGlobs(test: KeyTest, change: (glob: Glob) => Glob | null): KeyTest {
  if (!hasVariables(test) || typeof test.present === "boolean") return test;
  const globs = test.present.test.globs.map(change).filter((glob) => glob !== null);
  return { ...test, present: { ...test.present, test: { ...test.present.test, globs } } };
}

/** Whether a request with these values of the key (`undefined`: absent) passes. */
export function holds(test: KeyTest, values: readonly string[] | undefined): boolean {
  if (values === undefined || values.length === 0) return test.absentOk;
  if (typeof test.present === "boolean") return test.present;
  const { of, test: valueTest } = test.present;
  return of === "each"
    ? values.every((value) => passes(valueTest, value))
    : values.some((value) => passes(valueTest, value));
}

/** Whether one value passes. */
export function passes(test: ValueTest, value: string): boolean {
  return reaches(test, value) !== test.not;
}

function reaches(test: ValueTest, value: string): boolean {
  switch (test.family) {
    case "string":
      return test.globs.some((glob) => matches(glob, value));
    case "address": {
      const address = readAddress(value);
      return address !== null && test.ranges.some((range) => rangeContains(range, address));
    }
    default: {
      const number = test.family === "number" ? readNumber(value) : readDate(value);
      return test.bounds.some((bound) => compares(number, test.compare, bound));
    }
  }
}

function compares(a: number, comparison: Comparison, b: number): boolean {
  switch (comparison) {
    case "=":
      return a === b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
  }
}

/**
 * Values that stand for all values as far as the tests can tell them apart: the bounds, and one value between and
 * beyond each two. Complete for numbers, dates and addresses; strings are decided by `glob.ts`.
 */
export function* samplePoints(tests: readonly ValueTest[]): Generator<string> {
  const bounds = (family: Family) =>
    flatMap(
      tests.filter((test) => test.family === family),
      (test) => test.bounds,
    );
  for (const number of between(bounds("number"), 1)) yield plainNumber(number);
  for (const time of between(bounds("date"), 86_400_000)) yield new Date(time).toISOString().replace(".000Z", "Z");
  yield* addressPoints(flatMap(tests, (test) => test.ranges));
}

/** Without an exponent, which no policy uses. */
function plainNumber(number: number): string {
  const text = String(number);
  return text.includes("e") ? number.toFixed(20).replace(/\.?0+$/, "") : text;
}

function between(bounds: readonly number[], step: number): number[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  // large numbers swallow a step of one
  const beyond = (bound: number) => Math.max(step, Math.ceil(Math.abs(bound) / 1024));
  const points = [...sorted, sorted.at(-1)! + beyond(sorted.at(-1)!), sorted[0]! - beyond(sorted[0]!)];
  for (let i = 1; i < sorted.length; i++) {
    const middle = (sorted[i - 1]! + sorted[i]!) / 2;
    points.push(Number.isInteger(sorted[i]) && sorted[i]! - sorted[i - 1]! > 1 ? Math.floor(middle) : middle);
  }
  return points;
}

/** 9999-12-31: the last date that the ISO form can say. */
const LAST_SECOND = 253_402_300_799;

export function readNumber(text: string): number {
  const number = /^\s*[-+]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
  // beyond this, numbers print in a form that no policy uses
  return Math.abs(number) < 1e21 ? number : Number.NaN;
}

/** ISO 8601 in the W3C profile (a year, a month, a day, a time with zone), or seconds since 1970; gives milliseconds. */
export function readDate(text: string): number {
  const trimmed = text.trim();
  if (/^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?)?)?$/.test(trimmed)) {
    return Date.parse(trimmed.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  }
  const seconds = /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return seconds <= LAST_SECOND ? seconds * 1000 : Number.NaN;
}
