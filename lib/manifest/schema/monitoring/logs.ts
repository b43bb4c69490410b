/** Log groups, and the metrics made from what is written into them. */
import { z } from "zod";
import { logGroupKey, text } from "../../fields.ts";
import { exactlyOne, needs } from "../../together.ts";
import { name, renamedFrom } from "../shared.ts";
import { logGroupName, retention, where } from "./where.ts";

export const logGroup = z.strictObject({
  name: logGroupName.optional().describe("Name such as /shop/api; the key when left out."),
  ...where,
  retention: retention.prefault("365d").describe("How long events are kept; 365d when left out."),
  kms: z.boolean().default(false).describe("Whether it is encrypted with a KMS key of the account."),
  renamedFrom,
});

export const metricFilter = z
  .strictObject({
    name: name.optional().describe("Name; the key when left out."),
    trail: z.literal(true).optional().describe("It reads what the trail delivers to CloudWatch Logs."),
    logGroup: logGroupKey.optional().describe("Key of the log group it reads."),
    logGroupName: logGroupName.optional().describe("Name of a log group that is made elsewhere."),
    ...where,
    pattern: z
      .string()
      .max(1024, "is longer than 1024 characters")
      .meta({
        description: "A filter pattern of CloudWatch Logs.",
        examples: ["ERROR", '{ ($.eventName = "DeleteBucket") }'],
      }),
    metric: z
      .strictObject({
        namespace: text(/^(?!AWS\/)[^:*$]{1,255}$/, "is not a namespace of your own").describe("Such as Shop."),
        name: text(/^[^:*$]{1,255}$/, "is not the name of a metric").describe("Such as Errors."),
        value: z
          .string()
          .min(1, "must not be empty")
          .default("1")
          .describe("What is counted: a number, or a field such as $.latency."),
        default: z.number().optional().describe("Value while nothing matches; no value when left out."),
      })
      .describe("The metric that is counted."),
    renamedFrom,
  })
  .check(
    exactlyOne('a metric filter needs "trail: true", "logGroup" or "logGroupName"', [
      "trail",
      "logGroup",
      "logGroupName",
    ]),
    needs(
      '"in" and "regions" go with "logGroupName": otherwise the filter is where its log group is',
      ["in", "regions"],
      ["logGroupName"],
    ),
  );
