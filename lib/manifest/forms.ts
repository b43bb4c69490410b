/** A map that has several forms, such as `trust`: which one is meant, and which keys go together. */
import type { z } from "zod";
import { nearest } from "../suggest.ts";
import { keysOf, keyWords, once, requiredKeys } from "./grammar.ts";

type Form = z.ZodObject;

export type Choice =
  | { kind: "form"; form: Form }
  /** What is written fits several forms; one of these keys makes the difference. */
  | { kind: "open"; add: string[] }
  | { kind: "none" };

/** The form that the writer of these keys most likely means: the one that knows most of them and lacks least. */
export function chooseForm(written: readonly string[], forms: readonly Form[]): Choice {
  const known = best(forms, (form) => written.reduce((sum, key) => sum + likeness(key, form), 0));
  if (known.every((form) => written.every((key) => likeness(key, form) === 0))) return { kind: "none" };
  const lacking = (form: Form) => requiredKeys(form).filter((key) => !isWritten(key, written));
  const candidates = best(known, (form) => -lacking(form).length);
  const [first] = candidates;
  if (first === undefined) return { kind: "none" };
  if (candidates.length === 1 || lacking(first).length === 0) return { kind: "form", form: first };
  return {
    kind: "open",
    add: candidates.map((form) =>
      lacking(form)
        .map((key) => keyWords(form, key))
        .join(" and "),
    ),
  };
}

/**
 * Why `key` is refused in `form`, when it is a key of another form: what it goes with. `null` when no form knows it.
 * `where`: ` in roles.deploy.trust`.
 */
export function strayKey(key: string, form: Form, forms: readonly Form[], where: string): string | null {
  const home = forms.find(({ shape }) => Object.hasOwn(shape, key));
  if (home === undefined) return null;
  const [own, other] = [apart(form, home), apart(home, form)];
  if (other.keys.includes(key)) return `"${key}" does not go with ${quoted(own.words)}${where}; give one of them`;
  return `"${key}" goes with ${quoted(other.words)}, not with ${quoted(own.words)}${where}`;
}

/** All forms, by the keys that each needs: `{ account, users: true } or { service }`. */
export const formWords = once((forms: readonly Form[]): string =>
  forms
    .map(
      (form) =>
        `{ ${requiredKeys(form)
          .map((key) => keyWords(form, key))
          .join(", ")} }`,
    )
    .join(" or "),
);

/** The keys that `form` needs and `other` does not. */
function apart(form: Form, other: Form): { keys: string[]; words: string[] } {
  const others = requiredKeys(other);
  const keys = requiredKeys(form).filter((key) => !others.includes(key));
  return { keys, words: keys.map((key) => keyWords(form, key)) };
}

/** 1 for a key of the form, a half for one that is nearly. */
function likeness(key: string, form: Form): number {
  if (Object.hasOwn(form.shape, key)) return 1;
  return nearest(key, keysOf(form)) === null ? 0 : 0.5;
}

function isWritten(key: string, written: readonly string[]): boolean {
  return written.includes(key) || nearest(key, written) !== null;
}

function best(forms: readonly Form[], worth: (form: Form) => number): readonly Form[] {
  const most = Math.max(...forms.map(worth));
  return forms.filter((form) => worth(form) === most);
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(" and ");
}
