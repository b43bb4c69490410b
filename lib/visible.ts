/** Text that somebody else wrote, made safe to print. */

/** Enough of a text to find it by: what is longer ends in `…`. */
export function clip(text: string, most = 80): string {
  return text.length <= most ? text : `${start(text, most - 1)}…`;
}

/** The first `length` code units, but no half of a character that takes two. */
export function start(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}

/** The text on one line, with everything invisible (terminal escapes, direction marks, line ends) written out. */
export function visible(text: string): string {
  const line = text.replace(/[\r\n\t]+/g, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, written);
  return noCommands(line);
}

/**
 * The text without what would be a command to GitHub Actions in a log: `::name ...::` at the start of a line, which any
 * wrapping may give it, and `##[name ...]` anywhere
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
 */
export function noCommands(text: string): string {
  return text.replace(/(?<!\S):(?=:[a-z-]+( .*?)?::)|#(?=#\[)/gi, written);
}

const written = (char: string) => `\\u{${char.codePointAt(0)?.toString(16)}}`;
