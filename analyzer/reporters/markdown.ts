/** For a comment on a pull request, read in ten seconds: a verdict, who can now do what, and the rest folded away. */
import { byCodeUnit, type Finding } from "../../lib/finding.ts";
import type { Report } from "../report.ts";
import { code, plain, prose } from "./escape-markdown.ts";
import type { Reporter } from "./reporter.ts";
import {
  byHole,
  count,
  describeCoverage,
  describePlace,
  describeSeverities,
  describeUnlisted,
  describeWitness,
  type Hole,
  isNew,
  isWhole,
  messagesOf,
  rulesOf,
  warnings,
} from "./words.ts";

/** A comment on GitHub holds 65,536 characters; whoever posts this may add some of his own. */
const LIMIT = 60_000;

/** One for each plan that is not complete: the first ones say it. */
const WARNINGS = 5;

/** One table or list, open or folded. Rows stand in order of importance, and so do sections. */
interface Section {
  /** `null` for the one that everybody reads. */
  title: string | null;
  head: readonly string[];
  rows: readonly string[];
}

const HEAD = ["| severity | who can now do what | where |", "|---|---|---|"];

/** What is new in a table; the fixes, and what was there, went away or could not be judged, in folded parts. */
export const markdown: Reporter = (report) => {
  const plans = report.plans.length > 1;
  const fresh = report.findings.filter(isNew);
  const judged = fresh.filter(({ severity }) => severity !== "info");
  const findings = (title: string | null, some: readonly Finding[]): Section => ({
    title,
    head: HEAD,
    rows: byHole(some).map((hole) => row(hole, plans)),
  });
  const sections = [
    findings(null, judged),
    { title: "How to fix", head: [], rows: fixes(judged) },
    findings("Drift: done outside Terraform, and open already", report.drift),
    {
      title: "In places that are not known",
      head: [],
      rows: report.coverage.unlisted.map((it) => `- ${prose(describeUnlisted(it))}`),
    },
    findings(
      "Not judged, or only noted",
      fresh.filter(({ severity }) => severity === "info"),
    ),
    findings("Unchanged", standing(report, "unchanged")),
    findings("Fixed", standing(report, "fixed")),
    findings(
      "Suppressed",
      report.findings.filter(({ suppressed }) => suppressed !== null),
    ),
  ];
  const told = warnings(report);
  const head = [
    `### Gatehouse: ${verdict(judged, report)}`,
    ...told.slice(0, WARNINGS).map((warning) => `> **Warning:** ${prose(warning)}`),
    ...(told.length > WARNINGS ? [`> ${told.length - WARNINGS} more warnings of this kind.`] : []),
  ];
  const foot = `<sub>${plain(describeCoverage(report))} · gatehouse ${plain(report.tool.version)}</sub>`;
  return `${[...head, ...shorten(sections, LIMIT - head.join("\n\n").length - foot.length), foot].join("\n\n")}\n`;
};

function verdict(judged: readonly Finding[], report: Report): string {
  if (judged.length > 0) {
    const worse = judged.filter(({ change }) => change === "worsened").length;
    const parts = [
      ...(judged.length > worse ? [`${count(judged.length - worse, "finding")} introduced`] : []),
      ...(worse > 0 ? [`${worse} worsened`] : []),
    ];
    return `${parts.join(", ")} (${describeSeverities(judged)})`;
  }
  if (!isWhole(report)) return "cannot say what this change opens up: the plan is incomplete";
  const noted = report.findings.filter(isNew).length;
  return noted > 0 ? `nothing to fix, ${noted} to look at` : "this change opens up nothing new";
}

function standing({ findings }: Report, change: Finding["change"]): readonly Finding[] {
  return findings.filter((finding) => finding.change === change && finding.suppressed === null);
}

/** Each advice once, under its rule. */
function fixes(findings: readonly Finding[]): readonly string[] {
  const lines = findings.map(({ rule, remediation }) => `- ${code(rule)}: ${prose(remediation)}`);
  return [...new Set(lines)].sort(byCodeUnit);
}

function row(hole: Hole, plans: boolean): string {
  const [worst] = hole;
  const { severity, change, confidence, address, plan, location, witness, suppressed } = worst;
  const place = describePlace(worst);
  const cells = [
    [
      `**${severity}**${change === "worsened" ? " (worse)" : ""}`,
      ...rulesOf(hole).map(code),
      ...(confidence === "high" || severity === "info" ? [] : [`${confidence} confidence`]),
    ],
    [
      ...messagesOf(hole).map(prose),
      ...(witness ? [`<em>${prose(describeWitness(witness))}</em>`] : []),
      ...(suppressed ? [`Suppressed: ${prose(suppressed.reason)}`] : []),
    ],
    [
      code(address),
      ...(place === "" ? [] : [prose(place)]),
      ...(location ? [code(`${location.file}:${location.line}`)] : []),
      ...(plans ? [code(plan)] : []),
    ],
  ];
  return `| ${cells.map((lines) => lines.join("<br>")).join(" | ")} |`;
}

/** The sections as far as they have room: the last rows of the last sections go first, and their number is said. */
function shorten(sections: readonly Section[], room: number): readonly string[] {
  let left = room;
  return sections.flatMap((section) => {
    if (section.rows.length === 0) return [];
    left -= wrap(section, [], section.rows.length).length;
    const shown = section.rows.filter((row) => {
      left -= row.length + 1;
      return left >= 0;
    });
    return [wrap(section, shown, section.rows.length - shown.length)];
  });
}

function wrap({ title, head, rows }: Section, shown: readonly string[], left: number): string {
  const table = shown.length > 0 ? [[...head, ...shown].join("\n")] : [];
  const more = left > 0 ? [`${left} more left out, as this comment would be too long; \`--format json\` has all.`] : [];
  const body = [...table, ...more].join("\n\n");
  return title === null ? body : `<details>\n<summary>${title}: ${rows.length}</summary>\n\n${body}\n\n</details>`;
}
