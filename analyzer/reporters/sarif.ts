/**
 * SARIF 2.1.0, as GitHub code scanning takes it.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import { type Finding, type Severity, severities } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { Report } from "../report.ts";
import type { Rule } from "../rule.ts";
import type { Reporter } from "./reporter.ts";
import { describeSubject, describeUnlisted, describeWitness, fileOf, warnings } from "./words.ts";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** GitHub: above 9.0 is critical, from 7.0 high, from 4.0 medium, below it low. */
const securitySeverities: Readonly<Record<Severity, string | null>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  info: null,
};

const baselineStates = { introduced: "new", worsened: "updated", unchanged: "unchanged" } as const;

/** GitHub keeps as many of an upload, and no more. */
const RESULTS = 5000;

/** What is fixed is left out: a result in an upload is an open alert. */
export const sarif: Reporter = (report, { rules }) => {
  const found = report.findings.filter(({ change }) => change !== "fixed");
  const known = new Set(found.map(idOf));
  const drift = report.drift.filter((finding) => !known.has(idOf(finding)));
  const standing = [...found, ...drift.map(asDrift)];
  const descriptors = rules.map((rule) => descriptorOf(rule, worstOf(rule, standing)));
  const log: Log = {
    version: "2.1.0",
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    runs: [
      {
        tool: {
          driver: { name: report.tool.name, semanticVersion: report.tool.version, rules: descriptors },
        },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: report.plans.every(({ errored }) => !errored),
            toolExecutionNotifications: notes(report, standing.length).map((note) => ({
              level: "warning",
              message: { text: plain(note) },
            })),
          },
        ],
        results: standing.slice(0, RESULTS).flatMap((finding) => resultOf(finding, rules, report.plans.length > 1)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

const idOf = ({ fingerprint, plan }: Finding): string => `${plan}\n${fingerprint}`;

const asDrift = (finding: Finding): Finding => ({ ...finding, message: `Done outside Terraform: ${finding.message}` });

/** GitHub takes how bad a result is from its rule: from the worst result that the rule has here. */
function worstOf({ id, severity }: Rule, findings: readonly Finding[]): Severity {
  const own = findings.filter(({ rule, suppressed }) => rule === id && suppressed === null);
  if (own.length === 0) return severity;
  return severities[Math.max(...own.map((finding) => severities.indexOf(finding.severity)))] ?? severity;
}

function descriptorOf({ id, summary, why, bad, good, fix, references }: Rule, severity: Severity): ReportingDescriptor {
  const securitySeverity = securitySeverities[severity];
  const helpUri = references[0];
  return {
    id,
    shortDescription: { text: `${summary}.` },
    fullDescription: { text: why },
    help: {
      text: `${why}\n\nFix: ${fix}`,
      markdown: `${why}\n\n**Bad**\n\n${fenced(bad)}\n\n**Good**\n\n${fenced(good)}\n\n**Fix:** ${fix}`,
    },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ["security", "aws", "iam"],
      ...(securitySeverity !== null && { "security-severity": securitySeverity }),
    },
  };
}

/** What the results do not say. */
function notes(report: Report, results: number): readonly string[] {
  return [
    ...warnings(report),
    ...report.coverage.unlisted.map(describeUnlisted),
    ...(results > RESULTS ? [`${results - RESULTS} of ${results} results are left out, the least severe ones`] : []),
  ];
}

/** @param several plans: the same address may stand in each of them */
function resultOf(finding: Finding, rules: readonly Rule[], several: boolean): readonly Result[] {
  const { rule, severity, confidence, change, plan, suppressed, witness, remediation } = finding;
  const fingerprint = several ? `${finding.fingerprint}:${visible(plan)}` : finding.fingerprint;
  if (change === "fixed") return [];
  const sentences = [
    `${several ? `${plan}: ` : ""}${finding.message}`,
    ...(witness ? [describeWitness(witness, rule)] : []),
    remediation,
  ];
  return [
    {
      ruleId: rule,
      ruleIndex: rules.findIndex(({ id }) => id === rule),
      level: levels[severity],
      message: { text: sentences.map(plain).join("\n") },
      locations: [locationOf(finding)],
      partialFingerprints: { primaryLocationLineHash: fingerprint, "gatehouse/v1": fingerprint },
      baselineState: baselineStates[change],
      suppressions: suppressed ? [{ kind: "external", justification: visible(suppressed.reason) }] : [],
      properties: { severity, confidence, change },
    },
  ];
}

/** GitHub shows only results with a file; without a source line it is the plan itself. */
function locationOf(finding: Finding): Location {
  const { location, address } = finding;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(fileOf(finding)) },
      region: { startLine: location?.line ?? 1 },
    },
    logicalLocations: [{ fullyQualifiedName: visible(address), kind: "resource" }],
    message: { text: plain(describeSubject(finding)) },
  };
}

/** A relative reference; a lone surrogate cannot be encoded. */
function uriOf(file: string): string {
  return visible(file).split("/").map(encodeURIComponent).join("/");
}

/** In a plain message, `[text](target)` is a link: brackets are escaped. */
function plain(text: string): string {
  return visible(text).replace(/[\\[\]]/g, (char) => `\\${char}`);
}

function fenced(text: string): string {
  return `\`\`\`\n${text.trim()}\n\`\`\``;
}
