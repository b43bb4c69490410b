/**
 * IAM patterns as token lists: compile, match, include, and the automata that decide combinations of them.
 *
 * Three dialects share one form (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * and .../reference_policies_elements_condition_operators.html):
 * - `string`: `*` and `?` stand for anything
 * - `resource`: an ARN. Written in full, its first five colon-separated segments are matched each on its own; in an
 *   incomplete one, `*` at a segment's end reaches over the colons
 * - `arn`: ArnLike and ArnEquals; each of the first five segments is matched on its own
 * - `literal`: no wildcards (StringEquals)
 */

export type Dialect = "string" | "resource" | "arn" | "literal";

/**
 * A compiled pattern. Tokens are UTF-16 code units, or one of the specials below. Letters of a case-insensitive
 * pattern carry the FOLD bit; a policy variable is one symbol of its own.
 */
export interface Glob {
  source: string;
  tokens: readonly number[];
  /** The only string it matches, when there is just one (with `fold`: in any letter case). */
  literal: string | null;
  /** Letters are compared ignoring case. */
  fold: boolean;
  /** For an ARN in full: the tokens of its six parts, each matched on its own. */
  parts: readonly (readonly number[])[] | null;
  variables: readonly Variable[];
}

/** `${key}` or `${key, 'fallback'}`. */
export interface Variable {
  keyId: string;
  fallback: string | null;
}

const STAR = -1;
const ANY = -2;
/** Like STAR and ANY, but never a colon. */
const SEGMENT_STAR = -3;
const SEGMENT_ANY = -4;
const END = -5;
const FOLD = 0x20_0000;
const VARIABLE = 0x40_0000;
const COLON = 0x3a;

const isStar = (token: number) => token === STAR || token === SEGMENT_STAR;
const isVariable = (token: number) => token >= VARIABLE;

export interface CompileOptions {
  dialect: Dialect;
  /** Compare letters ignoring case. */
  fold?: boolean;
  /** `${...}` is a policy variable (Version 2012-10-17). */
  variables?: boolean;
}

/** Variables are numbered for the whole process, so that one variable is one symbol in every pattern. */
const variableIds = new Map<string, number>();

/** Gives the compiled pattern. Total: text that looks like a broken variable is literal. */
export function compile(source: string, options: CompileOptions): Glob {
  const wild = options.dialect !== "literal";
  const segmented = options.dialect === "arn" || options.dialect === "resource";
  const complete = options.dialect === "arn" || source.split(":", 6).length === 6;
  const tokens: number[] = [];
  const variables: Variable[] = [];
  let segment = 0;
  let plain = true;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 0x24 && options.variables && source[at + 1] === "{") {
      const end = source.indexOf("}", at);
      if (end > 0) {
        const inside = source.slice(at + 2, end);
        at = end;
        // ${*}, ${?} and ${$} are the characters themselves
        if (inside === "*" || inside === "?" || inside === "$") {
          tokens.push(inside.charCodeAt(0));
          continue;
        }
        const variable = readVariable(inside);
        variables.push(variable);
        tokens.push(symbolOf(variable));
        plain = false;
        continue;
      }
    }
    if (wild && (code === 0x2a || code === 0x3f)) {
      plain = false;
      const inSegment = segmented && segment < 5 && source !== "*";
      const last = at + 1 === source.length;
      const crosses = !inSegment || last || (!complete && source[at + 1] === ":");
      if (code === 0x2a) pushStar(tokens, crosses ? STAR : SEGMENT_STAR);
      else pushAny(tokens, inSegment ? SEGMENT_ANY : ANY);
      continue;
    }
    if (code === COLON) segment++;
    tokens.push(options.fold ? folded(code) : code);
  }
  const fold = options.fold === true;
  // ${*}, ${?} and ${$} make the text differ from its source
  const text = plain && source.includes("${") ? String.fromCharCode(...tokens.map(unfolded)) : source;
  const parts = segmented && complete && !plain ? partsOf(tokens) : null;
  return { source, tokens, literal: plain ? text : null, fold, parts, variables };
}

