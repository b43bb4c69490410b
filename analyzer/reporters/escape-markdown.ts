/**
 * Text that somebody else wrote, inside a cell of a Markdown table on GitHub or GitLab. Nothing of it becomes markup, a
 * mention, a link or another cell.
 */
import { start, visible } from "../../lib/visible.ts";

/** Longer texts are cut: a cell is read, not searched. */
const CELL = 600;

/**
 * A code span. Characters that mean something inside one, or to the table around it, are written as character
 * references instead, where the span becomes an element.
 */
export function code(text: string): string {
  const shown = clip(visible(text));
  return /^[\w.:/[\]"*?+=,@()-]+( [\w.:/[\]"*?+=,@()-]+)*$/.test(shown)
    ? `\`${shown}\``
    : `<code>${references(shown.replace(mentions, JOINER), /[!-+./:-@[-`{-~]/g)}</code>`;
}

/** A sentence; in it, what is an ARN, an action, an address, a key or a commit by its looks is a code span. */
export function prose(text: string): string {
  return inLine(clip(visible(text)).split(" ").map(word).join(" "));
}

function word(text: string): string {
  const [, open = "", name = "", close = ""] = /^([("]*)([\w*][\w.:/[\]"*?+=@-]*[\w*\]])([)",.;:?]*)$/.exec(text) ?? [];
  if (/[\w*]:[\w*]|\w[_.[]\w|\*|^(?=\d*[a-f])[\da-f]{7,40}$/i.test(name)) return `${open}\`${name}\`${atEnd(close)}`;
  return atEnd(text);
}

/** A colon at the end of a word, alone in it, neither makes a link nor an emoji. */
function atEnd(text: string): string {
  return /^[^:]*:$/.test(text) ? `${inert(text.slice(0, -1))}:` : inert(text);
}

/**
 * Text as nothing but text: what could start markup, HTML, a link, a reference or a table cell becomes a character
 * reference.
 */
export function plain(text: string): string {
  return inLine(inert(text));
}

/** Begins no list, no heading's underline and no block of code either, where it comes first. */
function inLine(text: string): string {
  return references(text.trimStart(), /^[-+=]|(?<=^\d+)[.)](?=\s|$)/g);
}

function inert(text: string): string {
  return references(visible(text).replace(names, JOINER), /[!#$%&*:<>@[\\\]^_`{|}~]/g);
}

/** Takes away the power of what forges look for in the text of a page, after Markdown and references are read. */
const JOINER = "\u2060";

/** `@name`, `#1` and its like, addresses: what a `<code>` element may not stop everywhere. */
const mentions = /(?<=[@#!$%&~])|(?<=:)(?=\/\/)|(?<=\bwww)(?=\.)/gi;

/** Those, and `[issue:1]`, `{+ added +}`, `*iteration:1`, `:smile:`, `GH-1`, `GL-1`, commits. */
const names = new RegExp(
  [
    mentions.source,
    "(?<=[*[{])",
    "(?<=:)(?=[\\w+-]+:)",
    "(?<=\\bG[HL])(?=-\\d)",
    "(?<=(?<![\\w-])(?=\\d*[a-f])[\\da-f]{6})(?=[\\da-f]{1,34}(?![\\w-]))",
  ].join("|"),
  "gi",
);

function references(text: string, characters: RegExp): string {
  return text.replace(characters, (char) => `&#${char.charCodeAt(0)};`);
}

function clip(text: string): string {
  return text.length > CELL ? `${start(text, CELL)}...` : text;
}
