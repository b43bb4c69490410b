/** Customer managed IAM policies: what permission sets, roles and IAM groups share, and what bounds them. */
import { z } from "zod";
import { accountSelection, policyPath, tags, text } from "../fields.ts";
import { exactlyOne, refuse } from "../together.ts";
import { allowed, denied, file, renamedFrom } from "./shared.ts";

export const managedPolicy = z
  .strictObject({
    in: accountSelection.describe("Accounts the policy is in."),
    name: text(/^[\w+=,.@-]{1,128}$/, "is not the name of a policy")
      .optional()
      .describe("Name; the key when left out. Renaming replaces the policy."),
    path: policyPath.default("/").describe("Path of the policy."),
    description: z
      .string()
      .max(1000, "is longer than 1000 characters")
      .default("")
      .describe("What the policy is for. Changing it replaces the policy."),
    allow: allowed.optional().describe("What is allowed; in a permissions boundary: the most that may be allowed."),
    deny: denied.optional().describe("What is denied, whatever else allows it."),
    file: file.optional(),
    existing: z
      .literal(true)
      .optional()
      .describe("It is made elsewhere, and only named here so that references to it can be checked."),
    tags,
    renamedFrom,
  })
  .check(
    exactlyOne('a policy needs "allow"/"deny" or "file"; one that is made elsewhere says "existing: true"', [
      "existing",
      ["allow", "deny"],
      "file",
    ]),
    refuse('"tags" are for policies that Gatehouse makes, not for "existing: true"', ({ existing, tags }) => {
      return existing === true && Object.keys(tags).length > 0;
    }),
  );
