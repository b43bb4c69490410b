import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { baselineOf, noBaseline, readBaseline } from "../../analyzer/baseline.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Decisions, noDecisions, type Suppression } from "../../analyzer/suppress.ts";
import type { Finding } from "../../lib/finding.ts";
import { type Change, planOf, policy } from "./plans.ts";

const anyone = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
const inOrganization = {
  ...anyone,
  Sid: "Ours",
  Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
};

const role = (address: string, ...statements: readonly object[]): Change => ({
  address,
  type: "aws_iam_role",
  actions: ["create"],
  after: { assume_role_policy: policy(...statements) },
});

const suppression = (over: Partial<Suppression> = {}): Suppression => ({
  rule: "trust-anyone",
  target: { pattern: "aws_iam_role.catalog" },
  plan: null,
  fingerprint: null,
  reason: "public catalogue",
  owner: "platform",
  until: "2026-12-31",
  location: { file: "gatehouse.config.yaml", line: 3 },
  ...over,
});

const kept = (values: object) => ({ actions: ["no-op"], before: values, after: values });

const accepted = (findings: readonly Finding[]): Decisions["baseline"] => baselineOf(["plan.json"], findings);

const asked = rules.filter(({ id }) => id === "trust-anyone" || id.startsWith("suppression-"));

async function judge(changes: readonly Change[], decisions: Partial<Decisions>): Promise<readonly Finding[]> {
  const options = {
    rules: asked,
    world: {},
    toolVersion: "0.0.0",
    decisions: { ...noDecisions, asOf: "2026-06-01", ...decisions },
  };
  return (await analyze([planOf(changes)], options)).findings;
}

const facts = (findings: readonly Finding[]) =>
  findings.map(({ rule, change, suppressed }) => [rule, change, suppressed?.reason ?? null]);

const hidden = [["trust-anyone", "introduced", "public catalogue"]];
const shown = ["trust-anyone", "introduced", null];

