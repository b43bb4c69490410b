/** Parts of the grammar that several sections share. */
import { z } from "zod";
import { awsManagedPolicy, key, oneOrMany, permissionsBoundary, policyKey, statement, tags, text } from "../fields.ts";
import { atLeastOne, notBoth } from "../together.ts";

const upTo128 = z.string().min(1, "must not be empty").max(128, "is longer than 128 characters");

/** AWS Organizations takes any character; what cannot be seen is not wanted in a name. */
export const name = upTo128.regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, "holds a character that cannot be seen");

/**
 * Names of Identity Center's groups and of people, without the tabs and line ends that AWS would take.
 * https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html
 */
export const displayName = upTo128.regex(
  /^[\p{L}\p{M}\p{S}\p{N}\p{P} \u00A0\u3000]*$/u,
  "holds a character that AWS refuses; use letters, digits, punctuation, symbols and blanks",
);

/** Identity Center keeps these names for itself. */
const reserved = /^(Administrator|AWSAdministrators)$/;

export const groupName = displayName.refine((value) => !reserved.test(value), "is a name that AWS keeps for itself");

/** https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html */
export const userName = upTo128
  .regex(
    /^[\p{L}\p{M}\p{S}\p{N}\p{P}]*$/u,
    "holds a character that AWS refuses; use letters, digits, punctuation and symbols, and no blanks",
  )
  .refine((value) => !reserved.test(value), "is a name that AWS keeps for itself");
export const description = z.string().max(700, "is longer than 700 characters");
export const sentence = z.string().min(1, "must not be empty").max(500, "is longer than 500 characters");
export const allowed = oneOrMany(
  statement.check(
    atLeastOne('a statement that allows needs "resources" or "notResources"; write "*" for everything', [
      "resources",
      "notResources",
    ]),
  ),
);
export const denied = oneOrMany(statement);
export const file = text(/^[^\0]+\.json$/, "is not the name of a JSON file").describe(
  "A policy document in a JSON file, relative to this file.",
);
export const attached = oneOrMany(policyKey).default([]).describe("Keys of the organization policies attached here.");

export const permissions = {
  managedPolicies: oneOrMany(awsManagedPolicy).default([]).describe("AWS managed policies, by name or ARN."),
  allow: allowed.default([]).describe("What is allowed, beyond the managed policies."),
  deny: denied.default([]).describe("What is denied, whatever else allows it."),
  file: file.optional(),
  permissionsBoundary: permissionsBoundary.optional(),
  tags,
};

/** A permission set or role says what it allows here or in a file, not in both. */
export const permissionsInOnePlace = notBoth("file", ["allow", "deny"]);

export const bucketName = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not the name of a bucket");

/** The key that this entry had before; its Terraform resources are moved instead of replaced. */
export const renamedFrom = key.optional().describe("The key this had before. Keep it until the rename is applied.");
