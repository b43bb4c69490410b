import { describe, expect, it } from "vitest";
import { noPaint } from "../../../analyzer/reporters/reporter.ts";
import { text } from "../../../analyzer/reporters/text.ts";
import { finding, reportOf } from "./reports.ts";

const options = { rules: [], paint: noPaint };
const render = (...args: Parameters<typeof reportOf>) => text(reportOf(...args), options);

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
    expect(output).toBe(`CRITICAL

  module.a.aws_iam_role.x["k"]  roles.tf:12
    trust-anyone (worse than before)  assume_role_policy
      Anyone may assume the role
      fix    Name the accounts.

HIGH

  module.a.aws_iam_role.x["k"]
    trust-missing-mfa  assume_role_policy, statement 1 (People)
      Users may assume the role without MFA
      shows  user amin of account 123456789012 can call sts:AssumeRole without MFA
      fix    Require MFA.

Summary  1 introduced, 1 worsened (1 critical, 1 high), 1 unchanged, 1 fixed
Judged   82 resources, 44 policies, 3 malformed
Next     fix these 2 before apply; \`gatehouse rules trust-anyone\` explains the first
`);
  });

  it("names a resource once, and the plan where there are several", () => {
    const findings = [finding({ rule: "trust-anyone" }), finding({ rule: "trust-missing-mfa" })];
    expect(render(findings).match(/aws_iam_role\.x/g)).toHaveLength(1);
    const plan = reportOf([]).plans[0]!;
    const output = render([...findings, finding({ plan: "b.json" })], { plans: [plan, { ...plan, file: "b.json" }] });
    expect(output).toContain('\n  module.a.aws_iam_role.x["k"]  plan.json\n');
    expect(output).toContain('\n  module.a.aws_iam_role.x["k"]  b.json\n');
    expect(output).toContain("Judged   2 plans, 164 resources");
  });

  it("tells what one request proves once, with all the rules that it breaks", () => {
    const wider = finding({ rule: "trust-widened", severity: "medium", message: "now lets amin in" });
    const other = finding({ rule: "trust-anyone", severity: "medium", statement: { index: 1, sid: null } });
    const output = render([finding({ rule: "trust-missing-mfa" }), wider, other]);
    expect(output).toContain(`    trust-missing-mfa, trust-widened  assume_role_policy, statement 1 (People)
      Users may assume the role without MFA
      now lets amin in
      shows  user amin of account 123456789012 can call sts:AssumeRole without MFA
      fix    Require MFA.
`);
    expect(output).toContain("    trust-anyone  assume_role_policy, statement 2\n");
    expect(output).toContain("3 introduced (1 high, 2 medium)");
  });

  it("says how sure it is when it is not", () => {
    expect(render([finding({ confidence: "low" })])).toContain("policy-malformed (low confidence)  ");
  });

  it("shows a screenful of what is not serious", () => {
    const roles = (severity: "high" | "low") =>
      Array.from({ length: 30 }, (_, i) => finding({ severity, address: `aws_iam_role.${severity}_${i}` }));
    const output = render([...roles("high"), ...roles("low")]);
    expect(output.match(/aws_iam_role\.high_/g)).toHaveLength(30);
    expect(output.match(/aws_iam_role\.low_/g)).toHaveLength(20);
    expect(output).toContain("and 10 more; --format json has all");
  });

  it("shows drift apart, and what it did not judge", () => {
    const coverage = {
      ...reportOf([]).coverage,
      unlisted: [{ address: "aws_new_thing.x", attribute: "access_rules" }],
    };
    const output = render([], { drift: [finding({ severity: "medium" })], coverage });
    expect(output).toContain("DRIFT (done outside Terraform)\n\n  module.a.aws_iam_role.x");
    expect(output).toContain("NOT JUDGED\n  aws_new_thing.x access_rules: looks like a policy");
    expect(output).toContain("Summary  0 introduced, 0 unchanged, 0 fixed, 1 by drift");
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

  it("leaves what it only notes to the reader", () => {
    const output = render([finding({ severity: "info" })]);
    expect(output).toContain("nothing to fix");
    expect(output).not.toContain("nothing new");
  });

  it("asks to fix what stops the pipeline", () => {
    const report = reportOf([finding({ severity: "low" }), finding({ severity: "medium", address: "aws_iam_role.y" })]);
    expect(text(report, options)).toContain("Next     look at them before apply");
    expect(text(report, { ...options, failOn: "low" })).toContain("Next     fix these 2 before apply");
    expect(text(report, { ...options, failOn: "none" })).toContain("Next     look at them before apply");
  });

  it("shows what stands already where it counts", () => {
    const report = reportOf([finding({ change: "unchanged" })]);
    expect(text(report, options)).toContain("nothing new");
    const output = text(report, { ...options, all: true });
    expect(output).toContain("policy-malformed (as before)");
    expect(output).toContain("Summary  0 introduced, 1 unchanged");
    expect(output).toContain("Next     fix it before apply");
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
    expect(render([], { plans: [{ ...plan, deferred: 2 }] })).toMatch(/^warning: p\.json: .*puts 2 changes off/);
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
    expect(output).toContain("<red>HIGH</red>");
    expect(output.replaceAll(/<\/?red>/g, "")).toBe(render([finding()]));
  });
});
