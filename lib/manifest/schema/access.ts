/** Grants: who gets which permission set, where. */
import { z } from "zod";
import { accountSelection, date, groupKey, oneOrMany, permissionSetKey, userKey } from "../fields.ts";
import { atLeastOne } from "../together.ts";
import { sentence } from "./shared.ts";

export const grant = z
  .strictObject({
    groups: oneOrMany(groupKey).default([]).describe("Group keys."),
    users: oneOrMany(userKey).default([]).describe("User keys; single users need a reason and an end."),
    permissionSets: oneOrMany(permissionSetKey).describe("Permission set keys."),
    to: accountSelection.describe("Accounts: by key, unit, tag, or all."),
    until: date.optional().describe("Last day of the grant (UTC)."),
    reason: sentence.optional().describe("Why this grant is needed."),
    owner: sentence.optional().describe("Who answers for it."),
  })
  .check(atLeastOne('a grant needs "groups" or "users"', ["groups", "users"]));
