/** Selections that say something else than was meant. */
import { selectAccounts, tagValues } from "../../access/select.ts";
import type { Problem } from "../../problem.ts";
import { nearest } from "../../suggest.ts";
import type { Context } from "../context.ts";
import type { Selector } from "../fields.ts";
import type { Path } from "../node.ts";
import { warning } from "../problems.ts";

type Tags = Readonly<Record<string, readonly string[]>>;

/** `tag-not-carried`, `except-without-effect`, of a selection whose names are all known. */
export function checkSelector(selector: Selector, path: Path, what: string, context: Context): Problem[] {
  const { except, ...covered } = selector;
  const tags = covered.tags === undefined ? [] : unknownTags(covered.tags, [...path, "tags"], context);
  if (except === undefined) return tags.length === 1 && isAlone(covered.tags ?? {}) ? [] : tags;
  return [
    ...tags,
    ...(except.tags === undefined ? [] : unknownTags(except.tags, [...path, "except", "tags"], context)),
    ...needlessExceptions(covered, except.accounts ?? [], path, what, context),
  ];
}

/** A selection of one value covers no account when none carries it, which is said already. */
function isAlone(tags: Tags): boolean {
  return Object.values(tags).flat().length === 1;
}

/** Values that no account carries: a mistyped one leaves accounts out, or, in an exception, lets them in. */
function unknownTags(tags: Tags, path: Path, { accounts, at }: Context): Problem[] {
  return Object.entries(tags).flatMap(([key, values]) => {
    const carried = tagValues(accounts, key);
    return values.flatMap((value, index) => {
      if (carried.has(value)) return [];
      const similar = nearest(value, carried);
      const meant = similar === null ? "" : `; did you mean "${similar}"?`;
      const message = `no account carries the tag ${key}=${value}${meant}`;
      return [warning("tag-not-carried", at([...path, key, index]), message)];
    });
  });
}

function needlessExceptions(
  covered: Selector,
  named: readonly string[],
  path: Path,
  what: string,
  { accounts, at }: Context,
): Problem[] {
  if (named.length === 0) return [];
  const all = selectAccounts([covered], accounts);
  return named.flatMap((key, index) => {
    if (all.has(key)) return [];
    const message = `this ${what} does not cover account "${key}" in the first place`;
    return [warning("except-without-effect", at([...path, "except", "accounts", index]), message)];
  });
}
