/** Words in the order in which they are compared with a mistyped one: thousands of mistakes are looked up in thousands. */
import { byCodeUnit } from "./finding.ts";

/** Of a long name, so many edits leave nothing that one would recognize. */
const mostEdits = 8;

/** How many answers are kept: the same mistake is often made again. */
const mostAnswers = 10_000;

/** A word, and how often it has which letters. */
interface Entry {
  word: string;
  folded: string;
  letters: Letters;
}

export class Vocabulary {
  /** How many words it was made from. */
  readonly size: number;
  private readonly byLength = new Map<number, Entry[]>();
  private readonly answers = new Map<string, string | null>();

  constructor(words: Iterable<string>) {
    let size = 0;
    for (const word of words) {
      size++;
      const folded = word.toLowerCase();
      const entry = { word, folded, letters: lettersOf(folded) };
      const same = this.byLength.get(folded.length);
      if (same === undefined) this.byLength.set(folded.length, [entry]);
      else same.push(entry);
    }
    this.size = size;
  }

  /** The word with the fewest edits, of two as near the first in order; `null` when none is near. */
  nearest(word: string): string | null {
    const known = this.answers.get(word);
    if (known !== undefined) return known;
    const found = this.search(word);
    if (this.answers.size >= mostAnswers) this.answers.clear();
    this.answers.set(word, found);
    return found;
  }

  private search(word: string): string | null {
    const sought = word.toLowerCase();
    let most = word.length < 3 ? 0 : Math.min(mostEdits, Math.max(1, Math.floor(word.length / 3)));
    let best: string | null = null;
    // with those first that may be nearest, most others are out of the question before they are compared
    for (const [least, entries] of this.within(sought, most).entries()) {
      if (least > most) break;
      for (const entry of entries) {
        const edits = distance(sought, entry.folded, most);
        if (edits > most || (best !== null && edits === most && byCodeUnit(entry.word, best) > 0)) continue;
        best = entry.word;
        most = edits;
      }
    }
    return best;
  }

  /** The words that may be within `most` edits, by the number of edits that they are away at least. */
  private within(sought: string, most: number): Entry[][] {
    const found = Array.from({ length: most + 1 }, (): Entry[] => []);
    const lengths = [...this.byLength.keys()].filter((length) => Math.abs(length - sought.length) <= most);
    if (lengths.length === 0) return found;
    const letters = lettersOf(sought);
    for (const length of lengths) {
      for (const entry of this.byLength.get(length)!) found[difference(letters, entry.letters)]?.push(entry);
    }
    return found;
  }
}

/** A bit for each letter (several letters share one) that a text has once, twice, three times, four times. */
type Letters = readonly [once: number, twice: number, thrice: number, fourTimes: number];

function lettersOf(text: string): Letters {
  let [once, twice, thrice, fourTimes] = [0, 0, 0, 0];
  for (let index = 0; index < text.length; index++) {
    const bit = 1 << (text.charCodeAt(index) & 31);
    fourTimes |= thrice & bit;
    thrice |= twice & bit;
    twice |= once & bit;
    once |= bit;
  }
  return [once, twice, thrice, fourTimes];
}

/** How many edits it takes at least to come from the one letters to the other, in whatever order. */
function difference(a: Letters, b: Letters): number {
  const more = bits(a[0] & ~b[0]) + bits(a[1] & ~b[1]) + bits(a[2] & ~b[2]) + bits(a[3] & ~b[3]);
  const less = bits(b[0] & ~a[0]) + bits(b[1] & ~a[1]) + bits(b[2] & ~a[2]) + bits(b[3] & ~a[3]);
  return Math.max(more, less);
}

/** How many bits are set: pairs, groups of four and of eight are added up at once. */
function bits(set: number): number {
  const pairs = set - ((set >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Optimal string alignment distance (insert, delete, replace, swap neighbours) when it is at most `most`, otherwise
 * something larger: only the columns that so few edits can reach are worked out.
 */
function distance(a: string, b: string, most: number): number {
  const beyond = most + 1;
  let start = 0;
  while (start < a.length && start < b.length && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let [rows, columns] = [a.length - start, b.length - start];
  while (rows > 0 && columns > 0 && a.charCodeAt(start + rows - 1) === b.charCodeAt(start + columns - 1)) {
    rows--;
    columns--;
  }
  if (Math.abs(rows - columns) > most) return beyond;
  if (rows === 0 || columns === 0) return Math.max(rows, columns);
  const width = columns + 2;
  let [beforeLast, last, current] = [new Int32Array(width), new Int32Array(width), new Int32Array(width)];
  for (let column = 0; column <= columns; column++) last[column] = Math.min(column, beyond);
  for (let row = 1; row <= rows; row++) {
    const from = Math.max(1, row - most);
    const to = Math.min(columns, row + most);
    current[from - 1] = from === 1 ? row : beyond;
    let least = current[from - 1]!;
    for (let column = from; column <= to; column++) {
      const [letter, other] = [a.charCodeAt(start + row - 1), b.charCodeAt(start + column - 1)];
      let edits = last[column - 1]!;
      if (letter !== other) {
        edits = Math.min(edits, last[column]!, current[column - 1]!) + 1;
        const swapped =
          row > 1 &&
          column > 1 &&
          letter === b.charCodeAt(start + column - 2) &&
          a.charCodeAt(start + row - 2) === other;
        if (swapped) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      }
      current[column] = edits;
      if (edits < least) least = edits;
    }
    if (least > most) return beyond;
    current[to + 1] = beyond;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return last[columns]!;
}
