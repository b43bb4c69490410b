/**
 * SARIF 2.1.0, as GitHub code scanning takes it.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import type { Finding, Severity } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { Report } from "../report.ts";
import type { Rule } from "../rule.ts";
import type { Reporter } from "./reporter.ts";
import { describePlace, describeWitness } from "./words.ts";

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

/** What is fixed is left out: a result in an upload is an open alert. */
export const sarif: Reporter = (report, { rules }) => {
  const log: Log = {
    version: "2.1.0",
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    runs: [
      {
        tool: {
          driver: { name: report.tool.name, semanticVersion: report.tool.version, rules: rules.map(descriptorOf) },
        },
        columnKind: "utf16CodeUnits",
        results: report.findings.flatMap((finding) => resultOf(finding, report, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

function descriptorOf({ id, severity, summary, why, bad, good, fix, references }: Rule): ReportingDescriptor {
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

function resultOf(finding: Finding, report: Report, rules: readonly Rule[]): readonly Result[] {
  const { rule, severity, confidence, change, fingerprint, suppressed, witness, remediation } = finding;
  if (change === "fixed") return [];
  const sentences = [finding.message, ...(witness ? [describeWitness(witness)] : []), remediation];
  return [
    {
      ruleId: rule,
      ruleIndex: rules.findIndex(({ id }) => id === rule),
      level: levels[severity],
      message: { text: sentences.map(plain).join("\n") },
      locations: [locationOf(finding, report)],
      partialFingerprints: { primaryLocationLineHash: fingerprint, "gatehouse/v1": fingerprint },
      baselineState: baselineStates[change],
      suppressions: suppressed ? [{ kind: "external", justification: visible(suppressed.reason) }] : [],
      properties: { severity, confidence, change },
    },
  ];
}

/** GitHub shows only results with a file; without a source line it is the plan itself. */
function locationOf(finding: Finding, { plans }: Report): Location {
  const { location, address } = finding;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(location?.file ?? plans[0]?.file ?? "") },
      region: { startLine: location?.line ?? 1 },
    },
    logicalLocations: [{ fullyQualifiedName: visible(address), kind: "resource" }],
    message: { text: plain(`${address}: ${describePlace(finding)}`) },
  };
}

/** A relative reference: of an absolute path only the name, as the path says more of a machine than of the project. */
function uriOf(file: string): string {
  const path = file.replaceAll("\\", "/");
  const relative = /^(\/|[A-Za-z]:)/.test(path) ? path.slice(path.lastIndexOf("/") + 1) : path.replace(/^(\.\/)+/, "");
  const name = relative === "" || relative === "-" ? "plan.json" : relative;
  return name.split("/").map(encodeURIComponent).join("/");
}

/** In a plain message, `[text](target)` is a link: brackets are escaped. */
function plain(text: string): string {
  return visible(text).replace(/[\\[\]]/g, (char) => `\\${char}`);
}

function fenced(text: string): string {
  return `\`\`\`\n${text.trim()}\n\`\`\``;
}
