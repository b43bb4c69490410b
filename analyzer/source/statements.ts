/** Where a statement begins in a document that is written in place: `jsonencode({ ... })`, or JSON in a heredoc. */
import type { Attribute } from "./block.ts";
import { skipBrackets, skipComment, skipPart } from "./skip.ts";

/** The line of the statement with this index; the attribute's, when the expression does not tell. */
export function statementLine({ expression, line, syntax }: Attribute, index: number): number {
  const at = syntax === "hcl" ? statementOffset(expression, index) : null;
  return at === null ? line : line + expression.slice(0, at).split("\n").length - 1;
}

/** `Statement`, in HCL or in JSON, up to its value. */
const key = /(?<![\w-])"?Statement"?\s*[=:]\s*/g;

function statementOffset(text: string, index: number): number | null {
  const keys = [...text.matchAll(key)];
  const only = keys[0];
  // a document inside a document would be taken for this one
  if (!only || keys.length > 1) return null;
  const start = only.index + only[0].length;
  if (text[start] === "{") return index === 0 ? start : null;
  if (text[start] !== "[") return null;
  let left = index;
  for (let at = start + 1; at < text.length && text[at] !== "]"; ) {
    const comment = skipComment(text, at);
    if (comment !== null) at = comment;
    else if (text[at] === "{") {
      if (left-- === 0) return at;
      at = skipBrackets(text, at);
    } else if (/[\s,]/.test(text[at] ?? "")) at = skipPart(text, at);
    // a statement that is made elsewhere, or a `for`
    else return null;
  }
  return null;
}
