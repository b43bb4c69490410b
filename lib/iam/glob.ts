/**
 * IAM patterns as token lists: compile, fill variables in, match.
 *
 * Three dialects share one form (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * and .../reference_policies_elements_condition_operators.html):
 * - `string`: `*` and `?` stand for anything
 * - `resource`: an ARN. Written in full, its first five colon-separated segments are matched each on its own; in an
 *   incomplete one, `*` at a segment's end reaches over the colons
 * - `arn`: ArnLike and ArnEquals; each of the first five segments is matched on its own
 * - `literal`: no wildcards (StringEquals)
 */
import { Automaton } from "./automaton.ts";
import {
  ANY,
  accepts,
  COLON,
  folded,
  isStar,
  isVariable,
  SEGMENT_ANY,
  SEGMENT_STAR,
  STAR,
  unfolded,
  VARIABLE,
} from "./token.ts";

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
  /** What stands before its only wildcard, a `*` at the end, when letters are compared as they are. */
  prefix: string | null;
  /** Letters are compared ignoring case. */
  fold: boolean;
  /** For an ARN in full: the tokens of its six parts, each matched on its own. */
  parts: readonly (readonly number[])[] | null;
  variables: readonly Variable[];
  /** Equal for patterns that match the very same strings; `null` where only a closer look tells. */
  same: string | null;
}

/** `${key}` or `${key, 'fallback'}`. */
export interface Variable {
  keyId: string;
  fallback: string | null;
}

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
  return options.variables && source.includes("${") ? tokenize(source, options) : new LazyGlob(source, options);
}

const NONE: readonly never[] = [];

/** A pattern without variables. Most are never looked at, and comparing a literal needs no tokens. */
class LazyGlob implements Glob {
  readonly source: string;
  readonly literal: string | null;
  readonly prefix: string | null;
  readonly fold: boolean;
  readonly variables = NONE;
  private readonly dialect: Dialect;
  private compiled: Pick<Glob, "tokens" | "parts"> | null = null;

  constructor(source: string, { dialect, fold }: CompileOptions) {
    this.source = source;
    this.dialect = dialect;
    this.fold = fold === true;
    const wildcard = dialect === "literal" ? -1 : firstWildcard(source);
    this.literal = wildcard < 0 ? source : null;
    // the last star of a pattern reaches over colons in every dialect
    const isPrefix = wildcard === source.length - 1 && wildcard >= 0 && source.endsWith("*") && !this.fold;
    this.prefix = isPrefix ? source.slice(0, -1) : null;
  }

  get same(): string {
    return `${this.dialect} ${this.fold} ${this.source}`;
  }

  get tokens(): readonly number[] {
    return this.inFull().tokens;
  }

  get parts(): Glob["parts"] {
    return this.literal === null ? this.inFull().parts : null;
  }

  private inFull(): Pick<Glob, "tokens" | "parts"> {
    this.compiled ??= tokenize(this.source, { dialect: this.dialect, fold: this.fold });
    return this.compiled;
  }
}

/** Position of the first `*` or `?`, -1 without one. */
export function firstWildcard(source: string): number {
  const star = source.indexOf("*");
  const any = source.indexOf("?");
  return star < 0 || any < 0 ? Math.max(star, any) : Math.min(star, any);
}

function tokenize(source: string, options: CompileOptions): Glob {
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
  // a variable may bring colons of its own
  const parts = segmented && complete && !plain && variables.length === 0 ? partsOf(tokens) : null;
  return { source, tokens, literal: plain ? text : null, prefix: null, fold, parts, variables, same: null };
}

/** The tokens between the first five colons, and the rest; `null` with fewer colons. */
function partsOf(tokens: readonly number[]): number[][] | null {
  const parts: number[][] = [];
  let from = 0;
  while (parts.length < 5) {
    const colon = tokens.indexOf(COLON, from);
    if (colon < 0) return null;
    parts.push(tokens.slice(from, colon));
    from = colon + 1;
  }
  return [...parts, tokens.slice(from)];
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

/** What a pattern that was made of another one leaves open. */
const unlike = { prefix: null, parts: null, variables: NONE, same: null };

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
  return { ...unlike, source: glob.source, fold: glob.fold, tokens, literal };
}

/** Gives the pattern with every variable as a wildcard: what it could match for any request. */
export function widened(glob: Glob): Glob {
  if (glob.variables.length === 0) return glob;
  const tokens: number[] = [];
  for (const token of glob.tokens) {
    if (!isVariable(token)) tokens.push(token);
    else pushStar(tokens, STAR);
  }
  return { ...unlike, source: glob.source, fold: glob.fold, tokens, literal: null };
}

/** Whether `text` is matched. Variables in the pattern match nothing: substitute them first. */
export function matches(glob: Glob, text: string): boolean {
  const { literal, prefix } = glob;
  if (literal !== null) {
    if (literal === text) return true;
    return glob.fold && literal.length === text.length && literal.toLowerCase() === text.toLowerCase();
  }
  if (prefix !== null) return text.startsWith(prefix);
  const { tokens, parts } = glob;
  if (parts) return matchesParts(parts, text);
  // a segment star cannot be retried past a colon, but an earlier star could: the automaton decides
  return tokens.includes(SEGMENT_STAR)
    ? new Automaton([tokens]).matches(text)
    : matchesTokens(tokens, text, 0, text.length);
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
