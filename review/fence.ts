/** Blocks of code in Markdown, around text that somebody else wrote. */
import { start, visible } from "../lib/visible.ts";

/**
 * A fenced block, at most `limit` characters of text in it. The fence is longer than any in the text, so that the text
 * cannot end it (https://spec.commonmark.org/0.31.2/#fenced-code-blocks).
 */
export function fenced(language: string, text: string, limit: number): string {
  const cut = text.length > limit ? `${start(text, limit)}\n... cut off here` : text;
  const lines = cut.split("\n").map(visible).join("\n");
  const longest = Math.max(2, ...(lines.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${lines}\n${fence}`;
}
