/** Terraform files -> blocks. Expressions stay text. */
import type { SourceFile } from "../../lib/problem.ts";
import type { Attribute, Block, Body, Comment } from "./block.ts";
import { jsonBlocks } from "./json-blocks.ts";
import { nodeOf } from "./nodes.ts";
import { expressionEnd, skipComment, skipPart, skipString } from "./skip.ts";

/** Reads one `.tf` or `.tf.json` file; what cannot be read is passed over. */
export function readBlocks(file: SourceFile): Body {
  return file.name.endsWith(".json") ? jsonBlocks(file) : new Scanner(file).body(0);
}

/** Levels of blocks; Terraform's own go to six. */
const maxDepth = 50;
const marks = /^\s*(#+|\/\/+|\/?\*+\/?)?|\*\/\s*$/g;
/** What all comments of interest hold. */
const mayMean = /gatehouse/i;
const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;

const withComments = (block: Block, comments: readonly Comment[]): Block => ({
  ...block,
  comments: [...block.comments, ...comments],
});

class Scanner {
  private at = 0;
  private line = 1;
  private counted = 0;
  private doubt: number | null = null;
  private readonly text: string;
  private readonly file: string;

  constructor({ name, text }: SourceFile) {
    this.text = text;
    this.file = name;
  }

  /** Up to the bracket that closes it, or the end of the file. */
  body(depth: number): Body {
    const blocks: Block[] = [];
    const attributes = new Map<string, Attribute>();
    const loose: Comment[] = [];
    let above: Comment[] = [];
    const opened = depth > 0 ? this.currentLine() : null;
    while (this.at < this.text.length && !(depth > 0 && this.text[this.at] === "}")) {
      const comment = this.comment();
      if (comment) {
        const [last, at] = [blocks.at(-1), comment[0]?.line];
        // behind a block or its opening bracket it means that block, and not the next one
        if (last?.end === at) blocks.push(withComments(blocks.pop()!, comment));
        else (at === opened ? loose : above).push(...comment);
        continue;
      }
      const line = this.currentLine();
      const word = this.word();
      if (word === null) {
        if (!/[\s\uFEFF]/.test(this.text[this.at] ?? "")) this.doubt ??= line;
        this.at = skipPart(this.text, this.at);
        continue;
      }
      if (this.takes("=")) {
        const { expression, comments } = this.expression();
        const attribute: Attribute = { file: this.file, line, expression, syntax: "hcl" };
        if (nodeOf(attribute) === null) this.doubt ??= line;
        attributes.set(word, attribute);
        loose.push(...above, ...comments);
      } else {
        const block = this.block([word], line, above, depth);
        if (block) blocks.push(block);
        else this.doubt ??= line;
      }
      above = [];
    }
    if (depth > 0 && this.at >= this.text.length) this.doubt ??= opened;
    return { blocks, attributes, comments: [...loose, ...above], doubt: this.doubt };
  }

  private block(head: string[], line: number, above: readonly Comment[], depth: number): Block | null {
    for (let label = this.label(); label !== null; label = this.label()) head.push(label);
    this.blanks();
    if (this.text[this.at] !== "{") return null;
    if (depth >= maxDepth) {
      this.at = expressionEnd(this.text, this.at);
      return null;
    }
    this.at++;
    const { doubt: _, ...body } = this.body(depth + 1);
    const end = this.currentLine();
    this.at++;
    return { head, file: this.file, line, end, ...body, comments: [...above, ...body.comments] };
  }

  private expression(): { expression: string; comments: readonly Comment[] } {
    this.blanks();
    const end = expressionEnd(this.text, this.at);
    const expression = this.text.slice(this.at, end);
    const comments: Comment[] = [];
    // to look for comments is to go through all of it once more
    while (mayMean.test(expression) && this.at < end) {
      const comment = this.comment();
      if (comment) comments.push(...comment);
      else this.at = skipPart(this.text, this.at);
    }
    this.at = end;
    return { expression, comments };
  }

  private comment(): readonly Comment[] | null {
    const end = skipComment(this.text, this.at);
    if (end === null) return null;
    const first = this.currentLine();
    const lines = this.text.slice(this.at, end).split("\n");
    this.at = end;
    return lines.map((text, index) => ({ file: this.file, line: first + index, text: text.replace(marks, "").trim() }));
  }

  private word(): string | null {
    identifier.lastIndex = this.at;
    const match = identifier.exec(this.text);
    if (!match) return null;
    this.at = identifier.lastIndex;
    return match[0];
  }

  private label(): string | null {
    this.blanks();
    if (this.text[this.at] !== '"') return this.word();
    const end = skipString(this.text, this.at);
    const label = this.text.slice(this.at + 1, end - 1);
    this.at = end;
    return label;
  }

  private takes(char: string): boolean {
    this.blanks();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private blanks(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
  }

  /** Counted onwards from the last call, so that a file is counted once. */
  private currentLine(): number {
    for (; this.counted < this.at; this.counted++) if (this.text[this.counted] === "\n") this.line++;
    return this.line;
  }
}
