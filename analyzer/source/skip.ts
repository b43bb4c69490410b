/**
 * How far the parts of HCL reach: strings with what is interpolated into them, heredocs, comments, brackets. Total: what
 * is not closed reaches to the end of the text.
 *
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */

/** Strings in what is interpolated into strings: deeper than anybody writes, and what lies deeper is read as not closed. */
const MAX_DEPTH = 200;

/** The end of the expression that begins at `from`: a line break, a comma or a closing bracket outside of its own. */
export function expressionEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const char = text[at] ?? "";
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && --depth < 0) return at;
    else if (depth === 0 && (char === "\n" || char === ",")) return at;
    at = skipPart(text, at);
  }
  return text.length;
}

/** The position after the string, heredoc, comment or character that begins at `at`. */
export function skipPart(text: string, at: number, depth = 0): number {
  if (text[at] === '"') return skipString(text, at, depth);
  return heredocAt(text, at)?.end ?? skipComment(text, at) ?? at + 1;
}

/** The position after the comment at `at`, its line break excluded; `null` when there is none. */
export function skipComment(text: string, at: number): number | null {
  if (text.startsWith("/*", at)) return endOf(text, "*/", at + 2);
  if (text[at] !== "#" && !text.startsWith("//", at)) return null;
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** The position after the string whose quote stands at `at`. */
export function skipString(text: string, at: number, depth = 0): number {
  for (let next = at + 1; next < text.length; ) {
    if (text[next] === '"') return next + 1;
    if (text[next] === "\\") next += 2;
    else next = skipTemplate(text, next, depth);
  }
  return text.length;
}

/** The position after the interpolation or character at `at` of a template. */
export function skipTemplate(text: string, at: number, depth = 0): number {
  if (/^[$%]{2}\{/.test(text.slice(at, at + 3))) return at + 3;
  return /^[$%]\{/.test(text.slice(at, at + 2)) ? skipBrackets(text, at + 1, depth) : at + 1;
}

/** The position after the bracket that closes the one at `at`. */
export function skipBrackets(text: string, at: number, depth = 0): number {
  if (depth > MAX_DEPTH) return text.length;
  let open = 0;
  for (let next = at; next < text.length; ) {
    const char = text[next] ?? "";
    if ("([{".includes(char)) open++;
    if (")]}".includes(char) && --open === 0) return next + 1;
    next = skipPart(text, next, depth + 1);
  }
  return text.length;
}

const heredoc = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

/** The heredoc at `at`, and where its text stands; `null` when there is none. */
export function heredocAt(
  text: string,
  at: number,
): { from: number; to: number; end: number; indented: boolean } | null {
  if (!text.startsWith("<<", at)) return null;
  heredoc.lastIndex = at;
  const opening = heredoc.exec(text);
  if (!opening) return null;
  const from = heredoc.lastIndex;
  const closing = new RegExp(`^[ \\t]*${opening[1]}(?=\\r?$)`, "gmu");
  closing.lastIndex = from;
  const found = closing.exec(text);
  const end = found ? closing.lastIndex : text.length;
  return { from, to: found?.index ?? end, end, indented: text[at + 2] === "-" };
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}
