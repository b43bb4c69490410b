/** Topics that carry alarms to people. */
import { attributeOf, inBlocks, picksFewerEvents, type Row, type Surroundings, servicesLetIn } from "../../rule.ts";
import { refusing } from "./attributes.ts";
import { isTold, patternOf } from "./events.ts";

/** Whether alarms, or event rules about security, tell people by this topic. */
const isAlarmed = (topic: unknown, around: Surroundings): boolean =>
  topic !== null &&
  (["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"].some((type) =>
    around
      .ofType(type)
      .some(({ before }) => before !== null && inBlocks([before.values], "alarm_actions").flat().includes(topic)),
  ) ||
    around
      .ofType("aws_cloudwatch_event_target")
      .some(({ before }) => before !== null && attributeOf(before, "arn") === topic && isTold(before, around)));

const part = (subscription: unknown, key: string): unknown => inBlocks([subscription], key)[0] ?? null;
const topicOf = (subscription: unknown) => part(subscription, "topic_arn");

/** Whether messages go to somebody else; `null` as long as that is not known. */
function isSwapped(was: unknown, is: unknown): boolean | null {
  const now = part(is, "endpoint");
  return now === null ? null : now !== part(was, "endpoint");
}

const swapped = {
  path: [],
  says: (was: unknown, is: unknown) =>
    `tells ${part(is, "endpoint") ?? "somebody else"} instead of ${part(was, "endpoint")}`,
} as const;

/** Services that tell of security, and that a topic's policy lets publish. */
const publishers = (policy: unknown): readonly string[] =>
  servicesLetIn(policy).filter((service) => /^(budgets|cloudtrail|cloudwatch|config|events)\./.test(service));

export const topics: Readonly<Record<string, Row>> = {
  aws_sns_topic: {
    what: "the topic of alarms",
    deleted: "high",
    key: ["name"],
    idle: (topic, around) => !isAlarmed(attributeOf(topic, "arn"), around),
  },
  aws_sns_topic_policy: {
    what: "the topic's policy",
    deleted: "medium",
    key: ["arn"],
    idle: (policy) => publishers(attributeOf(policy, "policy")).length === 0,
    of: [{ type: "aws_sns_topic", attribute: "arn", equals: ["arn", "id"] }],
    attributes: [refusing("publish", publishers, () => [{ action: "sns:Publish", on: null }])],
  },
  aws_sns_topic_subscription: {
    what: "the subscription",
    deleted: (subscription, around) => (isAlarmed(attributeOf(subscription, "topic_arn"), around) ? "medium" : "low"),
    key: ["topic_arn", "protocol", "endpoint"],
    // queues and functions work with messages, people read them
    idle: (subscription) =>
      !["email", "email-json", "sms", "https"].includes(String(attributeOf(subscription, "protocol"))),
    of: [{ type: "aws_sns_topic", attribute: "topic_arn", equals: ["arn", "id"] }],
    attributes: [
      {
        ...swapped,
        weaker: (was, is, around) => isAlarmed(topicOf(was), around) && isSwapped(was, is),
        severity: "medium",
      },
      {
        ...swapped,
        weaker: (was, is, around) => !isAlarmed(topicOf(was), around) && isSwapped(was, is),
        severity: "low",
      },
      {
        path: ["filter_policy"],
        weaker: (was, is) => (typeof is === "string" ? picksFewerEvents(patternOf(was), patternOf(is)) : is !== null),
        says: "does not get all messages any more",
      },
    ],
  },
};
