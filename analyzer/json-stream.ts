/**
 * A JSON object that comes in pieces: for texts that no string can hold. It is walked through as far as somebody wants
 * parts of it; each of those is parsed by itself, and what nobody wants never becomes an object.
 */
import { parseJson } from "./json.ts";

/** Names of members from the root; `[]` stands for any element of a list. */
export type Path = readonly string[];

export interface Wanted {
  /**
   * Whether a value is wanted whole, in its parts, or not at all: the members of an object, or the elements of a list;
   * what has no such parts is whole.
   */
  take(path: Path): "whole" | "members" | "elements" | "nothing";
  /** A whole value. `text`: as it is written. */
  value(path: Path, value: unknown, text: string): void;
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

/** An object or list that is walked through. */
interface Container {
  path: Path;
  isList: boolean;
  /** Nothing has come since it was opened. */
  first: boolean;
}

type Take = ReturnType<Wanted["take"]>;

/** Reads an object piece by piece. Of what is not wanted, only strings and brackets are looked at. */
export class ObjectReader {
  private readonly wanted: Wanted;
  /** From the root to where it is. */
  private readonly open: Container[] = [];
  private state: "before" | "key" | "value" | "behind" | "after" = "before";
  /** What is wanted of the present value. */
  private take: Take = "nothing";
  private path: Path = [];
  /** Brackets that are open within a value that is not walked through. */
  private depth = 0;
  private inString = false;
  private escaped = false;
  private chunk = "";
  /** Where in the chunk the present key or value goes on. */
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
    if (this.isKept()) this.pieces.push(chunk.slice(this.from));
    this.read += chunk.length;
    return this.error;
  }

  /** Says that this was all; gives what is missing. */
  end(): StreamError | null {
    if (this.error === null && this.state !== "after") this.error = { ...this.place(0), truncated: true, found: "" };
    return this.error;
  }

  private isKept(): boolean {
    return this.state === "key" || (this.state === "value" && this.take !== "nothing");
  }

  private look(char: string, at: number): void {
    if (char === '"' && (this.state === "key" || this.state === "value")) this.inString = true;
    else if (this.depth > 0) this.nest(char);
    else if (this.state === "key") this.lookAtKey(char, at);
    else if (this.state === "value") this.lookAtValue(char, at);
    else if (this.state === "behind") this.goOn(char, at);
    else if (this.state === "before" && char === "{") this.enter([], false, at);
    else this.unexpected(char, at);
  }

  private lookAtKey(char: string, at: number): void {
    const container = this.open.at(-1)!;
    if (char === ":") {
      const key = this.parse(this.cut(at), char);
      this.expect([...container.path, typeof key === "string" ? key : ""], at);
    } else if (char === "}" && container.first && this.cut(at).trim() === "") this.leave();
    else this.unexpected(char, at);
  }

  private lookAtValue(char: string, at: number): void {
    const container = this.open.at(-1)!;
    const end = container.isList ? "]" : "}";
    if (char === "," || char === end) {
      const text = this.cut(at);
      if (char === end && container.isList && container.first && text.trim() === "") this.leave();
      else {
        this.finish(text, char);
        this.goOn(char, at);
      }
    } else if (char === "{" || char === "[") {
      const isWalked = this.take === (char === "{" ? "members" : "elements");
      if (isWalked && this.cut(at).trim() === "") this.enter(this.path, char === "[", at);
      else this.nest(char);
    } else if (char === "}" || char === "]") this.unexpected(char, at);
  }

  /** Behind a value: the next one comes, or what holds it ends. */
  private goOn(char: string, at: number): void {
    const container = this.open.at(-1)!;
    if (char === ",") {
      container.first = false;
      this.next(container, at);
    } else if (char === (container.isList ? "]" : "}")) this.leave();
    else this.unexpected(char, at);
  }

  private enter(path: Path, isList: boolean, at: number): void {
    const container = { path, isList, first: true };
    this.open.push(container);
    this.next(container, at);
  }

  private next({ path, isList }: Container, at: number): void {
    if (isList) this.expect([...path, "[]"], at);
    else this.start("key", at);
  }

  private leave(): void {
    this.open.pop();
    this.state = this.open.length === 0 ? "after" : "behind";
  }

  private expect(path: Path, at: number): void {
    this.path = path;
    this.take = this.wanted.take(path);
    this.start("value", at);
  }

  private finish(text: string, next: string): void {
    if (this.take === "nothing") return;
    const value = this.parse(text, next);
    if (this.error === null) this.wanted.value(this.path, value, text);
  }

  private nest(char: string): void {
    if (char === "{" || char === "[") this.depth++;
    else if (char === "}" || char === "]") this.depth--;
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

  private start(state: "key" | "value", at: number): void {
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
