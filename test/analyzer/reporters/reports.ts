/** Reports for the reporters' tests. */
import { summarize } from "../../../analyzer/analyze.ts";
import type { Report } from "../../../analyzer/report.ts";
import { compareFindings, type Finding } from "../../../lib/finding.ts";

export const finding = (more: Partial<Finding> = {}): Finding => ({
  fingerprint: "0123456789abcdef",
  rule: "policy-malformed",
  severity: "high",
  confidence: "high",
  change: "introduced",
  plan: "plan.json",
  address: 'module.a.aws_iam_role.x["k"]',
  resourceType: "aws_iam_role",
  attribute: "assume_role_policy",
  statement: { index: 0, sid: "People" },
  message: "Users may assume the role without MFA",
  witness: {
    principal: "arn:aws:iam::123456789012:user/amin",
    action: "sts:AssumeRole",
    resource: null,
    context: { "aws:MultiFactorAuthPresent": null },
  },
  remediation: "Require MFA.",
  location: null,
  suppressed: null,
  ...more,
});

export function reportOf(findings: readonly Finding[], more: Partial<Report> = {}): Report {
  const sorted = [...findings].sort(compareFindings);
  return {
    version: 1,
    tool: { name: "gatehouse", version: "1.2.3" },
    plans: [
      {
        file: "plan.json",
        terraformVersion: "1.11.4",
        complete: true,
        errored: false,
        resourceChanges: 82,
        deferred: 0,
      },
    ],
    coverage: { policies: 44, evaluated: 41, unknown: [], unlisted: [] },
    findings: sorted,
    drift: [],
    summary: summarize(sorted),
    ...more,
  };
}

/** A report with the text everywhere that a plan can put one. */
export function reportWith(text: string): Report {
  const hostile: Finding = finding({
    plan: text,
    address: text,
    resourceType: text,
    attribute: text,
    message: text,
    remediation: text,
    statement: { index: 0, sid: text },
    witness: {
      principal: text,
      action: text,
      resource: text,
      context: { "aws:SourceVpc": text, "aws:UserAgent": [text] },
    },
    location: { file: text, line: 1 },
  });
  const suppressed = { ...hostile, suppressed: { reason: text, until: null } };
  const findings = [hostile, suppressed, { ...hostile, change: "unchanged" as const }];
  const plan = { file: text, terraformVersion: text, complete: true, errored: true, resourceChanges: 1, deferred: 0 };
  return reportOf(findings, {
    plans: [plan, plan],
    drift: [hostile],
    coverage: {
      policies: 1,
      evaluated: 1,
      unknown: [{ address: text, attribute: text, reason: text, references: [text] }],
      unlisted: [{ address: text, attribute: text }],
    },
    summary: summarize(findings),
  });
}
