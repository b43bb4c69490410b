/** Alarms and events. */
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import { warning } from "../problems.ts";

/** `nobody-is-told`. */
export function checkMonitoring({ manifest, at }: Context): Problem[] {
  const { monitoring } = manifest;
  if (monitoring.alerts !== undefined) return [];
  return (["alarms", "events"] as const).flatMap((section) => {
    if (Object.keys(monitoring[section]).length === 0) return [];
    const message = `nobody is told of these ${section}: there is no "alerts"`;
    const hint = "write alerts: { emails: ... } under monitoring";
    return [warning("nobody-is-told", at(["monitoring", section]), message, { hint })];
  });
}