/** The tokens between the first five colons, and the rest; `null` when a variable may bring colons of its own. */
function partsOf(tokens: readonly number[]): number[][] | null {
  if (tokens.some(isVariable)) return null;
  const parts: number[][] = [[]];
  for (const token of tokens) {
    if (token === COLON && parts.length < 6) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts.length === 6 ? parts : null;
}

function readVariable(inside: string): Variable {
  const comma = inside.indexOf(",");
  const key = (comma < 0 ? inside : inside.slice(0, comma)).trim().toLowerCase();
  const quoted = comma < 0 ? null : /^\s*'(.*)'\s*$/.exec(inside.slice(comma + 1));
  return { keyId: key, fallback: quoted?.[1] ?? null };
}

function symbolOf({ keyId, fallback }: Variable): number {
  const name = fallback === null ? keyId : `${keyId}, '${fallback}'`;
  const id = variableIds.get(name) ?? VARIABLE + variableIds.size;
  variableIds.set(name, id);
  return id;
}

function folded(code: number): number {
  const lower = lowerCode(code);
  return lower !== upperCode(lower) ? FOLD | lower : code;
}

const unfolded = (token: number) => (token >= FOLD && !isVariable(token) ? token ^ FOLD : token);

function lowerCode(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  const lower = String.fromCharCode(code).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : code;
}

function upperCode(code: number): number {
  if (code < 0x80) return code >= 0x61 && code <= 0x7a ? code - 32 : code;
  const upper = String.fromCharCode(code).toUpperCase();
  return upper.length === 1 ? upper.charCodeAt(0) : code;
}

// A run of wildcards is kept as its `?`s and then one `*`: a long `*?*?` would otherwise make matching explode.
function pushStar(tokens: number[], star: number): void {
  if (tokens.at(-1) !== star) tokens.push(star);
}
function pushAny(tokens: number[], any: number): void {
  const star = any === ANY ? STAR : SEGMENT_STAR;
  if (tokens.at(-1) === star) tokens.splice(-1, 1, any, star);
  else tokens.push(any);
}

/** Gives the value of a variable's key, or `undefined` when the request does not have it. */
export type Lookup = (keyId: string) => string | undefined;

/** Gives the pattern with its variables filled in, or `null` when one has neither a value nor a fallback. */
export function substitute(glob: Glob, lookup: Lookup): Glob | null {
  if (glob.variables.length === 0) return glob;
  const tokens: number[] = [];
  let next = 0;
  for (const token of glob.tokens) {
    if (!isVariable(token)) {
      tokens.push(token);
      continue;
    }
    const variable = glob.variables[next++]!;
    const value = lookup(variable.keyId) ?? variable.fallback;
    if (value === null || value === undefined) return null;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      tokens.push(glob.fold ? folded(code) : code);
    }
  }
  const literal = tokens.every((token) => token >= 0) ? String.fromCharCode(...tokens.map(unfolded)) : null;
  return { ...glob, tokens, literal, parts: null, variables: [] };
}

/** Gives the pattern with every variable as a wildcard: what it could match for any request. */
export function widened(glob: Glob): Glob {
  if (glob.variables.length === 0) return glob;
  const tokens: number[] = [];
  for (const token of glob.tokens) {
    if (!isVariable(token)) tokens.push(token);
    else pushStar(tokens, STAR);
  }
  return { ...glob, tokens, literal: null, parts: null, variables: [] };
}

/** Whether `text` is matched. Variables in the pattern match nothing: substitute them first. */
export function matches(glob: Glob, text: string): boolean {
  const { tokens, literal, parts } = glob;
  if (literal !== null) {
    if (literal === text) return true;
    return glob.fold && literal.length === text.length && literal.toLowerCase() === text.toLowerCase();
  }
  if (parts) return matchesParts(parts, text);
  // a segment star cannot be retried past a colon, but an earlier star could: the automaton decides
  return tokens.includes(SEGMENT_STAR) ? run(glob, text) : matchesTokens(tokens, text, 0, text.length);
}

