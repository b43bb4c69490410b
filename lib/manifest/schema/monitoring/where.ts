/** Where a part of monitoring is, and for how long things are kept. */
import { z } from "zod";
import { accountSelection, duration, oneOrMany, region, text, topicKey } from "../../fields.ts";

/** Accounts and Regions; the stack makes the thing once in each of them. */
export const where = {
  in: accountSelection.optional().describe("Accounts it is in; the management account when left out."),
  regions: oneOrMany(region).optional().describe("Regions it is in; the home Region when left out."),
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** How long CloudWatch Logs keeps events, in days afterwards; 0 is for ever. */
export const retention = text(/^(never|\d{1,4}d)$/, "is not a retention; write it as in 90d, or never to expire")
  .refine(
    (value) => value === "never" || retentionDays.some((days) => value === `${days}d`),
    `is not a retention that CloudWatch Logs knows; it is one of ${retentionDays.map((days) => `${days}d`).join(", ")} or never`,
  )
  .transform((value) => (value === "never" ? 0 : Number(value.slice(0, -1))))
  .meta({ enum: [...retentionDays.map((days) => `${days}d`), "never"] });

/** Whole days, as a number afterwards. */
export const days = duration("1d", "36500d")
  .refine((seconds) => seconds % 86_400 === 0, "is not a number of days; write it as in 90d")
  .transform((seconds) => seconds / 86_400);

export const lambdaArn = text(
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?$/,
  "is not the ARN of a Lambda function; write it as in arn:aws:lambda:us-east-1:333333333333:function:respond",
);

/** Who is told of an alarm or event. */
export const targets = oneOrMany(
  z
    .union([
      z.literal("alerts"),
      z.strictObject({ topic: topicKey.describe("Key of a topic under monitoring.topics.") }),
      z.strictObject({ lambda: lambdaArn.describe("ARN of a Lambda function in the same account and Region.") }),
    ])
    .meta({ id: "target" }),
)
  .optional()
  .meta({
    description: "Who is told: `alerts`, a topic or a Lambda function; `alerts` when left out.",
    examples: ["alerts", [{ topic: "on-call" }]],
  });

/** Names of log groups: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const logGroupName = text(
  /^(?!aws\/)[\w./#-]{1,512}$/,
  "is not the name of a log group; it holds letters, digits and . - _ / #, and does not begin with aws/",
);
