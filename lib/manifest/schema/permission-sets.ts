/** Permission sets: what people may do in an account. */
import { z } from "zod";
import { customerManagedPolicy, duration, oneOrMany, roleKey, text } from "../fields.ts";
import { permissions, permissionsInOnePlace, renamedFrom } from "./shared.ts";

export const permissionSet = z
  .strictObject({
    name: text(/^[\w+=,.@-]{1,32}$/, "is not a permission set name; at most 32 letters, digits and + = , . @ _ -")
      .optional()
      .describe("Name people see; the key when left out. Renaming replaces the permission set."),
    description: z
      .string()
      .regex(/^[\t\n\r\x20-\x7E\xA1-\xFF]{1,700}$/, "has to be 1 to 700 characters of Latin-1")
      .optional()
      .describe("What the permission set is for."),
    session: duration("1h", "12h").prefault("1h").describe("How long a session lasts, 1h to 12h; 1h when left out."),
    relayState: text(/^https:\/\/\S{1,232}$/, "is not an https address of at most 240 characters")
      .optional()
      .describe("Console page that opens after sign-in."),
    customerManagedPolicies: oneOrMany(customerManagedPolicy)
      .default([])
      .describe(
        "Keys of `managedPolicies`, or policies made elsewhere by name and path; in every account the set is assigned in.",
      ),
    assumeRoles: oneOrMany(roleKey)
      .default([])
      .describe("Keys of roles: adds sts:AssumeRole on exactly these, in every account they are in."),
    ...permissions,
    renamedFrom,
  })
  .check(permissionsInOnePlace);
