/** For a terminal: short, worst first, ending with what to do next. */
import { atLeast, type Finding, type Severity, severities } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { Report } from "../report.ts";
import type { Paint, Reporter } from "./reporter.ts";
import { count, describeCoverage, describePlace, describeWitness, isNew, isWhole, warnings } from "./words.ts";

const colors: Readonly<Record<Severity, keyof Paint>> = {
  critical: "magenta",
  high: "red",
  medium: "yellow",
  low: "blue",
  info: "dim",
};

/** Findings that the change brings in full, grouped by severity; the others as counts. */
export const text: Reporter = (report, { paint }) => {
  const fresh = report.findings.filter(isNew);
  const groups = [...severities]
    .reverse()
    .map((severity) => fresh.filter((finding) => finding.severity === severity))
    .filter((group) => group.length > 0)
    .map((group) => renderGroup(group, paint));
  const notes = warnings(report).map((warning) => paint.yellow(`warning: ${visible(warning)}`));
  const sections = [...notes, ...groups, renderSummary(report, fresh, paint)];
  return `${sections.join("\n\n")}\n`;
};

function renderGroup(group: readonly Finding[], paint: Paint): string {
  const severity = group[0]?.severity ?? "info";
  const title = paint.bold(paint[colors[severity]](`${severity.toUpperCase()}  ${count(group.length, "finding")}`));
  const findings = group.map((finding, i) =>
    renderFinding(finding, asksSomethingNew(finding, group.slice(0, i)), paint),
  );
  return [title, ...findings].join("\n\n");
}

/** Information asks for nothing, and the same advice is given once. */
function asksSomethingNew({ severity, remediation }: Finding, earlier: readonly Finding[]): boolean {
  return severity !== "info" && !earlier.some((finding) => finding.remediation === remediation);
}

function renderFinding(finding: Finding, withFix: boolean, paint: Paint): string {
  const { rule, change, address, message, witness, remediation, location, severity } = finding;
  const worsened = change === "worsened" ? paint.yellow(" (worse than before)") : "";
  const where = `${describePlace(finding)}${location ? ` at ${location.file}:${location.line}` : ""}`;
  const lines: readonly (readonly [label: string, text: string])[] = [
    ["", `${visible(address)}  ${paint.dim(visible(where))}`],
    ["", visible(message)],
    ...(witness ? [["shows", visible(describeWitness(witness))] as const] : []),
    ...(withFix ? [["fix", visible(remediation)] as const] : []),
  ];
  const body = lines.map(([label, line]) => `    ${label && paint.dim(`${label.padEnd(6)} `)}${line}`);
  return [`  ${paint[colors[severity]](rule)}${worsened}`, ...body].join("\n");
}

function renderSummary(report: Report, fresh: readonly Finding[], paint: Paint): string {
  const { introduced, worsened, unchanged, fixed } = report.summary;
  const suppressed = report.findings.filter((finding) => finding.suppressed !== null).length;
  const parts = [
    introduced > 0 ? paint.red(`${introduced} introduced`) : "0 introduced",
    ...(worsened > 0 ? [paint.red(`${worsened} worsened`)] : []),
    `${unchanged} unchanged`,
    fixed > 0 ? paint.green(`${fixed} fixed`) : "0 fixed",
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ];
  return [
    `${paint.bold("Summary")}  ${parts.join(", ")}`,
    `${paint.bold("Judged")}   ${describeCoverage(report)}`,
    `${paint.bold("Next")}     ${nextStep(fresh, isWhole(report))}`,
  ].join("\n");
}

function nextStep(fresh: readonly Finding[], whole: boolean): string {
  const worst = fresh[0];
  if (!worst || worst.severity === "info") {
    return whole
      ? "nothing: this change opens up nothing new"
      : "plan again: an incomplete plan says nothing about what it left out";
  }
  const serious = fresh.filter(({ severity }) => atLeast(severity, "high")).length;
  const what =
    serious > 0
      ? `fix ${serious === 1 ? "it" : `these ${serious}`} before apply`
      : `look at ${fresh.length === 1 ? "it" : "them"} before apply`;
  return `${what}; \`gatehouse rules ${worst.rule}\` explains ${fresh.length === 1 ? "it" : "the first"}`;
}
