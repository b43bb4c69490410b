/** What keeps buckets and their objects from the public, whatever policies and access control lists say. */
import { attributeOf, type Resource, type Row, ways } from "../../rule.ts";

const flags = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
export const ALL = flags.length;
const words = (flag: string) => flag.replaceAll("_", " ");

/** Gives what a block leaves open, as in `block public policy`. */
export const missing = (block: Resource): readonly string[] =>
  flags.filter((flag) => attributeOf(block, flag) !== true).map(words);

export const publicAccess = (what: string, key: readonly string[]): Row => ({
  what,
  deleted: "high",
  key,
  idle: (block) => missing(block).length === ALL,
  attributes: flags.map((flag) => ({ path: [flag], weaker: ways.off(), says: `does not ${words(flag)} any more` })),
});
