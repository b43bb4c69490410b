/** Where monitoring is made. */
import { byCodeUnit } from "../../finding.ts";
import type { Context } from "../../manifest/context.ts";
import type { Selector } from "../../manifest/fields.ts";
import type { Monitoring, Site, Sited } from "../graph.ts";
import { type Selectable, selectAccounts } from "../select.ts";
import { sortedSet } from "../sorted.ts";

interface Where {
  in?: readonly Selector[] | undefined;
  regions?: readonly string[] | undefined;
}

/** The sites of something: each selected account in each Region; the management account and the home Region unless said. */
export function sitesOf(where: Where, { organization }: Context["manifest"], accounts: readonly Selectable[]): Site[] {
  const keys =
    where.in === undefined ? [organization.managementAccount] : sortedSet(selectAccounts(where.in, accounts).keys());
  const regions = sortedSet(where.regions ?? [organization.homeRegion]);
  const known = new Set(accounts.map(({ key }) => key));
  return keys.filter((key) => known.has(key)).flatMap((account) => regions.map((region) => ({ account, region })));
}

export function siteText({ account, region }: Site): string {
  return `${account}/${region}`;
}

/** Each once, sorted. */
export function siteSet(sites: Iterable<Site>): Site[] {
  const each = new Map([...sites].map((site) => [siteText(site), site]));
  return [...each.values()].sort((a, b) => byCodeUnit(a.account, b.account) || byCodeUnit(a.region, b.region));
}

/** Every account where something of monitoring is made, sorted by key. */
export function monitoredAccounts(monitoring: Monitoring, management: string): string[] {
  const { trail, alerts, config } = monitoring;
  const services = administrators(monitoring);
  const central = trail !== null || services.length > 0 ? [management] : [];
  const sites = [...sited(monitoring).flatMap(({ sites }) => sites), ...(alerts?.sites ?? [])];
  return sortedSet([
    ...central,
    ...services,
    ...(trail === null ? [] : [trail.bucketAccount]),
    ...(config === null ? [] : config.accounts),
    ...(config?.aggregator ? [config.aggregator] : []),
    ...sites.map(({ account }) => account),
  ]);
}

/** Accounts that administer a service for the organization. */
export function administrators({ accessAnalyzer, guardDuty, securityHub }: Monitoring): string[] {
  return [accessAnalyzer, guardDuty, securityHub].flatMap((service) => service?.administrator ?? []);
}

function sited({ topics, logGroups, metricFilters, alarms, dashboards, events }: Monitoring): readonly Sited[] {
  return [...topics, ...logGroups, ...metricFilters, ...alarms, ...dashboards, ...events];
}

/** What has sites, in those accounts only; what has none there is left out. The trail and the services stay. */
export function within(monitoring: Monitoring, accounts: ReadonlySet<string>): Monitoring {
  const { alerts, topics, logGroups, metricFilters, alarms, dashboards, events, config } = monitoring;
  const here = ({ account }: Site) => accounts.has(account);
  const only = <T extends Sited>(things: readonly T[]): T[] =>
    things.flatMap((thing) => {
      const sites = thing.sites.filter(here);
      return sites.length === 0 ? [] : [{ ...thing, sites }];
    });
  const recording = config?.accounts.filter((account) => accounts.has(account)) ?? [];
  const aggregator = config?.aggregator && accounts.has(config.aggregator) ? config.aggregator : null;
  return {
    ...monitoring,
    alerts: alerts?.sites.some(here) ? { ...alerts, sites: alerts.sites.filter(here) } : null,
    topics: only(topics),
    logGroups: only(logGroups),
    metricFilters: only(metricFilters),
    alarms: only(alarms),
    dashboards: only(dashboards),
    events: only(events),
    config:
      config === null || (recording.length === 0 && aggregator === null)
        ? null
        : { ...config, accounts: recording, aggregator, rules: only(config.rules), packs: only(config.packs) },
  };
}
