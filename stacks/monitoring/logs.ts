/** Log groups and the metrics made from them. */
import type { ITerraformDependable } from "cdktf";
import type { Monitoring, Site } from "../../lib/access/graph.ts";
import { siteSet, siteText } from "../../lib/access/monitoring/sites.ts";
import { CloudwatchLogGroup, CloudwatchLogMetricFilter } from "../aws.ts";
import { logsKey } from "./keys.ts";
import { type Before, present, type Scope } from "./scope.ts";

/** By site and name. */
const groupKey = (site: Site, name: string) => `${siteText(site)} ${name}`;

export function writeLogs(scope: Scope, { logGroups, metricFilters }: Monitoring): Before {
  const groups = new Map<string, ITerraformDependable>();
  for (const site of siteSet(logGroups.flatMap(({ sites }) => sites))) {
    const here = logGroups.filter(({ sites }) => sites.some((other) => siteText(other) === siteText(site)));
    const encrypted = here.filter(({ kms }) => kms);
    const key = encrypted.length === 0 ? null : logsKey(scope, site, encrypted);
    for (const group of here) {
      const resource = scope.add(CloudwatchLogGroup, site, [group.key], {
        name: group.name,
        retentionInDays: group.retention,
        ...(group.kms && key !== null ? { kmsKeyId: key.arn } : {}),
      });
      groups.set(groupKey(site, group.name), resource);
    }
  }
  for (const { key, name, sites, logGroup, pattern, metric } of metricFilters) {
    for (const site of sites) {
      const { default: fallback, ...counted } = metric;
      scope.add(CloudwatchLogMetricFilter, site, [key], {
        name,
        logGroupName: logGroup,
        pattern,
        metricTransformation: { ...counted, ...(fallback === null ? {} : { defaultValue: String(fallback) }) },
        dependsOn: present(groups.get(groupKey(site, logGroup))),
      });
    }
  }
  return groups;
}

/** The log group that the trail delivers to, when it is written here. */
export function trailGroup(groups: Before, home: Site, name: string): ITerraformDependable[] {
  return present(groups.get(groupKey(home, name)));
}
