/** Grants: who gets which permission set, where. */
import { z } from "zod";
import { accountSelection, date, key, oneOrMany, refuse } from "../fields.ts";
import { sentence } from "./shared.ts";

export const grant = z
  .strictObject({
    groups: oneOrMany(key).default([]).describe("Group keys."),
    users: oneOrMany(key).default([]).describe("User keys; single users need a reason and an end."),
    permissionSets: oneOrMany(key).describe("Permission set keys."),
    to: accountSelection.describe("Accounts: by key, unit, tag, or all."),
    until: date.optional().describe("Last day of the grant (UTC)."),
    reason: sentence.optional().describe("Why this grant is needed."),
    owner: sentence.optional().describe("Who answers for it."),
  })
  .check(refuse('a grant needs "groups" or "users"', ({ groups, users }) => groups.length + users.length === 0));
