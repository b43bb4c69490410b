/** Whom AWS tells about an account, beside its root user's address. */
import type { ITerraformDependable } from "cdktf";
import type { Account } from "../../lib/access/graph.ts";
import { AccountAlternateContact } from "../aws.ts";
import type { Add } from "./resources.ts";

/**
 * @param key of the account in the stack; empty where the stack has one
 * @param target the account's id; left out for the one whose credentials are used, which may not name itself
 */
export function addContacts(
  add: Add,
  key: readonly string[],
  contacts: Account["contacts"],
  target: { accountId?: string; dependsOn?: ITerraformDependable[] } = {},
): void {
  for (const { type, name, title, email, phone } of contacts) {
    add(AccountAlternateContact, [...key, type.toLowerCase()], {
      alternateContactType: type,
      name,
      title,
      emailAddress: email,
      phoneNumber: phone,
      ...target,
    });
  }
}
