/** Selections that say something else than was meant. */
import { selectAccounts, tagKeys, tagValues } from "../../access/select.ts";
import { byCodeUnit } from "../../finding.ts";
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import { clip } from "../../visible.ts";
import type { Context } from "../context.ts";
import type { Selector } from "../fields.ts";
import type { Path } from "../node.ts";
import { error, warning } from "../problems.ts";

type Tags = Readonly<Record<string, readonly string[]>>;

/** `tag-not-carried`, `except-without-effect`, of a selection whose names are all known. */
export function checkSelector(selector: Selector, path: Path, what: string, context: Context): Problem[] {
  const { except, ...covered } = selector;
  const tags = covered.tags === undefined ? [] : unknownTags(covered.tags, [...path, "tags"], context);
  if (except === undefined) return tags;
  return [
    ...tags,
    ...(except.tags === undefined ? [] : unknownTags(except.tags, [...path, "except", "tags"], context)),
    ...needlessExceptions(covered, except.accounts ?? [], path, what, context),
  ];
}

/**
 * Tags that no account carries: a mistyped one leaves accounts out, or, in an exception, lets them in. One of several
 * values may be for later; where nothing else is asked for, nothing is covered, or nothing excepted.
 */
function unknownTags(tags: Tags, path: Path, context: Context): Problem[] {
  const { at, keyAt } = context;
  return Object.entries(tags).flatMap(([key, values]) => {
    const carried = valuesInUse(key, context);
    if (carried.size === 0) {
      const keys = tagKeys(context.accounts);
      const message = `no account carries a tag "${key}"${didYouMean(key, keys)}`;
      return [error("tag-not-carried", keyAt([...path, key]), message, inUse(keys))];
    }
    const report = values.some((value) => carried.has(value)) ? warning : error;
    return values.flatMap((value, index) => {
      if (carried.has(value)) return [];
      const message = `no account carries the tag ${clip(key)}=${clip(value)}${didYouMean(value, carried)}`;
      return [report("tag-not-carried", at([...path, key, index]), message, inUse(carried))];
    });
  });
}

/** What accounts carry, and what the accounts that a team declares will have to. */
function valuesInUse(key: string, { accounts, manifest }: Context): ReadonlySet<string> {
  const promised = Object.values(manifest.delegations).flatMap(({ mayDeclare }) => {
    const tags = mayDeclare?.tags ?? {};
    return Object.hasOwn(tags, key) ? [tags[key]!] : [];
  });
  return new Set([...tagValues(accounts, key), ...promised]);
}

/** How many are listed. */
const listed = 8;

function inUse(words: Iterable<string>): { hint: string } {
  const all = [...words].sort(byCodeUnit);
  const more = all.length > listed ? ` and ${all.length - listed} more` : "";
  return { hint: all.length === 0 ? "no account has tags" : `in use: ${all.slice(0, listed).join(", ")}${more}` };
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
