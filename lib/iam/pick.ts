/** Combinations of patterns: one inside another, apart from each other, and a string that meets several demands. */
import { flatMap } from "../flat-map.ts";
import { Automaton, type Budget, type Found, newBudget, search } from "./automaton.ts";
import { type Glob, matches } from "./glob.ts";
import { oncePerList } from "./memo.ts";
import { ANY, COLON, FOLD, isStar, isVariable, lowerCode, SEGMENT_STAR, STAR, unfolded, upperCode } from "./token.ts";

/**
 * Whether everything `narrow` matches is matched by `wide`. Never wrongly true; may be false where only the
 * automata can tell. A wildcard of `narrow` is a symbol that only a wildcard of `wide` can take.
 */
export function includes(wide: Glob, narrow: Glob): boolean {
  if (narrow.literal !== null && (wide.fold || !narrow.fold)) return matches(wide, narrow.literal);
  if (wide.prefix !== null && narrow.prefix !== null) return narrow.prefix.startsWith(wide.prefix);
  const { tokens } = wide;
  if (tokens.length === 1 && tokens[0] === STAR) return true;
  if (wide.literal !== null) return false;
  const automaton = new Automaton([wide.tokens]);
  let state = automaton.start;
  for (const token of narrow.tokens) {
    state = isStar(token)
      ? automaton.stay(state, token)
      : token < 0
        ? stepWildcard(automaton, state, token)
        : automaton.step(state, plain(token, tokens));
    if (state.length === 0) return false;
  }
  return automaton.accepting(state);
}

function stepWildcard(automaton: Automaton, state: readonly number[], token: number): number[] {
  // a colon stands for what only STAR and ANY take; any other symbol for what the segment wildcards take as well
  const symbol = token === ANY ? COLON : 0xffff;
  const wild = state.filter((position) => (automaton.tokens[position] ?? 0) < 0);
  return automaton.step(wild, symbol);
}

/** A case-insensitive letter of `narrow` is only covered by a case-insensitive letter or a wildcard. */
function plain(token: number, wide: readonly number[]): number {
  if (token < FOLD || isVariable(token)) return token;
  const code = token ^ FOLD;
  return wide.includes(code) ? upperCode(code) : code;
}

/** One demand on a string: it is (or, with `not`, is not) matched by one of the patterns. */
export interface Demand {
  globs: readonly Glob[];
  not: boolean;
}

export type Picked = Found;

export interface PickOptions {
  /** Strings to take when they satisfy everything: what reads best in a report. */
  preferred?: readonly string[];
  /** What an unbounded wildcard becomes in an example. */
  filler?: string;
  /** Shared by all picks of one question. */
  budget?: Budget;
}

/**
 * Gives a string that meets every demand, or shows that there is none. Easy cases are decided by trying examples and
 * by inclusion; the rest by a breadth-first product of the automata, which finds a shortest string.
 * Patterns may hold variables: a variable is then a symbol like a letter, so `none` holds for every value of it as
 * long as at most one positive demand holds variables (the caller sees to that).
 */
export function pick(demands: readonly Demand[], options: PickOptions = {}): Picked {
  for (const text of options.preferred ?? []) if (meets(demands, text)) return { kind: "found", text };

  const positive = demands.filter((demand) => !demand.not);
  const negative = demands.filter((demand) => demand.not);
  // one string stands for a literal, unless it ignores case while another pattern does not
  const folds = demands.every((demand) => demand.globs.every((glob) => glob.fold));
  const decides = (glob: Glob) => glob.literal !== null && (folds || !glob.fold);
  if (positive.length === 0) {
    const text = fresh(negative, options.filler);
    if (text !== null) return { kind: "found", text };
    return product(positive, negative, options.budget);
  }

  const base = positive.reduce((best, demand) => (demand.globs.length < best.globs.length ? demand : best));
  const open: Glob[] = [];
  const isRefused = base.globs.length > FEW ? refusedBy(negative) : () => false;
  for (const glob of base.globs) {
    if (isRefused(glob)) continue;
    if (positive.some((demand) => demand !== base && demand.globs.every((other) => disjoint(other, glob)))) continue;
    for (const star of glob.literal === null ? [options.filler ?? "x", "", "x1"] : NOTHING_TO_FILL) {
      const text = example(glob, star);
      if (text !== null && meets(demands, text)) return { kind: "found", text };
    }
    if (decides(glob)) continue;
    if (negative.some((demand) => demand.globs.some((other) => includes(other, glob)))) continue;
    open.push(glob);
  }
  // what names more reads better than the shortest of what both match
  for (const { globs } of positive) {
    if (globs === base.globs || globs.length > FEW) continue;
    for (const glob of globs) {
      const text = example(glob, options.filler ?? "x");
      if (text !== null && meets(demands, text)) return { kind: "found", text };
    }
  }
  // another demand's literals decide at once: they are all there is to try
  for (const demand of positive) {
    if (!demand.globs.every(decides)) continue;
    const text = demand.globs.map((glob) => glob.literal!).find((candidate) => meets(demands, candidate));
    return text === undefined ? { kind: "none" } : { kind: "found", text };
  }
  for (const glob of open) {
    const others = positive.filter((demand) => demand !== base).map((demand) => relevant(demand, glob));
    const found = product(
      [{ globs: [glob], not: false }, ...others],
      negative.map((demand) => relevant(demand, glob)),
      options.budget,
    );
    if (found.kind !== "none") return found;
  }
  return { kind: "none" };
}

