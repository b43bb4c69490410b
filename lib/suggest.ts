/** "Did you mean": the nearest known word to a mistyped one. */
import { byCodeUnit } from "./finding.ts";

/**
 * The known word nearest to `word`, or `null` when none is near enough to be meant. Case is ignored; near is a third of
 * the word's length in edits, a swap of neighbours counting as one; of words under three letters nothing is guessed.
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  const limit = word.length < 3 ? 0 : Math.max(1, Math.floor(word.length / 3));
  const sought = word.toLowerCase();
  const letters = lettersOf(sought);
  let best: { word: string; edits: number } | null = null;
  for (const candidate of known) {
    const most: number = best?.edits ?? limit;
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const found = candidate.toLowerCase();
    // an edit changes at most two letters of the set
    if (bits(letters ^ lettersOf(found)) > 2 * most) continue;
    const edits = distance(sought, found);
    if (edits > most) continue;
    // of two as near, the first in order
    if (best === null || edits < best.edits || byCodeUnit(candidate, best.word) < 0) best = { word: candidate, edits };
  }
  return best?.word ?? null;
}

/** Which letters a text has, one bit for several of them: texts with the same letters have the same bits. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let index = 0; index < text.length; index++) letters |= 1 << (text.charCodeAt(index) & 31);
  return letters;
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** `; did you mean "developers"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const match = nearest(word, known);
  return match === null ? "" : `; did you mean "${match}"?`;
}

/** A thing by its key, and by what else people call it: `{ id: "111111111111", name: "Acme-Prod" }`. */
export interface Named {
  key: string;
  also?: Readonly<Record<string, string | null | undefined>>;
}

/** How many known keys are listed. */
const listed = 8;

/**
 * What to say of a key that is not known: whose id or name it is, else the nearest key, else all there are.
 * `kind`: `permission set`.
 */
export function unknownKey(
  kind: string,
  word: string,
  known: readonly Named[],
): { message: string; hint: string | null } {
  const unknown = `unknown ${kind} "${word}"`;
  for (const { key, also = {} } of known) {
    const [what] = Object.entries(also).find(([, called]) => called?.toLowerCase() === word.toLowerCase()) ?? [];
    // a key that differs in case alone is better called the nearest
    if (what !== undefined && key.toLowerCase() !== word.toLowerCase()) {
      return { message: `${unknown}; that is the ${what} of "${key}": write the key`, hint: null };
    }
  }
  const keys = known.map(({ key }) => key);
  const suggestion = didYouMean(word, keys);
  if (suggestion !== "") return { message: unknown + suggestion, hint: null };
  const kinds = `${kind.replace(/y$/, "ie")}s`;
  const more = keys.length > listed ? ` and ${keys.length - listed} more` : "";
  const hint =
    keys.length === 0 ? `there are no ${kinds}` : `known ${kinds}: ${keys.slice(0, listed).join(", ")}${more}`;
  return { message: unknown, hint };
}

/** Optimal string alignment distance: insert, delete, replace, swap neighbours. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? beforeLast[column - 2]! + 1 : replace;
      current.push(Math.min(last[column]! + 1, current[column - 1]! + 1, replace, swap));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
