/** Monitoring that is blinded: what a fixture of one plan cannot show. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { type Clause, type Comparison, picksMore, said } from "../../analyzer/rules/monitoring-weakened/criteria.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const found = async (...changes: readonly Change[]) => {
  const { findings } = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "0.0.0" });
  return findings.filter(({ rule }) => rule === "monitoring-weakened");
};
const made = (type: string, name: string, after: object, after_unknown: object = {}): Change => ({
  address: `${type}.${name}`,
  type,
  actions: ["create"],
  after,
  after_unknown,
});
const deleted = (type: string, name: string, before: object): Change => ({
  address: `${type}.${name}`,
  type,
  actions: ["delete"],
  before,
});

const updated = (type: string, name: string, before: object, after: object): Change => ({
  address: `${type}.${name}`,
  type,
  actions: ["update"],
  before,
  after,
});
const told = async (...changes: readonly Change[]) =>
  (await found(...changes)).map(({ severity, message }) => `${severity}: ${message}`);

describe("a detector", () => {
  const type = "aws_guardduty_detector";
  const feature = made(
    "aws_guardduty_detector_feature",
    "x",
    { name: "S3_DATA_EVENTS", status: "DISABLED" },
    { detector_id: true },
  );

  it("is set up with what it does not watch", async () => {
    expect(await found(made(type, "new", { enable: true }), feature)).toEqual([]);
    expect(await found(feature)).toMatchObject([{ severity: "high" }]);
    const old = deleted(type, "old", { enable: true });
    expect(await found(old, made(type, "new", { enable: true }), feature)).toMatchObject([{ severity: "high" }]);
  });

  it.each([
    ["eu-west-1", 0],
    ["us-east-1", 1],
  ])("that moves in the code to %s leaves %d regions unwatched", async (region, count) => {
    const findings = await found(
      deleted(type, "old", { enable: true, region: "eu-west-1" }),
      made(type, "new", { enable: true, region }),
    );
    expect(findings).toHaveLength(count);
  });
});

it("does not take a new load balancer for the one that goes", async () => {
  const type = "aws_lb";
  const logged = { id: "a", name: "a", access_logs: [{ bucket: "logs", enabled: true }] };
  expect(await found(deleted(type, "a", logged), made(type, "b", { name: "b", access_logs: [] }))).toEqual([]);
});

describe("a filter", () => {
  const type = "aws_guardduty_filter";
  const archives = (criterion: readonly object[]) => ({
    name: "x",
    action: "ARCHIVE",
    finding_criteria: [{ criterion }],
  });

  it("whose criteria are not known yet is reported, and not trusted", async () => {
    const unknown = made(type, "x", { name: "x", action: "ARCHIVE" }, { finding_criteria: true });
    expect(await found(unknown)).toMatchObject([
      { confidence: "low", message: "the GuardDuty filter archives findings; which ones is not known yet" },
    ]);
  });

  it("that may archive is reported as long as nobody knows", async () => {
    const after = { name: "x", finding_criteria: [{ criterion: [{ field: "type", equals: ["Recon:EC2/Portscan"] }] }] };
    expect(await found(made(type, "x", after, { action: true }))).toMatchObject([{ confidence: "low" }]);
    const rule = made("aws_securityhub_automation_rule", "x", { rule_name: "x" }, { actions: true });
    expect(await found(rule)).toMatchObject([{ confidence: "low" }]);
  });

  it("reads what AWS gave back as what was written", async () => {
    const written = archives([{ field: "severity", less_than: "4" }]);
    const stored = archives([{ field: "severity", equals: [], greater_than: "", less_than: "4", not_equals: null }]);
    const change = { address: `${type}.x`, type, before: stored, after: written };
    expect(await found(change)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["text", "all"],
    ["numbers", [1, 2]],
    ["a list in a list", [[["x"]]]],
    ["no field", [{ equals: ["x"] }]],
    ["its prototype", [JSON.parse('{ "__proto__": { "field": "type" }, "field": { "x": 1 } }')]],
  ])("does not fail at %s", async (_, criterion) => {
    const after = { name: "x", action: "ARCHIVE", finding_criteria: [{ criterion }] };
    expect(await found(made(type, "x", after))).toHaveLength(1);
  });

  it("names the first values, and counts the rest", () => {
    const clause = ["a", "b", "c", "d", "e"].map((value) => ({ field: "type", operator: "is", value }));
    expect(said([clause])).toBe("findings where type is a or b or c or 2 more");
    expect(said([])).toBe("every finding");
  });
});

describe("criteria", () => {
  const comparison: fc.Arbitrary<Comparison> = fc.record({
    field: fc.constantFrom("a", "b"),
    operator: fc.constantFrom(
      "is",
      "is not",
      "starts with",
      "contains",
      "is above",
      "is at least",
      "is below",
      "is at most",
    ),
    value: fc.constantFrom("1", "2", "3", "12", "21"),
  });
  const clauses: fc.Arbitrary<readonly Clause[]> = fc.array(fc.array(comparison, { minLength: 1, maxLength: 3 }), {
    maxLength: 3,
  });
  const values = ["0", "1", "2", "3", "12", "13", "21", "121"];

  function holds({ field, operator, value }: Comparison, finding: Record<string, string>): boolean {
    const has = finding[field] ?? "";
    const wanted = value ?? "";
    const tests: Record<string, boolean> = {
      is: has === wanted,
      "is not": has !== wanted,
      "starts with": has.startsWith(wanted),
      contains: has.includes(wanted),
      "is above": Number(has) > Number(wanted),
      "is at least": Number(has) >= Number(wanted),
      "is below": Number(has) < Number(wanted),
      "is at most": Number(has) <= Number(wanted),
    };
    return tests[operator] ?? false;
  }
  const picks = (all: readonly Clause[], finding: Record<string, string>) =>
    all.every((clause) => clause.some((each) => holds(each, finding)));

  it("that pick nothing more pick no finding that the old ones let through", () => {
    fc.assert(
      fc.property(clauses, clauses, (was, now) => {
        if (picksMore(was, now)) return;
        for (const a of values) {
          for (const b of values) if (picks(now, { a, b })) expect(picks(was, { a, b })).toBe(true);
        }
      }),
    );
  });

  it("that stay as they are pick nothing more", () => {
    fc.assert(
      fc.property(clauses, (all) => {
        expect(picksMore(all, all)).toBe(false);
        expect(picksMore(all, [...all, [{ field: "c", operator: "is", value: "1" }]])).toBe(false);
      }),
    );
  });
});

// known to newer providers than the one that fixtures are planned with
describe("Security Hub of version 2", () => {
  it("is missed when it goes", async () => {
    expect(await found(deleted("aws_securityhub_account_v2", "hub", { id: "hub" }))).toMatchObject([
      { severity: "high" },
    ]);
  });

  it("sees fewer Regions", async () => {
    const aggregator = (before: object, after: object): Change => ({
      address: "aws_securityhub_aggregator_v2.all",
      type: "aws_securityhub_aggregator_v2",
      actions: ["update"],
      before,
      after,
    });
    const all = { region_linking_mode: "ALL_REGIONS" };
    const some = { region_linking_mode: "SPECIFIED_REGIONS", linked_regions: ["eu-west-1", "us-east-1"] };
    const one = { ...some, linked_regions: ["eu-west-1"] };
    expect(await found(aggregator(all, some))).toMatchObject([{ message: expect.stringContaining("SPECIFIED") }]);
    expect(await found(aggregator(some, one))).toMatchObject([{ message: expect.stringContaining("us-east-1") }]);
    expect(await found(aggregator(one, all))).toEqual([]);
    const others = { ...one, region_linking_mode: "ALL_REGIONS_EXCEPT_SPECIFIED" };
    expect(await found(aggregator(others, { ...others, linked_regions: ["eu-west-1", "eu-north-1"] }))).toMatchObject([
      { message: expect.stringContaining("eu-north-1") },
    ]);
    expect(await found(aggregator(others, { ...others, linked_regions: [] }))).toEqual([]);
    expect(await found(aggregator(some, { ...others, linked_regions: ["ap-south-2"] }))).toEqual([]);
  });
});

describe("an event rule", () => {
  const rule = (eventName: unknown, source = "aws.iam") => ({
    name: "users",
    event_bus_name: "default",
    event_pattern: JSON.stringify({ source: [source], detail: { eventName: [eventName] } }),
  });
  const change = (before: object, after: object, after_unknown: object = {}): Change => ({
    address: "aws_cloudwatch_event_rule.users",
    type: "aws_cloudwatch_event_rule",
    actions: ["update"],
    before,
    after,
    after_unknown,
  });

  it.each<[what: string, change: Change]>([
    ["has an operator that nobody knows", change(rule("CreateUser"), rule({ sounds: "CreateUser" }))],
    ["has a pattern that is not known yet", change(rule("CreateUser"), { name: "users" }, { event_pattern: true })],
    [
      "leaves a bus that is not the default one",
      change({ ...rule("CreateUser"), event_bus_name: "central" }, rule("CreateUser")),
    ],
  ])("%s: reported with low confidence", async (_, change) => {
    expect(await found(change)).toMatchObject([{ severity: "high", confidence: "low" }]);
  });

  it("surely sees less, whatever else cannot be told", async () => {
    const off = { ...rule({ sounds: "CreateUser" }), state: "DISABLED" };
    expect(await found(change(rule("CreateUser"), off))).toMatchObject([
      { message: "the event rule is switched off", confidence: "high" },
    ]);
  });

  it("is no matter of security", async () => {
    expect(await found(change(rule("Paid", "shop"), rule("Sent", "shop")))).toEqual([]);
  });
});

it("looks at what another filter of a firewall's log drops", async () => {
  const type = "aws_wafv2_web_acl_logging_configuration";
  const log = (behavior: string, action: string) => ({
    resource_arn: "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/shop/1",
    logging_filter: [
      {
        default_behavior: "KEEP",
        filter: [{ behavior, requirement: "MEETS_ANY", condition: [{ action_condition: [{ action }] }] }],
      },
    ],
  });
  const change = (before: object, after: object): Change => ({
    address: `${type}.shop`,
    type,
    actions: ["update"],
    before,
    after,
  });
  expect(await found(change(log("DROP", "ALLOW"), log("DROP", "BLOCK")))).toMatchObject([{ confidence: "low" }]);
  expect(await found(change(log("DROP", "ALLOW"), log("KEEP", "ALLOW")))).toEqual([]);
});

describe("a bucket that does not let a trail deliver any more", () => {
  const statement = { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::logs/*" };
  const lets = (...services: readonly string[]) =>
    policy({ ...statement, Principal: { Service: [...services, "logging.example.amazonaws.com"] } });
  const bucket = (before: string, after: string | null): Change => ({
    ...{ address: "aws_s3_bucket_policy.logs", type: "aws_s3_bucket_policy" },
    ...(after === null ? { actions: ["delete"] } : { after: { bucket: "logs", policy: after } }),
    before: { bucket: "logs", policy: before },
  });
  const trail = (before: string | null, after: string | null): Change => ({
    ...{ address: "aws_cloudtrail.all", type: "aws_cloudtrail" },
    actions: before === null ? ["create"] : after === null ? ["delete"] : ["update"],
    ...(before !== null && { before: { name: "all", s3_bucket_name: before } }),
    ...(after !== null && { after: { name: "all", s3_bucket_name: after } }),
  });
  const open = lets("cloudtrail.amazonaws.com");
  const closed = lets("config.amazonaws.com");
  const says = "the policy of the bucket for logs does not let cloudtrail.amazonaws.com deliver any more";

  it.each<[string, readonly Change[], readonly string[]]>([
    ["and no trail in the plan", [bucket(open, closed)], [says]],
    ["and a trail that stays", [bucket(open, closed), trail("logs", "logs")], [says]],
    [
      "which two statements let in",
      [bucket(lets("cloudtrail.amazonaws.com", "cloudtrail.amazonaws.com"), closed)],
      [says],
    ],
    [
      "and a trail that delivers elsewhere now",
      [bucket(open, closed), trail("logs", "archive")],
      ["the trail delivers to archive instead of logs"],
    ],
    ["and a trail that never delivered there", [bucket(open, closed), trail("other", "other")], [says]],
    ["because there is no policy", [bucket(open, null)], ["the policy of the bucket for logs is deleted"]],
    [
      "in another order",
      [bucket(lets("config.amazonaws.com", "cloudtrail.amazonaws.com"), open)],
      ["the policy of the bucket for logs does not let config.amazonaws.com deliver any more"],
    ],
    ["and never did", [bucket(lets(), lets())], []],
  ])("%s", async (_, changes, messages) => {
    expect((await found(...changes)).map(({ message }) => message)).toEqual(messages);
  });

  it("leaves a trail that goes to the trail", async () => {
    const findings = await found(bucket(open, closed), trail("logs", null));
    expect(findings.map(({ message }) => message)).toEqual(["the trail is deleted"]);
  });
});

describe("a Config recorder", () => {
  const group = (all_supported: boolean, resource_types: readonly string[], except: readonly string[] = []) => ({
    name: "default",
    recording_group: [
      {
        all_supported,
        include_global_resource_types: all_supported,
        resource_types,
        exclusion_by_resource_types: except.length > 0 ? [{ resource_types: except }] : [],
      },
    ],
  });
  const [instance, role] = ["AWS::EC2::Instance", "AWS::IAM::Role"];
  const all = group(true, []);

  it.each<[what: string, before: object, after: object, says: string | null]>([
    ["records all instead of a list", group(false, [instance]), all, null],
    ["records all but what was not in the list", group(false, [instance]), group(false, [], [role]), null],
    ["leaves out less", group(false, [], [instance, role]), group(false, [], [role]), null],
    ["leaves out nothing", group(false, [], [role]), { ...all }, null],
    ["records a longer list", group(false, [role]), group(false, [instance, role]), null],
    [
      "records a shorter list",
      group(false, [instance, role]),
      group(false, [role]),
      `does not record ${instance} any more`,
    ],
    [
      "leaves out what was in the list",
      group(false, [role]),
      group(false, [], [role]),
      `does not record ${role} any more`,
    ],
    ["leaves out a type", all, group(false, [], [instance]), `does not record ${instance} any more`],
    ["records a list instead of all", all, group(false, [role]), "does not record every type any more"],
  ])("%s", async (_, before, after, says) => {
    const messages = await told(updated("aws_config_configuration_recorder", "default", before, after));
    expect(messages).toEqual(says === null ? [] : [`high: the Config recorder ${says}`]);
  });
});

describe("what is delivered to another place", () => {
  it.each<[type: string, before: object, after: object, says: string]>([
    [
      "aws_config_delivery_channel",
      { s3_bucket_name: "config" },
      { s3_bucket_name: "scratch" },
      "medium: the Config delivery channel delivers to scratch instead of config",
    ],
    [
      "aws_guardduty_publishing_destination",
      { destination_arn: "arn:aws:s3:::findings" },
      { destination_arn: "arn:aws:s3:::scratch" },
      "medium: the export of GuardDuty's findings delivers to arn:aws:s3:::scratch instead of arn:aws:s3:::findings",
    ],
    [
      "aws_s3_bucket_logging",
      { target_bucket: "logs" },
      { target_bucket: "scratch" },
      "low: the bucket's access log delivers to scratch instead of logs",
    ],
  ])("of %s", async (type, before, after, says) => {
    expect(await told(updated(type, "x", before, after))).toEqual([says]);
  });

  it("as messages of a topic, more where it is a topic of alarms", async () => {
    const to = (endpoint: string) => ({ topic_arn: "arn:aws:sns:eu-west-1:1:security", protocol: "email", endpoint });
    const swap = updated("aws_sns_topic_subscription", "x", to("soc@example.com"), to("joe@example.com"));
    const says = "the subscription tells joe@example.com instead of soc@example.com";
    expect(await told(swap)).toEqual([`low: ${says}`]);
    const alarm = { alarm_name: "root", namespace: "CIS", alarm_actions: ["arn:aws:sns:eu-west-1:1:security"] };
    expect(await told(swap, updated("aws_cloudwatch_metric_alarm", "root", alarm, alarm))).toEqual([`medium: ${says}`]);
  });
});

describe("a metric filter", () => {
  const filter = (log_group_name: string, name = "RootUsage") => ({
    name: "root",
    log_group_name,
    pattern: '{ $.userIdentity.type = "Root" }',
    metric_transformation: [{ namespace: "CIS", name, value: "1" }],
  });
  const moved = updated("aws_cloudwatch_log_metric_filter", "root", filter("trail"), filter("app"));
  const alarm = (metric_name: string) => ({ alarm_name: "root", namespace: "CIS", metric_name });
  const trail = (group: string) => ({
    name: "all",
    cloud_watch_logs_group_arn: `arn:aws:logs:eu-west-1:111111111111:log-group:${group}:*`,
  });

  it("that reads another log group is missed, unless the trail writes there", async () => {
    const says = "high: the metric filter reads app instead of trail";
    expect(await told(moved)).toEqual([says]);
    expect(await told(moved, updated("aws_cloudtrail", "all", trail("trail"), trail("trail")))).toEqual([says]);
    expect(await told(moved, updated("aws_cloudtrail", "all", trail("trail"), trail("app")))).toEqual([]);
  });

  it("goes with a log group that has another name", async () => {
    const group = updated("aws_cloudwatch_log_group", "trail", { name: "trail" }, { name: "app" });
    expect(await told(moved, group)).toEqual([]);
  });

  it("that counts under another name is missed by the alarm that looks at the old one", async () => {
    const type = "aws_cloudwatch_log_metric_filter";
    const renamed = updated(type, "root", filter("trail"), filter("trail", "Root"));
    const old = alarm("RootUsage");
    expect(await told(renamed, updated("aws_cloudwatch_metric_alarm", "root", old, old))).toEqual([
      "medium: the metric filter does not count CIS RootUsage any more, which an alarm looks at",
    ]);
    const both = made(type, "other", filter("other"));
    expect(await told(renamed, both, updated("aws_cloudwatch_metric_alarm", "root", old, old))).toEqual([]);
    expect(await told(renamed)).toEqual([]);
  });
});

describe("the lifecycle of a bucket", () => {
  const type = "aws_s3_bucket_lifecycle_configuration";
  const trail = { name: "all", s3_bucket_name: "trail", s3_key_prefix: "org" };
  const stays = updated("aws_cloudtrail", "all", trail, trail);
  const deletesAfter = (days: number, filter: object = {}, status = "Enabled") => ({
    bucket: "trail",
    rule: [{ id: "x", status, filter: [filter], expiration: [{ days }] }],
  });
  const says = (days: string) => `the lifecycle of the bucket with the account's record deletes it after ${days}`;

  it.each<[what: string, changes: readonly Change[], says: readonly string[]]>([
    [
      "that deletes the trail",
      [stays, updated(type, "x", deletesAfter(2555), deletesAfter(1))],
      [`medium: ${says("1 day")}`],
    ],
    ["that is new", [stays, made(type, "x", deletesAfter(30))], [`medium: ${says("30 days")}`]],
    ["that keeps it for half a year", [stays, made(type, "x", deletesAfter(180))], [`low: ${says("180 days")}`]],
    ["that keeps it for a year", [stays, updated(type, "x", deletesAfter(2555), deletesAfter(365))], []],
    ["that keeps it longer", [stays, updated(type, "x", deletesAfter(1), deletesAfter(30))], []],
    ["that is about other files", [stays, made(type, "x", deletesAfter(1, { prefix: "access-logs/" }))], []],
    [
      "that is about the trail's",
      [stays, made(type, "x", deletesAfter(1, { prefix: "org/" }))],
      [`medium: ${says("1 day")}`],
    ],
    [
      "that is about what is tagged",
      [stays, made(type, "x", deletesAfter(1, { tag: [{ key: "a", value: "b" }] }))],
      [],
    ],
    ["that is off", [stays, made(type, "x", deletesAfter(1, {}, "Disabled"))], []],
    ["that is made with its trail", [made("aws_cloudtrail", "all", trail), made(type, "x", deletesAfter(30))], []],
    ["with no record in it", [made(type, "x", deletesAfter(1))], []],
  ])("%s", async (_, changes, messages) => {
    expect(await told(...changes)).toEqual(messages);
  });
});

it("looks at which services see an organization's accounts", async () => {
  const lets = (...services: readonly string[]) => ({
    aws_service_access_principals: services.map((service) => `${service}.amazonaws.com`),
  });
  const change = (before: object, after: object) => updated("aws_organizations_organization", "x", before, after);
  expect(await told(change(lets("cloudtrail", "ram"), lets("ram")))).toEqual([
    "medium: the organization does not let cloudtrail.amazonaws.com see its accounts any more",
  ]);
  expect(await told(change(lets("cloudtrail", "ram"), lets("cloudtrail")))).toEqual([]);
});

describe("what one of the organization stands in for", () => {
  const trail = { name: "account", s3_bucket_name: "trail", is_multi_region_trail: true };
  const wide = { ...trail, name: "organization", is_organization_trail: true };
  const account = { analyzer_name: "a", type: "ACCOUNT" };

  it.each<[what: string, gone: Change, other: Change, severity: string]>([
    ["a trail", deleted("aws_cloudtrail", "a", trail), made("aws_cloudtrail", "o", wide), "low"],
    [
      "not a trail whose files go elsewhere",
      deleted("aws_cloudtrail", "a", trail),
      made("aws_cloudtrail", "o", { ...wide, s3_bucket_name: "other" }),
      "high",
    ],
    [
      "not a trail that feeds alarms",
      deleted("aws_cloudtrail", "a", { ...trail, cloud_watch_logs_group_arn: "arn:aws:logs:::log-group:trail" }),
      made("aws_cloudtrail", "o", wide),
      "high",
    ],
    [
      "an analyzer",
      deleted("aws_accessanalyzer_analyzer", "a", account),
      made("aws_accessanalyzer_analyzer", "o", { analyzer_name: "o", type: "ORGANIZATION" }),
      "low",
    ],
    [
      "not an analyzer of something else",
      deleted("aws_accessanalyzer_analyzer", "a", account),
      made("aws_accessanalyzer_analyzer", "o", { analyzer_name: "o", type: "ORGANIZATION_UNUSED_ACCESS" }),
      "high",
    ],
  ])("%s", async (_, gone, other, severity) => {
    const [finding] = await found(gone, other);
    expect(finding).toMatchObject({ severity, message: expect.stringContaining("is deleted") });
    if (severity === "low") expect(finding?.message).toContain(`${other.address} stands in for it`);
  });
});

describe("a bucket of a trail", () => {
  const bucket = "arn:aws:s3:::logs";
  const acl = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "s3:GetBucketAcl" };
  const put = (below: string, of: object = {}) => ({
    ...{ ...acl, Action: "s3:PutObject", Resource: `${bucket}/${below}*` },
    Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control", ...of } },
  });
  const deny = (Condition: object) => ({
    ...{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${bucket}/*` },
    Condition,
  });
  const arn = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all";
  const trail = { name: "all", arn, s3_bucket_name: "logs", s3_key_prefix: "org" };
  const before = [{ ...acl, Resource: bucket }, put("org/AWSLogs/111122223333/")];
  const strangers = { StringNotEquals: { "aws:PrincipalOrgID": "o-abcde12345" } };

  it.each<[what: string, after: readonly object[], isStopped: boolean]>([
    ["that only shows its ACL", before.slice(0, 1), true],
    ["that asks for another prefix", [put("AWSLogs/111122223333/")], true],
    ["that asks for another account's files", [put("org/AWSLogs/222233334444/")], true],
    ["that asks for any", [put("")], false],
    ["that asks for another trail", [put("", { "aws:SourceArn": `${arn}-eu` })], true],
    ["that asks for this trail", [put("", { "aws:SourceArn": arn, "aws:SourceAccount": "111122223333" })], false],
    ["that denies what comes from no organization", [...before, deny(strangers)], true],
    [
      "that leaves services out of it",
      [...before, deny({ ...strangers, Bool: { "aws:PrincipalIsAWSService": "false" } })],
      false,
    ],
    [
      "that denies what comes from other networks",
      [...before, deny({ StringNotEquals: { "aws:SourceVpc": "v" } })],
      true,
    ],
    ["that denies what comes without TLS", [...before, deny({ Bool: { "aws:SecureTransport": "false" } })], false],
  ])("%s", async (_, after, isStopped) => {
    const says = "high: the policy of the bucket for logs does not let cloudtrail.amazonaws.com deliver any more";
    const of = (statements: readonly object[]) => ({ bucket: "logs", policy: policy(...statements) });
    const changed = updated("aws_s3_bucket_policy", "logs", of(before), of(after));
    expect(await told(changed, updated("aws_cloudtrail", "all", trail, trail))).toEqual(isStopped ? [says] : []);
  });
});

describe("what a trail delivers with", () => {
  const [type, arn] = ["aws_kms_key", "arn:aws:kms:eu-west-1:111122223333:key/a"];
  const key = { arn, key_id: "a", is_enabled: true, policy: policy() };
  const group = { name: "trail", retention_in_days: 365 };
  const trail = (more: object) => ({ name: "all", s3_bucket_name: "logs", ...more });
  const named = {
    kms_key_id: arn,
    cloud_watch_logs_group_arn: "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*",
  };
  const stays = updated("aws_cloudtrail", "all", trail(named), trail(named));
  const other = {
    kms_key_id: `${arn}b`,
    cloud_watch_logs_group_arn: `${named.cloud_watch_logs_group_arn}b`.replace("trail:*b", "b:*"),
  };
  const leaves = updated("aws_cloudtrail", "all", trail(named), trail(other));
  const logs = "aws_cloudwatch_log_group";
  const keeping = (days: number, name = "trail") =>
    updated(logs, "x", { ...group, name }, { ...group, name, retention_in_days: days });

  it.each<[what: string, changes: readonly Change[], says: readonly string[]]>([
    ["its key", [stays, deleted(type, "x", key)], ["high: the key for logs is deleted"]],
    [
      "its key that is switched off",
      [stays, updated(type, "x", key, { ...key, is_enabled: false })],
      ["high: the key for logs is switched off"],
    ],
    ["a key that it leaves", [leaves, deleted(type, "x", key)], []],
    ["a key of something else", [deleted(type, "x", key)], []],
    ["its log group", [stays, deleted(logs, "x", group)], ["high: the log group is deleted"]],
    ["a log group that it leaves", [leaves, deleted(logs, "x", group)], ["low: the log group is deleted"]],
    [
      "a log group that is called so",
      [deleted(logs, "x", { name: "/aws/cloudtrail/main" })],
      ["medium: the log group is deleted"],
    ],
    ["a log that is short", [stays, keeping(1)], ["medium: the log group keeps logs for 1 day instead of 365"]],
    ["a log that is shorter", [stays, keeping(180)], ["low: the log group keeps logs for 180 days instead of 365"]],
    ["another log", [stays, keeping(1, "app")], ["low: the log group keeps logs for 1 day instead of 365"]],
  ])("%s", async (_, changes, says) => {
    expect(await told(...changes)).toEqual(says);
  });
});

describe("what stands in under another name", () => {
  const alarm = (alarm_name: string, more: object = {}) => ({
    ...{
      alarm_name,
      namespace: "CIS",
      metric_name: "RootUsage",
      statistic: "Sum",
      threshold: 1,
      alarm_actions: ["sec"],
    },
    ...{ comparison_operator: "GreaterThanOrEqualToThreshold", ...more },
  });
  const event = (name: string, ...source: readonly string[]) => ({ name, event_pattern: JSON.stringify({ source }) });
  const target = (rule: string, arn = "sec") => ({ rule, arn });
  const [alarms, events, targets] = [
    "aws_cloudwatch_metric_alarm",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
  ];
  const gone = [deleted(events, "a", event("a", "aws.guardduty")), deleted(targets, "a", target("a"))];
  const merged = updated(events, "b", event("b", "aws.macie"), event("b", "aws.macie", "aws.guardduty"));
  const tells = (arn: string) => updated(targets, "b", target("b", arn), target("b", arn));
  const rule = (name: string, more: object = {}) => ({
    name,
    source: [{ owner: "AWS", source_identifier: "ROOT_ACCOUNT_MFA_ENABLED" }],
    ...more,
  });
  const organizationRule = (more: object = {}) =>
    made("aws_config_organization_managed_rule", "o", { rule_identifier: "ROOT_ACCOUNT_MFA_ENABLED", ...more });
  const pack = (identifier: string) =>
    made("aws_config_conformance_pack", "o", {
      template_body: `Resources:\n  R:\n    Properties:\n      Source:\n        SourceIdentifier: ${identifier}\n`,
    });
  const enabler = (account_ids: readonly string[], ...resource_types: readonly string[]) => ({
    account_ids,
    resource_types,
  });
  const standard = (arn: string) => ({ standards_arn: `arn:aws:securityhub:${arn}` });
  const cis = standard("::ruleset/cis/v/1.2.0");
  const central = made("aws_securityhub_configuration_policy", "o", {
    configuration_policy: [
      { service_enabled: true, enabled_standard_arns: [standard("eu-west-1::standards/cis/v/3.0.0").standards_arn] },
    ],
    id: "p",
  });
  const associated = (target_id: string) =>
    made("aws_securityhub_configuration_policy_association", "o", { policy_id: "p", target_id });
  const [enablers, standards, rules] = [
    "aws_inspector2_enabler",
    "aws_securityhub_standards_subscription",
    "aws_config_config_rule",
  ];
  const oldRule = deleted(rules, "a", rule("a"));
  const of222 = deleted(enablers, "a", enabler(["2"], "EC2"));

  it.each<[what: string, changes: readonly Change[], severities: readonly string[]]>([
    ["an alarm", [deleted(alarms, "a", alarm("a")), made(alarms, "b", alarm("b"))], ["low"]],
    ["not a harder one", [deleted(alarms, "a", alarm("a")), made(alarms, "b", alarm("b", { threshold: 2 }))], ["high"]],
    [
      "not one of another number",
      [deleted(alarms, "a", alarm("a")), made(alarms, "b", alarm("b", { metric_name: "Users" }))],
      ["high"],
    ],
    [
      "not one that stood there as well",
      [deleted(alarms, "a", alarm("a")), updated(alarms, "b", alarm("b"), alarm("b", { alarm_description: "x" }))],
      ["high"],
    ],
    [
      "an event rule",
      [...gone, made(events, "b", event("b", "aws.guardduty")), made(targets, "b", target("b"))],
      ["low"],
    ],
    ["an event rule of more", [...gone, merged, tells("sec")], ["low"]],
    ["not one that tells somebody else", [...gone, merged, tells("other")], ["high"]],
    ["a Config rule", [oldRule, made(rules, "b", rule("b"))], ["low"]],
    ["a Config rule of the organization", [oldRule, organizationRule()], ["low"]],
    ["not one that leaves accounts out", [oldRule, organizationRule({ excluded_accounts: ["1"] })], ["medium"]],
    ["not one with other parameters", [oldRule, organizationRule({ input_parameters: "{}" })], ["medium"]],
    ["a pack that has the rule", [oldRule, pack("ROOT_ACCOUNT_MFA_ENABLED")], ["low"]],
    ["not a pack of others", [oldRule, pack("ROOT_ACCOUNT_MFA_ENABLED_TOO")], ["medium"]],
    ["Inspector of more accounts", [of222, made(enablers, "b", enabler(["2", "3"], "EC2", "ECR"))], ["low"]],
    ["not Inspector of other accounts", [of222, made(enablers, "b", enabler(["3"], "EC2"))], ["high"]],
    ["Inspector of more types, as the same", [of222, made(enablers, "b", enabler(["2"], "EC2", "ECR"))], []],
    [
      "a newer standard, as the same",
      [deleted(standards, "a", cis), made(standards, "b", standard("eu-west-1::standards/cis/v/3.0.0"))],
      [],
    ],
    ["a standard of the organization", [deleted(standards, "a", cis), central, associated("r-ab12")], ["low"]],
    ["not one of a unit", [deleted(standards, "a", cis), central, associated("ou-ab12-12345678")], ["high"]],
  ])("%s", async (_, changes, severities) => {
    expect((await found(...changes)).map(({ severity }) => severity)).toEqual(severities);
  });
});

it("leaves Security Hub to the policies of its administrator", async () => {
  const change = (configuration_type: string) =>
    updated(
      "aws_securityhub_organization_configuration",
      "x",
      { auto_enable: true, auto_enable_standards: "DEFAULT" },
      { auto_enable: false, auto_enable_standards: "NONE", organization_configuration: [{ configuration_type }] },
    );
  expect(await told(change("CENTRAL"))).toEqual([]);
  expect(await found(change("LOCAL"))).toMatchObject([{ severity: "high" }]);
});

describe("the selectors of a trail", () => {
  const basic = (values: readonly string[], more: object = {}) => ({
    event_selector: [{ read_write_type: "All", data_resource: [{ type: "AWS::S3::Object", values }], ...more }],
  });
  const selector = (category: string, ...fields: readonly object[]) => ({
    field_selector: [{ field: "eventCategory", equals: [category] }, ...fields],
  });
  const s3 = { field: "resources.type", equals: ["AWS::S3::Object"] };
  const lambda = { field: "resources.type", equals: ["AWS::Lambda::Function"] };
  const written = { field: "readOnly", equals: ["false"] };
  const advanced = (...advanced_event_selector: readonly object[]) => ({ advanced_event_selector });
  const all = selector("Management");
  const everything = basic(["arn:aws:s3"]);

  it.each<[what: string, before: object, after: object, says: string | null]>([
    ["advanced instead of basic", everything, advanced(all, selector("Data", s3)), null],
    ["and back", advanced(all, selector("Data", s3)), everything, null],
    ["for one bucket", basic(["arn:aws:s3:::a/"]), advanced(all, selector("Data", s3)), null],
    [
      "for writes only",
      { event_selector: [{ read_write_type: "WriteOnly" }] },
      advanced(selector("Management", written)),
      null,
    ],
    [
      "of what people write, besides",
      advanced(selector("Data", s3)),
      advanced(selector("Management", written), selector("Data", s3)),
      null,
    ],
    ["of something new", {}, advanced(all, selector("Data", lambda, written)), null],
    [
      "of less",
      everything,
      advanced(all, selector("Data", s3, written)),
      "medium: the trail records the use of data only where readOnly equals false",
    ],
    [
      "of less beside something new",
      everything,
      advanced(all, selector("Data", s3, written), selector("Data", lambda)),
      "medium: the trail records the use of data only where readOnly equals false",
    ],
    [
      "without a type",
      everything,
      advanced(all),
      "medium: the trail does not record the use of AWS::S3::Object any more",
    ],
    [
      "without people",
      {},
      advanced(selector("Data", s3)),
      "high: the trail does not record management events any more",
    ],
    [
      "of what people write",
      {},
      advanced(selector("Management", written)),
      "high: the trail records management events only where readOnly equals false",
    ],
  ])("%s", async (_, before, after, says) => {
    const change = updated("aws_cloudtrail", "all", { name: "all", ...before }, { name: "all", ...after });
    expect(await told(change)).toEqual(says === null ? [] : [says]);
  });

  it("are not trusted as long as they are not known", async () => {
    const change = { ...updated("aws_cloudtrail", "all", { name: "all", ...everything }, { name: "all" }) };
    expect(
      await found({ ...change, after_unknown: { advanced_event_selector: true, event_selector: true } }),
    ).toMatchObject([{ severity: "medium", confidence: "low" }]);
  });
});

describe("the policy of a topic", () => {
  const arn = "arn:aws:sns:eu-west-1:111122223333:sec";
  const lets = (Principal: unknown, Condition?: object) => ({
    arn,
    policy: policy({
      Effect: "Allow",
      Action: "sns:Publish",
      Resource: arn,
      Principal,
      ...(Condition && { Condition }),
    }),
  });
  const owner = { StringEquals: { "AWS:SourceOwner": "111122223333" } };

  it.each<[service: string, what: string, after: object, isSilent: boolean]>([
    ["cloudwatch", "lets everyone publish", lets("*"), false],
    ["cloudwatch", "is the default", lets({ AWS: "*" }, owner), false],
    ["events", "is the default", lets({ AWS: "*" }, owner), true],
    ["events", "lets another one publish", lets({ Service: "cloudwatch.amazonaws.com" }), true],
  ])("with %s, that %s", async (service, _, after, isSilent) => {
    const before = lets({ Service: `${service}.amazonaws.com` });
    const says = `medium: the topic's policy does not let ${service}.amazonaws.com publish any more`;
    expect(await told(updated("aws_sns_topic_policy", "x", before, after))).toEqual(isSilent ? [says] : []);
  });
});

describe("what is made as off", () => {
  it.each<[type: string, off: object, on: object, says: string]>([
    ["aws_cloudtrail", { name: "t", enable_logging: false }, { name: "t", enable_logging: true }, "the trail is made"],
    ["aws_guardduty_detector", { enable: false }, { enable: true }, "the GuardDuty detector is made"],
    [
      "aws_guardduty_organization_configuration",
      { auto_enable_organization_members: "NONE" },
      { auto_enable_organization_members: "NEW" },
      "GuardDuty in the organization is switched on for no member",
    ],
    [
      "aws_config_configuration_recorder_status",
      { name: "r", is_enabled: false },
      { name: "r", is_enabled: true },
      "the Config recorder is made",
    ],
    ["aws_macie2_account", { status: "PAUSED" }, { status: "ENABLED" }, "Macie is made"],
  ])("%s", async (type, off, on, says) => {
    const unknown = { arn: true, datasources: true, finding_publishing_frequency: true, kms_key_id: true };
    expect(await told(made(type, "x", off, unknown))).toEqual([expect.stringContaining(`medium: ${says}`)]);
    expect(await told(made(type, "x", on, unknown))).toEqual([]);
    expect(await told(made(type, "x", {}, { ...unknown, enable_logging: true, enable: true, status: true }))).toEqual(
      [],
    );
    expect(await told(deleted(type, "y", off), made(type, "x", off, unknown))).toEqual([]);
  });
});

describe("the account's contact", () => {
  const type = "aws_account_alternate_contact";
  const contact = (email_address: string, alternate_contact_type = "SECURITY") => ({
    alternate_contact_type,
    email_address,
  });
  const [ours, colleague, private_] = ["soc@acme.example", "ciso@ACME.example", "bob@mail.example"];

  it.each<[what: string, change: Change, says: readonly string[]]>([
    [
      "for security, to another domain",
      updated(type, "x", contact(ours), contact(private_)),
      ["medium: the contact for security tells bob@mail.example instead of soc@acme.example"],
    ],
    [
      "for security, to a colleague",
      updated(type, "x", contact(ours), contact(colleague)),
      ["low: the contact for security tells ciso@ACME.example instead of soc@acme.example"],
    ],
    [
      "for security, to something else",
      updated(type, "x", contact(ours), contact(ours, "BILLING")),
      ["medium: the contact for security is one for something else"],
    ],
    ["for security, deleted", deleted(type, "x", contact(ours)), ["medium: the contact for security is deleted"]],
    ["for bills", updated(type, "x", contact(ours, "BILLING"), contact(private_, "BILLING")), []],
    ["for bills, deleted", deleted(type, "x", contact(ours, "BILLING")), []],
    ["the same", updated(type, "x", contact(ours), { ...contact(ours), phone_number: "1" }), []],
  ])("%s", async (_, change, says) => {
    expect(await told(change)).toEqual(says);
  });

  it("may move in the code", async () => {
    expect(await told(deleted(type, "x", contact(ours)), made(type, "y", contact(ours)))).toEqual([]);
  });
});

describe("a Config aggregator", () => {
  const [accounts, organization] = ["account_aggregation_source", "organization_aggregation_source"] as const;
  const all = { all_regions: true };
  const some = (...regions: string[]) => ({ all_regions: false, regions });
  const two = some("eu-west-1", "us-east-1");
  const ids = (...account_ids: string[]) => ({ ...all, account_ids });

  it.each<[what: string, was: object, is: object, says: string]>([
    ["of the organization sees some Regions", { [organization]: [all] }, { [organization]: [two] }, "all Regions"],
    ["of accounts sees some Regions", { [accounts]: [all] }, { [accounts]: [two] }, "all Regions"],
    ["sees one less", { [organization]: [two] }, { [organization]: [some("eu-west-1")] }, "us-east-1"],
    ["sees an account less", { [accounts]: [ids("1", "2")] }, { [accounts]: [ids("1")] }, "2"],
    ["sees some accounts", { [organization]: [all] }, { [accounts]: [ids("1")] }, "the whole organization"],
    ["sees one more", { [organization]: [some("eu-west-1")] }, { [organization]: [two] }, ""],
    ["sees all Regions", { [organization]: [two] }, { [organization]: [{ ...two, all_regions: true }] }, ""],
    ["sees the whole organization", { [accounts]: [ids("1")] }, { [organization]: [all], [accounts]: [] }, ""],
  ])("%s", async (_, was, is, less) => {
    const messages = await told(updated("aws_config_configuration_aggregator", "x", was, is));
    expect(messages).toEqual(less ? [`medium: the Config aggregator does not see ${less} any more`] : []);
  });
});

it.each([
  ["arn:aws:logs:eu-west-1:333333333333:destination:b", "low"],
  ["arn:aws:logs:eu-west-1:444444444444:destination:a", "medium"],
  ["arn:aws:lambda:eu-west-1:333333333333:function:a", "medium"],
])("a log group's events go to %s", async (is, severity) => {
  const was = "arn:aws:logs:eu-west-1:333333333333:destination:a";
  const delivered = (destination_arn: string) => ({ log_group_name: "/app", filter_pattern: "", destination_arn });
  const messages = await told(updated("aws_cloudwatch_log_subscription_filter", "x", delivered(was), delivered(is)));
  expect(messages).toEqual([`${severity}: the delivery of the log group's events goes to ${is} instead of ${was}`]);
});
