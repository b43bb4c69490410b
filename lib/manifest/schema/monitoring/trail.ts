/** CloudTrail and the bucket it writes to. */
import { z } from "zod";
import { accountKey, text } from "../../fields.ts";
import { offNeedsReason, refuse } from "../../together.ts";
import { bucketName, sentence } from "../shared.ts";
import { days, logGroupName, retention } from "./where.ts";

const lifecycle = z
  .strictObject({
    archiveAfter: days.optional().describe("Days after which logs move to S3 Glacier, such as 90d."),
    expireAfter: days
      .optional()
      .describe("Days after which logs are deleted, such as 2555d; kept for ever when left out."),
  })
  .check(
    refuse(
      "logs would be deleted before they are archived",
      ({ archiveAfter = 0, expireAfter = Number.POSITIVE_INFINITY }) => expireAfter <= archiveAfter,
    ),
  );

export const trail = z
  .strictObject({
    name: text(/^[A-Za-z0-9][\w.-]{1,126}[A-Za-z0-9]$/, "is not the name of a trail")
      .default("organization-trail")
      .describe("Name of the trail."),
    organization: z
      .boolean()
      .optional()
      .describe(
        "Whether it records every account of the organization; true unless the manifest is of a single account.",
      ),
    insights: z.boolean().default(false).describe("Whether unusual activity is analysed (paid)."),
    kms: z
      .boolean()
      .default(true)
      .describe("Whether logs are encrypted with a KMS key of their own; `false` takes a reason."),
    cloudWatchLogs: z
      .union([
        z.strictObject({
          name: logGroupName.default("/aws/cloudtrail/organization-trail").describe("Name of the log group."),
          retention: retention.prefault("365d").describe("How long CloudWatch Logs keeps them; 365d when left out."),
        }),
        z.literal(false),
      ])
      .prefault({})
      .transform((logs) => (logs === false ? undefined : logs))
      .describe("Delivery to CloudWatch Logs as well, which CIS alarms and metric filters read; `false` for none."),
    lifecycle: lifecycle.optional().describe("What becomes of old logs; they are kept for ever when left out."),
    bucketAccount: accountKey
      .optional()
      .describe("Account that keeps the log bucket; `log-archive` if there is one, else the management account."),
    bucketName: bucketName
      .optional()
      .describe("Name of the log bucket; made from account id and Region when left out."),
    reason: sentence.optional().describe("Why it is kept looser than by default."),
  })
  .check(offNeedsReason("kms"))
  .describe("CloudTrail: every Region, log file validation on.");
