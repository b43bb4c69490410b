import { readPlainJson } from "../../lib/iam/json.ts";
import {
  attributeOf,
  inBlocks,
  lost,
  picksFewerEvents,
  picksFewerLogs,
  type Resource,
  type ResourcePair,
  type Row,
  rule,
  type Surroundings,
  ways,
  weakened,
} from "../rule.ts";

const reads = "reads";
const writes = "writes";
const recording: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["ReadOnly", [reads]],
  ["WriteOnly", [writes]],
]);

/** Selectors replace what a trail records by itself: management events, of every service, what reads and what writes. */
function management(selectors: unknown): readonly string[] {
  const blocks = Array.isArray(selectors) ? selectors : [];
  if (blocks.length === 0) return [reads, writes];
  return blocks
    .filter((block) => !inBlocks([block], "include_management_events").includes(false))
    .flatMap((block) => recording.get(inBlocks([block], "read_write_type")[0]) ?? [reads, writes]);
}
const categories = (selectors: unknown): readonly unknown[] =>
  inBlocks(selectors, "field_selector")
    .flat()
    .filter((field) => inBlocks([field], "field").includes("eventCategory"))
    .flatMap((field) => inBlocks([field], "equals").flat());
const seesManagementCategory = (selectors: unknown): boolean =>
  categories(selectors).length === 0 || categories(selectors).includes("Management");
/** What an advanced selector asks of management events, as in `readOnly equals true`; none where one asks nothing. */
function filters(selectors: unknown, category = "Management"): readonly string[] {
  const asked = (Array.isArray(selectors) ? selectors : [])
    .filter((selector) => categories([selector]).includes(category))
    .map((selector) =>
      inBlocks([selector], "field_selector")
        .flat()
        .flatMap((field) => {
          const name = String(inBlocks([field], "field")[0]);
          if (name === "eventCategory" || name === "resources.type") return [];
          return operators.flatMap((operator) => {
            const values = inBlocks([field], operator).flat();
            return values.length > 0 ? [`${name} ${operator} ${values.map(String).sort().join(" or ")}`] : [];
          });
        }),
    );
  return asked.some((fields) => fields.length === 0) ? [] : asked.flat();
}
/** What advanced selectors record beside management events: types of resources. */
const recorded = (selectors: unknown): readonly unknown[] =>
  inBlocks(selectors, "field_selector")
    .flat()
    .filter((field) => inBlocks([field], "field").includes("resources.type"))
    .flatMap((field) => inBlocks([field], "equals").flat());
/** What selectors record of the use of data, as in `AWS::S3::Object arn:aws:s3`. */
const dataEvents = (selectors: unknown): readonly string[] =>
  inBlocks(selectors, "data_resource")
    .flat()
    .flatMap((block) =>
      inBlocks([block], "values")
        .flat()
        .map((value) => `${inBlocks([block], "type")[0]} ${value}`),
    );
const operators = ["equals", "not_equals", "starts_with", "not_starts_with", "ends_with", "not_ends_with"];
const excluded = (selectors: unknown): readonly unknown[] =>
  inBlocks(selectors, "exclude_management_event_sources").flat();

/** The standard without its version, so that a newer one stands for it. */
const standard = (subscription: Resource) =>
  String(attributeOf(subscription, "standards_arn")).replace(/\/v\/[^/]*$/, "");

const enabledIn = (blocks: unknown): readonly unknown[] =>
  (Array.isArray(blocks) ? blocks : [])
    .filter((block) => inBlocks([block], "status").includes("ENABLED"))
    .flatMap((block) => inBlocks([block], "name"));

const off = (attribute: string, says: string, unset = false) => ({ path: [attribute], weaker: ways.off(unset), says });
const gone = (attribute: string, says: string) => ({ path: [attribute], weaker: ways.gone, says });