describe("a suppression", () => {
  const public_ = [role("aws_iam_role.catalog", anyone)];

  it("hides the rule's findings at the address, and says why and until when", async () => {
    const [finding] = await judge(public_, { suppressions: [suppression()] });
    expect(finding).toMatchObject({
      rule: "trust-anyone",
      suppressed: { reason: "public catalogue", until: "2026-12-31" },
    });
  });

  it.each<[string, string, string, boolean]>([
    ["an instance", 'aws_iam_role.catalog["a.b"]', 'aws_iam_role.catalog["a.b"]', true],
    ["all instances", "aws_iam_role.catalog[*]", 'aws_iam_role.catalog["a.b"]', true],
    ["a module", "module.legacy*", 'module.legacy["x"].aws_iam_role.r', true],
    ["another module", "module.legacy.*", "module.legacy_new.aws_iam_role.r", false],
    ["an address that only begins so", "aws_iam_role.catalog", "aws_iam_role.catalog_two", false],
    ["an address in a module", "aws_iam_role.catalog", "module.a.aws_iam_role.catalog", false],
  ])("takes a pattern for %s", async (_, pattern, address, applies) => {
    const findings = await judge([role(address, anyone)], { suppressions: [suppression({ target: { pattern } })] });
    expect(facts(findings)).toEqual(applies ? hidden : [shown]);
  });

  it("beside a block holds for all its instances in every module that has it", async () => {
    const target = { blocks: ["aws_iam_role.catalog", "module.a.aws_iam_role.catalog"] };
    const changes = ['aws_iam_role.catalog["x"]', 'module.a["y"].aws_iam_role.catalog[0]'].map((at) =>
      role(at, anyone),
    );
    expect(facts(await judge(changes, { suppressions: [suppression({ target })] }))).toEqual([...hidden, ...hidden]);
  });

  describe("about lines of the code", () => {
    const target = { lines: { file: "main.tf", first: 3, last: 9 }, modules: ["module.m"], elsewhere: "at a call" };
    const judgeAt = async (line: number, address: string, over: Partial<Suppression> = {}) => {
      const options = {
        rules: asked,
        world: {},
        toolVersion: "0.0.0",
        decisions: { ...noDecisions, asOf: "2026-06-01", suppressions: [suppression({ target, ...over })] },
        source: { locate: () => ({ file: "main.tf", line }), documents: null },
      };
      return (await analyze([planOf([role(address, anyone)])], options)).findings;
    };

    it("hides what is written in them", async () => {
      expect(facts(await judgeAt(3, "module.m[0].aws_iam_role.r"))).toEqual(hidden);
      expect(facts(await judgeAt(9, "aws_iam_role.r"))).toEqual(hidden);
    });

    it("says so when what it was meant for is written in others", async () => {
      const findings = await judgeAt(10, "module.m[0].module.inner.aws_iam_role.r");
      expect(facts(findings)).toEqual([shown, ["suppression-malformed", "introduced", null]]);
      expect(findings[1]?.message).toContain("at a call");
      expect(facts(await judgeAt(10, "module.other.aws_iam_role.r"))).toEqual([shown]);
    });

    it("is unused where there is nothing to hide", async () => {
      const findings = await judgeAt(10, "module.m.aws_iam_role.r", { target: { ...target, elsewhere: null } });
      expect(facts(findings)).toEqual([shown, ["suppression-unused", "introduced", null]]);
    });
  });

  it("applies on its last day, and is a finding on the day after", async () => {
    const suppressions = [suppression({ until: "2026-06-01" })];
    expect(facts(await judge(public_, { suppressions }))).toEqual(hidden);
    const after = await judge(public_, { suppressions, asOf: "2026-06-02" });
    expect(facts(after)).toEqual([shown, ["suppression-expired", "introduced", null]]);
    expect(after[1]).toMatchObject({
      location: { file: "gatehouse.config.yaml", line: 3 },
      address: "aws_iam_role.catalog",
    });
  });

  it("is told after its end at the resource whose finding it hid", async () => {
    const changes = [role("aws_iam_role.a", inOrganization), role("aws_iam_role.b", anyone)];
    const past = suppression({ target: { pattern: "aws_iam_role.*" }, until: "2026-01-31" });
    const expired = (await judge(changes, { suppressions: [past] })).find(({ rule }) => rule === "suppression-expired");
    expect(expired?.address).toBe("aws_iam_role.b");
  });

  it("does not hide what the change makes worse", async () => {
    const before = { assume_role_policy: policy(inOrganization) };
    const now = { ...inOrganization, Condition: { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/x" } } };
    const narrow = { assume_role_policy: policy(now) };
    const wide = { assume_role_policy: policy({ ...anyone, Sid: "Ours" }) };
    const change = (from: object, to: object): Change[] => [
      { address: "aws_iam_role.catalog", type: "aws_iam_role", before: from, after: to },
    ];
    expect(facts(await judge(change(before, wide), { suppressions: [suppression()] }))).toEqual(hidden);
    const [worse] = await judge(change(narrow, wide), { suppressions: [suppression()] });
    expect(worse).toMatchObject({ change: "worsened", suppressed: null });
  });

  it("with a fingerprint hides that finding and no other", async () => {
    const two = [role("aws_iam_role.catalog", anyone, { ...anyone, Action: "sts:TagSession" })];
    const [first] = await judge(two, {});
    const findings = await judge(two, { suppressions: [suppression({ fingerprint: first?.fingerprint ?? "" })] });
    expect(
      findings.map(({ fingerprint, suppressed }) => [fingerprint === first?.fingerprint, suppressed !== null]),
    ).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  it("with a fingerprint does not hide what goes wrong around the statement", async () => {
    const open = policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" });
    const bucket = {
      address: "aws_s3_bucket_policy.shop",
      type: "aws_s3_bucket_policy",
      ...kept({ bucket: "shop", policy: open }),
    };
    const block = {
      address: "aws_s3_bucket_public_access_block.shop",
      type: "aws_s3_bucket_public_access_block",
      ...kept({ bucket: "shop", restrict_public_buckets: true }),
    };
    const boundary = (name: string | null) => ({
      name: "team",
      arn: "arn:aws:iam::111111111111:role/team",
      permissions_boundary: name,
    });
    const everything = policy({ Effect: "Allow", Action: "*", Resource: "*" });
    const limit = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const given = {
      address: "aws_iam_role_policy.team",
      type: "aws_iam_role_policy",
      ...kept({ role: "team", policy: everything }),
    };
    const team = { address: "aws_iam_role.team", type: "aws_iam_role" };
    const cases: [rule: string, alone: Change[], change: Change[]][] = [
      ["resource-public", [bucket, block], [bucket, { ...block, actions: ["delete"], after: null }]],
      [
        "admin-access",
        [given, { ...team, ...kept(boundary(null)) }],
        [given, { ...team, before: boundary(limit), after: boundary(null) }],
      ],
    ];
    for (const [id, alone, change] of cases) {
      const ask = async (changes: readonly Change[], suppressions: readonly Suppression[] = []) => {
        const chosen = rules.filter((rule) => rule.id === id);
        const decisions = { ...noDecisions, suppressions, asOf: "2026-06-01" };
        const report = await analyze([planOf(changes)], { rules: chosen, world: {}, toolVersion: "0.0.0", decisions });
        return report.findings;
      };
      const [standing] = await ask(alone);
      const accepted = suppression({
        rule: id,
        target: { pattern: "*" },
        fingerprint: standing?.fingerprint ?? "",
      });
      expect(await ask(alone, [accepted])).toMatchObject([{ rule: id, suppressed: {} }]);
      const shown = await ask(change, [accepted]);
      expect(shown).toMatchObject([{ rule: id, suppressed: null }]);
      const both = [accepted, { ...accepted, fingerprint: shown[0]?.fingerprint ?? "" }];
      expect(await ask(change, both)).toMatchObject([{ rule: id, suppressed: {} }]);
    }
  });

  it("that hides nothing is a finding, when the plan holds the resource and the rule was asked", async () => {
    const sound = [role("aws_iam_role.catalog", inOrganization)];
    expect(facts(await judge(sound, { suppressions: [suppression()] }))).toEqual([
      ["suppression-unused", "introduced", null],
    ]);
    expect(await judge([role("aws_iam_role.other", inOrganization)], { suppressions: [suppression()] })).toEqual([]);
    expect(await judge(sound, { suppressions: [suppression({ rule: "resource-public" })] })).toEqual([]);
  });

  it("is not unused where the policy that it is about is not known yet", async () => {
    const unknown = { ...role("aws_iam_role.catalog", anyone), actions: ["update"], after: {} };
    const changes = [{ ...unknown, after_unknown: { assume_role_policy: true } }];
    const expressions = { assume_role_policy: { references: ["aws_sqs_queue.q.arn", "aws_sqs_queue.q"] } };
    const resources = [{ address: "aws_iam_role.catalog", type: "aws_iam_role", expressions }];
    const plan = planOf(changes, { configuration: { root_module: { resources } } });
    const decisions = { ...noDecisions, asOf: "2026-06-01", suppressions: [suppression()] };
    const report = await analyze([plan], { rules: asked, world: {}, toolVersion: "0.0.0", decisions });
    expect(facts(report.findings.filter(({ change }) => change !== "fixed"))).toEqual([]);
  });

  it("may be about one of several plans", async () => {
    const plan = (file: string) => ({ ...planOf([role("aws_iam_role.catalog", anyone)]), file });
    const decisions = { ...noDecisions, asOf: "2026-06-01", suppressions: [suppression({ plan: "dev/*" })] };
    const plans = [plan("dev/plan.json"), plan("prod/plan.json")];
    const { findings } = await analyze(plans, { rules: asked, world: {}, toolVersion: "0.0.0", decisions });
    expect(findings.map(({ plan, suppressed }) => [plan, suppressed !== null])).toEqual([
      ["dev/plan.json", true],
      ["prod/plan.json", false],
    ]);
  });

  it("is not unused while the finding that it hides is being fixed", async () => {
    const [before, after] = [anyone, inOrganization].map((one) => ({ assume_role_policy: policy(one) }));
    const change = { address: "aws_iam_role.catalog", type: "aws_iam_role", before, after };
    expect(facts(await judge([change], { suppressions: [suppression()] }))).toEqual([["trust-anyone", "fixed", null]]);
  });
});

describe("a baseline", () => {
  it("makes what it shows unchanged, and nothing else", async () => {
    const before = [role("aws_iam_role.catalog", anyone)];
    const baseline = accepted(await judge(before, {}));
    const after = [...before, role("aws_iam_role.new", anyone)];
    expect(facts(await judge(after, { baseline }))).toEqual([shown, ["trust-anyone", "unchanged", null]]);
    const wider = [role("aws_iam_role.catalog", { ...anyone, Action: "sts:*" })];
    expect(facts(await judge(wider, { baseline }))).toEqual([shown]);
  });

  it("is about the plan that it shows, and about any plan that it does not know", async () => {
    const plan = (file: string) => ({ ...planOf([role("aws_iam_role.catalog", anyone)]), file });
    const ask = async (decisions: Partial<Decisions>, ...files: readonly string[]) => {
      const options = { rules: asked, world: {}, toolVersion: "0.0.0" };
      const all = { ...noDecisions, ...decisions };
      return (await analyze(files.map(plan), { ...options, decisions: all })).findings;
    };
    const changesIn = (findings: readonly Finding[]) => findings.map(({ plan, change }) => `${plan} ${change}`).sort();
    const baseline = baselineOf(["dev.json", "prod.json"], await ask({}, "dev.json"));
    expect(changesIn(await ask({ baseline }, "dev.json", "prod.json"))).toEqual([
      "dev.json unchanged",
      "prod.json introduced",
    ]);
    expect(changesIn(await ask({ baseline }, "renamed.json"))).toEqual(["renamed.json unchanged"]);
  });

  it("does not cover what was suppressed then", () => {
    const finding = { fingerprint: "f", severity: "high", plan: "plan.json", change: "introduced" };
    const report = (suppressed: unknown) =>
      readBaseline(
        JSON.stringify({
          ...{ version: 1, tool: { name: "gatehouse" }, plans: [{ file: "plan.json" }] },
          findings: [{ ...finding, suppressed }],
        }),
      );
    expect(report(null)).toEqual({ baseline: baselineOf(["plan.json"], [{ ...finding, severity: "high" }]) });
    expect(report({ reason: "for now", until: null })).toEqual({ baseline: baselineOf(["plan.json"], []) });
  });

  it("does not cover what is worse now than it was then", async () => {
    const bucket = { bucket: "shop" };
    const open = policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" });
    const document = {
      address: "aws_s3_bucket_policy.shop",
      type: "aws_s3_bucket_policy",
      ...kept({ ...bucket, policy: open }),
    };
    const block = { address: "aws_s3_bucket_public_access_block.shop", type: "aws_s3_bucket_public_access_block" };
    const on = { ...bucket, restrict_public_buckets: true };
    const ask = async (changes: readonly Change[], baseline: Decisions["baseline"]) => {
      const chosen = rules.filter(({ id }) => id === "resource-public");
      const decisions = { ...noDecisions, baseline };
      return (await analyze([planOf(changes)], { rules: chosen, world: {}, toolVersion: "0.0.0", decisions })).findings;
    };
    const baseline = accepted(await ask([document, { ...block, ...kept(on) }], noBaseline));
    const removed = await ask([document, { ...block, actions: ["delete"], before: on }], baseline);
    expect(removed).toMatchObject([{ change: "worsened", severity: "critical" }]);
  });
});

it("the team's severity stands in the place of the rule's", async () => {
  const report = await analyze([planOf([role("aws_iam_role.catalog", anyone)])], {
    ...{ rules: asked, world: {}, toolVersion: "0.0.0" },
    severities: new Map([["trust-anyone", "low"]]),
  });
  expect(report.findings).toMatchObject([{ rule: "trust-anyone", severity: "low" }]);
  expect(report.summary.bySeverity).toMatchObject({ critical: 0, low: 1 });
});

it("what is suppressed is not counted", async () => {
  const report = await analyze([planOf([role("aws_iam_role.catalog", anyone)])], {
    ...{ rules: asked, world: {}, toolVersion: "0.0.0" },
    decisions: { ...noDecisions, suppressions: [suppression()], asOf: "2026-06-01" },
  });
  expect(report.summary).toMatchObject({ introduced: 0, bySeverity: { critical: 0 } });
});
