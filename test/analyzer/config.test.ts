import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { baselineOf, readBaseline } from "../../analyzer/baseline.ts";
import { readConfig } from "../../analyzer/config.ts";
import { rules } from "../../analyzer/rules.ts";

const ids = rules.map(({ id }) => id);
const read = (text: string) => readConfig({ name: "gatehouse.config.yaml", text }, ids);
const messages = (text: string) =>
  read(text).problems.map(
    ({ place, message, hint }) => `${place?.line}:${place?.column} ${message}${hint ? ` (${hint})` : ""}`,
  );

const suppression = `suppressions:
  - rule: trust-anyone
    address: module.legacy.*
    reason: "#42"
    owner: platform
    until: 2027-01-31
`;

describe("a configuration", () => {
  it("says all that a pipeline would have to say", () => {
    const { config } = read(`
manifest: access/
organization: { id: o-a1b2c3d4e5, accounts: ["111111111111"], managementAccount: "111111111111", vendors: "222222222222" }
failOn: none
rules:
  wildcard-resource: { severity: low }
  trust-whole-account: { severity: off, reason: our roles are narrowed by SCPs }
${suppression}`);
    expect(config).toMatchObject({
      manifest: "access/",
      organization: { id: "o-a1b2c3d4e5", accounts: ["111111111111"], vendors: ["222222222222"] },
      failOn: "none",
      severities: new Map([["wildcard-resource", "low"]]),
      off: new Set(["trust-whole-account"]),
    });
    expect(config?.suppressions).toEqual([
      {
        rule: "trust-anyone",
        target: { pattern: "module.legacy.*" },
        plan: null,
        fingerprint: null,
        reason: "#42",
        owner: "platform",
        until: "2027-01-31",
        location: { file: "gatehouse.config.yaml", line: 9 },
      },
    ]);
  });

  it("may say nothing", () => {
    expect(read("rules: {}\n").config).toMatchObject({ manifest: null, failOn: null, suppressions: [] });
  });

  it.each([
    ["an unknown key", "falOn: high\n", ['1:1 unknown key "falOn"; did you mean "failOn"?']],
    ["an unknown level", "failOn: hihg\n", [/^1:9 "hihg" is not one of info, .*did you mean "high"\?/]],
    [
      "an unknown rule",
      "rules: { trust-anyon: { severity: low } }\n",
      ['1:10 unknown rule "trust-anyon"; did you mean "trust-anyone"?'],
    ],
    [
      "a rule that is off without a reason",
      "rules:\n  trust-anyone: { severity: off }\n",
      ['2:3 a rule that is off needs a "reason"'],
    ],
    ["no reason", suppression.replace(/ {4}reason.*\n/, ""), [/^2:5 "reason" is missing in suppressions\[1\]/]],
    [
      "no date",
      suppression.replace("2027-01-31", "next-spring"),
      ['6:12 "next-spring" is not a date; write it as in 2027-01-31'],
    ],
    ["no day", suppression.replace("2027-01-31", "2027-02-30"), ['6:12 "2027-02-30" is not a day of the calendar']],
    ["a number for an account", "organization: { accounts: [111111111111] }\n", [/1:28 .*quotes/]],
    ["a list at its root", "- a\n", [/^1:1 the file holds a list/]],
  ])("with %s is refused where it is wrong", (_, text, expected) => {
    const found = messages(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, message] of expected.entries()) {
      expect(found[index]).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
    }
    expect(read(text).config).toBeNull();
  });

  it("shows all its mistakes at once", () => {
    const text = `failOn: x\n${suppression.replace("trust-anyone", "trust-anyon").replace("2027-01-31", "soon")}`;
    expect(messages(text)).toHaveLength(3);
  });
});

it("what the documentation shows is a configuration", () => {
  const file = join(import.meta.dirname, "..", "..", "docs", "noise-control.md");
  const blocks = [...readFileSync(file, "utf8").matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml);
  expect(blocks.map((yaml) => read(yaml).problems)).toEqual([[], []]);
});

describe("a baseline", () => {
  const report = (findings: readonly object[]) => JSON.stringify({ version: 1, tool: { name: "gatehouse" }, findings });

  it("holds what stood after the change", () => {
    const findings = [
      { fingerprint: "a", change: "introduced", severity: "high" },
      { fingerprint: "b", change: "fixed", severity: "high" },
      { fingerprint: "c", change: "unchanged", severity: "low" },
    ];
    const standing = [
      { plan: "", fingerprint: "a", severity: "high" as const },
      { plan: "", fingerprint: "c", severity: "low" as const },
    ];
    expect(readBaseline(report(findings))).toEqual({ baseline: baselineOf([], standing) });
  });

  it.each([
    ["no JSON", "findings"],
    ["another tool's report", '{"findings":[]}'],
    ["a plan", '{"format_version":"1.2","resource_changes":[]}'],
    ["a later version", report([]).replace('"version":1', '"version":2')],
  ])("is not %s", (_, text) => expect(readBaseline(text)).toHaveProperty("reason"));
});
