/** A comparison of two manifests as text, Markdown and JSON. */
import { code, plain, prose } from "../../analyzer/reporters/escape-markdown.ts";
import type { ManifestDiff } from "../../lib/access/diff.ts";
import { visible } from "../../lib/visible.ts";
import type { Paint } from "../paint.ts";
import type { Line, Mark, Section, Words } from "./describe.ts";

export interface Rendering {
  diff: ManifestDiff;
  sections: readonly Section[];
  /** The two sides, as the call names them. */
  names: readonly [before: string, after: string];
  summary: string;
}

const colours = { "+": "green", "-": "red", "~": "cyan", "!": "yellow" } as const satisfies Record<Mark, keyof Paint>;

export const renderers = { text: renderText, markdown: renderMarkdown, json: renderJson };

/** Sections of indented lines, each with its sign; the summary last. */
function renderText({ sections, summary }: Rendering, paint: Paint): string {
  const lines = (all: readonly Line[], depth: number): string[] =>
    all.flatMap(({ mark, words, below }) => [
      `${"  ".repeat(depth)}${paint[colours[mark]](mark)} ${join(words, visible)}`,
      ...lines(below, depth + 1),
    ]);
  const blocks = sections.map(({ title, lines: own }) => [paint.bold(title), ...lines(own, 1), ""].join("\n"));
  return `${blocks.map((block) => `${block}\n`).join("")}${summary}\n`;
}

/** GitHub takes 65,536 characters in a comment. */
const limit = 60_000;
/** Sections that are folded: longer than this, one has to want to read them. */
const folded = 12;

/** For a pull request: nothing of the manifests becomes markup, a mention or a link. */
function renderMarkdown({ sections, names: [before, after], summary }: Rendering): string {
  const head = `### Access: ${plain(summary)}\n\n${code(before)} → ${code(after)}\n`;
  let room = limit - head.length;
  const blocks = sections.map((section) => {
    const lines = section.lines.flatMap((line) => markdownLines(line, 0));
    const shown = lines.filter((line) => {
      room -= line.length + 1;
      return room > 0;
    });
    const left = lines.length - shown.length;
    const more = left > 0 ? [`- ${left} more lines left out, as this comment would be too long`] : [];
    const body = [...shown, ...more].join("\n");
    const title = `${section.title} (${section.lines.length})`;
    return lines.length > folded
      ? `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>\n`
      : `**${title}**\n\n${body}\n`;
  });
  return [head, ...blocks].join("\n");
}

/** The sections as lines of Markdown, for a comment that says more than this. */
export function markdownList(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ title, lines }) => [
    `**${title}**`,
    "",
    ...lines.flatMap((line) => markdownLines(line, 0)),
    "",
  ]);
}

function markdownLines({ mark, words, below }: Line, depth: number): string[] {
  return [
    `${"  ".repeat(depth)}- \`${mark}\` ${join(words, markup)}`,
    ...below.flatMap((line) => markdownLines(line, depth + 1)),
  ];
}

/** Every change as data; `version` changes when the form does. */
function renderJson({ diff, names: [before, after] }: Rendering): string {
  return `${JSON.stringify({ version: 1, before, after, ...diff }, null, 2)}\n`;
}

/** A name stands out; what has several words is a sentence or a list. */
function markup(text: string): string {
  return text.includes(" ") ? prose(text) : code(text);
}

function join({ ours, theirs }: Words, safe: (text: string) => string): string {
  return ours.map((text, index) => (index === 0 ? text : `${safe(theirs[index - 1] ?? "")}${text}`)).join("");
}
