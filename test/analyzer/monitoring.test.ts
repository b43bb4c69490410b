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
