/** What watches over the organization, with names, accounts and Regions filled in. */
import { trailBucket } from "../manifest/buckets.ts";
import type { Context } from "../manifest/context.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { Account, Alerts, Monitoring, Site, Topic, Trail } from "./graph.ts";
import { resolveAlarms, resolveDashboards, resolveLogGroups, resolveMetricFilters } from "./monitoring/alarms.ts";
import { resolveConfig } from "./monitoring/config.ts";
import { resolveDetection } from "./monitoring/detection.ts";
import { resolveEvents } from "./monitoring/events.ts";
import { keyed } from "./monitoring/keyed.ts";
import { siteSet, sitesOf } from "./monitoring/sites.ts";
import { subscriptionsOf } from "./monitoring/targets.ts";
import { sortedEntries } from "./sorted.ts";

export function resolveMonitoring(context: Context, all: readonly Account[]): Monitoring {
  const { manifest, keyAt } = context;
  const accounts = all.filter(({ state }) => state === "active");
  const alarms = resolveAlarms(context, accounts);
  const events = resolveEvents(context, accounts);
  return {
    trail: resolveTrail(manifest),
    alerts: resolveAlerts(manifest, [...alarms, ...events]),
    topics: sortedEntries(manifest.monitoring.topics).map(
      ([key, topic]): Topic => ({
        ...keyed(key, topic, keyAt(["monitoring", "topics", key])),
        sites: sitesOf(topic, manifest, accounts),
        subscriptions: subscriptionsOf(topic),
      }),
    ),
    logGroups: resolveLogGroups(context, accounts),
    metricFilters: resolveMetricFilters(context, accounts),
    alarms,
    dashboards: resolveDashboards(context, accounts),
    events,
    config: resolveConfig(context, accounts),
    ...resolveDetection(context),
  };
}

function resolveTrail(manifest: Manifest): Trail | null {
  const { trail } = manifest.monitoring;
  const bucket = trailBucket(manifest);
  if (trail === undefined || bucket === null || bucket.name === null) return null;
  const { name, insights, kms, cloudWatchLogs, lifecycle = {} } = trail;
  const { archiveAfter = null, expireAfter = null } = lifecycle;
  return {
    name,
    organization: trail.organization ?? manifest.organization.mode === "organization",
    insights,
    bucketAccount: bucket.account,
    bucketName: bucket.name,
    kms,
    logGroup: cloudWatchLogs?.name ?? null,
    lifecycle: { archiveAfter, expireAfter },
  };
}

interface Telling {
  sites: readonly Site[];
  targets: Monitoring["alarms"][number]["targets"];
}

/** A topic takes messages of its own account and Region: there is one wherever something is told. */
function resolveAlerts({ organization, monitoring }: Manifest, telling: readonly Telling[]): Alerts | null {
  if (monitoring.alerts === undefined) return null;
  const used = telling.filter(({ targets }) => targets.some(({ kind }) => kind === "alerts"));
  const home = { account: organization.managementAccount, region: organization.homeRegion };
  return {
    subscriptions: subscriptionsOf(monitoring.alerts),
    sites: siteSet([home, ...used.flatMap(({ sites }) => sites)]),
  };
}
