/** For a comment on a pull request: what is new in a table, the rest folded away. */
import type { Finding } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { Report } from "../report.ts";
import type { Reporter } from "./reporter.ts";
import { count, describeCoverage, describePlace, describeWitness, isNew, isWhole, warnings } from "./words.ts";

/**
 * The text as nothing but text, in GitHub's and GitLab's Markdown: every ASCII punctuation mark becomes a character
 * reference, which starts no markup, no HTML and no table cell. A word joiner takes away the power of `@name` and
 * `#1`, which forges look for after rendering.
 */
export function escapeMarkdown(text: string): string {
  return visible(text)
    .replace(/\bGH-(?=\d)/gi, (match) => `${match}\u2060`)
    .replace(/[!-+./:-@[-`{-~]/g, (char) => {
      const reference = `&#${char.charCodeAt(0)};`;
      return "@#!$%&~".includes(char) ? `${reference}\u2060` : reference;
    });
}

/** Findings that the change brings as a table; what was there, went away or could not be judged in a folded part. */
export const markdown: Reporter = (report) => {
  const fresh = report.findings.filter(isNew);
  const judged = fresh.filter(({ severity }) => severity !== "info");
  const sections = [
    `### Gatehouse: ${headline(judged, isWhole(report))}`,
    ...warnings(report).map((warning) => `> **Warning:** ${escapeMarkdown(warning)}`),
    ...(judged.length > 0 ? [table(judged)] : []),
    ...folded(
      "Not judged",
      fresh.filter(({ severity }) => severity === "info"),
    ),
    ...folded("Unchanged", of(report, "unchanged")),
    ...folded("Fixed", of(report, "fixed")),
    ...folded(
      "Suppressed",
      report.findings.filter(({ suppressed }) => suppressed !== null),
    ),
    `<sub>${escapeMarkdown(describeCoverage(report))} · gatehouse ${escapeMarkdown(report.tool.version)}</sub>`,
  ];
  return `${sections.join("\n\n")}\n`;
};

function headline(judged: readonly Finding[], whole: boolean): string {
  if (judged.length === 0) {
    return whole ? "this change opens up nothing new" : "cannot say what this change opens up: the plan is incomplete";
  }
  const worse = judged.filter(({ change }) => change === "worsened").length;
  const introduced = judged.length - worse;
  return [
    ...(introduced > 0 ? [`${count(introduced, "finding")} introduced`] : []),
    ...(worse > 0 ? [`${worse} worsened`] : []),
  ].join(", ");
}

function of({ findings }: Report, change: Finding["change"]): readonly Finding[] {
  return findings.filter((finding) => finding.change === change && finding.suppressed === null);
}

function folded(title: string, findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  return [`<details>\n<summary>${title}: ${findings.length}</summary>\n\n${table(findings)}\n\n</details>`];
}

function table(findings: readonly Finding[]): string {
  return ["| severity | rule | where | what |", "|---|---|---|---|", ...findings.map(row)].join("\n");
}

function row(finding: Finding): string {
  const { severity, rule, change, address, location, message, witness, remediation, suppressed } = finding;
  const where = [
    `<code>${escapeMarkdown(address)}</code>`,
    escapeMarkdown(describePlace(finding)),
    ...(location ? [escapeMarkdown(`${location.file}:${location.line}`)] : []),
  ];
  const what = [
    escapeMarkdown(message),
    ...(witness ? [`<em>${escapeMarkdown(describeWitness(witness))}</em>`] : []),
    ...(isNew(finding) && severity !== "info" ? [`<b>Fix:</b> ${escapeMarkdown(remediation)}`] : []),
    ...(suppressed ? [`Suppressed: ${escapeMarkdown(suppressed.reason)}`] : []),
  ];
  const cells = [
    change === "worsened" ? `${severity} (worse)` : severity,
    escapeMarkdown(rule),
    where.join("<br>"),
    what.join("<br>"),
  ];
  return `| ${cells.join(" | ")} |`;
}
