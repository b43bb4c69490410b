/** The YAML library's syntax errors, in words for someone who does not know YAML's grammar. */

/** Where to point: at the error itself, at the first word from there on, or at what opens before it and is not closed. */
export type Spot = "here" | "word" | "next line" | "quote" | "list" | "map";

export interface Explanation {
  message: string;
  hint: string | null;
  spot: Spot;
}

interface Advice {
  code: string;
  /** Narrows the row to some of the library's messages. */
  when?: RegExp;
  /** Narrows the row by the source before the error, blanks left out, and by the source from there on. */
  after?: RegExp;
  near?: RegExp;
  message: (near: string) => string;
  hint: string | null;
  spot?: Spot;
}

const indentation = {
  message: () => "wrong indentation: this line lines up with nothing above it",
  hint: "entries of one map or list start in the same column",
  spot: "word",
} as const;

const noEntry = {
  message: (near: string) => `"${near}" is not a "key: value" entry`,
  hint: "a key is followed by a colon and a space",
} as const;

const conflict = {
  near: /^(<{7}|={7}|>{7})/,
  message: () => "this is a mark of a merge conflict",
  hint: "keep one of the two versions, and remove the marks",
} as const;

const commaMissing = (near: string) => `a comma is missing before "${near}"`;

/** The first row that fits counts. */
const advice: readonly Advice[] = [
  {
    code: "TAB_AS_INDENT",
    message: () => "a tab is used for indentation; YAML allows only spaces",
    hint: "replace the tab with two spaces",
  },
  {
    code: "BAD_INDENT",
    when: /^Flow sequence/,
    message: () => 'the list that opens here with "[" is not closed with "]"',
    hint: null,
    spot: "list",
  },
  {
    code: "BAD_INDENT",
    when: /^Flow map/,
    message: () => 'the map that opens here with "{" is not closed with "}"',
    hint: null,
    spot: "map",
  },
  { code: "BAD_INDENT", ...indentation },
  { code: "MISSING_CHAR", when: /^Sequence item without/, ...indentation },
  { code: "BLOCK_AS_IMPLICIT_KEY", when: /^A block sequence/, ...indentation },
  // the value and the line below it were read as one text
  { code: "BLOCK_AS_IMPLICIT_KEY", near: /^(?![^\r\n]*:\s)[^\r\n]*\r?\n/, ...indentation, spot: "next line" },
  {
    code: "BLOCK_AS_IMPLICIT_KEY",
    message: () => 'a second ": " stands on one line',
    hint: "put the value in quotes, or begin a new line",
  },
  {
    code: "MISSING_CHAR",
    when: /quote$/,
    message: () => "the quoted text that opens here is not closed",
    hint: null,
    spot: "quote",
  },
  {
    code: "MISSING_CHAR",
    when: /^Flow sequence/,
    message: () => 'the list that opens here with "[" is not closed with "]"',
    hint: null,
    spot: "list",
  },
  {
    code: "MISSING_CHAR",
    when: /^Flow map/,
    message: () => 'the map that opens here with "{" is not closed with "}"',
    hint: null,
    spot: "map",
  },
  { code: "MISSING_CHAR", when: /^Missing , between/, message: commaMissing, hint: null },
  {
    code: "MISSING_CHAR",
    when: /^Missing , or :/,
    message: (near) => `a colon or a comma is missing before "${near}"`,
    hint: null,
  },
  {
    code: "MISSING_CHAR",
    when: /^Comments/,
    message: () => '"#" begins a comment only after a space',
    hint: "put a space before it, or the whole value in quotes",
  },
  {
    code: "MISSING_CHAR",
    when: /cannot start on same line/,
    message: () => 'nothing can stand on the line of "---"',
    hint: "begin a new line",
  },
  {
    code: "MISSING_CHAR",
    when: /directives-end/,
    message: () => 'a line above starts with "%", which YAML reads as a directive',
    hint: "remove that line",
  },
  { code: "MISSING_CHAR", ...conflict },
  { code: "MISSING_CHAR", when: /^Implicit/, ...noEntry },
  { code: "MULTILINE_IMPLICIT_KEY", ...conflict },
  {
    code: "MULTILINE_IMPLICIT_KEY",
    near: /^["']/,
    message: () => "the quoted text that opens here is not closed on its line",
    hint: null,
  },
  { code: "MULTILINE_IMPLICIT_KEY", ...noEntry },
  {
    code: "KEY_OVER_1024_CHARS",
    message: () => "a key is longer than 1024 characters",
    hint: 'a text that holds ": " has to be in quotes',
  },
  {
    code: "UNEXPECTED_TOKEN",
    when: /^Unexpected , in/,
    message: () => "a comma stands here with no entry before it",
    hint: "remove it, or write the entry",
  },
  {
    code: "UNEXPECTED_TOKEN",
    when: /flow-(seq|map)-end/,
    message: (near) => `"${near.slice(0, 1)}" closes what is not open`,
    hint: "remove it, or open it before",
  },
  {
    code: "UNEXPECTED_TOKEN",
    when: /block-seq-ind on same line/,
    message: () => 'a list with "- " cannot begin on the line of its key',
    hint: "begin a new line, or write [a, b]",
  },
  {
    code: "UNEXPECTED_TOKEN",
    when: /^Block scalar header/,
    message: () => 'nothing can stand on one line with the "|" or ">" that begins a text of several lines',
    hint: "begin the text on the next line, or put the value in quotes",
  },
  {
    code: "UNEXPECTED_TOKEN",
    when: /at node end$/,
    after: /'[ \t]*$/,
    message: (near) => `"${near}" stands behind the closing quote`,
    hint: "an apostrophe in single quotes is written twice; in double quotes it is written as it is",
  },
  {
    code: "UNEXPECTED_TOKEN",
    when: /at node end$/,
    after: /"[ \t]*$/,
    message: (near) => `"${near}" stands behind the closing quote`,
    hint: 'a quote in double quotes is written \\"; in single quotes it is written as it is',
  },
  {
    code: "UNEXPECTED_TOKEN",
    when: /at node end$/,
    after: /\$$/,
    near: /^\{/,
    message: () => 'a text with "${" inside { } or [ ] has to be in quotes',
    hint: "put the whole value in quotes",
  },
  { code: "UNEXPECTED_TOKEN", when: /at node end$/, after: /[\]}][ \t]*$/, message: commaMissing, hint: null },
  {
    code: "UNEXPECTED_TOKEN",
    when: /at node end$/,
    after: /\*\S+[ \t]+$/,
    message: () => 'a value cannot start with "*"; YAML reads it as an alias',
    hint: "put the whole value in quotes",
  },
  { code: "UNEXPECTED_TOKEN", when: /at node end$/, after: /\n$/, ...indentation },
  {
    code: "BLOCK_IN_FLOW",
    near: /^-/,
    message: () => 'entries with "- " cannot stand inside [ ] or { }',
    hint: "separate the entries by commas",
  },
  { code: "BLOCK_IN_FLOW", message: (near) => `a comma is missing in "${near}"`, hint: null },
  {
    code: "BAD_SCALAR_START",
    when: /block scalar/,
    message: () => 'a text of several lines, with "|" or ">", cannot stand inside [ ] or { }',
    hint: "put the value in quotes",
  },
  {
    code: "BAD_SCALAR_START",
    message: (near) => `a value cannot start with "${near.slice(0, 1)}"`,
    hint: "put the value in quotes",
  },
  {
    code: "BAD_ALIAS",
    when: /^Anchor/,
    message: () => 'a value cannot start with "&"; YAML reads it as an anchor',
    hint: "put the value in quotes",
  },
  {
    code: "BAD_ALIAS",
    message: () => 'a value cannot start with "*"; YAML reads it as an alias',
    hint: 'put it in quotes: "*"',
  },
  { code: "MULTIPLE_ANCHORS", message: () => 'one value has two anchors ("&...")', hint: "remove one of them" },
  { code: "MULTIPLE_TAGS", message: () => 'tags ("!...") are not supported', hint: "write the value without them" },
  {
    code: "TAG_RESOLVE_FAILED",
    message: () => 'a value cannot start with "!"; YAML reads it as a tag',
    hint: "put the value in quotes",
  },
  {
    code: "BAD_DQ_ESCAPE",
    message: () => 'a "\\" in double quotes starts an escape that YAML does not know',
    hint: "use single quotes",
  },
];

/** What to tell the user for the library's `code` and `message`; `before` and `near` are the source around the error. */
export function explainSyntax(code: string, message: string, before: string, near: string): Explanation {
  const row = advice.find(
    (entry) =>
      entry.code === code &&
      (entry.when?.test(message) ?? true) &&
      (entry.after?.test(before) ?? true) &&
      (entry.near?.test(near) ?? true),
  );
  const word = near
    .trimStart()
    .split(/[\r\n]/, 1)[0]!
    .trimEnd()
    .slice(0, 40);
  if (row) return { message: row.message(word), hint: row.hint, spot: row.spot ?? "here" };
  return { message: `this is not YAML: ${message.split("\n", 1)[0]}`, hint: null, spot: "here" };
}
