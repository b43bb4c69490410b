import { describe, expect, it } from "vitest";
import type { Report } from "../../../analyzer/report.ts";
import { junit } from "../../../analyzer/reporters/junit.ts";
import { noPaint, type ReporterOptions } from "../../../analyzer/reporters/reporter.ts";
import { finding, reportOf } from "./reports.ts";
import { parseXml } from "./xml.ts";

type Counting = Pick<ReporterOptions, "failOn" | "all">;

function render(report: Report, counting: Counting = {}) {
  const root = parseXml(junit(report, { rules: [], paint: noPaint, ...counting }));
  const cases = root.children.flatMap((suite) => suite.children);
  return { root, suites: root.children, cases };
}

const outcome = (report: Report, counting?: Counting) =>
  render(report, counting).cases.map(({ children: [result] }) => result?.name ?? "passed");

describe("junit", () => {
  it("is a suite a plan and a case a finding, with what to do in the failure", () => {
    const report = reportOf([finding()]);
    const { root, suites, cases } = render(report);
    expect(root).toMatchObject({
      name: "testsuites",
      attributes: { tests: "2", failures: "1", errors: "0", skipped: "0" },
    });
    expect(suites.map(({ attributes }) => attributes.name)).toEqual(["plan.json"]);
    expect(cases[1]).toMatchObject({
      attributes: {
        classname: "gatehouse.policy-malformed",
        name: 'module.a.aws_iam_role.x["k"] assume_role_policy, statement 1 (People) [0123456789abcdef]',
        file: "plan.json",
      },
      children: [
        {
          name: "failure",
          attributes: { type: "high", message: "Users may assume the role without MFA" },
          text: "user amin of account 123456789012 can call sts:AssumeRole without MFA\nRequire MFA.",
        },
      ],
    });
  });

  it("passes when nothing is found, so that no file is empty", () => {
    expect(outcome(reportOf([]))).toEqual(["passed"]);
  });

  it("fails where the exit code would", () => {
    const report = reportOf([finding({ severity: "high" }), finding({ severity: "medium" })]);
    expect(outcome(report)).toEqual(["passed", "failure", "skipped"]);
    expect(outcome(report, { failOn: "medium" })).toEqual(["passed", "failure", "failure"]);
    expect(outcome(report, { failOn: "none" })).toEqual(["passed", "skipped", "skipped"]);
    expect(outcome(reportOf([finding({ change: "unchanged" })]), { all: true })).toEqual(["passed", "failure"]);
  });

  it("skips what was there before and what is suppressed, and passes what is fixed", () => {
    const suppressed = { reason: "break-glass", until: null };
    const report = reportOf([finding({ change: "unchanged" }), finding({ suppressed }), finding({ change: "fixed" })]);
    expect(outcome(report)).toEqual(["passed", "skipped", "skipped", "passed"]);
    const [, , hidden] = render(reportOf([finding({ change: "unchanged" }), finding({ suppressed })])).cases;
    expect(render(reportOf([finding({ suppressed })])).cases[1]?.children[0]?.attributes.message).toMatch(
      /^suppressed: break-glass: /,
    );
    expect(hidden).toBeDefined();
  });

  it("puts findings with their plan, and says which plan is not complete", () => {
    const plan = reportOf([]).plans[0]!;
    const plans = [plan, { ...plan, file: "b.json", complete: false }];
    const { suites } = render(reportOf([finding(), finding({ plan: "b.json" })], { plans }));
    expect(suites.map(({ children }) => children.length)).toEqual([2, 2]);
    expect(suites[1]?.children[0]?.children[0]).toMatchObject({
      name: "skipped",
      attributes: { message: expect.stringContaining("not complete") },
    });
  });
});
