/** EventBridge rules with their targets. */
import type { EventRule, Monitoring, Site, Target } from "../../lib/access/graph.ts";
import { arn } from "../arn.ts";
import { CloudwatchEventRule, CloudwatchEventTarget, LambdaPermission } from "../aws.ts";
import { given } from "../base-stack.ts";
import type { Scope } from "./scope.ts";
import type { TargetArn } from "./topics.ts";

export function writeEvents(scope: Scope, { events }: Monitoring, targetArn: TargetArn): void {
  for (const event of events) {
    for (const site of event.sites) {
      const rule = scope.add(CloudwatchEventRule, site, [event.key], {
        name: event.name,
        description: given(event.description),
        eventPattern: JSON.stringify(event.pattern),
        ...(event.readCalls ? { state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" } : {}),
      });
      for (const target of event.targets) {
        const targetKey = [event.key, ...targetParts(target)];
        scope.add(CloudwatchEventTarget, site, targetKey, {
          rule: rule.name,
          targetId: targetParts(target).join("-").slice(-64),
          arn: targetArn(target, site),
          ...transformer(event),
        });
        if (target.kind === "lambda") allowInvoking(scope, site, event, target.arn);
      }
    }
  }
}

/** The name of a target within its rule: for a function, the name that ends its ARN. */
function targetParts(target: Target): string[] {
  if (target.kind === "alerts") return ["alerts"];
  return target.kind === "topic" ? ["topic", target.topic] : ["lambda", ...target.arn.split(":").slice(6)];
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
function transformer({ message }: EventRule) {
  if (message === null) return {};
  const paths = Object.keys(message.paths).length === 0 ? {} : { inputPaths: message.paths };
  return { inputTransformer: { ...paths, inputTemplate: JSON.stringify(message.text) } };
}

function allowInvoking(scope: Scope, site: Site, event: EventRule, functionName: string): void {
  scope.add(LambdaPermission, site, ["event", event.key, functionName], {
    action: "lambda:InvokeFunction",
    functionName,
    principal: "events.amazonaws.com",
    sourceArn: arn.eventRule(site.region, scope.accountId(site.account), event.name),
  });
}