function matchesParts(parts: readonly (readonly number[])[], text: string): boolean {
  let from = 0;
  for (let i = 0; i < 5; i++) {
    const colon = text.indexOf(":", from);
    if (colon < 0 || !matchesTokens(parts[i]!, text, from, colon)) return false;
    from = colon + 1;
  }
  return matchesTokens(parts[5]!, text, from, text.length);
}

/** Matches `text` from `from` up to `to`: a mismatch goes back to the last star only, which is enough. */
function matchesTokens(tokens: readonly number[], text: string, from: number, to: number): boolean {
  let star = -1;
  let mark = from;
  let t = 0;
  let i = from;
  while (i < to) {
    const token = tokens[t];
    if (token !== undefined && isStar(token)) {
      star = t++;
      mark = i;
    } else if (token !== undefined && accepts(token, text.charCodeAt(i))) {
      t++;
      i++;
    } else if (star >= 0) {
      t = star + 1;
      i = ++mark;
    } else return false;
  }
  while (t < tokens.length && isStar(tokens[t]!)) t++;
  return t === tokens.length;
}

function accepts(token: number, symbol: number): boolean {
  if (token === symbol) return true;
  if (isVariable(symbol)) return token === STAR;
  switch (token) {
    case STAR:
    case ANY:
      return true;
    case SEGMENT_STAR:
    case SEGMENT_ANY:
      return symbol !== COLON;
  }
  if (token < FOLD || isVariable(token)) return false;
  return lowerCode(symbol) === (token ^ FOLD);
}

// ---------------------------------------------------------------------------------------------------- automata

/** A list of patterns as one automaton: their tokens end to end, each closed by END; a state is a set of positions. */
class Automaton {
  readonly tokens: number[] = [];
  readonly start: number[];

  constructor(globs: readonly Glob[]) {
    const starts: number[] = [];
    for (const glob of globs) {
      starts.push(this.tokens.length);
      this.tokens.push(...glob.tokens, END);
    }
    this.start = this.close(starts);
  }

  /** Adds what a star lets be skipped to positions in ascending order; gives them so, and without repeats. */
  private close(positions: readonly number[]): number[] {
    const all: number[] = [];
    let last = -1;
    for (const position of positions) {
      if (position <= last) continue;
      last = position;
      all.push(last);
      while (isStar(this.tokens[last]!)) all.push(++last);
    }
    return all;
  }

  step(state: readonly number[], symbol: number): number[] {
    const next: number[] = [];
    for (const position of state) {
      const token = this.tokens[position]!;
      if (token !== END && accepts(token, symbol)) next.push(isStar(token) ? position : position + 1);
    }
    return this.close(next);
  }

  /** The positions that stay while a star of a narrower pattern goes by. */
  stay(state: readonly number[], star: number): number[] {
    return this.close(
      state.filter((position) => {
        const token = this.tokens[position];
        return token === STAR || (token === SEGMENT_STAR && star === SEGMENT_STAR);
      }),
    );
  }

  accepting(state: readonly number[]): boolean {
    return state.some((position) => this.tokens[position] === END);
  }

  /** Whatever follows is accepted too. */
  acceptsAll(state: readonly number[]): boolean {
    return state.some((position) => this.tokens[position] === STAR && this.tokens[position + 1] === END);
  }
}

function run(glob: Glob, text: string): boolean {
  const automaton = new Automaton([glob]);
  let state = automaton.start;
  for (let i = 0; i < text.length && state.length > 0; i++) state = automaton.step(state, text.charCodeAt(i));
  return automaton.accepting(state);
}

/**
 * Whether everything `narrow` matches is matched by `wide`. Never wrongly true; may be false where only the
 * automata can tell. A wildcard of `narrow` is a symbol that only a wildcard of `wide` can take.
 */
