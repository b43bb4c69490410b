import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnalyzeOptions, analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { noPaint, reporters } from "../../analyzer/reporters/index.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures");
const plans = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("plan.json"))
  .map((name) => join(fixtures, name))
  .filter((file) => statSync(file).isFile() && statSync(file).size < 400_000)
  .map((file) => readFileSync(file, "utf8"));

/** The JSON with the value that a visit in document order meets at `position` replaced. */
function replaceAt(json: string, position: number, replacement: unknown): string {
  let seen = 0;
  return JSON.stringify(JSON.parse(json), (_, value) => (seen++ === position ? replacement : value));
}

function countNodes(json: string): number {
  let nodes = 0;
  JSON.parse(json, () => void nodes++);
  return nodes;
}

const options: AnalyzeOptions = { rules, world: { organizationId: null, accounts: null }, toolVersion: "0.0.0" };

const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

it("answers every plan, whatever stands where something else was expected", { timeout: 120_000 }, async () => {
  const replacement = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      "",
      "*",
      "__proto__",
      [],
      {},
      [null],
      { references: [null, 1] },
      "{",
      '{"Statement":[null]}',
      JSON.parse('{"__proto__":{"policy":"x"},"constructor":{"prototype":1}}'),
      // String() gives no text for these
      { toString: 1 },
      [{ valueOf: {}, toString: 0 }],
      JSON.stringify({ Statement: [{ toString: 1 }], source: [{ toString: 1 }] }),
      nested(300),
      "x".repeat(300_000),
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...plans), fc.nat(), replacement, async (plan, at, value) => {
      const result = readPlan(replaceAt(plan, at % countNodes(plan), value), "plan.json");
      if ("problem" in result) {
        expect(result.problem.message).toMatch(/^plan\.json: /);
        return;
      }
      const report = await analyze([result.plan], options);
      for (const reporter of Object.values(reporters)) {
        expect(reporter(report, { rules, paint: noPaint })).toMatch(/\n$/);
      }
      expect(({} as Record<string, unknown>).policy).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

const deep = ["lists in lists"];
const deeper = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

it.each<[string, object]>([
  ["what has no text", { toString: 1, valueOf: 2 }],
  ["a list of that", [{ toString: 1 }]],
  ["lists in lists", deep],
])("answers where %s stands for an attribute, an action of the change or a value of a policy", async (_, odd) => {
  const attributes = { name: odd, type: odd, state: odd, enable: odd, account_id: odd, principal_id: odd, policy: odd };
  const types = [
    ...["aws_guardduty_detector", "aws_cloudtrail", "aws_cloudwatch_event_rule", "aws_ssoadmin_account_assignment"],
    ...["aws_organizations_policy", "aws_cloudwatch_metric_alarm", "aws_config_config_rule", "aws_iam_role"],
  ];
  const changes = types.map((type): Change => {
    const before = Object.fromEntries(Object.keys(attributes).map((key) => [key, "on"]));
    return { address: `${type}.x`, type, actions: ["update"], before, after: attributes };
  });
  const plan = JSON.stringify({
    format_version: "1.2",
    resource_changes: [
      ...changes.map(({ address, type, actions, ...sides }) => ({ address, type, change: { actions, ...sides } })),
      { address: "aws_iam_role.y", type: "aws_iam_role", change: { actions: odd, after: attributes } },
      { address: "aws_iam_role.z", type: "aws_iam_role", change: { actions: [odd], after: attributes } },
    ],
  });
  const result = readPlan(plan.replaceAll(JSON.stringify(deep), deeper), "plan.json");
  expect("plan" in result && (await analyze([result.plan], options)).findings.length).toBeGreaterThan(0);
});

describe("a policy that cannot be read is never passed over", () => {
  const good = policy({ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" });
  const role = (assume_role_policy: unknown): Change => ({
    ...{ address: "aws_iam_role.r", type: "aws_iam_role", actions: ["create"] },
    after: { name: "r", assume_role_policy },
  });

  it("is fine as it stands", async () => {
    const { findings, coverage } = await analyze([planOf([role(good)])], options);
    expect(findings).toEqual([]);
    expect(coverage).toMatchObject({ policies: 1, evaluated: 1 });
  });

  it.each<[string, unknown]>([
    ["cut", good.slice(0, -5)],
    ["no JSON", "allow everything"],
    ["a number", 42],
    ["a list of nothing", "[]"],
    ["a statement that is null", '{"Version":"2012-10-17","Statement":[null]}'],
    ["a repeated element", good.replace('"Effect":"Allow"', '"Effect":"Allow","Effect":"Deny"')],
    ["an effect in lower case", good.replace("Allow", "allow")],
    ["an element of another name", good.replace('"Action"', '"Actions"')],
    ["nested too deep", `{"Version":"2012-10-17","Statement":${"[".repeat(5000)}${"]".repeat(5000)}}`],
    ["a prototype", good.replace('"Action"', '"__proto__":{},"Action"')],
    ["very long", good.replace("ec2.amazonaws.com", "x y".repeat(200_000))],
  ])("%s", async (_, document) => {
    const start = performance.now();
    const { findings, coverage } = await analyze([planOf([role(document)])], options);
    const seen = findings.some(({ rule }) => rule === "policy-malformed") || coverage.unknown.length > 0;
    expect(seen).toBe(true);
    expect(coverage.evaluated).toBeLessThan(coverage.policies);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
