/** "Did you mean": the nearest known word to a mistyped one. */
import { Vocabulary } from "./vocabulary.ts";

/** Words that are known, or the keys of a map. What is asked about often is best the same object: it is prepared once. */
export type Words = readonly string[] | ReadonlySet<string> | ReadonlyMap<string, unknown>;

/**
 * The known word nearest to `word`, or `null` when none is near enough to be meant. Case is ignored; near is a third of
 * the word's length in edits, at most eight, a swap of neighbours counting as one; of words under three letters nothing
 * is guessed.
 */
export function nearest(word: string, known: Words): string | null {
  let vocabulary = vocabularies.get(known);
  // somebody may have added to them since
  if (vocabulary === undefined || vocabulary.size !== sizeOf(known)) {
    vocabulary = new Vocabulary("size" in known ? known.keys() : known);
    vocabularies.set(known, vocabulary);
  }
  return vocabulary.nearest(word);
}

const vocabularies = new WeakMap<Words, Vocabulary>();

function sizeOf(words: Words): number {
  return "size" in words ? words.size : words.length;
}

/** `; did you mean "developers"?`, or nothing. */
export function didYouMean(word: string, known: Words): string {
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
  const { keys, called } = directoryOf(known);
  const other = called.get(word.toLowerCase());
  if (other !== undefined) {
    return { message: `${unknown}; that is the ${other.what} of "${other.key}": write the key`, hint: null };
  }
  const suggestion = didYouMean(word, keys);
  if (suggestion !== "") return { message: unknown + suggestion, hint: null };
  const kinds = `${kind.replace(/y$/, "ie")}s`;
  const more = keys.length > listed ? ` and ${keys.length - listed} more` : "";
  const hint =
    keys.length === 0 ? `there are no ${kinds}` : `known ${kinds}: ${keys.slice(0, listed).join(", ")}${more}`;
  return { message: unknown, hint };
}

interface Directory {
  keys: readonly string[];
  /** By what else a thing is called, in lower case: the first that is called so. */
  called: ReadonlyMap<string, { what: string; key: string }>;
}

const directories = new WeakMap<readonly Named[], Directory>();

function directoryOf(known: readonly Named[]): Directory {
  const directory = directories.get(known) ?? newDirectory(known);
  directories.set(known, directory);
  return directory;
}

function newDirectory(known: readonly Named[]): Directory {
  const called = new Map<string, { what: string; key: string }>();
  for (const { key, also = {} } of known) {
    for (const [what, name] of Object.entries(also)) {
      const folded = name?.toLowerCase();
      // a key that differs in case alone is better called the nearest
      if (folded === undefined || folded === key.toLowerCase() || called.has(folded)) continue;
      called.set(folded, { what, key });
    }
  }
  return { keys: known.map(({ key }) => key), called };
}