export function includes(wide: Glob, narrow: Glob): boolean {
  if (narrow.literal !== null && (wide.fold || !narrow.fold)) return matches(wide, narrow.literal);
  const { tokens } = wide;
  if (tokens.length === 1 && tokens[0] === STAR) return true;
  if (wide.literal !== null) return false;
  const automaton = new Automaton([wide]);
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

export type Picked = { kind: "found"; text: string } | { kind: "none" } | { kind: "undecided"; because: string };

const MAX_STATES = 20_000;
/** Characters to try where any character will do, most readable first. */
const ANY_CHARACTER = "xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW-_";

export interface PickOptions {
  /** Strings to take when they satisfy everything: what reads best in a report. */
  preferred?: readonly string[];
  /** What an unbounded wildcard becomes in an example. */
  filler?: string;
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
    return search(positive, negative);
  }

  const base = positive.reduce((best, demand) => (demand.globs.length < best.globs.length ? demand : best));
  const open: Glob[] = [];
  for (const glob of base.globs) {
    if (positive.some((demand) => demand !== base && demand.globs.every((other) => disjoint(other, glob)))) continue;
    for (const text of examples(glob, options.filler)) if (meets(demands, text)) return { kind: "found", text };
    if (decides(glob)) continue;
    if (negative.some((demand) => demand.globs.some((other) => includes(other, glob)))) continue;
    open.push(glob);
  }
  // another demand's literals decide at once: they are all there is to try
  for (const demand of positive) {
    if (!demand.globs.every(decides)) continue;
    const text = demand.globs.map((glob) => glob.literal!).find((candidate) => meets(demands, candidate));
    return text === undefined ? { kind: "none" } : { kind: "found", text };
  }
  for (const glob of open) {
    const others = positive.filter((demand) => demand !== base).map((demand) => relevant(demand, glob));
    const found = search(
      [{ globs: [glob], not: false }, ...others],
      negative.map((demand) => relevant(demand, glob)),
    );
    if (found.kind !== "none") return found;
  }
  return { kind: "none" };
}

const relevant = (demand: Demand, glob: Glob): Demand => ({
  ...demand,
  globs: demand.globs.filter((other) => !disjoint(other, glob)),
});

/** Whether `text` meets every demand. */
export function meets(demands: readonly Demand[], text: string): boolean {
  return demands.every((demand) => demand.globs.some((glob) => matches(glob, text)) !== demand.not);
}

