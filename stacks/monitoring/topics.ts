/** SNS topics: each takes messages of the alarms and rules that name it, of its own account and Region only. */
import type { Alarm, EventRule, Monitoring, Site, Subscription, Target } from "../../lib/access/graph.ts";
import { siteText } from "../../lib/access/monitoring/sites.ts";
import { byCodeUnit } from "../../lib/finding.ts";
import { arn } from "../arn.ts";
import { LambdaPermission, SnsTopic, SnsTopicPolicy, SnsTopicSubscription } from "../aws.ts";
import { document, type Scope, type Statement } from "./scope.ts";

/** The name in AWS of what the manifest does not name. */
const alertsName = "gatehouse-alerts";

/** Gives the ARN of a target as the resources of a site name it. */
export type TargetArn = (target: Target, site: Site) => string;

export function writeTopics(scope: Scope, monitoring: Monitoring): TargetArn {
  const arns = new Map<string, string>();
  const topicKey = (key: string | null, site: Site) => JSON.stringify([key, siteText(site)]);
  const write = (key: string | null, name: string, site: Site, subscriptions: readonly Subscription[]) => {
    const address = key === null ? ["alerts"] : ["topic", key];
    const topic = scope.add(SnsTopic, site, address, { name });
    arns.set(topicKey(key, site), topic.arn);
    const id = scope.accountId(site.account);
    const named = (things: readonly (Alarm | EventRule)[]) => things.filter((thing) => tells(thing, key, site));
    const topicArn = arn.topic(site.region, id, name);
    const statements = [
      ...publish(
        "cloudwatch.amazonaws.com",
        topicArn,
        id,
        named(monitoring.alarms).map((one) => arn.alarm(site.region, id, one.name)),
      ),
      ...publish(
        "events.amazonaws.com",
        topicArn,
        id,
        named(monitoring.events).map((one) => arn.eventRule(site.region, id, one.name)),
      ),
    ];
    if (statements.length > 0)
      scope.add(SnsTopicPolicy, site, address, { arn: topic.arn, policy: document(statements) });
    for (const { protocol, endpoint } of subscriptions) {
      const subscription = [...address, protocol, endpoint];
      scope.add(SnsTopicSubscription, site, subscription, { topicArn: topic.arn, protocol, endpoint });
      if (protocol !== "lambda") continue;
      scope.add(LambdaPermission, site, subscription, {
        action: "lambda:InvokeFunction",
        functionName: endpoint,
        principal: "sns.amazonaws.com",
        sourceArn: topicArn,
      });
    }
  };
  const { alerts, topics } = monitoring;
  for (const site of alerts?.sites ?? []) write(null, alertsName, site, alerts?.subscriptions ?? []);
  for (const { key, name, sites, subscriptions } of topics) {
    for (const site of sites) write(key, name, site, subscriptions);
  }
  return (target, site) => {
    if (target.kind === "lambda") return target.arn;
    const found = arns.get(topicKey(target.kind === "alerts" ? null : target.topic, site));
    if (found === undefined) throw new Error(`no topic for ${JSON.stringify(target)} in ${siteText(site)}`);
    return found;
  };
}

function tells({ targets, sites }: Alarm | EventRule, topic: string | null, site: Site): boolean {
  const named = targets.some((target) =>
    target.kind === "topic" ? target.topic === topic : target.kind === "alerts" && topic === null,
  );
  return named && sites.some((other) => siteText(other) === siteText(site));
}

function publish(service: string, topicArn: string, account: string, sources: readonly string[]): Statement[] {
  if (sources.length === 0) return [];
  return [
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: {
        ArnLike: { "aws:SourceArn": [...sources].sort(byCodeUnit) },
        StringEquals: { "aws:SourceAccount": account },
      },
    },
  ];
}
