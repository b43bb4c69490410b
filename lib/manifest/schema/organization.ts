/** The organization, its units, accounts and policies. */
import { z } from "zod";
import { accountId, email, exactlyOne, key, oneOrMany, region, tags, text, unitPath } from "../fields.ts";
import { policyDocument } from "../policy.ts";
import { presetNames } from "../presets.ts";
import { allowed, attached, denied, description, file, name, renamedFrom } from "./shared.ts";

export const organization = z
  .strictObject({
    id: text(/^o-[a-z0-9]{10,32}$/, "is not an organization id; it looks like o-a1b2c3d4e5")
      .optional()
      .describe("Id of the organization, once it exists."),
    homeRegion: region.describe(
      "Region of the organization trail, of Identity Center and of whatever needs one Region.",
    ),
    regions: oneOrMany(region).optional().describe("Regions in use; the home Region when left out."),
    managementAccount: key.describe("Key of the management account."),
    policies: attached,
    trustedServices: oneOrMany(
      text(/^[a-z0-9.-]+\.amazonaws\.com$/, "is not a service principal; write it as in sso.amazonaws.com"),
    )
      .default([])
      .describe("Services with trusted access, such as sso.amazonaws.com."),
  })
  .describe("The organization itself.");

export const unit = z.strictObject({
  name: name.optional().describe("Display name; the key when left out."),
  policies: attached,
  tags,
  renamedFrom,
  get units(): z.ZodDefault<z.ZodRecord<typeof key, typeof unit>> {
    return z.record(key, unit).default({}).describe("Units below this one, by key; at most five levels.");
  },
});

export const account = z.strictObject({
  name: name.max(50, "is longer than 50 characters").optional().describe("Display name; the key when left out."),
  email: email.describe("Address of the account's root user; no two accounts share one."),
  unit: unitPath
    .optional()
    .meta({ description: "Unit the account is in; the root when left out.", examples: ["workloads/prod"] }),
  id: accountId.optional().describe("The 12 digits, in quotes, once the account exists."),
  tags,
  state: z
    .enum(["active", "suspended", "closed"])
    .default("active")
    .describe("Only active accounts are granted access to."),
  policies: attached,
  renamedFrom,
});

export const policy = z
  .strictObject({
    type: z
      .enum(["scp", "rcp"])
      .describe("scp: what identities of the accounts may do at most; rcp: what may be done to their resources."),
    name: name.optional().describe("Display name; the key when left out."),
    description: description.max(512, "is longer than 512 characters").optional().describe("What it is for."),
    preset: z.enum(presetNames).optional().describe("A guardrail that ships with Gatehouse."),
    allow: allowed.optional().describe("What is allowed."),
    deny: denied.optional().describe("What is denied."),
    document: policyDocument.optional().describe("A whole policy document in AWS's own words."),
    file: file.optional(),
    renamedFrom,
  })
  .check(
    exactlyOne(
      'a policy needs one of "preset", "allow"/"deny", "document" and "file"',
      ({ preset, allow, deny, document, file }) => ({
        preset,
        [deny ? "deny" : "allow"]: deny ?? allow,
        document,
        file,
      }),
    ),
  );
