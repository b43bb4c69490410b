import { describe, expect, it } from "vitest";
import { noPaint } from "../../../analyzer/reporters/reporter.ts";
import { text } from "../../../analyzer/reporters/text.ts";
import { finding, reportOf } from "./reports.ts";

const render = (...args: Parameters<typeof reportOf>) => text(reportOf(...args), { rules: [], paint: noPaint });

describe("text", () => {
  it("shows what is new, worst first, and ends with what to do next", () => {
    const output = render([
      finding({ rule: "trust-missing-mfa" }),
      finding({
        rule: "trust-anyone",
        severity: "critical",
        change: "worsened",
        statement: null,
        message: "Anyone may assume the role",
        witness: null,
        remediation: "Name the accounts.",
        location: { file: "roles.tf", line: 12 },
      }),
      finding({ rule: "admin-access", change: "unchanged" }),
      finding({ rule: "admin-access", change: "fixed" }),
    ]);
    expect(output).toBe(`CRITICAL  1 finding

  trust-anyone (worse than before)
    module.a.aws_iam_role.x["k"]  assume_role_policy at roles.tf:12
    Anyone may assume the role
    fix    Name the accounts.

HIGH  1 finding

  trust-missing-mfa
    module.a.aws_iam_role.x["k"]  assume_role_policy, statement 1 (People)
    Users may assume the role without MFA
    shows  user amin of account 123456789012 can call sts:AssumeRole without MFA
    fix    Require MFA.

Summary  1 introduced, 1 worsened, 1 unchanged, 1 fixed
Judged   82 resources, 44 policies, 3 malformed
Next     fix these 2 before apply; \`gatehouse rules trust-anyone\` explains the first
`);
  });

  it("gives the same advice once", () => {
    const output = render([finding({ address: "aws_iam_role.a" }), finding({ address: "aws_iam_role.b" })]);
    expect(output.match(/without MFA$/gm)).toHaveLength(4);
    expect(output.match(/Require MFA\./g)).toHaveLength(1);
  });

  it("says so when nothing is new", () => {
    const output = render([finding({ change: "fixed" }), finding({ suppressed: { reason: "known", until: null } })]);
    expect(output).not.toContain("without MFA");
    expect(output).toContain("1 fixed, 1 suppressed");
    expect(output).toContain("nothing new");
  });

  it("warns of plans that do not show everything", () => {
    const plan = {
      file: "p.json",
      terraformVersion: null,
      complete: false,
      errored: false,
      resourceChanges: 0,
      deferred: 0,
    };
    expect(render([], { plans: [plan] })).toMatch(/^warning: p\.json: .*not complete/);
    expect(render([], { plans: [{ ...plan, errored: true }] })).toMatch(/^warning: p\.json: .*error/);
  });

  it("lets nothing of the plan reach the terminal as a control character", () => {
    const hostile = "a\u001b]0;owned\u0007\u009b31m\u202e\nSummary  0 introduced";
    const output = render([
      finding({
        address: hostile,
        message: hostile,
        remediation: hostile,
        attribute: hostile,
        statement: { index: 0, sid: hostile },
      }),
    ]);
    expect(output).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(output.match(/^Summary/gm)).toHaveLength(1);
  });

  it("paints through the functions it is given, and nowhere else", () => {
    const red = (inner: string) => `<red>${inner}</red>`;
    const output = text(reportOf([finding()]), { rules: [], paint: { ...noPaint, red } });
    expect(output).toContain("<red>HIGH  1 finding</red>");
    expect(output.replaceAll(/<\/?red>/g, "")).toBe(render([finding()]));
  });
});
