/** What keeps buckets and their objects from the public, whatever policies and access control lists say. */
import type { Severity } from "../../../lib/finding.ts";
import { attributeOf, inBlocks, type Resource, type Row, ways } from "../../rule.ts";

const flags = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
const ALL = flags.length;
const words = (flag: string) => flag.replaceAll("_", " ");

/** Gives what a block leaves open, as in `block public policy`. */
export const missing = (block: Resource): readonly string[] =>
  flags.filter((flag) => attributeOf(block, flag) !== true).map(words);

const madeWithout = ({ values }: Resource): readonly string[] =>
  flags.filter((flag) => inBlocks([values], flag).includes(false)).map(words);

/** Whether the blocks of an access point, or a bucket's one, let the public in by a policy. */
export const letsIn = (blocks: unknown): boolean =>
  ["block_public_policy", "restrict_public_buckets"].every((flag) => inBlocks(blocks, flag).includes(false));

/** A block that is made with parts of it off. */
export const madeOpen = (
  severity: Severity,
  but: string,
  when = (block: Resource) => madeWithout(block).length > 0,
): Row["madeIdle"] => ({
  severity,
  when,
  says: (block) => {
    const open = madeWithout(block);
    return `is set ${open.length === ALL ? "to off" : open.map((what) => `not to ${what}`).join(" and ")}, ${but}`;
  },
});

export const publicAccess = (what: string, key: readonly string[]): Row => ({
  what,
  deleted: "high",
  key,
  idle: (block) => missing(block).length === ALL,
  attributes: flags.map((flag) => ({ path: [flag], weaker: ways.off(), says: `does not ${words(flag)} any more` })),
});
