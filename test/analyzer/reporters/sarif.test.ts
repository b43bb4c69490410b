import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { Log } from "sarif";
import { describe, expect, it } from "vitest";
import { noPaint } from "../../../analyzer/reporters/reporter.ts";
import { sarif } from "../../../analyzer/reporters/sarif.ts";
import { rules } from "../../../analyzer/rules.ts";
import { finding, reportOf } from "./reports.ts";

/** Draft 4 in all but its two keywords for the schema's own name. */
function officialSchema() {
  const file = new URL(import.meta.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, "utf8"));
  return schema;
}

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(officialSchema());

function render(...args: Parameters<typeof reportOf>) {
  const log: Log = JSON.parse(sarif(reportOf(...args), { rules, paint: noPaint }));
  validate(log);
  expect(validate.errors).toBeNull();
  const run = log.runs[0];
  if (!run) throw new Error("a run was expected");
  return { log, run, results: run.results ?? [] };
}

describe("sarif", () => {
  it("has what code scanning requires", () => {
    const { log, run, results } = render([finding()]);
    expect(log.version).toBe("2.1.0");
    expect(log.$schema).toMatch(/sarif-schema-2\.1\.0\.json$/);
    expect(run.tool.driver.name).toBe("gatehouse");
    expect(run.tool.driver.rules?.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    for (const rule of run.tool.driver.rules ?? []) {
      expect(rule.shortDescription?.text).toBeTruthy();
      expect(rule.fullDescription?.text).toBeTruthy();
      expect(rule.help?.text).toBeTruthy();
      expect(rule.help?.markdown).toContain("**Bad**");
      expect(rule.helpUri).toMatch(/^https:/);
    }
    const [result] = results;
    expect(run.tool.driver.rules?.[result?.ruleIndex ?? -1]?.id).toBe(result?.ruleId);
    expect(result).toMatchObject({
      level: "error",
      partialFingerprints: { primaryLocationLineHash: "0123456789abcdef" },
      baselineState: "new",
      suppressions: [],
    });
    expect(result?.message.text).toContain("without MFA");
    expect(result?.locations?.[0]).toMatchObject({
      physicalLocation: { artifactLocation: { uri: "plan.json" }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: 'module.a.aws_iam_role.x["k"]', kind: "resource" }],
    });
  });

  it("tells the severity of a rule as code scanning counts it", () => {
    const { run } = render([]);
    const severities = run.tool.driver.rules?.map(({ id, properties }) => [id, properties?.["security-severity"]]);
    expect(severities).toContainEqual(["policy-malformed", "5.5"]);
    expect(severities).toContainEqual(["policy-unknown", undefined]);
  });

  it("leaves out what is fixed, and marks what is suppressed", () => {
    const { results } = render([
      finding({ change: "fixed" }),
      finding({ change: "unchanged", suppressed: { reason: "break-glass", until: null } }),
    ]);
    expect(results).toMatchObject([
      { baselineState: "unchanged", suppressions: [{ kind: "external", justification: "break-glass" }] },
    ]);
  });

  it.each([
    ["plans/a b#1.json", "plans/a%20b%231.json"],
    ["./plan.json", "plan.json"],
    ["/builds/runner-7/plan.json", "plan.json"],
    ["C:\\ci\\plan.json", "plan.json"],
    ["-", "plan.json"],
  ])("names the plan %s as %s", (file, uri) => {
    const { results } = render([finding({ plan: file })]);
    expect(results[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(uri);
  });

  it("points to the source line when it is known", () => {
    const { results } = render([finding({ location: { file: "modules/roles.tf", line: 12 } })]);
    expect(results[0]?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: "modules/roles.tf" },
      region: { startLine: 12 },
    });
  });

  it("keeps the worst of more than code scanning takes, and says so", () => {
    const many = Array.from({ length: 5001 }, (_, i) => finding({ severity: i === 7 ? "low" : "high" }));
    const { run, results } = render(many);
    expect(results).toHaveLength(5000);
    expect(results.every(({ level }) => level === "error")).toBe(true);
    expect(run.invocations?.[0]?.toolExecutionNotifications).toMatchObject([
      { message: { text: "1 of 5001 results are left out, the least severe ones" } },
    ]);
  });

  it("says what it could not see", () => {
    const plan = { ...reportOf([]).plans[0]!, errored: true };
    const coverage = { ...reportOf([]).coverage, unlisted: [{ address: "aws_new_thing.x", attribute: "rules" }] };
    const { run } = render([], { plans: [plan], coverage });
    expect(run.invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { message: { text: expect.stringContaining("ended with an error") } },
          { message: { text: expect.stringContaining("aws_new_thing.x rules") } },
        ],
      },
    ]);
  });

  it("makes no links out of plan content", () => {
    const { results } = render([finding({ message: "[click](https://evil.example) \u001b[31m" })]);
    expect(results[0]?.message.text).toContain("\\[click\\](https://evil.example) \\\\u{1b}\\[31m");
  });
});
