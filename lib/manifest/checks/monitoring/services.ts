/** Services that watch the whole organization: the trail, and those with an administrator. */
import type { Problem } from "../../../problem.ts";
import type { Context } from "../../context.ts";
import type { Path } from "../../node.ts";
import { error } from "../../problems.ts";

/** `service-administrator`, `log-account-not-active`, `single-account`, `no-trail-logs`. */
export function checkServices(context: Context): Problem[] {
  return [...administrators(context), ...logAccount(context), ...alone(context), ...withoutLogs(context)];
}

const services = {
  accessAnalyzer: "IAM Access Analyzer",
  guardDuty: "GuardDuty",
  securityHub: "Security Hub",
} as const;

/**
 * AWS lets the management account administer Access Analyzer and AWS Config without delegation. GuardDuty and Security
 * Hub are administered from a member account: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_organizations.html
 */
function administrators({ manifest, at }: Context): Problem[] {
  const { organization, accounts, monitoring } = manifest;
  const keys = Object.keys(services) as (keyof typeof services)[];
  return [
    ...keys.flatMap((service): Problem[] => {
      const settings = monitoring[service];
      if (settings === undefined) return [];
      const path = ["monitoring", service, "administrator"];
      const { administrator } = settings;
      const delegated = service !== "accessAnalyzer" && organization.mode === "organization";
      const hint = "name a member account such as security";
      if (administrator === undefined) {
        const message = `${services[service]} needs an "administrator" for the organization`;
        return delegated ? [error("service-administrator", at(path.slice(0, -1)), message, { hint })] : [];
      }
      if (delegated && administrator === organization.managementAccount) {
        const message = `the management account cannot be the "administrator" of ${services[service]} for the organization`;
        return [error("service-administrator", at(path), message, { hint })];
      }
      return inactive(administrator, services[service], path);
    }),
    ...(typeof monitoring.config?.aggregator === "string"
      ? inactive(monitoring.config.aggregator, "AWS Config", ["monitoring", "config", "aggregator"])
      : []),
  ];

  function inactive(key: string, service: string, path: Path): Problem[] {
    const state = accounts[key]?.state ?? "active";
    if (state === "active") return [];
    return [error("service-administrator", at(path), `account "${key}" is ${state} and cannot administer ${service}`)];
  }
}

function logAccount({ manifest, at }: Context): Problem[] {
  const key = manifest.monitoring.trail?.bucketAccount;
  const state = key === undefined ? "active" : (manifest.accounts[key]?.state ?? "active");
  if (state === "active") return [];
  const message = `account "${key}" is ${state} and cannot keep the logs`;
  return [error("log-account-not-active", at(["monitoring", "trail", "bucketAccount"]), message)];
}

/** What only an organization has. */
function alone({ manifest, at }: Context): Problem[] {
  const { trail, config } = manifest.monitoring;
  if (manifest.organization.mode === "organization") return [];
  const said: [boolean, Path, string][] = [
    [trail?.organization === true, ["trail", "organization"], "a trail of the organization"],
    [config?.aggregator !== undefined, ["config", "aggregator"], "an aggregator of the organization"],
  ];
  return said.flatMap(([isSaid, path, what]) =>
    isSaid
      ? [
          error("single-account", at(["monitoring", ...path]), `a single account has no ${what.slice(2)}`, {
            hint: "leave it out",
          }),
        ]
      : [],
  );
}

/** Metric filters read log groups: the trail has to deliver to one. */
function withoutLogs({ manifest, at }: Context): Problem[] {
  const { trail, cisAlarms, metricFilters } = manifest.monitoring;
  if (trail?.cloudWatchLogs !== undefined) return [];
  const hint = trail === undefined ? "write trail: {}" : 'remove "cloudWatchLogs: false"';
  const readers: [Path, string][] = [
    ...(cisAlarms === false ? [] : [[["cisAlarms"], "CIS alarms read"] as [Path, string]]),
    ...Object.entries(metricFilters).flatMap(([key, { trail: reads }]): [Path, string][] =>
      reads ? [[["metricFilters", key, "trail"], "this metric filter reads"]] : [],
    ),
  ];
  return readers.map(([path, who]) =>
    error(
      "no-trail-logs",
      at(["monitoring", ...path]),
      `${who} what the trail delivers to CloudWatch Logs, and it delivers nothing`,
      { hint },
    ),
  );
}
