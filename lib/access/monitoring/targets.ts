/** Who is told. */
import { byCodeUnit } from "../../finding.ts";
import type { Manifest } from "../../manifest/schema.ts";
import type { Subscription, Target } from "../graph.ts";

type Written = Manifest["monitoring"]["alarms"][string]["targets"];

/** The targets of an alarm or event: the alerts, if there are any, unless it names others. */
export function targetsOf(written: Written, { monitoring }: Manifest): Target[] {
  const targets = (written ?? (monitoring.alerts === undefined ? [] : ["alerts" as const])).map(targetOf);
  const each = new Map(targets.map((target) => [JSON.stringify(target), target]));
  return [...each].sort(([a], [b]) => byCodeUnit(a, b)).map(([, target]) => target);
}

function targetOf(target: NonNullable<Written>[number]): Target {
  if (target === "alerts") return { kind: "alerts" };
  return "topic" in target ? { kind: "topic", topic: target.topic } : { kind: "lambda", arn: target.lambda };
}

interface Subscribers {
  emails: readonly string[];
  subscriptions: readonly Subscription[];
}

/** Everybody who is told, each once. */
export function subscriptionsOf({ emails, subscriptions }: Subscribers): Subscription[] {
  const all = [...emails.map((endpoint) => ({ protocol: "email", endpoint })), ...subscriptions];
  const each = new Map(all.map(({ protocol, endpoint }) => [`${protocol} ${endpoint}`, { protocol, endpoint }]));
  return [...each].sort(([a], [b]) => byCodeUnit(a, b)).map(([, subscription]) => subscription);
}
