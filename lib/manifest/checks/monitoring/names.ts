/** What CloudWatch, SNS, EventBridge and AWS Config keep unique in an account and Region. */

import { cisAlarmNames } from "../../../access/cis-alarms.ts";
import type { Site } from "../../../access/graph.ts";
import { sitesOf, siteText } from "../../../access/monitoring/sites.ts";
import { byCodeUnit } from "../../../finding.ts";
import type { Place, Problem } from "../../../problem.ts";
import type { Context } from "../../context.ts";
import type { Path } from "../../node.ts";
import { error, where } from "../../problems.ts";

interface Named {
  what: string;
  name: string;
  place: Place;
  sites: readonly Site[];
}

/** `duplicate-name-in-account`, `reserved-name`. */
export function checkMonitoringNames(context: Context): Problem[] {
  const all = [...named(context)].sort(
    (a, b) => byCodeUnit(a.place.file, b.place.file) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
  const first = new Map<string, Named>();
  return all.flatMap((one) => {
    const reserved = reservedFor[one.what]?.(one.name);
    if (reserved) return [error("reserved-name", one.place, `${one.what} "${one.name}" is ${reserved}`)];
    for (const site of one.sites) {
      const id = JSON.stringify([one.what, one.name, siteText(site)]);
      const earlier = first.get(id);
      if (earlier !== undefined) return [repeated(one, earlier, site)];
      first.set(id, one);
    }
    return [];
  });
}

const cisNames = new Set<string>(cisAlarmNames.map((name) => `cis-${name}`));
const ofCis = (name: string) => (cisNames.has(name) ? "a name that the CIS alarms have" : null);

/** Names that Gatehouse itself gives. */
const reservedFor: Readonly<Record<string, (name: string) => string | null>> = {
  alarm: ofCis,
  "metric filter": ofCis,
  topic: (name) => (name === "gatehouse-alerts" ? 'the name of the topic that "alerts" makes' : null),
  event: (name) => (name === "break-glass-use" ? "the name of the rule that watches break-glass users" : null),
};

function repeated({ what, name, place }: Named, earlier: Named, { account, region }: Site): Problem {
  const message = `${what} "${name}" is in ${account}, ${region} twice; the other is at ${where(earlier.place, place)}`;
  const related = [{ place: earlier.place, message: "the other" }];
  return error("duplicate-name-in-account", place, message, { related });
}

function named({ manifest, accounts, at }: Context): Named[] {
  const { alarms, events, topics, logGroups, metricFilters, dashboards, trail } = manifest.monitoring;
  const of = <T extends { name?: string | undefined }>(
    what: string,
    section: string,
    things: Readonly<Record<string, T>>,
    sites: (thing: NoInfer<T>) => readonly Site[],
  ): Named[] =>
    Object.entries(things).map(([key, thing]) => {
      const path: Path = ["monitoring", section, key];
      return {
        what,
        name: thing.name ?? key,
        place: at(thing.name === undefined ? path : [...path, "name"]),
        sites: sites(thing),
      };
    });
  const sites = (thing: Parameters<typeof sitesOf>[0]) => sitesOf(thing, manifest, accounts);
  const delivered = trail?.cloudWatchLogs;
  return [
    ...of("alarm", "alarms", alarms, sites),
    ...of("event", "events", events, sites),
    ...of("topic", "topics", topics, sites),
    ...of("log group", "logGroups", logGroups, sites),
    ...(delivered === undefined
      ? []
      : [
          {
            what: "log group",
            name: delivered.name,
            place: at(["monitoring", "trail", "cloudWatchLogs"]),
            sites: sites({}),
          },
        ]),
    ...of("dashboard", "dashboards", dashboards, (dashboard) => sites({ in: dashboard.in })),
    ...of("metric filter", "metricFilters", metricFilters, (filter) =>
      sites((filter.logGroup === undefined ? undefined : logGroups[filter.logGroup]) ?? filter),
    ),
  ];
}
