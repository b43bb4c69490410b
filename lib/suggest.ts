/** "Did you mean": the nearest known word to a mistyped one. */
import { byCodeUnit } from "./finding.ts";

/**
 * The known word nearest to `word`, or `null` when none is near enough to be meant. Case is ignored; near is a third of
 * the word's length in edits, a swap of neighbours counting as one; of words under three letters nothing is guessed.
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  const limit = word.length < 3 ? 0 : Math.max(1, Math.floor(word.length / 3));
  let best: { word: string; edits: number } | null = null;
  for (const candidate of [...known].sort(byCodeUnit)) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits <= limit && (best === null || edits < best.edits)) best = { word: candidate, edits };
  }
  return best?.word ?? null;
}

/** `; did you mean "developers"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const match = nearest(word, known);
  return match === null ? "" : `; did you mean "${match}"?`;
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
