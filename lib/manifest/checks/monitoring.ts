/** Alarms and events. */
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import { error, warning } from "../problems.ts";

/** `nobody-is-told`, `alarm-window-too-long`. */
export function checkMonitoring(context: Context): Problem[] {
  return [...silent(context), ...longWindows(context)];
}

function silent({ manifest, at }: Context): Problem[] {
  const { monitoring } = manifest;
  if (monitoring.alerts !== undefined) return [];
  return (["alarms", "events"] as const).flatMap((section) => {
    if (Object.keys(monitoring[section]).length === 0) return [];
    const message = `nobody is told of these ${section}: there is no "alerts"`;
    const hint = "write alerts: { emails: ... } under monitoring";
    return [warning("nobody-is-told", at(["monitoring", section]), message, { hint })];
  });
}

const [hour, day] = [3600, 86_400];

/**
 * How far back an alarm may look: a day, and a week with periods of an hour or more.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
function longWindows({ manifest, at }: Context): Problem[] {
  return Object.entries(manifest.monitoring.alarms).flatMap(([key, { period, evaluationPeriods }]) => {
    const most = period < hour ? { seconds: day, words: "a day" } : { seconds: 7 * day, words: "a week" };
    if (period * evaluationPeriods <= most.seconds) return [];
    const message = `${evaluationPeriods} periods of this length are more than ${most.words}, as far as CloudWatch looks back`;
    return [error("alarm-window-too-long", at(["monitoring", "alarms", key, "evaluationPeriods"]), message)];
  });
}
