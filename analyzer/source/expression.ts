/**
 * HCL expressions as trees that know where their parts stand.
 *
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
import { UNKNOWN } from "../partial.ts";
import { heredocAt, skipComment, skipString, skipTemplate } from "./skip.ts";

export type Node =
  | { kind: "literal"; value: unknown }
  | { kind: "template"; parts: readonly Node[] }
  | { kind: "list"; items: readonly Node[] }
  | { kind: "object"; entries: readonly Entry[]; at: number }
  | { kind: "call"; name: string; args: readonly Node[]; spread: boolean; at: number }
  | For
  /** What a chain begins with: `local`, `var`, the type of a resource, the variable of a `for`. */
  | { kind: "name"; name: string }
  /** `of.key` and `of[key]`. */
  | { kind: "member"; of: Node; key: Node }
  | { kind: "choice"; test: Node; yes: Node; no: Node }
  | { kind: "operation"; operator: string; operands: readonly Node[] };

export interface Entry {
  key: Node;
  value: Node;
}

export interface For {
  kind: "for";
  names: { key: string | null; value: string };
  of: Node;
  /** Without a key it makes a list. */
  key: Node | null;
  value: Node;
  test: Node | null;
  grouped: boolean;
}

/** The expression in a text; `null` when it is broken. */
export function parseExpression(text: string): Node | null {
  return new Parser(text, 0, text.length).whole();
}

/** A text with `${...}` in it: of a template file, or of a string in Terraform's JSON. */
export function parseTemplate(text: string): Node | null {
  return new Parser(text, 0, text.length).template(false);
}

/** Deeper than anybody writes. */
const MAX_DEPTH = 200;

