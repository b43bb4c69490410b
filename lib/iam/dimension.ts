/** One context key at a time: is there a value, or an absence, that passes all tests? */
import { flatMap } from "../flat-map.ts";
import type { Budget } from "./automaton.ts";
import { type KeyTest, passes, samplePoints, type ValueTest } from "./condition.ts";
import { compile, type Glob } from "./glob.ts";
import { isNeverSent } from "./global-keys.ts";
import { isBoolean, isMultiValued, key } from "./keys.ts";
import { oncePerList } from "./memo.ts";
import { type Demand, pick } from "./pick.ts";

export type KeyAnswer =
  | { kind: "absent" }
  | { kind: "values"; values: readonly string[] }
  | { kind: "none" }
  | { kind: "undecided"; because: string };

const trueOrFalse: Demand = {
  // requests carry them in lower case, however a policy writes them
  globs: ["true", "false"].map((text) => compile(text, { dialect: "literal" })),
  not: false,
};

/** How the policies use a key, where nothing else is known of it. */
export interface KeyUse {
  /** With ForAllValues or ForAnyValue. */
  multiValued: boolean;
  /** With Bool. */
  boolean: boolean;
}

/**
 * Gives a state of the key that passes all tests, absence first: the least that a request needs to carry.
 * A key with several values is asked for as few as will do.
 */
export function solveKey(keyId: string, tests: readonly KeyTest[], used: KeyUse, budget: Budget): KeyAnswer {
  if (tests.every((test) => test.absentOk)) return { kind: "absent" };
  if (tests.some((test) => test.present === false) || isNeverSent(keyId)) return { kind: "none" };
  const each: ValueTest[] = [];
  const some: ValueTest[] = [];
  for (const { present } of tests) {
    if (typeof present === "object") (present.of === "each" ? each : some).push(present.test);
  }
  const boolean = used.boolean || isBoolean(keyId);
  if (!(isMultiValued(keyId) ?? used.multiValued))
    return single(solveValue(keyId, [...each, ...some], boolean, budget));
  if (some.length === 0) return single(solveValue(keyId, each, boolean, budget));
  const values: string[] = [];
  for (const test of some) {
    const value = solveValue(keyId, [...each, test], boolean, budget);
    if (value.kind !== "found") return single(value);
    if (!values.includes(value.text)) values.push(value.text);
  }
  return { kind: "values", values };
}

/** The same for tests that come up again and again: for each caller, by the rules, on the two sides of a change. */
export function solveKeyOnce(keyId: string, tests: readonly KeyTest[], used: KeyUse, budget: Budget): KeyAnswer {
  if (tests.length > MAX_REMEMBERED) return solveKey(keyId, tests, used, budget);
  const solve = remembered[(used.multiValued ? 1 : 0) + (used.boolean ? 2 : 0)]!;
  return solve(tests, keyId, used, budget);
}

/** Longer lists of tests hardly recur. */
const MAX_REMEMBERED = 6;

/** One memory for each way of using a key. Another question has another budget: what is undecided is not kept. */
const remembered = [0, 1, 2, 3].map(() =>
  oncePerList(
    (tests: readonly KeyTest[], keyId: string, used: KeyUse, budget: Budget) => solveKey(keyId, tests, used, budget),
    ({ kind }) => kind !== "undecided",
  ),
);

type ValueAnswer = ReturnType<typeof pick>;

const single = (answer: ValueAnswer): KeyAnswer =>
  answer.kind === "found" ? { kind: "values", values: [answer.text] } : answer;

function solveValue(keyId: string, tests: readonly ValueTest[], boolean: boolean, budget: Budget): ValueAnswer {
  if (tests.every((test) => test.family === "string")) {
    const demands: Demand[] = tests.map(({ globs, not }) => ({ globs, not }));
    if (boolean) demands.push(trueOrFalse);
    return pick(demands, { filler: "someone", preferred: ordinaryValues(keyId, demands, boolean), budget });
  }
  const strings = tests.filter((test) => test.family === "string");
  const literals = flatMap(strings, (test) => test.globs.map((glob) => glob.literal)).filter((text) => text !== null);
  const pass = (value: string) => tests.every((test) => passes(test, value));
  for (const text of samplePoints(tests)) if (pass(text)) return { kind: "found", text };
  for (const text of literals) if (pass(text)) return { kind: "found", text };
  const families = new Set(tests.map((test) => test.family));
  // one family alone is cut into finitely many regions, and every region was tried
  if (families.size === 1) return { kind: "none" };
  return { kind: "undecided", because: `${keyId} is compared as ${[...families].sort().join(" and as ")}` };
}

/** What a reader takes for a value of the key, as far as the policies leave the choice. */
function ordinaryValues(keyId: string, demands: readonly Demand[], boolean: boolean): readonly string[] {
  if (boolean) return ordinaryBooleans(keyId);
  if (keyId === "aws:requestedregion") return ["us-east-1", "eu-west-1", "us-west-2", "ap-southeast-2", "sa-east-1"];
  if (keyId === "aws:multifactorauthage") return ["3600"];
  const like = keyId === key.sourceArn ? ordinaryArn : keyId === GITHUB_SUBJECT ? ordinarySubject : null;
  if (like === null) return [];
  return flatMap(demands, ({ globs, not }) => (not ? [] : flatMap(globs, ({ source }) => like(source))));
}

const GITHUB_SUBJECT = "token.actions.githubusercontent.com:sub";

/** A workflow of a pull request, in a repository where the pattern leaves that open. */
function ordinarySubject(pattern: string): readonly string[] {
  const known = pattern.replace(/\*.*$/, "");
  if (known.endsWith("/")) return [`${known}any:pull_request`];
  return known.endsWith(":") ? [`${known}pull_request`] : [];
}

/** An ARN that a pattern of one service's matches, with a Region and an account where it leaves them open. */
function ordinaryArn(pattern: string): string | readonly never[] {
  if (!/^arn:[^:]*:[^:*?]+:[^:]*:[^:]*:/.test(pattern)) return [];
  const open = ["arn", "aws", "", "us-east-1", "999999999999"];
  const parts = pattern.split(":").map((part, i) => (part === "*" ? (open[i] ?? "someone") : part));
  return parts.join(":").replaceAll("*", "someone");
}

/** What is true of nearly every request comes first. */
const ordinaryBooleans = (keyId: string): readonly string[] =>
  keyId === "aws:securetransport" ? ["true", "false"] : ["false", "true"];

/** A key that holds exactly `value`: for filling policy variables in. */
export function exactly(keyId: string, value: string): KeyTest {
  const globs: Glob[] = [compile(value, { dialect: "literal" })];
  const test: ValueTest = { family: "string", globs, bounds: [], compare: "=", ranges: [], not: false };
  return { keyId, key: keyId, absentOk: false, present: { of: "each", test } };
}
