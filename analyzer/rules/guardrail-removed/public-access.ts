/** What keeps buckets and their objects from the public, whatever policies and access control lists say. */
import { attributeOf, type Row, ways } from "../../rule.ts";

export const publicAccess = (what: string, key: readonly string[]): Row => ({
  what,
  deleted: "high",
  key,
  idle: (block) => flags.every((flag) => attributeOf(block, flag) !== true),
  attributes: flags.map((flag) => ({
    path: [flag],
    weaker: ways.off(),
    says: `does not ${flag.replaceAll("_", " ")} any more`,
  })),
});
const flags = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
