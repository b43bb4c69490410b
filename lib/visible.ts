/** Text that somebody else wrote, made safe to print. */

/** The text on one line, with everything invisible (terminal escapes, direction marks, line ends) written out. */
export function visible(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
