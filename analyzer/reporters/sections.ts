/** What a comment in Markdown is made of: tables and lists, as many of their rows as there is room for. */
import type { Finding } from "../../lib/finding.ts";
import type { Report } from "../report.ts";
import { code, plain, prose } from "./escape-markdown.ts";
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
export const LIMIT = 60_000;

/** One for each plan that is not complete: the first ones say it. */
const WARNINGS = 5;

/** One table or list, open or folded. Rows stand in order of importance, and so do sections. */
export interface Section {
  /** `null` for the one that everybody reads. */
  title: string | null;
  head: readonly string[];
  rows: readonly string[];
}

const HEAD = ["| severity | who can now do what | where |", "|---|---|---|"];

/** Findings as a table, those of one statement in one row. */
export function findingsSection(title: string | null, findings: readonly Finding[], { plans }: Report): Section {
  return { title, head: HEAD, rows: byHole(findings).map((hole) => row(hole, plans.length > 1)) };
}

/** What the change brings and somebody has to look at. */
export function judgedIn({ findings }: Report): readonly Finding[] {
  return findings.filter((finding) => isNew(finding) && finding.severity !== "info");
}

/** What is there besides: drift, what was not judged, what stands, what is gone. */
export function otherSections(report: Report): readonly Section[] {
  const { findings, drift, coverage } = report;
  return [
    findingsSection("Drift: done outside Terraform, and open already", drift, report),
    {
      title: "In places that are not known",
      head: [],
      rows: coverage.unlisted.map((it) => `- ${prose(describeUnlisted(it))}`),
    },
    findingsSection(
      "Not judged, or only noted",
      findings.filter((finding) => isNew(finding) && finding.severity === "info"),
      report,
    ),
    findingsSection("Unchanged", standing(report, "unchanged"), report),
    findingsSection("Fixed", standing(report, "fixed"), report),
    findingsSection(
      "Suppressed",
      findings.filter(({ suppressed }) => suppressed !== null),
      report,
    ),
  ];
}

/** What the reader has to know before trusting the result. */
export function warningLines(report: Report): readonly string[] {
  const told = warnings(report);
  return [
    ...told.slice(0, WARNINGS).map((warning) => `> **Warning:** ${prose(warning)}`),
    ...(told.length > WARNINGS ? [`> ${told.length - WARNINGS} more warnings of this kind.`] : []),
  ];
}

/** What was judged, and by what. */
export function foot(report: Report): string {
  return `<sub>${plain(describeCoverage(report))} · gatehouse ${plain(report.tool.version)}</sub>`;
}

/** The one line that everybody reads. */
export function verdict(report: Report): string {
  const judged = judgedIn(report);
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

function row(hole: Hole, plans: boolean): string {
  const [worst] = hole;
  const { rule, severity, change, confidence, address, plan, location, witness, suppressed } = worst;
  const place = describePlace(worst);
  const cells = [
    [
      `**${severity}**${change === "worsened" ? " (worse)" : ""}`,
      ...rulesOf(hole).map(code),
      ...(confidence === "high" || severity === "info" ? [] : [`${confidence} confidence`]),
    ],
    [
      ...messagesOf(hole).map(prose),
      ...(witness ? [`<em>${prose(describeWitness(witness, rule))}</em>`] : []),
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

/** Characters between two sections. */
const BETWEEN = "\n\n".length;

/** The sections as far as they have room: the last rows of the last sections go first, and their number is said. */
export function shorten(sections: readonly Section[], room: number): readonly string[] {
  const filled = sections.filter(({ rows }) => rows.length > 0);
  const frames = filled.map((section) => wrap(section, [""], section.rows.length).length + BETWEEN);
  let left = frames.reduce((rest, frame) => rest - frame, room);
  return filled.map((section) => {
    const shown = section.rows.filter((row) => {
      left -= row.length + 1;
      return left >= 0;
    });
    return wrap(section, shown, section.rows.length - shown.length);
  });
}

function wrap({ title, head, rows }: Section, shown: readonly string[], left: number): string {
  const table = shown.length > 0 ? [[...head, ...shown].join("\n")] : [];
  const more = left > 0 ? [`${left} more left out, as this comment would be too long; \`--format json\` has all.`] : [];
  const body = [...table, ...more].join("\n\n");
  return title === null ? body : `<details>\n<summary>${title}: ${rows.length}</summary>\n\n${body}\n\n</details>`;
}
