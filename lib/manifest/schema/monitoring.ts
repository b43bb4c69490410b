/** What watches over it all. */
import { z } from "zod";
import { accountSelection, alarmPeriod, email, exactlyOne, key, oneOrMany, text } from "../fields.ts";
import { bucketName, description, name, renamedFrom } from "./shared.ts";

const comparisons = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
} as const;
type Comparison = keyof typeof comparisons;

const alarm = z.strictObject({
  name: name.optional().describe("Name; the key when left out."),
  description: description.default("").describe("What to do when it goes off."),
  namespace: name.describe("Such as AWS/EC2."),
  metric: name.describe("Such as CPUUtilization."),
  statistic: z.enum(["Average", "Sum", "Minimum", "Maximum", "SampleCount"]).default("Average").describe("Statistic."),
  comparison: z
    .enum([">", ">=", "<", "<="])
    .default(">")
    .describe("How the metric is compared with the threshold.")
    .transform((sign: Comparison) => comparisons[sign]),
  threshold: z.number().describe("Threshold."),
  period: alarmPeriod.default(300).describe("Length of one period: 10s, 20s, 30s or whole minutes; 5m when left out."),
  evaluationPeriods: z
    .int()
    .min(1, "must be at least 1")
    .max(100, "is more than 100")
    .default(1)
    .describe("Periods in a row."),
  dimensions: z.record(z.string(), z.string()).default({}).describe("Dimensions, such as InstanceId."),
  renamedFrom,
});

const event = z
  .strictObject({
    name: name.optional().describe("Name; the key when left out."),
    description: description.default("").describe("What it is for."),
    pattern: z.record(z.string(), z.unknown()).optional().describe("An EventBridge event pattern."),
    apiCalls: z
      .strictObject({
        source: text(/^[a-z0-9-]+$/, "is not a service; write it as in ec2").describe("Service, such as ec2."),
        names: oneOrMany(text(/^[A-Za-z0-9]+$/, "is not the name of an API call")).describe("API calls."),
      })
      .optional()
      .describe("API calls that CloudTrail records."),
    renamedFrom,
  })
  .check(exactlyOne('an event needs "pattern" or "apiCalls"', ({ pattern, apiCalls }) => ({ pattern, apiCalls })));

const configRule = z.strictObject({
  identifier: text(
    /^[A-Z0-9_]+$/,
    "is not a managed rule; write it as in S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
  ).describe("Identifier of the AWS managed rule."),
  parameters: z.record(z.string(), z.string()).default({}).describe("Parameters of the rule."),
  renamedFrom,
});

export const monitoring = z
  .strictObject({
    trail: z
      .strictObject({
        name: text(/^[A-Za-z0-9][\w.-]{1,126}[A-Za-z0-9]$/, "is not the name of a trail")
          .default("organization-trail")
          .describe("Name of the trail."),
        organization: z.boolean().default(true).describe("Whether it records every account of the organization."),
        insights: z.boolean().default(false).describe("Whether unusual activity is analysed (paid)."),
        bucketAccount: key
          .optional()
          .describe("Account that keeps the log bucket; `log-archive` if there is one, else the management account."),
        bucketName: bucketName
          .optional()
          .describe("Name of the log bucket; made from account id and Region when left out."),
      })
      .optional()
      .describe("CloudTrail."),
    alerts: z
      .strictObject({ emails: oneOrMany(email).describe("Who is told.") })
      .optional()
      .describe("Where alarms and events go."),
    alarms: z.record(key, alarm).default({}).describe("CloudWatch alarms, by key."),
    events: z.record(key, event).default({}).describe("EventBridge rules, by key."),
    config: z
      .strictObject({
        accounts: accountSelection.describe("Accounts with a recorder in the home Region."),
        bucketName: bucketName
          .optional()
          .describe("Name of the bucket; made from account id and Region when left out."),
        rules: z.record(key, configRule).default({}).describe("AWS Config managed rules, by key."),
      })
      .optional()
      .describe("AWS Config."),
  })
  .describe("What watches over it all.");
