/** Metric filters, alarms and dashboards, those of the CIS benchmark as well. */
import { byCodeUnit } from "../../finding.ts";
import type { Context } from "../../manifest/context.ts";
import { cisAlarmNames, cisAlarmTable } from "../cis-alarms.ts";
import type { Alarm, Dashboard, LogGroup, MetricFilter, Site } from "../graph.ts";
import type { Selectable } from "../select.ts";
import { sortedEntries, sortedRecord } from "../sorted.ts";
import { keyed } from "./keyed.ts";
import { sitesOf } from "./sites.ts";
import { targetsOf } from "./targets.ts";

/** The manifest's own log groups, and the one that the trail delivers to. */
export function resolveLogGroups({ manifest, at, keyAt }: Context, accounts: readonly Selectable[]): LogGroup[] {
  const { logGroups, trail } = manifest.monitoring;
  const own = sortedEntries(logGroups).map(
    ([key, group]): LogGroup => ({
      ...keyed(key, group, keyAt(["monitoring", "logGroups", key])),
      sites: sitesOf(group, manifest, accounts),
      retention: group.retention,
      kms: group.kms,
    }),
  );
  if (trail?.cloudWatchLogs === undefined) return own;
  const { name, retention } = trail.cloudWatchLogs;
  const place = at(["monitoring", "trail", "cloudWatchLogs"]);
  const delivered = { ...keyed("trail", { name }, place), sites: sitesOf({}, manifest, accounts) };
  return [...own, { ...delivered, retention, kms: trail.kms }].sort(byKey);
}

export function resolveMetricFilters(context: Context, accounts: readonly Selectable[]): MetricFilter[] {
  const { manifest, keyAt } = context;
  const { metricFilters, logGroups, trail } = manifest.monitoring;
  const own = sortedEntries(metricFilters).map(([key, filter]): MetricFilter => {
    const group = filter.logGroup === undefined ? undefined : logGroups[filter.logGroup];
    const trailGroup = filter.trail ? trail?.cloudWatchLogs?.name : undefined;
    const { namespace, name, value, default: fallback = null } = filter.metric;
    return {
      ...keyed(key, filter, keyAt(["monitoring", "metricFilters", key])),
      sites: sitesOf(group ?? filter, manifest, accounts),
      logGroup: filter.logGroupName ?? trailGroup ?? group?.name ?? filter.logGroup ?? "",
      pattern: filter.pattern,
      metric: { namespace, name, value, default: fallback },
    };
  });
  return [...own, ...cis(context).map(({ filter }) => filter)].sort(byKey);
}

export function resolveAlarms(context: Context, accounts: readonly Selectable[]): Alarm[] {
  const { manifest, keyAt } = context;
  const own = sortedEntries(manifest.monitoring.alarms).map(([key, alarm]): Alarm => {
    const { statistic = "Average", percentile, datapointsToAlarm = null } = alarm;
    const { description, namespace, metric, comparison, threshold, period, evaluationPeriods } = alarm;
    return {
      ...keyed(key, alarm, keyAt(["monitoring", "alarms", key])),
      sites: sitesOf(alarm, manifest, accounts),
      description,
      namespace,
      metric,
      statistic: percentile === undefined ? statistic : `p${percentile}`,
      comparison,
      threshold,
      period,
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: alarm.treatMissingData,
      dimensions: sortedRecord(alarm.dimensions),
      targets: targetsOf(alarm.targets, manifest),
      tellWhenOk: alarm.tellWhenOk,
    };
  });
  return [...own, ...cis(context).map(({ alarm }) => alarm)].sort(byKey);
}

export function resolveDashboards(context: Context, accounts: readonly Selectable[]): Dashboard[] {
  const { manifest, keyAt } = context;
  return sortedEntries(manifest.monitoring.dashboards).map(([key, dashboard]) => ({
    ...keyed(key, dashboard, keyAt(["monitoring", "dashboards", key])),
    sites: sitesOf({ in: dashboard.in }, manifest, accounts),
    body: dashboard.body ?? dashboardFile(context, key, dashboard.file) ?? {},
  }));
}

/** The dashboard in a file; `null` when it is no JSON object, which the checks report. */
export function dashboardFile(
  { text }: Context,
  key: string,
  file: string | undefined,
): Readonly<Record<string, unknown>> | null {
  const json = text(["monitoring", "dashboards", key, "file"], file);
  if (json === null) return null;
  try {
    const body: unknown = JSON.parse(json);
    return isRecord(body) ? body : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The alarms of the benchmark that the manifest asks for, on the log group of the trail. */
function cis({ manifest, at }: Context): { filter: MetricFilter; alarm: Alarm }[] {
  const { cisAlarms, trail } = manifest.monitoring;
  const logGroup = trail?.cloudWatchLogs?.name;
  if (cisAlarms === false || logGroup === undefined) return [];
  const except: readonly string[] = cisAlarms === true ? [] : cisAlarms.except;
  const targets = cisAlarms === true ? undefined : cisAlarms.targets;
  const { homeRegion, managementAccount } = manifest.organization;
  const sites: Site[] = [{ account: managementAccount, region: homeRegion }];
  return cisAlarmNames
    .filter((name) => !except.includes(name))
    .map((cisName) => {
      const { pattern, recommendation, summary } = cisAlarmTable[cisName];
      const name = `cis-${cisName}`;
      const common = { key: name, renamedFrom: null, name, sites, place: at(["monitoring", "cisAlarms"]) };
      const metric = { namespace: "CisBenchmark", name, value: "1", default: null };
      const filter: MetricFilter = { ...common, logGroup, pattern, metric };
      const alarm: Alarm = {
        ...common,
        description: `${summary} (CIS ${recommendation})`,
        namespace: metric.namespace,
        metric: metric.name,
        statistic: "Sum",
        comparison: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        period: 300,
        evaluationPeriods: 1,
        datapointsToAlarm: null,
        treatMissingData: "notBreaching",
        dimensions: {},
        targets: targetsOf(targets, manifest),
        tellWhenOk: false,
      };
      return { filter, alarm };
    });
}

function byKey(a: { key: string }, b: typeof a): number {
  return byCodeUnit(a.key, b.key);
}
