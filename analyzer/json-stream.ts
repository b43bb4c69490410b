/**
 * A JSON object that comes in pieces: for texts that no string can hold. The members of the root are parsed one by one,
 * the elements of long lists too, and what nobody wants never becomes an object.
 */
import { parseJson } from "./json.ts";

export interface Wanted {
  /** Whether the value of a member of the root is wanted whole, element by element where it is a list, or not at all. */
  take(key: string): "value" | "elements" | "nothing";
  value(key: string, value: unknown): void;
  /** `text`: the element as it is written. */
  element(key: string, value: unknown, text: string): void;
}

/** What is wrong, and where; lines and columns count from 1. */
export interface StreamError {
  line: number;
  column: number;
  /** The text is good as far as it goes. */
  truncated: boolean;
  /** The text that should not stand there. */
  found: string;
}

const OPEN = "{";
const CLOSE = "}";
const OPEN_LIST = "[";
const CLOSE_LIST = "]";

/** Reads an object piece by piece. Of what is not wanted, only strings and brackets are looked at. */
export class ObjectReader {
  private readonly wanted: Wanted;
  /** What is being read; `elements` before their list is opened, `list` within it. */
  private state: "before" | "key" | "value" | "elements" | "list" | "skipped" | "after" = "before";
  private depth = 0;
  private inString = false;
  private escaped = false;
  private key = "";
  /** Nothing has come since the object or the list was opened. */
  private first = true;
  private chunk = "";
  /** Where in the chunk the present key, value or element goes on. */
  private from = 0;
  /** What came of it in earlier chunks. */
  private pieces: string[] = [];
  private begin = { line: 1, column: 1 };
  private line = 1;
  private lineStart = 0;
  private read = 0;
  private error: StreamError | null = null;

  constructor(wanted: Wanted) {
    this.wanted = wanted;
  }

  /** Reads on; gives what is wrong, after which there is no going on. */
  push(chunk: string): StreamError | null {
    this.chunk = chunk;
    this.from = 0;
    for (let at = 0; at < chunk.length && this.error === null; at++) {
      if (this.inString) {
        at = this.passString(at);
        continue;
      }
      const char = chunk.charAt(at);
      if (char === "\n") {
        this.line++;
        this.lineStart = this.read + at + 1;
      } else if (!isSpace(char)) this.look(char, at);
    }
    if (this.state !== "skipped") this.pieces.push(chunk.slice(this.from));
    this.read += chunk.length;
    return this.error;
  }

  /** Says that this was all; gives what is missing. */
  end(): StreamError | null {
    if (this.error === null && this.state !== "after") this.error = { ...this.place(0), truncated: true, found: "" };
    return this.error;
  }

  private look(char: string, at: number): void {
    if (char === '"') {
      this.inString = true;
      if (this.depth === 0) this.unexpected(char, at);
    } else if (this.depth === 0) this.lookOutside(char, at);
    else if (this.depth === 1) this.lookAtMember(char, at);
    else if (this.depth === 2 && this.state === "list") this.lookAtElement(char, at);
    else this.nest(char);
  }

  private lookOutside(char: string, at: number): void {
    if (this.state === "before" && char === OPEN) {
      this.depth = 1;
      this.start("key", at);
    } else this.unexpected(char, at);
  }

  private lookAtMember(char: string, at: number): void {
    if (this.state === "key" && char === ":") {
      const key = this.parse(this.cut(at), char);
      this.key = typeof key === "string" ? key : "";
      const take = this.wanted.take(this.key);
      this.start(take === "nothing" ? "skipped" : take, at);
    } else if (this.state !== "key" && (char === "," || char === CLOSE)) {
      this.member(this.cut(at), char);
      this.first = false;
      this.start("key", at);
      if (char === CLOSE) this.close();
    } else if (char === CLOSE && this.first && this.cut(at).trim() === "") this.close();
    else if (char === CLOSE || char === CLOSE_LIST || this.state === "key") this.unexpected(char, at);
    else if (char === OPEN_LIST && this.state === "elements") {
      this.depth = 2;
      this.first = true;
      this.start("list", at);
    } else this.nest(char);
  }

  private lookAtElement(char: string, at: number): void {
    if (char === "," || char === CLOSE_LIST) {
      const text = this.cut(at);
      if (char === "," || !this.first || text.trim() !== "") this.element(text, char);
      this.first = false;
      this.start(char === "," ? "list" : "skipped", at);
      if (char === CLOSE_LIST) this.depth = 1;
    } else if (char === CLOSE) this.unexpected(char, at);
    else this.nest(char);
  }

  private element(text: string, next: string): void {
    const element = this.parse(text, next);
    if (this.error === null) this.wanted.element(this.key, element, text);
  }

  private member(text: string, next: string): void {
    if (this.state === "skipped") return;
    const value = this.parse(text, next);
    if (this.error === null) this.wanted.value(this.key, value);
  }

  private close(): void {
    this.depth = 0;
    this.state = "after";
  }

  private nest(char: string): void {
    if (char === OPEN || char === OPEN_LIST) this.depth++;
    else if (char === CLOSE || char === CLOSE_LIST) this.depth--;
  }

  /** Ends where the string does, or where the chunk does. */
  private passString(from: number): number {
    let at = from;
    if (this.escaped) {
      this.escaped = false;
      at++;
    }
    for (; ; at++) {
      special.lastIndex = at;
      const found = special.exec(this.chunk);
      if (!found) return this.chunk.length;
      at = found.index;
      if (found[0] === '"') {
        this.inString = false;
        return at;
      }
      this.escaped = ++at === this.chunk.length;
    }
  }

  private start(state: ObjectReader["state"], at: number): void {
    this.state = state;
    this.from = at + 1;
    this.pieces = [];
    const { line, column } = this.place(at + 1);
    this.begin = { line, column };
  }

  private cut(at: number): string {
    return [...this.pieces, this.chunk.slice(this.from, at)].join("");
  }

  private parse(text: string, next: string): unknown {
    const parsed = parseJson(text);
    if ("value" in parsed) return parsed.value;
    const { offset } = parsed.error;
    const lines = text.slice(0, offset).split("\n");
    const line = this.begin.line + lines.length - 1;
    const column = lines.at(-1)!.length + (lines.length === 1 ? this.begin.column : 1);
    this.error = { line, column, truncated: false, found: text.slice(offset, offset + 2) || next };
    return undefined;
  }

  private unexpected(found: string, at: number): void {
    this.error = { ...this.place(at), truncated: false, found };
  }

  private place(at: number): { line: number; column: number } {
    return { line: this.line, column: this.read + at - this.lineStart + 1 };
  }
}

const special = /["\\]/g;
const isSpace = (char: string) => char === " " || char === "\n" || char === "\t" || char === "\r";
