/** Alarms, and the filters that count for them. */
import { flatMap } from "../../../lib/flat-map.ts";
import {
  type Attribute,
  attributeOf,
  inBlocks,
  isNew,
  isSame,
  isUnknown,
  lost,
  picksFewerLogs,
  type Resource,
  type Row,
  type Surroundings,
  takesOver,
  ways,
} from "../../rule.ts";
import { gone, off } from "./attributes.ts";

const told: readonly Attribute[] = [
  off("actions_enabled", "tells nobody any more", true),
  gone("alarm_actions", "tells nobody any more"),
  {
    path: ["alarm_actions"],
    weaker: (was, is) => Array.isArray(is) && is.length > 0 && ways.fewer(was, is),
    says: (was, is) => `does not tell ${lost(was, is).join(", ")} any more`,
    severity: "medium",
  },
];

const part = (alarm: unknown, key: string): unknown => inBlocks([alarm], key)[0];
const limit = (alarm: unknown) => `${part(alarm, "comparison_operator")} ${part(alarm, "threshold")}`;
/** How many periods have to breach. */
const needed = (alarm: unknown) => Number(part(alarm, "datapoints_to_alarm") || part(alarm, "evaluation_periods") || 1);

/** Whether values that set an alarm off do not any more. */
function isHarder(was: unknown, is: unknown): boolean {
  const [operator, now] = [was, is].map((alarm) => String(part(alarm, "comparison_operator")));
  const [old, threshold] = [was, is].map((alarm) => part(alarm, "threshold"));
  if (typeof old !== "number" || typeof threshold !== "number") return false;
  const side = (name = "") => /^(Greater|Less)/.exec(name)?.[0];
  if (side(operator) !== side(now)) return true;
  if (old === threshold) return operator?.includes("OrEqual") === true && now?.includes("OrEqual") !== true;
  return side(operator) === "Less" ? threshold < old : threshold > old;
}

const alarmsIn = (rule: unknown) => String(rule ?? "").match(/(?<=ALARM\s*\(\s*)[^)\s]+/g) ?? [];

const metricsOf = (filter: unknown): readonly string[] =>
  inBlocks([filter], "metric_transformation")
    .flat()
    .map((metric) => `${part(metric, "namespace")} ${part(metric, "name")}`);

/** What alarms look at, and what is not counted for them any more. */
function unfed(was: unknown, is: unknown, around: Surroundings): readonly string[] {
  const after = (type: string) => flatMap(around.ofType(type), ({ after }) => after ?? []);
  const counted = flatMap(after("aws_cloudwatch_log_metric_filter"), ({ values }) => metricsOf(values));
  const watched = after("aws_cloudwatch_metric_alarm").map(
    (alarm) => `${attributeOf(alarm, "namespace")} ${attributeOf(alarm, "metric_name")}`,
  );
  return metricsOf(was).filter(
    (metric) => watched.includes(metric) && !counted.includes(metric) && !metricsOf(is).includes(metric),
  );
}

const LOGS = "cloud_watch_logs_group_arn";

/** Whether a filter leaves a log group that goes on, for one that no trail delivers to. */
function isLeft(was: unknown, is: unknown, around: Surroundings): boolean | null {
  const named = (group: Resource | null) => group !== null && attributeOf(group, "name") === was;
  const groups = around.ofType("aws_cloudwatch_log_group");
  if (groups.some(({ before, after }) => named(before) && !named(after))) return false;
  const trails = flatMap(around.ofType("aws_cloudtrail"), ({ after }) => after ?? []);
  // arn:aws:logs:eu-west-1:111122223333:log-group:trail:*
  if (trails.some((trail) => String(attributeOf(trail, LOGS)).split(":")[6] === is)) return false;
  return trails.some((trail) => isUnknown(trail, LOGS)) ? null : true;
}

const ofMetric: readonly Attribute[] = [
  ...told,
  {
    path: [],
    weaker: (was, is) => isHarder(was, is),
    says: (was, is) => `goes off at ${limit(is)} instead of ${limit(was)}`,
  },
  {
    path: [],
    weaker: (was, is) => needed(is) > needed(was),
    says: (was, is) => `waits for ${needed(is)} periods instead of ${needed(was)}`,
  },
  {
    path: ["period"],
    weaker: (was, is) => typeof was === "number" && typeof is === "number" && is > was,
    says: (was, is) => `looks every ${is} seconds instead of ${was}`,
    severity: "low",
  },
  {
    path: ["metric_name"],
    weaker: (was, is) => was !== null && was !== is,
    says: (was, is) => `watches ${is} instead of ${was}`,
  },
  {
    path: ["treat_missing_data"],
    weaker: ways.from("breaching"),
    says: "is silent when nothing is measured any more",
  },
];

/** What says at which numbers an alarm looks. */
const measured = [
  "namespace",
  "metric_name",
  "dimensions",
  "statistic",
  "extended_statistic",
  "unit",
  "metric_query",
  "threshold_metric_id",
];

export const alarms: Readonly<Record<string, Row>> = {
  aws_cloudwatch_log_metric_filter: {
    what: "the metric filter",
    deleted: (filter) =>
      /\$\.(event|userIdentity|errorCode)/.test(String(attributeOf(filter, "pattern"))) ? "high" : "low",
    key: ["log_group_name", "name"],
    of: [{ type: "aws_cloudwatch_log_group", attribute: "log_group_name", equals: ["name"] }],
    attributes: [
      {
        path: ["pattern"],
        weaker: (was, is) => typeof was === "string" && (typeof is !== "string" || picksFewerLogs(was, is)),
        says: "does not count all that it did",
      },
      {
        path: ["log_group_name"],
        weaker: (was, is, around) => was !== is && isLeft(was, is, around),
        says: (was, is) => `reads ${is} instead of ${was}`,
      },
      {
        path: [],
        weaker: (was, is, around) => unfed(was, is, around).length > 0,
        says: (was) => `does not count ${metricsOf(was).join(", ")} any more, which an alarm looks at`,
        severity: "medium",
      },
      {
        path: ["metric_transformation", 0, "value"],
        weaker: (was, is) => was !== "0" && is === "0",
        says: "counts nothing any more",
      },
    ],
  },
  aws_cloudwatch_metric_alarm: {
    what: "the alarm",
    // metrics of AWS's own are about load and health
    deleted: (alarm) => (String(attributeOf(alarm, "namespace")).startsWith("AWS/") ? "low" : "high"),
    key: ["alarm_name"],
    idle: (alarm) => attributeOf(alarm, "actions_enabled") === false,
    servedBy: {
      // many watch the same metric
      aws_cloudwatch_metric_alarm: (alarm, gone, around) =>
        isNew(alarm, around) &&
        measured.every((what) => isSame(attributeOf(alarm, what), attributeOf(gone, what))) &&
        takesOver(alarm, gone, ofMetric, around),
    },
    attributes: ofMetric,
  },
  aws_cloudwatch_composite_alarm: {
    what: "the alarm",
    deleted: "high",
    key: ["alarm_name"],
    idle: (alarm) => attributeOf(alarm, "actions_enabled") === false,
    attributes: [
      ...told,
      {
        path: ["alarm_rule"],
        weaker: (was, is) => lost(alarmsIn(was), alarmsIn(is)).length > 0,
        says: (was, is) => `does not listen to ${lost(alarmsIn(was), alarmsIn(is)).join(", ")} any more`,
      },
    ],
  },
};
