/** What watches over the organization, with names and accounts filled in. */
import { configBucket, trailBucket } from "../manifest/buckets.ts";
import type { Context } from "../manifest/context.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { Account, Alarm, ConfigRecorder, EventRule, Monitoring, Trail } from "./graph.ts";
import { selectAccounts } from "./select.ts";
import { sortedEntries, sortedRecord, sortedSet } from "./sorted.ts";

export function resolveMonitoring({ manifest }: Context, accounts: readonly Account[]): Monitoring {
  const { alerts, alarms, events } = manifest.monitoring;
  return {
    trail: resolveTrail(manifest),
    alerts: alerts === undefined ? null : { emails: sortedSet(alerts.emails) },
    alarms: sortedEntries(alarms).map(([key, alarm]) => resolveAlarm(key, alarm)),
    events: sortedEntries(events).map(([key, event]) => resolveEvent(key, event)),
    config: resolveConfig(manifest, accounts),
  };
}

function resolveTrail(manifest: Manifest): Trail | null {
  const { trail } = manifest.monitoring;
  const bucket = trailBucket(manifest);
  if (trail === undefined || bucket === null || bucket.name === null) return null;
  const { name, organization, insights } = trail;
  return { name, organization, insights, bucketAccount: bucket.account, bucketName: bucket.name };
}

function resolveConfig(manifest: Manifest, accounts: readonly Account[]): ConfigRecorder | null {
  const { config } = manifest.monitoring;
  const bucket = configBucket(manifest);
  if (config === undefined || bucket === null || bucket.name === null) return null;
  const active = accounts.filter(({ state, id }) => state === "active" && id !== null);
  return {
    accounts: sortedSet(selectAccounts(config.accounts, active).keys()),
    bucketName: bucket.name,
    rules: sortedEntries(config.rules).map(([key, { identifier, parameters, renamedFrom }]) => ({
      key,
      renamedFrom: renamedFrom ?? null,
      identifier,
      parameters: sortedRecord(parameters),
    })),
  };
}

function resolveAlarm(key: string, alarm: Manifest["monitoring"]["alarms"][string]): Alarm {
  return {
    ...alarm,
    key,
    renamedFrom: alarm.renamedFrom ?? null,
    name: alarm.name ?? key,
    dimensions: sortedRecord(alarm.dimensions),
  };
}

function resolveEvent(key: string, event: Manifest["monitoring"]["events"][string]): EventRule {
  const { name, description, pattern, apiCalls } = event;
  const written = pattern ?? (apiCalls === undefined ? {} : apiCallPattern(apiCalls.source, apiCalls.names));
  return { key, renamedFrom: event.renamedFrom ?? null, name: name ?? key, description, pattern: written };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
function apiCallPattern(service: string, names: readonly string[]): Record<string, unknown> {
  return {
    source: [`aws.${service}`],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: { eventSource: [`${service}.amazonaws.com`], eventName: sortedSet(names) },
  };
}
