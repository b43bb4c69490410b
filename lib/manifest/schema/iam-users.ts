/** IAM users and groups, for the few that cannot come through Identity Center; and what their passwords have to be. */
import { z } from "zod";
import {
  accountKey,
  accountSelection,
  awsManagedPolicy,
  customerManagedPolicy,
  duration,
  iamUserKey,
  key,
  oneOrMany,
  permissionsBoundary,
  policyPath,
  roleKey,
  tags,
  text,
} from "../fields.ts";
import { offNeedsReason, refuse } from "../together.ts";
import { allowed, denied, file, permissionsInOnePlace, renamedFrom, sentence } from "./shared.ts";

/** What a group or user may do, and that it takes MFA. */
const permissions = {
  managedPolicies: oneOrMany(awsManagedPolicy).default([]).describe("AWS managed policies, by name or ARN."),
  customerManagedPolicies: oneOrMany(customerManagedPolicy)
    .default([])
    .describe("Keys of `managedPolicies`, or policies made elsewhere by name and path."),
  allow: allowed.default([]).describe("What is allowed, beyond the managed policies."),
  deny: denied.default([]).describe("What is denied, whatever else allows it."),
  file: file.optional(),
  assumeRoles: oneOrMany(roleKey)
    .default([])
    .describe("Keys of roles: adds sts:AssumeRole on exactly these, in every account they are in."),
  mfa: z
    .boolean()
    .default(true)
    .describe("Whether everything but managing one's own MFA device takes MFA; false needs a reason."),
  reason: sentence.optional().describe("Why MFA is not needed."),
};

const userName = text(/^[\w+=,.@-]{1,64}$/, "is not a user name; at most 64 letters, digits and + = , . @ _ -");

const group = z
  .strictObject({
    in: accountSelection.describe("Accounts the group is in."),
    name: text(/^[\w+=,.@-]{1,128}$/, "is not the name of a group; letters, digits and + = , . @ _ -")
      .optional()
      .describe("Name; the key when left out."),
    path: policyPath.default("/").describe("Path of the group."),
    members: oneOrMany(iamUserKey)
      .default([])
      .describe("Keys of `iam.users`; the group has to be in the account of each."),
    ...permissions,
    renamedFrom,
  })
  .check(permissionsInOnePlace, offNeedsReason("mfa"));

const user = z
  .strictObject({
    in: accountKey.describe("Key of the account the user is in."),
    name: userName.optional().describe("Name; the key when left out."),
    path: policyPath.default("/").describe("Path of the user."),
    ...permissions,
    permissionsBoundary: permissionsBoundary.optional(),
    tags,
    renamedFrom,
  })
  .check(permissionsInOnePlace, offNeedsReason("mfa"));

export const iam = z
  .strictObject({
    groups: z.record(key, group).default({}).describe("IAM groups, by key."),
    users: z
      .record(key, user)
      .default({})
      .describe("IAM users, by key. Passwords and MFA devices are set by hand, access keys are not made."),
  })
  .describe("IAM users and groups: only where people cannot come through Identity Center.");

const emergencyUser = z.strictObject({
  in: accountKey.optional().describe("Key of the account the user is in; the management account when left out."),
  name: userName.optional().describe("Name; the key when left out."),
  path: policyPath.default("/").describe("Path of the user."),
  owner: sentence.describe("Who keeps its password and MFA device, and answers for its use."),
  tags,
  renamedFrom,
});

export const breakGlass = z
  .strictObject({
    users: z
      .record(key, emergencyUser)
      .default({})
      .describe("Emergency users, by key: administrators with MFA and no access keys. Have two."),
  })
  .describe("The way in when Identity Center is not there.");

const flag = (what: string) =>
  z.boolean().default(true).describe(`Whether a password needs ${what}; false needs a reason.`);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html */
export const passwordPolicy = z
  .strictObject({
    in: accountSelection.describe("Accounts it holds in. `all` is without the management account: name it as well."),
    minimumLength: z
      .int()
      .min(6, "must be at least 6")
      .max(128, "is more than 128")
      .default(14)
      .describe("Characters, 6 to 128; 14 when left out, less needs a reason."),
    reusePrevention: z
      .int()
      .min(0, "must be at least 0")
      .max(24, "is more than 24")
      .default(24)
      .describe("How many earlier passwords cannot be used again; 24 when left out, fewer needs a reason."),
    maxAge: z
      .union([z.literal("never"), duration("1d", "1095d")])
      .prefault("90d")
      .meta({
        description: "How long a password can be used: 90d when left out; longer, or `never`, needs a reason.",
        examples: ["90d"],
      }),
    requireSymbols: flag("a symbol"),
    requireNumbers: flag("a digit"),
    requireUppercase: flag("an uppercase letter"),
    requireLowercase: flag("a lowercase letter"),
    reason: sentence.optional().describe("Why a weaker policy will do."),
  })
  .check(refuse('a password policy weaker than the default needs a "reason"', isWeakWithoutReason))
  .describe("What passwords of IAM users have to be. The defaults are those of the CIS AWS Foundations Benchmark.");

interface Strength {
  minimumLength: number;
  reusePrevention: number;
  maxAge: number | "never";
  requireSymbols: boolean;
  requireNumbers: boolean;
  requireUppercase: boolean;
  requireLowercase: boolean;
  reason?: string | undefined;
}

function isWeakWithoutReason({ reason, minimumLength, reusePrevention, maxAge, ...required }: Strength): boolean {
  const { requireSymbols, requireNumbers, requireUppercase, requireLowercase } = required;
  const strong =
    minimumLength >= 14 &&
    reusePrevention === 24 &&
    maxAge !== "never" &&
    maxAge <= 90 * 86_400 &&
    requireSymbols &&
    requireNumbers &&
    requireUppercase &&
    requireLowercase;
  return !strong && reason === undefined;
}
