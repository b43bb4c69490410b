/** EventBridge rules. */
import { z } from "zod";
import { oneOrMany, text } from "../../fields.ts";
import { exactlyOne, refuse } from "../../together.ts";
import { description, renamedFrom } from "../shared.ts";
import { targets, where } from "./where.ts";

export const event = z
  .strictObject({
    name: text(/^[\w.-]{1,64}$/, "is not the name of a rule; at most 64 letters, digits and . - _")
      .optional()
      .describe("Name; the key when left out."),
    description: description.default("").describe("What it is for."),
    ...where,
    pattern: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({
        description: "An event pattern of EventBridge.",
        examples: [{ source: ["aws.guardduty"], detail: { severity: [{ numeric: [">=", 7] }] } }],
      }),
    apiCalls: z
      .strictObject({
        source: text(/^[a-z0-9-]+$/, "is not a service; write it as in ec2").describe("Service, such as ec2."),
        names: oneOrMany(text(/^[A-Za-z0-9]+$/, "is not the name of an API call")).describe("API calls."),
        parameters: z
          .record(z.string(), z.unknown())
          .optional()
          .meta({
            description: "What the call's parameters have to match, as in a pattern.",
            examples: [{ policyArn: ["arn:aws:iam::aws:policy/AdministratorAccess"] }],
          }),
      })
      .optional()
      .describe("API calls that CloudTrail records."),
    targets,
    message: z
      .string()
      .min(1, "must not be empty")
      .max(2048, "is longer than 2048 characters")
      .optional()
      .meta({
        description: "What targets get instead of the whole event; <name> stands for one of the paths.",
        examples: ["<who> terminated instances in <account>"],
      }),
    paths: z
      .record(
        text(/^(?!aws)[\w-]{1,255}$/i, "is not a name for <...>; it holds letters, digits, - and _"),
        text(/^\$(\.[\w-]+|\[\d+\])*$/, "is not a path into the event; write it as in $.detail.userIdentity.arn"),
      )
      .default({})
      .meta({
        description: "Parts of the event for the message.",
        examples: [{ who: "$.detail.userIdentity.arn", account: "$.account" }],
      }),
    renamedFrom,
  })
  .check(
    exactlyOne('an event needs "pattern" or "apiCalls"', ["pattern", "apiCalls"]),
    refuse(
      '"paths" go with a "message"',
      ({ message, paths }) => message === undefined && Object.keys(paths).length > 0,
    ),
  );
