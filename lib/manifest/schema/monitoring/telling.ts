/** Who is told: the alerts topic and further topics. */
import { z } from "zod";
import { email, oneOrMany, text } from "../../fields.ts";
import { atLeastOne } from "../../together.ts";
import { renamedFrom } from "../shared.ts";
import { where } from "./where.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const endpoints = {
  email: { pattern: /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/, like: "team@example.com" },
  "email-json": { pattern: /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/, like: "team@example.com" },
  https: { pattern: /^https:\/\/[^\s]+$/, like: "https://events.example.com/aws" },
  lambda: {
    pattern: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_:$-]+$/,
    like: "arn:aws:lambda:us-east-1:333333333333:function:respond",
  },
  sms: { pattern: /^\+[1-9]\d{6,14}$/, like: "+14155550123" },
  sqs: {
    pattern: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?$/,
    like: "arn:aws:sqs:us-east-1:333333333333:alerts",
  },
} as const;
type Protocol = keyof typeof endpoints;
const protocols = Object.keys(endpoints) as Protocol[];

const subscription = z
  .strictObject({
    protocol: z.enum(protocols).describe("How it is delivered."),
    endpoint: z.string().min(1, "must not be empty").describe("Address, number, URL or ARN."),
  })
  .check(({ value: { protocol, endpoint }, issues }) => {
    const { pattern, like } = endpoints[protocol];
    if (pattern.test(endpoint)) return;
    const message = `is not an endpoint for ${protocol}; write it as in ${like}`;
    issues.push({ code: "custom", message, input: endpoint, path: ["endpoint"] });
  })
  .meta({ id: "subscription", examples: [{ protocol: "https", endpoint: "https://events.example.com/aws" }] });

const subscribers = {
  emails: oneOrMany(email).default([]).describe("Addresses; each gets a mail to confirm the subscription."),
  subscriptions: oneOrMany(subscription).default([]).describe("Further subscriptions."),
};

const somebody = atLeastOne('nobody is told: write "emails" or "subscriptions"', ["emails", "subscriptions"]);

export const alerts = z
  .strictObject(subscribers)
  .check(somebody)
  .describe("Where alarms and events go: a topic in every account and Region that has any, with these subscribers.");

export const topic = z
  .strictObject({
    name: text(/^[\w-]{1,256}$/, "is not the name of a topic")
      .optional()
      .describe("Name; the key when left out."),
    ...where,
    ...subscribers,
    renamedFrom,
  })
  .check(somebody);
