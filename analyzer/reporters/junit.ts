/**
 * JUnit XML, as GitLab, Jenkins, Azure DevOps and others read it: a test suite for each plan, a test case for each
 * finding.
 *
 * https://docs.gitlab.com/ci/testing/unit_test_reports/
 */
import type { Finding } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { PlanSummary, Report } from "../report.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";
import { describeSubject, describeWitness, fileOf, stops, warnings } from "./words.ts";

/** A test case fails where the exit code would; what was there before, is suppressed or not judged is skipped. */
export const junit: Reporter = (report, options) => {
  const suites = report.plans.map((plan) => suite(plan, report, options));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gatehouse"${totals(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${xml(name)}"${totals(cases)}>`,
      ...cases.map(({ element }) => element),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
};

type Outcome = "passed" | "failed" | "skipped";
interface Case {
  outcome: Outcome;
  element: string;
}

function suite(plan: PlanSummary, report: Report, options: ReporterOptions): { name: string; cases: readonly Case[] } {
  const [warning] = warnings({ ...report, plans: [plan] });
  const whole = testCase("plan", `${plan.file} is complete`, plan.file, warning ? skipped(warning) : passed);
  const isOfPlan = (finding: Finding) => finding.plan === plan.file;
  const findings = report.findings.filter(isOfPlan).map((finding) => caseOf(finding, options));
  const drift = report.drift.filter(isOfPlan).map((finding) => driftCase(finding, options));
  return { name: plan.file, cases: [whole, ...findings, ...drift] };
}

function caseOf(finding: Finding, options: ReporterOptions): Case {
  const { rule, change, severity, suppressed } = finding;
  const why = suppressed ? `suppressed: ${suppressed.reason}` : severity === "info" ? "not judged" : change;
  const result =
    change === "fixed" ? passed : stops(finding, options) ? failed(finding) : skipped(`${why}: ${finding.message}`);
  return testCase(rule, `${describeSubject(finding)} [${finding.fingerprint}]`, fileOf(finding), result);
}

/** No change is to blame: it fails where the exit code counts what stands already. */
function driftCase(finding: Finding, options: ReporterOptions): Case {
  const told = { ...finding, message: `done outside Terraform: ${finding.message}` };
  return caseOf(options.all || finding.suppressed ? told : { ...told, change: "unchanged" }, options);
}

interface Result {
  outcome: Outcome;
  inner: string;
}

const passed: Result = { outcome: "passed", inner: "" };
const skipped = (message: string): Result => ({ outcome: "skipped", inner: `<skipped message="${xml(message)}"/>` });

function failed({ rule, severity, message, witness, remediation }: Finding): Result {
  const text = [...(witness ? [describeWitness(witness, rule)] : []), remediation].map(xml).join("\n");
  return {
    outcome: "failed",
    inner: `<failure type="${severity}" message="${xml(message)}">${text}</failure>`,
  };
}

function testCase(classname: string, name: string, file: string, { outcome, inner }: Result): Case {
  const attributes = `classname="gatehouse.${xml(classname)}" name="${xml(name)}" file="${xml(file)}" time="0"`;
  return { outcome, element: `    <testcase ${attributes}>${inner}</testcase>` };
}

function totals(cases: readonly Case[]): string {
  const of = (outcome: Outcome) => cases.filter((other) => other.outcome === outcome).length;
  return ` tests="${cases.length}" failures="${of("failed")}" errors="0" skipped="${of("skipped")}" time="0"`;
}

const references: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
]);

/** Text or an attribute's value. XML 1.0 has no place for control characters, lone surrogates, U+FFFE and U+FFFF. */
function xml(text: string): string {
  return visible(text)
    .replace(/[&<>"']/g, (char) => references.get(char) ?? char)
    .replace(/[\ufffe\uffff]/g, "\ufffd");
}
