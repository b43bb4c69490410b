/** Whether somebody is told, and can be from where it happens. */
import type { Site } from "../../../access/graph.ts";
import { sitesOf, siteText } from "../../../access/monitoring/sites.ts";
import type { Problem } from "../../../problem.ts";
import type { Context } from "../../context.ts";
import type { Path } from "../../node.ts";
import { error, warning } from "../../problems.ts";
import type { Manifest } from "../../schema.ts";

type Monitoring = Manifest["monitoring"];
type Targets = Monitoring["alarms"][string]["targets"];

/** `nobody-is-told`, `no-alerts`, `topic-elsewhere`, `function-elsewhere`. */
export function checkTelling(context: Context): Problem[] {
  return [...silent(context), ...telling(context).flatMap((one) => reachable(one, context)), ...subscribed(context)];
}

function silent({ manifest, at }: Context): Problem[] {
  const { monitoring, breakGlass } = manifest;
  if (monitoring.alerts !== undefined) return [];
  const unnamed = (section: "alarms" | "events") =>
    Object.values(monitoring[section]).some(({ targets }) => targets === undefined);
  const cis = monitoring.cisAlarms;
  const silentCis = cis === true || (cis !== false && cis.targets === undefined);
  const mute: [boolean, Path, string][] = [
    [unnamed("alarms"), ["monitoring", "alarms"], "these alarms"],
    [unnamed("events"), ["monitoring", "events"], "these events"],
    [silentCis, ["monitoring", "cisAlarms"], "the CIS alarms"],
    [Object.keys(breakGlass.users).length > 0, ["breakGlass", "users"], "the use of break-glass users"],
  ];
  const hint = "write alerts: { emails: ... } under monitoring";
  return mute.flatMap(([isMute, path, what]) =>
    isMute ? [warning("nobody-is-told", at(path), `nobody is told of ${what}: there is no "alerts"`, { hint })] : [],
  );
}

interface Telling {
  what: string;
  path: Path;
  targets: NonNullable<Targets>;
  sites: readonly Site[];
}

function telling({ manifest, accounts }: Context): Telling[] {
  const { alarms, events, cisAlarms } = manifest.monitoring;
  const of = (what: string, section: "alarms" | "events", things: Monitoring["alarms"] | Monitoring["events"]) =>
    Object.entries(things).map(([key, { targets = [], in: selectors, regions }]) => ({
      what,
      path: ["monitoring", section, key, "targets"],
      targets,
      sites: sitesOf({ in: selectors, regions }, manifest, accounts),
    }));
  const cis = typeof cisAlarms === "object" ? (cisAlarms.targets ?? []) : [];
  return [
    ...of("alarm", "alarms", alarms),
    ...of("event", "events", events),
    {
      what: "alarm",
      path: ["monitoring", "cisAlarms", "targets"],
      targets: cis,
      sites: sitesOf({}, manifest, accounts),
    },
  ];
}

/** A topic and a function are told by what is in their own account and Region. */
function reachable({ what, path, targets, sites }: Telling, { manifest, accounts, at }: Context): Problem[] {
  const { alerts, topics } = manifest.monitoring;
  return targets.flatMap((target, index): Problem[] => {
    const place = at([...path, index]);
    if (target === "alerts") {
      const hint = "write alerts: { emails: ... } under monitoring";
      return alerts === undefined ? [error("no-alerts", place, 'there is no "alerts" to tell', { hint })] : [];
    }
    if ("lambda" in target) return elsewhere(target.lambda, sites, what, place, manifest);
    const topic = topics[target.topic];
    if (topic === undefined) return [];
    const there = new Set(sitesOf(topic, manifest, accounts).map(siteText));
    const missing = sites.find((site) => !there.has(siteText(site)));
    if (missing === undefined) return [];
    const message = `topic "${target.topic}" is not in ${words(missing)}, where this ${what} is`;
    return [
      error("topic-elsewhere", place, message, {
        hint: 'add the account and Region to the topic\'s "in" and "regions"',
      }),
    ];
  });
}

/** The functions that topics call: Gatehouse lets a topic of the function's own account call it. */
function subscribed({ manifest, accounts, at }: Context): Problem[] {
  return Object.entries(manifest.monitoring.topics).flatMap(([key, topic]) =>
    topic.subscriptions.flatMap(({ protocol, endpoint }, index) => {
      if (protocol !== "lambda") return [];
      const place = at(["monitoring", "topics", key, "subscriptions", index, "endpoint"]);
      return elsewhere(endpoint, sitesOf(topic, manifest, accounts), "topic", place, manifest);
    }),
  );
}

function elsewhere(
  arn: string,
  sites: readonly Site[],
  what: string,
  place: Problem["place"],
  manifest: Manifest,
): Problem[] {
  const [, , , region, id] = arn.split(":");
  const other = sites.find((site) => {
    const known = manifest.accounts[site.account]?.id;
    return site.region !== region || (known !== undefined && known !== id);
  });
  if (other === undefined) return [];
  const message = `this function is in account ${id}, ${region}; the ${what} that calls it is in ${words(other)}`;
  return [error("function-elsewhere", place, message, { hint: "name a function of the same account and Region" })];
}

function words({ account, region }: Site): string {
  return `${account}, ${region}`;
}
