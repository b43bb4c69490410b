import { describe, expect, it } from "vitest";
import { github } from "../../../analyzer/reporters/github.ts";
import { noPaint } from "../../../analyzer/reporters/reporter.ts";
import type { Severity } from "../../../lib/finding.ts";
import { finding, reportOf } from "./reports.ts";

const render = (...args: Parameters<typeof reportOf>) => github(reportOf(...args), { rules: [], paint: noPaint });

describe("github", () => {
  it("annotates the source line of what the change brings, and ends with the numbers", () => {
    const output = render([
      finding({ location: { file: "./modules/a,b.tf", line: 12 } }),
      finding({ change: "unchanged" }),
      finding({ suppressed: { reason: "known", until: null } }),
    ]);
    const [annotation, ...rest] = output.split("\n");
    expect(annotation).toBe(
      "::error file=modules/a%2Cb.tf,line=12,title=high%3A policy-malformed::" +
        'module.a.aws_iam_role.x["k"] assume_role_policy, statement 1 (People): Users may assume the role without MFA' +
        "%0Auser amin of account 123456789012 can call sts:AssumeRole without MFA%0ARequire MFA.",
    );
    expect(rest).toEqual([
      "Gatehouse: 1 introduced, 0 worsened, 1 unchanged, 0 fixed (82 resources, 44 policies, 3 malformed)",
      "",
    ]);
  });

  it.each<[Severity, string]>([
    ["critical", "error"],
    ["high", "error"],
    ["medium", "warning"],
    ["low", "notice"],
    ["info", "notice"],
  ])("%s is an %s", (severity, level) => {
    expect(render([finding({ severity })])).toMatch(new RegExp(`^::${level} title=${severity}%3A`));
  });

  it("names no file that is not in the repository", () => {
    expect(render([finding()])).not.toContain("file=");
  });

  it("keeps to ten of a kind, the worst ones, and says how many are left out", () => {
    const many = (severity: Severity) =>
      Array.from({ length: 12 }, (_, i) => finding({ severity, address: `aws_iam_role.${severity}_${i}` }));
    const plan = { ...reportOf([]).plans[0]!, errored: true };
    const output = render([...many("critical"), ...many("high"), ...many("medium")], { plans: [plan] });
    expect(output.match(/^::error title=critical/gm)).toHaveLength(10);
    expect(output.match(/^::error/gm)).toHaveLength(10);
    expect(output.match(/^::warning/gm)).toHaveLength(10);
    expect(output).toMatch(/^::warning title=Gatehouse::plan\.json: the plan ended with an error/m);
    expect(output).toContain("17 more annotations left out");
  });

  it("escapes what the toolkit escapes", () => {
    const output = render([finding({ rule: "50%:a,b", message: "50% of\nall, :: here" })]);
    expect(output).toContain("title=high%3A 50%25%3Aa%2Cb::");
    expect(output).toContain("50%25 of all, :: here%0A");
  });
});