/** Quick proof that two patterns share no string: their literal beginnings or ends differ. Never wrongly true. */
function disjoint(a: Glob, b: Glob): boolean {
  if (a.literal !== null && b.variables.length === 0 && (b.fold || !a.fold)) return !matches(b, a.literal);
  if (b.literal !== null && a.variables.length === 0 && (a.fold || !b.fold)) return !matches(a, b.literal);
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

const examplesOf = new WeakMap<Glob, Map<string, readonly string[]>>();

/** Readable strings that the pattern matches (none while variables are open). */
function examples(glob: Glob, filler = "x"): readonly string[] {
  let byFiller = examplesOf.get(glob);
  if (!byFiller) {
    byFiller = new Map();
    examplesOf.set(glob, byFiller);
  }
  let texts = byFiller.get(filler);
  if (!texts) {
    texts = makeExamples(glob, filler);
    byFiller.set(filler, texts);
  }
  return texts;
}

function makeExamples(glob: Glob, filler: string): readonly string[] {
  if (glob.literal !== null) return [glob.literal];
  if (glob.variables.length > 0) return [];
  // the source keeps the letter case that the author wrote
  if (glob.fold && !glob.source.includes("${")) {
    return [filler, "", "x1"].map((star) => glob.source.replaceAll("*", star).replaceAll("?", "x"));
  }
  return [filler, "", "x1"].map((star) => fill(glob.tokens, star));
}

/** In an ARN, a wildcard for the region or the account becomes one. */
const ARN_FILLERS: Record<number, string> = { 3: "us-east-1", 4: "123456789012" };

function fill(tokens: readonly number[], star: string): string {
  let text = "";
  let segment = 0;
  for (const token of tokens) {
    if (token === COLON) segment++;
    const ofArn = star !== "" && text.startsWith("arn:") && text.endsWith(":") ? ARN_FILLERS[segment] : undefined;
    if (token === SEGMENT_STAR) text += ofArn ?? star;
    else if (token === STAR) text += star;
    else text += token < 0 ? "x" : String.fromCharCode(unfolded(token));
  }
  return text;
}

function fresh(negative: readonly Demand[], filler = "x"): string | null {
  for (const text of [filler, "x", "zz-9", "q7-other"]) if (meets(negative, text)) return text;
  return null;
}

/** Breadth-first search for a shortest string in all of `positive` and none of `negative`. */
function search(positive: readonly Demand[], negative: readonly Demand[]): Picked {
  const must = positive.map((demand) => new Automaton(demand.globs));
  const mustNot = negative.filter((demand) => demand.globs.length > 0).map((demand) => new Automaton(demand.globs));
  const all = [...must, ...mustNot];
  const other = otherCharacter(all);
  type Node = { states: number[][]; from: Node | null; symbol: number };
  const root: Node = { states: all.map((automaton) => automaton.start), from: null, symbol: 0 };
  const seen = new Set<string>([keyOf(root.states)]);
  const queue: Node[] = [root];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    if (node.states.every((state, i) => all[i]!.accepting(state) === i < must.length)) {
      return { kind: "found", text: textOf(node) };
    }
    for (const symbol of symbolsOf(all, node.states, other)) {
      const states = node.states.map((state, i) => all[i]!.step(state, symbol));
      const dead = states.some((state, i) => (i < must.length ? state.length === 0 : all[i]!.acceptsAll(state)));
      if (dead) continue;
      const key = keyOf(states);
      if (seen.has(key)) continue;
      if (seen.size >= MAX_STATES) return { kind: "undecided", because: "the patterns combine in too many ways" };
      seen.add(key);
      queue.push({ states, from: node, symbol });
    }
  }
  return { kind: "none" };

  function textOf(node: Node): string {
    const symbols: number[] = [];
    for (let at: Node = node; at.from; at = at.from) symbols.push(at.symbol);
    // a variable's symbol has no text; the caller fills variables in before it asks for one
    return String.fromCharCode(...symbols.reverse().map((symbol) => (isVariable(symbol) ? 0x24 : symbol)));
  }
}

const keyOf = (states: readonly number[][]) => states.map((state) => state.join(",")).join(";");

function symbolsOf(all: readonly Automaton[], states: readonly number[][], other: number): Set<number> {
  const symbols = new Set<number>([other]);
  states.forEach((state, i) => {
    for (const position of state) {
      const token = all[i]!.tokens[position]!;
      if (token === SEGMENT_STAR || token === SEGMENT_ANY) symbols.add(COLON);
      else if (isVariable(token) || (token >= 0 && token < FOLD)) symbols.add(token);
      else if (token >= FOLD) {
        symbols.add(token ^ FOLD);
        symbols.add(upperCode(token ^ FOLD));
      }
    }
  });
  return symbols;
}

/** A character that no pattern names: it stands for all the characters that none of them tells apart. */
function otherCharacter(all: readonly Automaton[]): number {
  const named = new Set<number>();
  for (const automaton of all) {
    for (const token of automaton.tokens) {
      if (token < 0 || isVariable(token)) continue;
      named.add(unfolded(token));
      named.add(upperCode(unfolded(token)));
    }
  }
  for (let i = 0; i < ANY_CHARACTER.length; i++) {
    const code = ANY_CHARACTER.charCodeAt(i);
    if (!named.has(code)) return code;
  }
  let code = 0x4e00;
  while (named.has(code)) code++;
  return code;
}
