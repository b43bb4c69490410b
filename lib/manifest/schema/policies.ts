/** Organization policies. */
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { accountKeyOrId, oneOrMany, region, text } from "../fields.ts";
import { policyDocument } from "../policy.ts";
import { policyTypeNames } from "../policy-types.ts";
import { presetNames } from "../presets.ts";
import { exactlyOne } from "../together.ts";
import { allowed, denied, description, file, name, renamedFrom } from "./shared.ts";

const rolePattern = text(
  /^(arn:aws[a-z-]*:iam::(\d{12}|\*):role\/[\w+=,.@/*?-]+|[\w+=,.@/*?-]+)$/,
  "is not a role: write its name, its path and name, or an ARN; * and ? stand for any characters",
).refine((role) => /[A-Za-z0-9]/.test(role.replace(/^arn:[^/]*\//, "")), "names every role; name those that are meant");

const resourcePattern = text(/^arn:aws[a-z-]*:[^\s]+$/, "is not the ARN of a resource");

const exempt = z
  .strictObject({
    roles: oneOrMany(rolePattern)
      .default([])
      .meta({
        description: "Roles that the guardrail does not bind, by name, path and name, or ARN; * and ? are wildcards.",
        examples: [["network-admin", "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"]],
      }),
    accounts: oneOrMany(accountKeyOrId)
      .default([])
      .describe("Accounts that the guardrail does not look at: keys of this manifest, or ids of accounts outside."),
    resources: oneOrMany(resourcePattern)
      .default([])
      .meta({
        description: "Resources outside the organization that may be used (data-perimeter-resources alone).",
        examples: [["arn:aws:s3:::aws-glue-studio-transforms-*"]],
      }),
  })
  .describe("What a preset leaves alone.");

const cidr = z
  .string()
  .refine((value) => ipaddr.isValidCIDR(value), "is not a range of addresses such as 203.0.113.0/24");

const networks = z
  .strictObject({
    cidrs: oneOrMany(cidr)
      .default([])
      .meta({ description: "Public address ranges of one's own networks.", examples: [["203.0.113.0/24"]] }),
    vpcs: z
      .record(text(/^vpc-[0-9a-f]{8,17}$/, "is not the id of a VPC"), region)
      .default({})
      .meta({
        description: "One's own VPCs, each with its Region: the ids are unique in a Region alone.",
        examples: [{ "vpc-0a1b2c3d4e5f60718": "us-east-1" }],
      }),
  })
  .describe("Where requests may come from (data-perimeter-networks alone).");

export const policy = z
  .strictObject({
    type: z
      .enum(policyTypeNames)
      .describe(
        "scp: what identities of the accounts may do at most; rcp: what may be done to their resources. tag, backup, " +
          "ai-opt-out and declarative (EC2) set up services, in a grammar of their own.",
      ),
    name: name.optional().describe("Display name; the key when left out."),
    description: description.max(512, "is longer than 512 characters").optional().describe("What it is for."),
    preset: z.enum(presetNames).optional().describe("A guardrail that ships with Gatehouse."),
    exempt: exempt.optional(),
    regions: oneOrMany(region)
      .optional()
      .describe("Regions that stay open (region-allow-list alone); organization.regions when left out."),
    exemptServices: oneOrMany(text(/^[a-z0-9-]+$/, "is not the prefix of a service; write it as in bedrock"))
      .optional()
      .describe("Services that stay open in every Region, by the prefix of their actions (region-allow-list alone)."),
    networks: networks.optional(),
    allow: allowed.optional().describe("What is allowed."),
    deny: denied.optional().describe("What is denied."),
    document: z
      .union([policyDocument, z.record(z.string(), z.unknown())])
      .optional()
      .describe("A whole policy document in AWS's own words."),
    file: file.optional(),
    renamedFrom,
  })
  .check(
    exactlyOne('a policy needs one of "preset", "allow"/"deny", "document" and "file"', [
      "preset",
      ["allow", "deny"],
      "document",
      "file",
    ]),
  );
