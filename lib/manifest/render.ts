/** A problem as text: what, where, the line itself, the way out. */
import type { Place, Problem, SourceFile } from "../problem.ts";
import { noCommands } from "../visible.ts";

/** Colours, given by whoever prints: each function gets a text and gives it back, painted or not. */
export type ProblemPaint = Record<"red" | "yellow" | "cyan" | "bold" | "dim", (text: string) => string>;

const same = (text: string) => text;
const unpainted: ProblemPaint = { red: same, yellow: same, cyan: same, bold: same, dim: same };
const colours = { error: "red", warning: "yellow" } as const;

/** Columns of source that a code frame shows. */
const width = 100;

/**
 * `file:line:col severity message`, then the line with a caret, the hint and the related places. Control characters of
 * the source are made visible, so that a file cannot write to the terminal.
 */
export function renderProblem(
  problem: Problem,
  sources: readonly SourceFile[],
  paint: ProblemPaint = unpainted,
): string {
  const { severity, message, place, hint, related } = problem;
  const colour = paint[colours[severity]];
  const head = `${colour(severity)} ${paint.bold(visible(message))}${paint.dim(` [${problem.code}]`)}`;
  const text = [
    place === null ? head : `${placeText(place)} ${head}`,
    ...frame(place, sources, colour, paint),
    ...(hint === null ? [] : [`  ${paint.cyan("hint:")} ${visible(hint)}`]),
    ...related.flatMap(({ place, message }) => [
      `  ${paint.dim(`${placeText(place)} ${visible(message)}`)}`,
      ...frame(place, sources, paint.dim, paint),
    ]),
  ].join("\n");
  return noCommands(text);
}

function placeText({ file, line, column }: Place): string {
  return `${visible(file)}:${line}:${column}`;
}

function frame(
  place: Place | null,
  sources: readonly SourceFile[],
  mark: (text: string) => string,
  paint: ProblemPaint,
): string[] {
  const source = place === null ? undefined : byName(sources).get(place.file);
  const line = place === null || source === undefined ? undefined : linesOf(source)[place.line - 1];
  if (place === null || line === undefined || line.trim() === "") return [];
  const { text, from, to } = clip(line, place.column - 1, place.length);
  const gutter = String(place.line);
  const before = visible(text.slice(0, from));
  const marked = visible(text.slice(from, to));
  const caret = " ".repeat(columns(before)) + mark("^".repeat(Math.max(columns(marked), 1)));
  return [
    `  ${paint.dim(`${gutter} |`)} ${before}${marked}${visible(text.slice(to))}`,
    `  ${paint.dim(`${" ".repeat(gutter.length)} |`)} ${caret}`,
  ];
}

const named = new WeakMap<readonly SourceFile[], ReadonlyMap<string, SourceFile>>();

function byName(sources: readonly SourceFile[]): ReadonlyMap<string, SourceFile> {
  const known = named.get(sources) ?? new Map(sources.map((source) => [source.name, source]));
  named.set(sources, known);
  return known;
}

/** The lines of a file: many problems may be about one. */
const lines = new WeakMap<SourceFile, readonly string[]>();

function linesOf(source: SourceFile): readonly string[] {
  const known = lines.get(source) ?? source.text.replace(/^\uFEFF/, "").split(/\r\n|\n/);
  lines.set(source, known);
  return known;
}

/** The part of a long line around what is marked, and where the mark is in it. */
function clip(line: string, column: number, length: number): { text: string; from: number; to: number } {
  const start = line.length <= width ? 0 : Math.max(0, Math.min(column - Math.floor(width / 3), line.length - width));
  const end = Math.min(line.length, start + width);
  const left = start > 0 ? "…" : "";
  const from = Math.min(Math.max(column, start), end) - start + left.length;
  const to = Math.min(Math.max(column + length, start), end) - start + left.length;
  return { text: left + line.slice(start, end) + (end < line.length ? "…" : ""), from, to };
}

/** Tabs as two blanks, other control and direction characters as their code point: `<U+001B>`. */
function visible(text: string): string {
  if (isPlain(text)) return text;
  return text
    .replace(/\t/g, "  ")
    .replace(
      /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
      (character) => `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}>`,
    );
}

/** `true` for most texts: characters that are shown as they are, in one column each. */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** How many terminal columns a text takes, near enough: wide characters count two. */
function columns(text: string): number {
  if (isPlain(text)) return text.length;
  return [...text].reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1),
    0,
  );
}
