/** Event rules about security, and whom they tell. */
import { flatMap } from "../../../lib/flat-map.ts";
import { readPlainJson } from "../../../lib/iam/json.ts";
import {
  type Attribute,
  attributeOf,
  inBlocks,
  picksFewerEvents,
  type Resource,
  type ResourcePair,
  type Row,
  type Surroundings,
  takesOver,
  ways,
} from "../../rule.ts";

/** Services whose events are findings, and what people do as it is recorded. */
const watchedSources =
  /^aws\.(access-analyzer|cloudtrail|config|guardduty|health|iam|inspector2?|macie|macie2|organizations|securityhub|signin|sso|sts|trustedadvisor)$/;
const watchedDetails = /CloudTrail|Sign.?In/i;

/** Also what AWS does not send otherwise: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html */
const ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** The JSON of an event pattern, or of a policy; `null` when it is none. */
export const patternOf = (text: unknown): unknown => (typeof text === "string" ? readPlainJson(text) : null);

/** Whether something is told of events about security before the change, by a rule that is on. */
export const isTold = (target: Resource, around: Surroundings): boolean =>
  around.ofType("aws_cloudwatch_event_rule").some((pair) => tells(pair, target));

const tells = ({ before }: ResourcePair, target: Resource): boolean =>
  before !== null &&
  attributeOf(before, "name") === attributeOf(target, "rule") &&
  isAboutSecurity(before) &&
  !isOff(before);

function isAboutSecurity(event: Resource): boolean {
  const pattern = patternOf(attributeOf(event, "event_pattern"));
  const names = (key: string) => inBlocks([pattern], key).flat().map(String);
  return (
    names("source").some((source) => watchedSources.test(source)) ||
    names("detail-type").some((type) => watchedDetails.test(type))
  );
}

const isOff = (event: Resource) =>
  attributeOf(event, "state") === "DISABLED" || attributeOf(event, "is_enabled") === false;

const isDefaultBus = (bus: unknown) => bus === null || /^(default$|arn:.*:event-bus\/default$)/.test(String(bus));

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-what-is-how-it-works-concepts.html */
const bus: Attribute = {
  path: ["event_bus_name"],
  // what comes to other buses somebody sends there
  weaker: (was, is) => (isDefaultBus(was) ? !isDefaultBus(is) : was === is ? false : null),
  says: (was, is) =>
    isDefaultBus(was)
      ? `is on the event bus ${is}, and events of AWS services come to the default one`
      : `misses what comes to the event bus ${was}`,
};

/** What a rule tells, as far as the plan shows it on one side. */
const toldBy = (event: Resource, side: "before" | "after", around: Surroundings): readonly unknown[] =>
  flatMap(around.ofType("aws_cloudwatch_event_target"), ({ [side]: target }) =>
    target && attributeOf(target, "rule") === attributeOf(event, "name") ? [attributeOf(target, "arn")] : [],
  );

const ofRule: readonly Attribute[] = [
  { path: ["state"], weaker: (was, is) => was !== "DISABLED" && is === "DISABLED", says: "is switched off" },
  { path: ["is_enabled"], weaker: (was, is) => was !== false && is === false, says: "is switched off" },
  {
    path: ["state"],
    weaker: (was, is) => was === ALL_EVENTS && is !== "DISABLED" && is !== was,
    says: "does not see management events that read any more",
  },
  {
    path: ["event_pattern"],
    weaker: (was, is) => typeof is !== "string" || picksFewerEvents(patternOf(was), patternOf(is)),
    says: (_, is) => (is === null ? "does not wait for events any more" : "does not pick all events that it did"),
  },
  bus,
];

export const events: Readonly<Record<string, Row>> = {
  aws_cloudwatch_event_rule: {
    what: "the event rule",
    deleted: "high",
    key: ["name"],
    // other rules start work
    idle: (event) => !isAboutSecurity(event) || isOff(event),
    servedBy: {
      aws_cloudwatch_event_rule: (event, gone, around) =>
        takesOver(event, gone, ofRule, around) &&
        !ways.fewer(toldBy(gone, "before", around), toldBy(event, "after", around)),
    },
    attributes: ofRule,
  },
  aws_cloudwatch_event_target: {
    what: "the target of the event rule",
    deleted: "high",
    key: ["rule", "arn"],
    idle: (target, around) => !isTold(target, around),
    of: [{ type: "aws_cloudwatch_event_rule", attribute: "rule", equals: ["name", "id"] }],
    attributes: [
      {
        path: ["arn"],
        weaker: (was, is) => was !== is,
        says: (was, is) => `is ${is} instead of ${was}`,
        severity: "medium",
      },
      bus,
    ],
  },
};
