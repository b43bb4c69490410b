/** The organization, its units and accounts. */
import { z } from "zod";
import { accountId, accountKey, email, key, oneOrMany, region, tags, templateKey, text, unitPath } from "../fields.ts";
import { offNeedsReason } from "../together.ts";
import { attached, name, renamedFrom, sentence } from "./shared.ts";

const slots = z.int("has to be a whole number").min(0, "has to be at least 0").default(0);

const reservedSlots = z
  .strictObject({
    scp: slots.describe("Service control policies that others attach here."),
    rcp: slots.describe("Resource control policies that others attach here."),
  })
  .optional()
  .describe("Policies that others attach here, such as Control Tower's; AWS's own FullAWSAccess is counted anyway.");

const servicePrincipal = text(
  /^[a-z0-9.-]+\.amazonaws\.com$/,
  "is not a service principal; write it as in sso.amazonaws.com",
);

export const organization = z
  .strictObject({
    mode: z
      .enum(["organization", "single-account"])
      .default("organization")
      .describe(
        "single-account: there is no organization. No units, policies or Identity Center; roles, IAM and monitoring of " +
          "the one account, which is the managementAccount.",
      ),
    id: text(/^o-[a-z0-9]{10,32}$/, "is not an organization id; it looks like o-a1b2c3d4e5")
      .optional()
      .describe("Id of the organization, once it exists."),
    homeRegion: region.describe(
      "Region of the organization trail, of Identity Center and of whatever needs one Region.",
    ),
    regions: oneOrMany(region).optional().describe("Regions in use; the home Region when left out."),
    managementAccount: accountKey.describe("Key of the management account."),
    policies: attached,
    reservedSlots,
    trustedServices: oneOrMany(servicePrincipal)
      .default([])
      .describe("Services with trusted access, such as sso.amazonaws.com, beyond those that this manifest uses."),
    delegatedAdministrators: z
      .record(servicePrincipal, oneOrMany(accountKey))
      .default({})
      .meta({
        description: "Accounts that administer a service for the whole organization, by service principal.",
        examples: [{ "access-analyzer.amazonaws.com": "security" }],
      }),
  })
  .describe("The organization itself.");

export const unit = z.strictObject({
  name: name.optional().describe("Display name; the key when left out."),
  policies: attached,
  reservedSlots,
  tags,
  renamedFrom,
  get units(): z.ZodDefault<z.ZodRecord<typeof key, typeof unit>> {
    return z.record(key, unit).default({}).describe("Units below this one, by key; at most five levels.");
  },
});

const contact = z.strictObject({
  name: z.string().min(1, "must not be empty").max(64, "is longer than 64 characters").describe("Who is called."),
  title: z.string().min(1, "must not be empty").max(50, "is longer than 50 characters").describe("Their role."),
  email: email.describe("Where AWS writes to."),
  phone: text(/^[\s0-9()+-]{1,25}$/, "is not a phone number; write it as in +49 30 1234567").describe(
    "With the country's code.",
  ),
});

/** https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html */
const contacts = z
  .strictObject({
    billing: contact.optional().describe("Told of invoices and payments."),
    operations: contact.optional().describe("Told of the availability of services."),
    security: contact.optional().describe("Told of abuse and vulnerabilities."),
  })
  .default({})
  .describe("Whom AWS tells, beside the root user's address.");

const accountFields = z.strictObject({
  name: name.max(50, "is longer than 50 characters").optional().describe("Display name; the key when left out."),
  email: email.describe("Address of the account's root user; no two accounts share one."),
  unit: unitPath
    .optional()
    .meta({ description: "Unit the account is in; the root when left out.", examples: ["workloads/prod"] }),
  id: accountId.optional().describe("The 12 digits, in quotes, once the account exists."),
  template: templateKey.optional().describe("Key of the template whose fields this account has as well."),
  tags,
  state: z
    .enum(["active", "suspended", "closed"])
    .default("active")
    .describe("Only active accounts are granted access to."),
  policies: attached,
  reservedSlots,
  contacts,
  deletionProtection: z
    .boolean()
    .default(true)
    .describe("Terraform refuses a plan that would remove the account. Switching it off needs a reason."),
  reason: sentence.optional().describe("Why deletion protection is off."),
  renamedFrom,
});

export const account = accountFields.check(offNeedsReason("deletionProtection"));
