/** Terraform addresses from manifest keys: stable under renames, reordering and additions. */
import { createHash } from "node:crypto";

/** The name of an account's own stack. */
export function accountStack(account: string): string {
  return `account-${logicalId([account])}`;
}

/** What a key may be to stand in an address as it is. `--` is left out: it separates the parts of an address. */
const plain = /^[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*$/;
const identifierStart = /^[A-Za-z_]/;

/**
 * The name part of a Terraform address for a canonical key of one or more parts: `["developers", "shop-prod"]` is
 * `developers--shop-prod`. A key that cannot stand in an address as it is gets a hash, so that `jo.e` and `jo/e` differ.
 */
export function logicalId(parts: readonly string[]): string {
  const joined = parts.join("--");
  if (parts.every((part) => plain.test(part)) && identifierStart.test(joined)) return joined;
  const slug = joined.replace(/[^A-Za-z0-9_-]+/g, "-");
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
  return `${identifierStart.test(slug) ? "" : "_"}${slug}-${hash}`;
}
