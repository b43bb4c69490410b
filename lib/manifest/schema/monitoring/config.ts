/** AWS Config. */
import { z } from "zod";
import { conformancePackNames } from "../../../access/conformance-packs.ts";
import { accountKey, accountSelection, key, oneOrMany, region, text } from "../../fields.ts";
import { exactlyOne } from "../../together.ts";
import { bucketName, description, renamedFrom } from "../shared.ts";
import { days } from "./where.ts";

const parameters = z.record(z.string(), z.string()).default({});

const resourceType = text(
  /^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/,
  "is not a resource type; write it as in AWS::S3::Bucket",
);

const rule = z.strictObject({
  identifier: text(
    /^[A-Z0-9_]+$/,
    "is not a managed rule; write it as in S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
  ).describe("Identifier of the AWS managed rule."),
  description: description.max(256, "is longer than 256 characters").default("").describe("What it is for."),
  parameters: parameters.describe("Parameters of the rule."),
  resourceTypes: oneOrMany(resourceType).default([]).describe("Types it looks at; those of the rule when left out."),
  in: accountSelection.optional().describe("Accounts it is in; all that record when left out."),
  renamedFrom,
});

const pack = z
  .strictObject({
    name: text(
      /^[A-Za-z][A-Za-z0-9-]{0,50}$/,
      "is not the name of a conformance pack; at most 51 letters, digits and -",
    )
      .optional()
      .describe("Name; the key when left out."),
    pack: z.enum(conformancePackNames).optional().describe("A pack that ships with Gatehouse."),
    file: text(/^[^\0]+\.ya?ml$/, "is not the name of a YAML file")
      .optional()
      .describe("A conformance pack template, relative to this file."),
    parameters: parameters.describe("Parameters of the template."),
    in: accountSelection.optional().describe("Accounts it is in; all that record when left out."),
    renamedFrom,
  })
  .check(exactlyOne('a conformance pack needs "pack" or "file"', ["pack", "file"]));

export const config = z
  .strictObject({
    accounts: accountSelection.describe("Accounts with a recorder."),
    regions: oneOrMany(region).optional().describe("Regions with a recorder; all Regions in use when left out."),
    bucketName: bucketName.optional().describe("Name of the bucket; made from account id and Region when left out."),
    rules: z.record(key, rule).default({}).describe("AWS Config managed rules, by key."),
    conformancePacks: z.record(key, pack).default({}).describe("Conformance packs, by key."),
    aggregator: z
      .union([z.literal(true), accountKey])
      .optional()
      .meta({
        description: "Shows the whole organization in one account: this one, or with `true` the management account.",
        examples: [true, "security"],
      }),
    retention: days.optional().describe("How long AWS Config keeps history, such as 365d; seven years when left out."),
  })
  .describe("AWS Config.");
