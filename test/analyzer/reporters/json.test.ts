import { describe, expect, it } from "vitest";
import { json } from "../../../analyzer/reporters/json.ts";
import { noPaint } from "../../../analyzer/reporters/reporter.ts";
import { finding, reportOf } from "./reports.ts";

const render = (...args: Parameters<typeof reportOf>) => json(reportOf(...args), { rules: [], paint: noPaint });

describe("json", () => {
  it("is the contract, in its key order, whatever the order in memory", () => {
    const shuffled = Object.fromEntries(Object.entries(finding()).reverse());
    const output = render([{ ...finding(), ...shuffled }]);
    const parsed = JSON.parse(output);
    expect(parsed).toEqual(reportOf([finding()]));
    expect(Object.keys(parsed)).toEqual(["version", "tool", "plans", "coverage", "findings", "drift", "summary"]);
    expect(Object.keys(parsed.findings[0])).toEqual([
      "fingerprint",
      "rule",
      "severity",
      "confidence",
      "change",
      "plan",
      "address",
      "resourceType",
      "attribute",
      "statement",
      "message",
      "witness",
      "remediation",
      "location",
      "suppressed",
    ]);
    expect(Object.keys(parsed.summary.bySeverity)).toEqual(["critical", "high", "medium", "low", "info"]);
    expect(output.endsWith("}\n")).toBe(true);
  });

  it("escapes what a terminal would obey, and gives it back", () => {
    const message = "a\u001b[31m\u009b2J\u202e\u2028\u{e0001}é";
    const output = render([finding({ message })]);
    expect(output).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}/u);
    expect(JSON.parse(output).findings[0].message).toBe(message);
  });
});
