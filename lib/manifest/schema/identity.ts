/** Groups and users of IAM Identity Center. */
import { z } from "zod";
import { arn, email, key, oneOrMany, text, userKey } from "../fields.ts";
import { description, displayName, groupName, renamedFrom, userName } from "./shared.ts";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AccessControlAttribute.html */
const attributeKey = text(
  /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u,
  "is not the key of an attribute; at most 128 letters, digits and _ . : / = + - @",
);
const attributeSource = text(
  /^\$\{(path|dir|user):[\w.:[\]="-]{1,240}\}$/,
  "is not an attribute of the identity store; write it as in ${path:enterprise.costCenter}",
);

const group = z.strictObject({
  name: groupName.optional().describe("Display name in Identity Center; the key when left out."),
  description: description.default("").describe("What the group is for."),
  members: oneOrMany(userKey).default([]).describe("Keys of users. Only with `source: identity-store`."),
  renamedFrom,
});

const user = z.strictObject({
  userName: userName.optional().describe("Sign-in name; the e-mail address when left out."),
  givenName: displayName.describe("First name."),
  familyName: displayName.describe("Last name."),
  displayName: displayName.optional().describe("Shown in the access portal; first and last name when left out."),
  email: email.describe("E-mail address."),
  renamedFrom,
});

export const identity = z
  .strictObject({
    source: z
      .enum(["external", "identity-store"])
      .default("external")
      .describe(
        "external: groups come from the identity provider by SCIM. identity-store: users, groups and members are kept here.",
      ),
    instanceArn: arn.optional().describe("ARN of the Identity Center instance; looked up when left out."),
    identityStoreId: text(/^d-[a-z0-9]{10}$/, "is not an identity store id; it looks like d-1234567890")
      .optional()
      .describe("Id of the identity store; looked up when left out."),
    attributes: z
      .record(attributeKey, attributeSource)
      .default({})
      .meta({
        description: "Attributes for access control: principal tags of every session, and where each comes from.",
        examples: [{ costCenter: "${path:enterprise.costCenter}" }],
      }),
    groups: z.record(key, group).default({}).describe("Groups, by key."),
    users: z.record(key, user).default({}).describe("Users, by key."),
  })
  .describe("Who people are: IAM Identity Center.");