const told: NonNullable<Row["attributes"]> = [
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

/** What watches, and how it is blinded. */
const watchers: Readonly<Record<string, Row>> = {
  // Records of what happened
  aws_cloudtrail: {
    what: "the trail",
    deleted: "high",
    key: ["name"],
    idle: (trail) => attributeOf(trail, "enable_logging") === false,
    attributes: [
      off("enable_logging", "does not log any more", true),
      off("is_multi_region_trail", "sees one region only"),
      off("enable_log_file_validation", "does not protect its files against tampering any more"),
      off("include_global_service_events", "does not see IAM and STS any more", true),
      off("is_organization_trail", "does not see the organization's other accounts any more"),
      gone("kms_key_id", "is not encrypted with a key of its own any more"),
      gone("cloud_watch_logs_group_arn", "does not deliver to CloudWatch Logs any more, where the alarms are"),
      {
        path: ["event_selector"],
        weaker: (was, is) => lost(management(was), management(is)).includes(writes),
        says: (_, is) =>
          management(is).length > 0
            ? "does not record management events that write any more"
            : "does not record management events any more",
      },
      {
        path: ["event_selector"],
        weaker: (was, is) => management(is).includes(writes) && lost(management(was), management(is)).includes(reads),
        says: "does not record management events that read any more",
        severity: "medium",
      },
      {
        path: ["event_selector"],
        weaker: (was, is) => excluded(is).some((source) => !excluded(was).includes(source)),
        says: (_, is) => `leaves out the events of ${excluded(is).join(", ")}`,
      },
      {
        path: ["advanced_event_selector"],
        weaker: (was, is) => seesManagementCategory(was) && !seesManagementCategory(is),
        says: "does not record management events any more",
      },
      {
        path: ["advanced_event_selector"],
        weaker: (was, is) => lost(filters(is), filters(was)).length > 0,
        says: (was, is) => `records management events only where ${lost(filters(is), filters(was)).join(", ")}`,
      },
      {
        path: ["advanced_event_selector"],
        weaker: (was, is) => lost(recorded(was), recorded(is)).length > 0,
        says: (was, is) => `does not record the use of ${lost(recorded(was), recorded(is)).join(", ")} any more`,
        severity: "medium",
      },
      {
        path: ["advanced_event_selector"],
        weaker: (was, is) => lost(filters(is, "Data"), filters(was, "Data")).length > 0,
        says: (was, is) =>
          `records the use of data only where ${lost(filters(is, "Data"), filters(was, "Data")).join(", ")}`,
        severity: "medium",
      },
      {
        path: ["event_selector"],
        weaker: (was, is) => lost(dataEvents(was), dataEvents(is)).length > 0,
        says: (was, is) => `does not record the use of ${lost(dataEvents(was), dataEvents(is)).join(", ")} any more`,
        severity: "medium",
      },
      {
        path: ["insight_selector"],
        weaker: (was, is) => lost(inBlocks(was, "insight_type"), inBlocks(is, "insight_type")).length > 0,
        says: "does not look for unusual activity any more",
        severity: "medium",
      },
      {
        path: ["s3_bucket_name"],
        weaker: (was, is) => was !== null && was !== is,
        says: (was, is) => `delivers to ${is} instead of ${was}`,
        severity: "medium",
      },
    ],
  },
  aws_cloudtrail_event_data_store: {
    what: "the event data store",
    deleted: "high",
    key: ["name"],
    attributes: [
      off("multi_region_enabled", "sees one region only", true),
      off("organization_enabled", "does not see the organization's other accounts any more"),
      off("termination_protection_enabled", "is not protected against deletion any more", true),
      {
        path: ["advanced_event_selector"],
        weaker: (was, is) => seesManagementCategory(was) && !seesManagementCategory(is),
        says: "does not record management events any more",
      },
      {
        path: ["retention_period"],
        weaker: ways.shorter,
        says: (was, is) => `keeps events for ${is} days instead of ${was}`,
        severity: "low",
      },
    ],
  },
  aws_config_configuration_recorder: {
    what: "the Config recorder",
    deleted: "high",
    key: ["name"],
    attributes: [
      {
        path: ["recording_group", 0, "all_supported"],
        weaker: ways.off(true),
        says: "does not record every type any more",
      },
      {
        path: ["recording_group", 0, "include_global_resource_types"],
        weaker: ways.off(),
        says: "does not record IAM any more",
        severity: "medium",
      },
      {
        path: ["recording_group", 0, "resource_types"],
        weaker: ways.fewer,
        says: (was, is) => `does not record ${lost(was, is).join(", ")} any more`,
      },
      {
        path: ["recording_group", 0, "exclusion_by_resource_types", 0, "resource_types"],
        weaker: ways.more,
        says: (was, is) => `leaves out ${lost(is, was).join(", ")}`,
      },
      {
        path: ["recording_mode", 0, "recording_frequency"],
        weaker: ways.from("CONTINUOUS", "CONTINUOUS"),
        says: "records once a day only",
        severity: "medium",
      },
    ],
  },
  aws_config_configuration_recorder_status: {
    what: "the Config recorder",
    deleted: "high",
    key: ["name"],
    idle: (status) => attributeOf(status, "is_enabled") === false,
    of: [{ type: "aws_config_configuration_recorder", attribute: "name", equals: ["name", "id"] }],
    attributes: [off("is_enabled", "is stopped")],
  },
  aws_config_delivery_channel: { what: "the Config delivery channel", deleted: "high", key: ["name"] },
  aws_config_config_rule: { what: "the Config rule", deleted: "medium", key: ["name"] },
  aws_config_conformance_pack: { what: "the conformance pack", deleted: "medium", key: ["name"] },
  aws_config_organization_conformance_pack: { what: "the conformance pack", deleted: "medium", key: ["name"] },
  aws_config_organization_managed_rule: { what: "the Config rule", deleted: "medium", key: ["name"] },
  aws_config_configuration_aggregator: {
    what: "the Config aggregator",
    deleted: "medium",
    key: ["name"],
    attributes: [
      {
        path: ["account_aggregation_source", 0, "account_ids"],
        weaker: ways.fewer,
        says: (was, is) => `does not see ${lost(was, is).join(", ")} any more`,
      },
      gone("organization_aggregation_source", "does not see the whole organization any more"),
    ],
  },
  aws_flow_log: {
    what: "the flow log",
    deleted: "high",
    key: ["vpc_id", "subnet_id", "eni_id", "transit_gateway_id", "log_destination"],
    of: [
      { type: "aws_vpc", attribute: "vpc_id", equals: ["id"] },
      { type: "aws_subnet", attribute: "subnet_id", equals: ["id"] },
      { type: "aws_network_interface", attribute: "eni_id", equals: ["id"] },
    ],
    attributes: [{ path: ["traffic_type"], weaker: ways.from("ALL"), says: (_, is) => `records ${is} only` }],
  },
  aws_cloudwatch_log_group: {
    what: "the log group",
    deleted: "low",
    key: ["name"],
    attributes: [
      {
        path: ["retention_in_days"],
        // a year is what the benchmarks ask for
        weaker: (was, is) => ways.shorter(was, is) && Number(is) < 365,
        says: (was, is) => `keeps logs for ${is} days instead of ${was || "ever"}`,
      },
    ],
  },
  aws_route53_resolver_query_log_config: { what: "the DNS query log", deleted: "medium", key: ["name"] },
  aws_s3_bucket_logging: {
    what: "the bucket's access log",
    deleted: "medium",
    key: ["bucket"],
    of: [{ type: "aws_s3_bucket", attribute: "bucket", equals: ["bucket", "id"] }],
  },

  // Detection
  aws_guardduty_detector: {
    what: "the GuardDuty detector",
    deleted: "high",
    key: [],
    idle: (detector) => attributeOf(detector, "enable") === false,
    attributes: [
      off("enable", "is switched off", true),
      { path: ["datasources", 0, "s3_logs", 0, "enable"], weaker: ways.off(), says: "does not watch S3 any more" },
      {
        path: ["datasources", 0, "kubernetes", 0, "audit_logs", 0, "enable"],
        weaker: ways.off(),
        says: "does not watch Kubernetes any more",
      },
      {
        path: [
          "datasources",
          0,
          "malware_protection",
          0,
          "scan_ec2_instance_with_findings",
          0,
          "ebs_volumes",
          0,
          "enable",
        ],
        weaker: ways.off(),
        says: "does not look for malware any more",
      },
      {
        path: ["finding_publishing_frequency"],
        weaker: ways.along(["FIFTEEN_MINUTES", "ONE_HOUR"]),
        says: (_, is) => `tells of findings every ${String(is).toLowerCase().replaceAll("_", " ")} only`,
        severity: "low",
      },
    ],
  },
  aws_guardduty_detector_feature: {
    what: "the GuardDuty feature",
    // AWS keeps the setting: the provider only forgets it
    deleted: null,
    key: ["detector_id", "name"],
    attributes: [
      { path: ["status"], weaker: ways.from("ENABLED"), says: "is switched off" },
      {
        path: ["additional_configuration"],
        weaker: (was, is) => lost(enabledIn(was), enabledIn(is)).length > 0,
        says: (was, is) => `runs without ${lost(enabledIn(was), enabledIn(is)).join(", ")}`,
      },
    ],
  },
  aws_guardduty_organization_configuration_feature: {
    what: "the GuardDuty feature in the organization",
    deleted: null,
    key: ["detector_id", "name"],
    attributes: [
      {
        path: ["auto_enable"],
        weaker: ways.along(["ALL", "NEW"]),
        says: (_, is) => `is switched on for ${is} members only`,
      },
    ],
  },
  aws_guardduty_organization_configuration: {
    what: "GuardDuty in the organization",
    deleted: null,
    key: ["detector_id"],
    attributes: [
      {
        path: ["auto_enable_organization_members"],
        weaker: ways.along(["ALL", "NEW"]),
        says: (_, is) => `is switched on for ${is} members only`,
      },
    ],
  },
  aws_guardduty_member: { what: "the account's membership in GuardDuty", deleted: "high", key: ["account_id"] },
  aws_guardduty_publishing_destination: {
    what: "the export of GuardDuty's findings",
    deleted: "medium",
    key: ["destination_arn"],
  },
  aws_securityhub_account: { what: "Security Hub", deleted: "high", key: [] },
  aws_securityhub_standards_subscription: {
    what: "the Security Hub standard",
    deleted: "high",
    key: [standard],
  },
  aws_securityhub_standards_control: {
    what: "the Security Hub control",
    deleted: null,
    key: ["standards_control_arn"],
    attributes: [
      { path: ["control_status"], weaker: ways.from("ENABLED"), says: "is switched off", severity: "medium" },
    ],
  },
  aws_securityhub_standards_control_association: {
    what: "the Security Hub control",
    deleted: null,
    key: ["security_control_id", "standards_arn"],
    attributes: [
      { path: ["association_status"], weaker: ways.from("ENABLED"), says: "is switched off", severity: "medium" },
    ],
  },
  aws_securityhub_configuration_policy: {
    what: "the Security Hub policy",
    deleted: "medium",
    key: ["name"],
    attributes: [
      { path: ["configuration_policy", 0, "service_enabled"], weaker: ways.off(), says: "switches Security Hub off" },
      {
        path: ["configuration_policy", 0, "enabled_standard_arns"],
        weaker: ways.fewer,
        says: (was, is) => `does not ask for ${lost(was, is).join(", ")} any more`,
      },
      {
        path: ["configuration_policy", 0, "security_controls_configuration", 0, "disabled_control_identifiers"],
        weaker: ways.more,
        says: (was, is) => `switches off ${lost(is, was).join(", ")}`,
      },
    ],
  },
  aws_securityhub_organization_configuration: {
    what: "Security Hub in the organization",
    deleted: null,
    key: [],
    attributes: [
      off("auto_enable", "is not switched on for new members any more"),
      {
        path: ["auto_enable_standards"],
        weaker: ways.from("DEFAULT", "DEFAULT"),
        says: "switches no standards on for new members any more",
        severity: "medium",
      },
    ],
  },
  aws_securityhub_finding_aggregator: {
    what: "the Security Hub aggregator",
    deleted: "medium",
    key: [],
    attributes: [
      { path: ["linking_mode"], weaker: ways.from("ALL_REGIONS"), says: (_, is) => `links ${is} only` },
      {
        path: ["specified_regions"],
        weaker: ways.fewer,
        says: (was, is) => `does not see ${lost(was, is).join(", ")} any more`,
      },
    ],
  },
  aws_securityhub_member: { what: "the account's membership in Security Hub", deleted: "high", key: ["account_id"] },
  aws_accessanalyzer_analyzer: {
    what: "the access analyzer",
    deleted: "high",
    key: ["analyzer_name"],
    attributes: [
      {
        path: ["type"],
        weaker: (was, is) => String(was).startsWith("ORGANIZATION") && !String(is).startsWith("ORGANIZATION"),
        says: "sees one account only",
      },
    ],
  },
  aws_macie2_account: {
    what: "Macie",
    deleted: "high",
    key: [],
    idle: (macie) => attributeOf(macie, "status") === "PAUSED",
    attributes: [{ path: ["status"], weaker: ways.from("ENABLED", "ENABLED"), says: "is paused" }],
  },
  aws_inspector2_enabler: {
    what: "Inspector",
    deleted: "high",
    key: ["account_ids"],
    attributes: [
      {
        path: ["resource_types"],
        weaker: ways.fewer,
        says: (was, is) => `does not scan ${lost(was, is).join(", ")} any more`,
      },
    ],
  },
  aws_inspector2_organization_configuration: {
    what: "Inspector in the organization",
    deleted: null,
    key: [],
    attributes: ["ec2", "ecr", "lambda"].map((scan) => ({
      path: ["auto_enable", 0, scan],
      weaker: ways.off(),
      says: `does not scan ${scan} of new members any more`,
    })),
  },
  aws_detective_graph: { what: "the Detective graph", deleted: "medium", key: [] },

  // Alarms
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
    attributes: [
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
    ],
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
  aws_cloudwatch_event_rule: {
    what: "the event rule",
    deleted: "high",
    key: ["name"],
    // other rules start work
    idle: (event) => !isAboutSecurity(event) || isOff(event),
    attributes: [
      { path: ["state"], weaker: (was, is) => was !== "DISABLED" && is === "DISABLED", says: "is switched off" },
      { path: ["is_enabled"], weaker: (was, is) => was !== false && is === false, says: "is switched off" },
      {
        path: ["state"],
        weaker: (was, is) => was === ALL_EVENTS && is !== "DISABLED" && is !== was,
        says: "does not see management events that read any more",
      },
      {
        path: ["event_pattern"],
        weaker: (was, is) => typeof is === "string" && picksFewerEvents(patternOf(was), patternOf(is)),
        says: "does not pick all events that it did",
      },
    ],
  },
  aws_cloudwatch_event_target: {
    what: "the target of the event rule",
    deleted: "high",
    key: ["rule", "arn"],
    idle: (target, around) => !around.ofType("aws_cloudwatch_event_rule").some((pair) => tells(pair, target)),
    of: [{ type: "aws_cloudwatch_event_rule", attribute: "rule", equals: ["name", "id"] }],
    attributes: [
      {
        path: ["arn"],
        weaker: (was, is) => was !== is,
        says: (was, is) => `is ${is} instead of ${was}`,
        severity: "medium",
      },
    ],
  },
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
    attributes: [
      {
        path: ["policy"],
        weaker: (was, is) => typeof is === "string" && lost(publishers(was), publishers(is)).length > 0,
        says: (was, is) => `does not let ${lost(publishers(was), publishers(is)).join(", ")} publish any more`,
      },
    ],
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
        path: ["filter_policy"],
        weaker: (was, is) => typeof is === "string" && picksFewerEvents(patternOf(was), patternOf(is)),
        says: "does not get all messages any more",
      },
    ],
  },
};

