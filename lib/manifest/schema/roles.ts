/** Roles that machines and people assume. */
import { z } from "zod";
import { accountSelection, customerManagedPolicy, duration, oneOrMany, policyPath, roleKey, text } from "../fields.ts";
import { rolePresetNames } from "../role-presets.ts";
import { description, permissions, permissionsInOnePlace, renamedFrom } from "./shared.ts";
import { trust } from "./trust.ts";

export const role = z
  .strictObject({
    name: text(/^[\w+=,.@-]{1,64}$/, "is not a role name; at most 64 letters, digits and + = , . @ _ -")
      .optional()
      .describe("Name; the key when left out."),
    path: policyPath.default("/").describe("Path of the role."),
    description: description.default("").describe("What the role is for."),
    in: accountSelection.describe("Accounts the role is in."),
    trust,
    session: duration("1h", "12h").prefault("1h").describe("Longest session, 1h to 12h; 1h when left out."),
    instanceProfile: z
      .boolean()
      .optional()
      .describe("Whether EC2 instances can carry it; true for a role EC2 may assume."),
    presets: oneOrMany(z.enum(rolePresetNames)).default([]).describe("Permissions that ship with Gatehouse, by name."),
    assumeRoles: oneOrMany(roleKey)
      .default([])
      .describe("Keys of roles: adds sts:AssumeRole on exactly these, in every account they are in."),
    customerManagedPolicies: oneOrMany(customerManagedPolicy)
      .default([])
      .describe("Keys of `managedPolicies`, or policies made elsewhere by name and path, in each account of the role."),
    ...permissions,
    renamedFrom,
  })
  .check(permissionsInOnePlace);
