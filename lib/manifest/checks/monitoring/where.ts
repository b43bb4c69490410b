/** Whether things are in accounts and Regions where they can be. */
import { globalRegion } from "../../../access/monitoring/events.ts";
import { selectAccounts } from "../../../access/select.ts";
import type { Problem } from "../../../problem.ts";
import { type Context, regionsOf } from "../../context.ts";
import type { Selector } from "../../fields.ts";
import type { Path } from "../../node.ts";
import { error, warning } from "../../problems.ts";
import { checkSelection } from "../access.ts";

interface Placed {
  what: string;
  path: Path;
  in?: readonly Selector[] | undefined;
  regions?: readonly string[] | undefined;
}

/** `region-not-in-use`, `global-events-elsewhere`, `not-recorded`, and what `checkSelection` says. */
export function checkWhere(context: Context): Problem[] {
  return [
    ...placed(context).flatMap((one) => [
      ...checkSelection(one.in ?? [], [...one.path, "in"], one.what, context),
      ...unusedRegions(one, context),
    ]),
    ...globalEvents(context),
    ...notRecorded(context),
  ];
}

function placed({ manifest }: Context): Placed[] {
  const { monitoring } = manifest;
  const of = (what: string, section: "topics" | "logGroups" | "metricFilters" | "alarms" | "dashboards" | "events") =>
    Object.entries<Omit<Placed, "what" | "path">>(monitoring[section]).map(([key, { in: selectors, regions }]) => ({
      what,
      path: ["monitoring", section, key],
      in: selectors,
      regions,
    }));
  const services = (["accessAnalyzer", "guardDuty", "securityHub"] as const).map((service) => ({
    what: service,
    path: ["monitoring", service],
    regions: monitoring[service]?.regions,
  }));
  const { config } = monitoring;
  return [
    ...of("topic", "topics"),
    ...of("log group", "logGroups"),
    ...of("metric filter", "metricFilters"),
    ...of("alarm", "alarms"),
    ...of("dashboard", "dashboards"),
    ...of("event", "events"),
    ...services,
    { what: "recorder", path: ["monitoring", "config"], regions: config?.regions },
    ...Object.entries(config?.rules ?? {}).map(([key, rule]) => ({
      what: "rule",
      path: ["monitoring", "config", "rules", key],
      in: rule.in,
    })),
    ...Object.entries(config?.conformancePacks ?? {}).map(([key, pack]) => ({
      what: "conformance pack",
      path: ["monitoring", "config", "conformancePacks", key],
      in: pack.in,
    })),
  ];
}

/** Calls of global services are recorded in one Region, in use or not. */
function unusedRegions({ what, path, regions = [] }: Placed, { manifest, at }: Context): Problem[] {
  const used = new Set([...regionsOf(manifest), globalRegion]);
  return regions.flatMap((region, index) => {
    if (used.has(region)) return [];
    const message = `this ${what} is in ${region}, which is not among the Regions in use`;
    const hint = "add it to organization.regions";
    return [error("region-not-in-use", at([...path, "regions", index]), message, { hint })];
  });
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
const globalServices = new Set(["cloudfront", "iam", "organizations", "route53", "signin"]);

function globalEvents({ manifest, at }: Context): Problem[] {
  const { homeRegion } = manifest.organization;
  return Object.entries(manifest.monitoring.events).flatMap(([key, { apiCalls, regions = [homeRegion] }]) => {
    if (apiCalls === undefined || !globalServices.has(apiCalls.source) || regions.includes(globalRegion)) return [];
    const message = `calls of ${apiCalls.source} are recorded in ${globalRegion} only; this event never sees one`;
    const place = at(["monitoring", "events", key, "apiCalls", "source"]);
    return [warning("global-events-elsewhere", place, message, { hint: `write regions: ${globalRegion}` })];
  });
}

/** A rule needs a recorder beside it. */
function notRecorded({ manifest, accounts, at }: Context): Problem[] {
  const { config } = manifest.monitoring;
  if (config === undefined) return [];
  const recording = selectAccounts(config.accounts, accounts);
  const sections = { rules: config.rules, conformancePacks: config.conformancePacks } as const;
  return Object.entries(sections).flatMap(([section, things]) =>
    Object.entries<{ in?: readonly Selector[] | undefined }>(things).flatMap(([key, { in: selectors = [] }]) =>
      selectors.flatMap((selector, index) =>
        (selector.accounts ?? []).flatMap((account, position) => {
          if (recording.has(account) || !Object.hasOwn(manifest.accounts, account)) return [];
          const path = ["monitoring", "config", section, key, "in", index, "accounts", position];
          const hint = "add it to monitoring.config.accounts";
          return [error("not-recorded", at(path), `account "${account}" has no AWS Config recorder`, { hint })];
        }),
      ),
    ),
  );
}