/** Services whose events are findings, and what people do as it is recorded. */
const watchedSources =
  /^aws\.(access-analyzer|cloudtrail|config|guardduty|health|iam|inspector2?|macie|macie2|organizations|securityhub|signin|sso|sts|trustedadvisor)$/;
const watchedDetails = /CloudTrail|Sign.?In/i;

/** Also what AWS does not send otherwise: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html */
const ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

const patternOf = (text: unknown): unknown => (typeof text === "string" ? readPlainJson(text) : null);

/** Whether the target is one of a rule about security that stays as it is. */
const tells = ({ before }: ResourcePair, target: Resource): boolean =>
  before !== null &&
  attributeOf(before, "name") === attributeOf(target, "rule") &&
  isAboutSecurity(before) &&
  !isOff(before);

const isAlarmed = (topic: unknown, around: Surroundings): boolean =>
  topic !== null &&
  ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"].some((type) =>
    around
      .ofType(type)
      .some(({ before }) => before !== null && inBlocks([before.values], "alarm_actions").flat().includes(topic)),
  );

/** Services that tell of security, and that a topic's policy lets publish. */
const publishers = (policy: unknown): readonly unknown[] =>
  inBlocks([patternOf(policy)], "Statement")
    .flat()
    .filter((statement) => inBlocks([statement], "Effect").includes("Allow"))
    .flatMap((statement) => inBlocks(inBlocks([statement], "Principal"), "Service").flat())
    .filter((service) => /^(budgets|cloudtrail|cloudwatch|config|events)\./.test(String(service)));

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