const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const callee = /(?:[\p{ID_Start}_][\p{ID_Continue}-]*::)*[\p{ID_Start}_][\p{ID_Continue}-]*(?=\s*\()/uy;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const digits = /\d+/y;
const forIntro = /[[{]\s*for\s/y;
const blank = /[ \t\r]+/y;
const gap = /[ \t\r\n]+/y;

/** From what binds least to what binds most. */
const operators: readonly RegExp[] = [/\|\|/y, /&&/y, /[=!]=/y, /[<>]=?/y, /[+-]/y, /[*%]|\/(?![/*])/y];

const keywords: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

const NOTHING: Node = { kind: "literal", value: UNKNOWN };
/** The variable of what `[*]` means. */
const EACH = "*";

class Parser {
  private readonly text: string;
  private readonly end: number;
  private at: number;
  private broken = false;
  private depth = 0;
  /** Line breaks mean nothing: inside of brackets other than those of an object. */
  private loose = false;

  constructor(text: string, from: number, end: number) {
    this.text = text;
    this.at = from;
    this.end = end;
  }

  whole(): Node | null {
    this.loose = true;
    const node = this.expression();
    this.gaps();
    return this.broken || this.at < this.end ? null : node;
  }

  template(quoted: boolean): Node | null {
    const parts: Node[] = [];
    let literal = "";
    let trims = false;
    const flush = () => {
      if (literal !== "") parts.push({ kind: "literal", value: literal });
      literal = "";
    };
    while (this.at < this.end && !this.broken) {
      const from = this.at;
      if (quoted && this.text[from] === "\\") {
        literal += this.escape();
        continue;
      }
      this.at = Math.min(skipTemplate(this.text, from), this.end);
      const part = this.text.slice(from, this.at);
      // a directive decides what the text is
      if (part.length > 1 && part.startsWith("%{")) return NOTHING;
      if (part.length > 1 && part.startsWith("${")) {
        const [opens, closes] = [part.startsWith("~", 2), part.endsWith("~}")];
        if (opens) literal = literal.trimEnd();
        flush();
        parts.push(this.inside(from + (opens ? 3 : 2), this.at - (closes ? 2 : 1)));
        trims = closes;
        continue;
      }
      literal += /^[$%]{2}\{/.test(part) ? part.slice(1) : part;
      if (trims) literal = literal.trimStart();
      trims &&= literal === "";
    }
    flush();
    return this.broken ? null : { kind: "template", parts };
  }

  private inside(from: number, end: number): Node {
    const node = this.depth > MAX_DEPTH ? null : this.below(from, end).whole();
    return node ?? this.fail();
  }

  private below(from: number, end: number): Parser {
    const parser = new Parser(this.text, from, end);
    parser.depth = this.depth + 1;
    return parser;
  }

  private escape(): string {
    const match = /^\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/s.exec(this.text.slice(this.at, this.at + 10));
    this.at += match?.[0].length ?? 1;
    const [, short, long, char = ""] = match ?? [];
    const code = Number.parseInt(short ?? long ?? "", 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    return { n: "\n", r: "\r", t: "\t" }[char] ?? char;
  }

  private expression(): Node {
    if (++this.depth > MAX_DEPTH) return this.fail();
    const node = this.choice(this.operation(0));
    this.depth--;
    return node;
  }

  private choice(test: Node): Node {
    if (!this.takes("?")) return test;
    const yes = this.expression();
    if (!this.takes(":")) return this.fail();
    return { kind: "choice", test, yes, no: this.expression() };
  }

  private operation(level: number): Node {
    const operator = operators[level];
    if (!operator) return this.unary();
    let node = this.operation(level + 1);
    for (let sign = this.take(operator); sign !== null; sign = this.take(operator)) {
      node = { kind: "operation", operator: sign, operands: [node, this.operation(level + 1)] };
    }
    return node;
  }

  private unary(): Node {
    this.gaps();
    const sign = this.text[this.at];
    if ((sign !== "!" && sign !== "-") || this.at >= this.end) return this.chain(this.term());
    this.at++;
    if (++this.depth > MAX_DEPTH) return this.fail();
    const node: Node = { kind: "operation", operator: sign, operands: [this.unary()] };
    this.depth--;
    return node;
  }

  private term(): Node {
    this.gaps();
    if (this.at >= this.end) return this.fail();
    const from = this.at;
    const char = this.text[from];
    if (char === '"') return this.string();
    if (char === "<") return this.heredoc();
    if (char === "(") return this.within(true, () => this.closed(this.expression(), ")"));
    if (this.peeks(forIntro)) return this.within(true, () => this.for());
    if (char === "[") return this.within(true, () => ({ kind: "list", items: this.items("]") }));
    if (char === "{") return this.within(false, () => this.object(from));
    const digits = this.take(number);
    if (digits !== null) return { kind: "literal", value: Number(digits) };
    const name = this.take(callee);
    if (name !== null) return this.call(name, from);
    const word = this.take(identifier);
    if (word === null) return this.fail();
    return keywords.has(word) ? { kind: "literal", value: keywords.get(word) } : { kind: "name", name: word };
  }

  /** What follows a term: `.name`, `[key]`, `[*]`. */
  private chain(first: Node): Node {
    let node = first;
    while (this.at < this.end && !this.broken) {
      const splat = this.take(/\[\s*\*\s*\]|\.\*/y);
      if (splat !== null) {
        if (++this.depth > MAX_DEPTH) return this.fail();
        const value = this.chain({ kind: "name", name: EACH });
        this.depth--;
        return {
          kind: "for",
          names: { key: null, value: EACH },
          of: node,
          key: null,
          value,
          test: null,
          grouped: false,
        };
      }
      if (this.text[this.at] === "[") {
        const of = node;
        node = this.within(true, () => this.closed({ kind: "member", of, key: this.expression() }, "]"));
        continue;
      }
      if (this.text[this.at] !== "." || this.text.startsWith("...", this.at)) break;
      this.at++;
      const name = this.take(identifier) ?? this.take(digits);
      if (name === null) return this.fail();
      node = { kind: "member", of: node, key: { kind: "literal", value: /^\d/.test(name) ? Number(name) : name } };
    }
    return node;
  }

  private call(name: string, at: number): Node {
    this.gaps();
    return this.within(true, () => {
      const args: Node[] = [];
      let spread = false;
      while (!this.broken && !this.takes(")")) {
        args.push(this.expression());
        spread = this.takes("...");
        if (!this.takes(",")) return this.closed({ kind: "call", name, args, spread, at }, ")");
      }
      return { kind: "call", name, args, spread, at };
    });
  }

  private items(close: string): readonly Node[] {
    const items: Node[] = [];
    while (!this.broken && !this.takes(close)) {
      items.push(this.expression());
      if (this.takes(",")) continue;
      if (!this.takes(close)) this.fail();
      break;
    }
    return items;
  }

  private object(at: number): Node {
    const entries: Entry[] = [];
    for (;;) {
      // between the entries, line breaks and commas
      for (this.loose = true; this.takes(","); ) this.loose = true;
      if (this.broken || this.takes("}")) break;
      this.loose = false;
      const key = this.expression();
      if (!this.takes("=") && !this.takes(":")) return this.fail();
      const value = this.expression();
      entries.push({ key: key.kind === "name" ? { kind: "literal", value: key.name } : key, value });
      this.blanks();
      if (!/[\n,}]/.test(this.text[this.at] ?? "")) return this.fail();
    }
    return { kind: "object", entries, at };
  }

  private for(): Node {
    // `within` has taken the bracket
    const close = this.text[this.at - 1] === "[" ? "]" : "}";
    this.gaps();
    this.take(/for/y);
    const first = this.take(identifier);
    const second = this.takes(",") ? this.take(identifier) : null;
    const value = second ?? first;
    if (value === null || this.take(/in(?![\p{ID_Continue}-])/uy) === null) return this.fail();
    const of = this.expression();
    if (!this.takes(":")) return this.fail();
    const made = this.expression();
    const key = close === "}" ? made : null;
    if (key && !this.takes("=>")) return this.fail();
    const result = key ? this.expression() : made;
    const grouped = this.takes("...");
    const test = this.take(/if(?![\p{ID_Continue}-])/uy) === null ? null : this.expression();
    const names = { key: second === null ? null : first, value };
    return this.closed({ kind: "for", names, of, key, value: result, test, grouped }, close);
  }

  private string(): Node {
    const from = this.at;
    this.at = Math.min(skipString(this.text, from), this.end);
    if (this.text[this.at - 1] !== '"' || this.at - from < 2) return this.fail();
    return this.below(from + 1, this.at - 1).template(true) ?? this.fail();
  }

  private heredoc(): Node {
    const found = heredocAt(this.text, this.at);
    if (!found || found.end > this.end) return this.fail();
    this.at = found.end;
    const { from, to, indented } = found;
    if (!indented) return this.below(from, to).template(false) ?? this.fail();
    const lines = this.text.slice(from, to).split("\n");
    const margins = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)![0].length);
    const margin = margins.length === 0 ? 0 : Math.min(...margins);
    const text = lines.map((line) => line.slice(Math.min(margin, /^[ \t]*/.exec(line)![0].length))).join("\n");
    const parser = new Parser(text, 0, text.length);
    parser.depth = this.depth + 1;
    return parser.template(false) ?? this.fail();
  }

  /** Reads what stands behind an opening bracket. */
  private within(loose: boolean, read: () => Node): Node {
    if (++this.depth > MAX_DEPTH) return this.fail();
    const outer = this.loose;
    this.at++;
    this.loose = loose;
    const node = read();
    this.loose = outer;
    this.depth--;
    return node;
  }

  private closed(node: Node, bracket: string): Node {
    return this.takes(bracket) ? node : this.fail();
  }

  private takes(sign: string): boolean {
    this.gaps();
    if (!this.text.startsWith(sign, this.at) || this.at + sign.length > this.end) return false;
    // `==` and `=>` are signs of their own
    if (sign === "=" && /[=>]/.test(this.text[this.at + 1] ?? "")) return false;
    this.at += sign.length;
    return true;
  }

  private take(pattern: RegExp): string | null {
    if (pattern !== number && pattern !== digits) this.gaps();
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match || pattern.lastIndex > this.end) return null;
    this.at = pattern.lastIndex;
    return match[0];
  }

  private peeks(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) && pattern.lastIndex <= this.end;
  }

  private gaps(): void {
    this.skip(this.loose ? gap : blank);
  }

  private blanks(): void {
    this.skip(blank);
  }

  private skip(space: RegExp): void {
    for (let from = -1; from !== this.at; ) {
      from = this.at;
      space.lastIndex = from;
      if (space.test(this.text)) this.at = Math.min(space.lastIndex, this.end);
      if (this.at < this.end) this.at = Math.min(skipComment(this.text, this.at) ?? this.at, this.end);
    }
  }

  /** Ends the reading: everything that follows finds the end of the text. */
  private fail(): Node {
    this.broken = true;
    this.at = this.end;
    return NOTHING;
  }
}
