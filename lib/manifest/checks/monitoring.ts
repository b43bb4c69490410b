/** Everything about monitoring that the grammar cannot say. */
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import { error } from "../problems.ts";
import { checkConfig } from "./monitoring/config.ts";
import { checkEvents } from "./monitoring/events.ts";
import { checkMonitoringNames } from "./monitoring/names.ts";
import { checkServices } from "./monitoring/services.ts";
import { checkTelling } from "./monitoring/telling.ts";
import { checkWhere } from "./monitoring/where.ts";

const checks = [checkTelling, longWindows, checkMonitoringNames, checkWhere, checkServices, checkEvents, checkConfig];

/** `alarm-window-too-long`, and what the parts say. */
export function checkMonitoring(context: Context): Problem[] {
  return checks.flatMap((check) => check(context));
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