/** A function's own log goes with the function. */
function goesWithFunction({ before, after }: ResourcePair, around: Surroundings): boolean {
  if (before?.type !== "aws_cloudwatch_log_group" || after) return false;
  const name = attributeOf(before, "name");
  return around
    .ofType("aws_lambda_function")
    .some((pair) => pair.before && !pair.after && name === `/aws/lambda/${attributeOf(pair.before, "function_name")}`);
}

export default rule({
  id: "monitoring-weakened",
  severity: "high",
  summary: "A trail, a detector or an alarm is deleted, switched off or sees less",
  why: "It is the first thing an intruder does, and an innocent clean-up does it as well. Nothing breaks: what is not recorded is missed months later, when somebody has to say what happened.",
  levels:
    "High for trails, recorders, detectors and alarms; medium for what only helps to read them; low for a shorter retention, a deleted log group or subscription. Low confidence when the new value is not known yet. What is deleted together with the thing it watches is not reported.",
  bad: `resource "aws_cloudtrail" "organization" {
  name                  = "organization"
  s3_bucket_name        = "acme-trail"
  is_organization_trail = true
  is_multi_region_trail = false # was true
}`,
  good: `resource "aws_cloudtrail" "organization" {
  name                       = "organization"
  s3_bucket_name             = "acme-trail"
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
}`,
  fix: "Keep it on. Where it moves to another place, apply the new one first and remove the old one in a later change.",
  references: [
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
  ],
  on: "change",
  types: Object.keys(watchers).sort(),
  check(change, around) {
    const row = watchers[change.before?.type ?? ""];
    const found = row && !goesWithFunction(change, around) ? weakened(change, row, around) : null;
    if (!found) return [];
    const { message, severity, unsure } = found;
    return [{ statement: null, message, severity, ...(unsure && { confidence: "low" }) }];
  },
});
