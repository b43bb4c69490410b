/**
 * Text that somebody else wrote, inside a cell of a Markdown table on GitHub or GitLab. Nothing of it becomes markup, a
 * mention, a link or another cell.
 */
import { visible } from "../../lib/visible.ts";

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
    : `<code>${references(shown, /[!-+./:-@[-`{-~]/g)}</code>`;
}

/** A sentence; in it, what is an ARN, an action, an address or a key by its looks is a code span. */
export function prose(text: string): string {
  return clip(visible(text)).split(" ").map(word).join(" ");
}

function word(text: string): string {
  const [, open = "", name = "", close = ""] = /^([("]*)([\w*][\w.:/[\]"*?+=@-]*[\w*\]])([)",.;:?]*)$/.exec(text) ?? [];
  if (/[\w*]:[\w*]|\w[_.[]\w|\*/.test(name)) return `${open}\`${name}\`${atEnd(close)}`;
  return atEnd(text);
}

/** A colon at the end of a word, alone in it, neither makes a link nor an emoji. */
function atEnd(text: string): string {
  return /^[^:]*:$/.test(text) ? `${plain(text.slice(0, -1))}:` : plain(text);
}

/**
 * Text as nothing but text: what could start markup, HTML, a link, a reference or a table cell becomes a character
 * reference. A word joiner takes away the power of `@name` and `#1`, which forges look for after rendering.
 */
export function plain(text: string): string {
  return references(
    visible(text)
      .replace(/\bGH-(?=\d)/gi, (match) => `${match}\u2060`)
      .replace(/\bwww\./gi, (match) => `${match}\u2060`),
    /[!#$%&*:<>@[\\\]^_`{|}~]/g,
  );
}

function references(text: string, pattern: RegExp): string {
  return text.replace(pattern, (char) => {
    const reference = `&#${char.charCodeAt(0)};`;
    return "@#!$%&~".includes(char) ? `${reference}\u2060` : reference;
  });
}

function clip(text: string): string {
  return text.length > CELL ? `${text.slice(0, CELL).replace(/[\ud800-\udbff]$/, "")}...` : text;
}