/** Patterns that are compared one by one; with more, those that both sides of a change have are left out first. */
const FEW = 16;

function refusedBy(negative: readonly Demand[]): (glob: Glob) => boolean {
  const refused = new Set(flatMap(negative, ({ globs }) => flatMap(globs, ({ same }) => same ?? [])));
  return ({ same }) => same !== null && refused.has(same);
}

/**
 * The same for few demands, which the policies of a plan bring up again and again: by the two sides of a change, by the
 * rules, for each caller.
 */
export function pickOnce(demands: readonly Demand[], { preferred = [], ...options }: PickOptions): Picked {
  for (const text of preferred) if (meets(demands, text)) return { kind: "found", text };
  return demands.length > MAX_REMEMBERED ? pick(demands, options) : remembered(demands, options);
}

/** Longer lists of demands hardly recur. */
const MAX_REMEMBERED = 4;

const remembered = oncePerList(
  (demands: readonly Demand[], options: PickOptions) => pick(demands, options),
  // another question has another budget
  ({ kind }) => kind !== "undecided",
);

const relevant = (demand: Demand, glob: Glob): Demand => ({
  ...demand,
  globs: demand.globs.filter((other) => !disjoint(other, glob)),
});

/** Whether `text` meets every demand. */
export function meets(demands: readonly Demand[], text: string): boolean {
  return demands.every((demand) => demand.globs.some((glob) => matches(glob, text)) !== demand.not);
}

/** Quick proof that two patterns share no string: their literal beginnings or ends differ. Never wrongly true. */
export function disjoint(a: Glob, b: Glob): boolean {
  if (a.literal !== null && b.variables.length === 0 && (b.fold || !a.fold)) return !matches(b, a.literal);
  if (b.literal !== null && a.variables.length === 0 && (a.fold || !b.fold)) return !matches(a, b.literal);
  if (a.prefix !== null && b.prefix !== null) return !a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix);
  if (a.parts && b.parts) return a.parts.some((part, i) => tokensClash(part, b.parts![i]!));
  return tokensClash(a.tokens, b.tokens);
}

function tokensClash(a: readonly number[], b: readonly number[]): boolean {
  if (clash(a, b, 1) || clash(a, b, -1)) return true;
  const fixedLength = !a.some(isElastic) && !b.some(isElastic);
  return fixedLength && a.length !== b.length;
}

const isElastic = (token: number) => isStar(token) || isVariable(token);

function clash(a: readonly number[], b: readonly number[], direction: 1 | -1): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a[direction === 1 ? i : a.length - 1 - i]!;
    const y = b[direction === 1 ? i : b.length - 1 - i]!;
    if (isStar(x) || isStar(y) || isVariable(x) !== isVariable(y)) return false;
    if (x < 0 || y < 0 || x === y) continue;
    // the same letter in another case clashes only when both patterns mind the case
    const same = lowerCode(unfolded(x)) === lowerCode(unfolded(y)) && (x >= FOLD || y >= FOLD);
    if (isVariable(x) || !same) return true;
  }
  return false;
}

const NOTHING_TO_FILL = [""];

/** Gives a readable string that the pattern matches, with that in place of its stars; `null` while variables are open. */
export function example(glob: Glob, star: string): string | null {
  const { literal, prefix, source } = glob;
  if (literal !== null) return literal;
  if (glob.variables.length > 0) return null;
  if (prefix !== null) return prefix + star;
  // the source keeps the letter case that the author wrote
  if (glob.fold && !source.includes("${")) return source.replaceAll("*", star).replaceAll("?", "x");
  return fill(glob.tokens, star);
}

/** In an ARN, a wildcard for the partition, the region or the account becomes one. */
const ARN_FILLERS: Record<number, string> = { 1: "aws", 3: "us-east-1", 4: "123456789012" };

function fill(tokens: readonly number[], star: string): string {
  let text = "";
  let segment = 0;
  tokens.forEach((token, i) => {
    if (token === COLON) segment++;
    if (!isStar(token)) {
      text += token < 0 ? "x" : String.fromCharCode(unfolded(token));
    } else if (!isLetter(tokens[i + 1])) {
      const isInArn = token === SEGMENT_STAR && star !== "" && text.startsWith("arn:") && text.endsWith(":");
      text += (isInArn ? ARN_FILLERS[segment] : undefined) ?? star;
    }
  });
  return text;
}

/** Before a letter a star is best left empty: of `*deploy*`, `deploysomeone` is read more easily than `someonedeploysomeone`. */
const isLetter = (token: number | undefined) =>
  token !== undefined && token >= 0 && /[a-z\d]/i.test(String.fromCharCode(unfolded(token)));

function fresh(negative: readonly Demand[], filler = "x"): string | null {
  for (const text of [filler, "x", "zz-9", "q7-other"]) if (meets(negative, text)) return text;
  return null;
}

function product(positive: readonly Demand[], negative: readonly Demand[], budget = newBudget()): Picked {
  const automata = (demands: readonly Demand[]) =>
    demands.map(({ globs }) => new Automaton(globs.map(({ tokens }) => tokens)));
  return search(automata(positive), automata(negative.filter(({ globs }) => globs.length > 0)), budget);
}
