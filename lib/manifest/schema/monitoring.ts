/** What watches over it all. */
import { z } from "zod";
import { key } from "../fields.ts";
import { alarm, cisAlarms, dashboard } from "./monitoring/alarms.ts";
import { config } from "./monitoring/config.ts";
import { accessAnalyzer, guardDuty, securityHub } from "./monitoring/detection.ts";
import { event } from "./monitoring/events.ts";
import { logGroup, metricFilter } from "./monitoring/logs.ts";
import { alerts, topic } from "./monitoring/telling.ts";
import { trail } from "./monitoring/trail.ts";

export const monitoring = z
  .strictObject({
    trail: trail.optional(),
    alerts: alerts.optional(),
    topics: z.record(key, topic).default({}).describe("Further SNS topics, by key."),
    logGroups: z.record(key, logGroup).default({}).describe("CloudWatch log groups, by key."),
    metricFilters: z.record(key, metricFilter).default({}).describe("Metrics made from log events, by key."),
    cisAlarms,
    alarms: z.record(key, alarm).default({}).describe("CloudWatch alarms, by key."),
    dashboards: z.record(key, dashboard).default({}).describe("CloudWatch dashboards, by key."),
    events: z.record(key, event).default({}).describe("EventBridge rules, by key."),
    config: config.optional(),
    accessAnalyzer: accessAnalyzer.optional(),
    guardDuty: guardDuty.optional(),
    securityHub: securityHub.optional(),
  })
  .describe("What watches over it all.");
