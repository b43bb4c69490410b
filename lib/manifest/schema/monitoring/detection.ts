/** Services that look for what should not be: IAM Access Analyzer, GuardDuty, Security Hub. */
import { z } from "zod";
import { securityHubStandardNames } from "../../../access/security-hub-standards.ts";
import { accountKey, oneOrMany, region } from "../../fields.ts";
import { refuse } from "../../together.ts";

const administrator = accountKey
  .optional()
  .describe("Account that administers it for the organization; not the management account. None in a single account.");
const regions = oneOrMany(region).optional().describe("Regions; all Regions in use when left out.");

export const accessAnalyzer = z
  .strictObject({
    administrator: accountKey.optional().describe("Account that administers it; the management account when left out."),
    external: z
      .boolean()
      .default(true)
      .describe("Whether access from outside the organization is looked for, in every Region."),
    unusedAccess: z
      .union([
        z.boolean(),
        z.strictObject({
          days: z
            .int()
            .min(1, "must be at least 1")
            .max(365, "is more than 365")
            .default(90)
            .describe("Access that was not used for so many days is reported; 90 when left out."),
        }),
      ])
      .default(false)
      .describe("Whether access that nobody uses is looked for, in the home Region (paid)."),
    regions,
  })
  .check(
    refuse(
      'nothing is analysed: leave "external" out, or set "unusedAccess"',
      ({ external, unusedAccess }) => !external && unusedAccess === false,
    ),
  )
  .describe("IAM Access Analyzer for the whole organization.");

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html */
const guardDutyFeatures = {
  s3: "S3_DATA_EVENTS",
  eks: "EKS_AUDIT_LOGS",
  malware: "EBS_MALWARE_PROTECTION",
  rds: "RDS_LOGIN_EVENTS",
  lambda: "LAMBDA_NETWORK_LOGS",
  runtime: "RUNTIME_MONITORING",
} as const;
type GuardDutyFeature = keyof typeof guardDutyFeatures;
const featureNames = Object.keys(guardDutyFeatures) as GuardDutyFeature[];

const frequencies = { "15m": "FIFTEEN_MINUTES", "1h": "ONE_HOUR", "6h": "SIX_HOURS" } as const;
type Frequency = keyof typeof frequencies;

export const guardDuty = z
  .strictObject({
    administrator,
    regions,
    features: oneOrMany(z.enum(featureNames))
      .default([])
      .transform((names) => names.map((name: GuardDutyFeature) => guardDutyFeatures[name]))
      .meta({ description: "Protection plans beyond the foundation (paid).", examples: [["s3", "malware"]] }),
    findings: z
      .enum(["15m", "1h", "6h"])
      .default("15m")
      .transform((every: Frequency) => frequencies[every])
      .describe("How soon changed findings are sent on; 15m when left out."),
  })
  .describe("GuardDuty in every account of the organization, those to come as well.");

export const securityHub = z
  .strictObject({
    administrator,
    regions,
    standards: oneOrMany(z.enum(securityHubStandardNames))
      .default(["aws-foundational"])
      .describe("Standards that the administrator's account is measured by; aws-foundational when left out."),
    newAccounts: z
      .enum(["default-standards", "no-standards"])
      .default("default-standards")
      .describe("What Security Hub switches on in accounts that join."),
  })
  .describe("Security Hub in every account of the organization, with findings of all Regions in the home Region.");
