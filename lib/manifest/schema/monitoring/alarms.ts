/** CloudWatch alarms and dashboards. */
import { z } from "zod";
import { cisAlarmNames } from "../../../access/cis-alarms.ts";
import { accountSelection, alarmPeriod, oneOrMany, text } from "../../fields.ts";
import { exactlyOne, notBoth, refuse } from "../../together.ts";
import { description, name, renamedFrom, sentence } from "../shared.ts";
import { targets, where } from "./where.ts";

const comparisons = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
} as const;
type Comparison = keyof typeof comparisons;

const periods = z.int().min(1, "must be at least 1").max(100, "is more than 100");

export const alarm = z
  .strictObject({
    name: name.optional().describe("Name; the key when left out."),
    description: description.default("").describe("What to do when it goes off."),
    ...where,
    namespace: name.describe("Such as AWS/EC2."),
    metric: name.describe("Such as CPUUtilization."),
    statistic: z
      .enum(["Average", "Sum", "Minimum", "Maximum", "SampleCount"])
      .optional()
      .describe("Statistic; Average when left out."),
    percentile: z
      .number()
      .gt(0, "must be more than 0")
      .max(100, "is more than 100")
      .optional()
      .meta({ description: "Percentile instead of a statistic.", examples: [99, 99.9] }),
    comparison: z
      .enum([">", ">=", "<", "<="])
      .default(">")
      .describe("How the metric is compared with the threshold.")
      .transform((sign: Comparison) => comparisons[sign]),
    threshold: z.number().describe("Threshold."),
    period: alarmPeriod
      .prefault("5m")
      .describe("Length of one period: 10s, 20s, 30s or whole minutes; 5m when left out."),
    evaluationPeriods: periods.default(1).describe("Periods that are looked at."),
    datapointsToAlarm: periods.optional().describe("How many of these periods have to be over; all when left out."),
    treatMissingData: z
      .enum(["missing", "ignore", "breaching", "notBreaching"])
      .default("missing")
      .describe("What a period without data counts as."),
    dimensions: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: "Dimensions.", examples: [{ InstanceId: "i-0123456789abcdef0" }] }),
    targets,
    tellWhenOk: z.boolean().default(false).describe("Whether the targets are told as well when it is over."),
    renamedFrom,
  })
  .check(
    refuse(
      '"datapointsToAlarm" is more than "evaluationPeriods"',
      ({ datapointsToAlarm = 0, evaluationPeriods }) => datapointsToAlarm > evaluationPeriods,
    ),
    notBoth("statistic", "percentile"),
  );

export const cisAlarms = z
  .union([
    z.boolean(),
    z.strictObject({
      except: oneOrMany(z.enum(cisAlarmNames)).describe("Alarms to leave out."),
      reason: sentence.describe("Why they are left out."),
      targets,
    }),
  ])
  .default(false)
  .describe(
    "Metric filters and alarms of the CIS AWS Foundations Benchmark, on what the trail delivers to CloudWatch Logs.",
  );

export const dashboard = z
  .strictObject({
    name: text(/^[\w-]{1,255}$/, "is not the name of a dashboard")
      .optional()
      .describe("Name; the key when left out."),
    in: accountSelection.optional().describe("Accounts it is in; the management account when left out."),
    body: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({
        description: "The dashboard in CloudWatch's own words.",
        examples: [{ widgets: [{ type: "text", width: 12, height: 2, properties: { markdown: "# Shop" } }] }],
      }),
    file: text(/^[^\0]+\.json$/, "is not the name of a JSON file")
      .optional()
      .describe("The dashboard in a JSON file, relative to this file."),
    renamedFrom,
  })
  .check(exactlyOne('a dashboard needs "body" or "file"', ["body", "file"]));
