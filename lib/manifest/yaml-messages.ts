/** The YAML library's syntax errors, in words for someone who does not know YAML's grammar. */

interface Advice {
  code: string;
  /** Narrows the row to some of the library's messages. */
  when?: RegExp;
  message: (near: string) => string;
  hint: string | null;
}

const advice: readonly Advice[] = [
  {
    code: "TAB_AS_INDENT",
    message: () => "a tab is used for indentation; YAML allows only spaces",
    hint: "replace the tab with two spaces",
  },
  {
    code: "BAD_INDENT",
    when: /^Flow sequence/,
    message: () => 'a list that opens above with "[" is not closed with "]"',
    hint: null,
  },
  {
    code: "BAD_INDENT",
    when: /^Flow map/,
    message: () => 'a map that opens above with "{" is not closed with "}"',
    hint: null,
  },
  {
    code: "BAD_INDENT",
    message: () => "wrong indentation: this line lines up with nothing above it",
    hint: "entries of one map or list start in the same column",
  },
  {
    code: "MISSING_CHAR",
    when: /quote/,
    message: () => "a quoted text that begins above is not closed",
    hint: null,
  },
  {
    code: "MISSING_CHAR",
    when: /^Implicit map keys|^Implicit keys/,
    message: (near) => `"${near}" is not a "key: value" entry`,
    hint: "a key is followed by a colon and a space",
  },
  {
    code: "MULTILINE_IMPLICIT_KEY",
    message: (near) => `"${near}" is not a "key: value" entry`,
    hint: "a key is followed by a colon and a space",
  },
  {
    code: "BLOCK_AS_IMPLICIT_KEY",
    message: () => 'a second ": " stands on one line',
    hint: "put the value in quotes, or begin a new line",
  },
  {
    code: "BAD_SCALAR_START",
    message: (near) => `a value cannot start with "${near.slice(0, 1)}"`,
    hint: "put the value in quotes",
  },
  {
    code: "BAD_ALIAS",
    message: () => 'a value cannot start with "*"; YAML reads it as an alias',
    hint: 'put it in quotes: "*"',
  },
  {
    code: "BAD_DQ_ESCAPE",
    message: () => 'a "\\" in double quotes starts an escape that YAML does not know',
    hint: "use single quotes",
  },
];

/** What to tell the user for the library's `code` and `message`; `near` is the source text from the error on. */
export function explainSyntax(code: string, message: string, near: string): { message: string; hint: string | null } {
  const row = advice.find((entry) => entry.code === code && (entry.when?.test(message) ?? true));
  const word = near
    .trimStart()
    .split(/[\r\n]/, 1)[0]!
    .trimEnd()
    .slice(0, 40);
  if (row) return { message: row.message(word), hint: row.hint };
  return { message: `this is not YAML: ${message.split("\n", 1)[0]}`, hint: null };
}
