/** What the comment on a pull request says. */

import type { JsonObject } from "../analyzer/json.ts";
import type { Report } from "../analyzer/report.ts";
import { code, plain, prose } from "../analyzer/reporters/escape-markdown.ts";
import {
  findingsSection,
  foot,
  judgedIn,
  otherSections,
  type Section,
  shorten,
  verdict,
  warningLines,
} from "../analyzer/reporters/sections.ts";
import { byHole, count, describePlace, type Hole, isWhole } from "../analyzer/reporters/words.ts";
import type { TrustChange } from "../analyzer/trust-changes.ts";
import type { Finding } from "../lib/finding.ts";
import { fenced } from "./fence.ts";
import { trustGraph } from "./trust-graph.ts";

export interface Review {
  report: Report;
  /** The statement behind a finding, where there is one to show. */
  statementOf(finding: Finding): JsonObject | null;
  trust: readonly TrustChange[];
  /** What changes for people and accounts, when the manifest is in the change. */
  access: AccessChange | null;
}

export interface AccessChange {
  /** One line, as text. */
  summary: string;
  /** Lines of Markdown: headings and lists. */
  lines: readonly string[];
}

/** What the comment said before this run. */
export interface Earlier {
  /** Findings to fix that it showed. */
  findings: number;
  /** Findings that it called resolved. */
  resolved: number;
}

export interface Comment extends Earlier {
  body: string;
}

/** Gives the comment, in at most `limit` characters: one line when there is nothing to read. */
export function compose(review: Review, earlier: Earlier | null, limit: number): Comment {
  const { report } = review;
  const judged = judgedIn(report);
  const head = judged.length > 0 || !isWhole(report) ? [`### Gatehouse: ${verdict(report)}`] : [];
  const resolved = judged.length > 0 ? 0 : ((earlier?.findings || earlier?.resolved) ?? 0);
  const sections = [
    findingsSection(null, judged, report),
    { title: "Statements and fixes", head: [], rows: byHole(judged).map((hole) => detail(hole, review)) },
    ...accessSection(review.access),
    ...trustGraph(review.trust),
    ...otherSections(report),
  ];
  const opening = [
    ...(head.length > 0 ? [...head, ...warningLines(report)] : [oneLine(report, resolved)]),
    ...(review.access === null || review.access.lines.length === 0 ? [] : [`Access: ${plain(review.access.summary)}`]),
  ];
  const end = head.length > 0 ? [foot(report)] : [];
  const room = limit - [...opening, ...end].join("\n\n").length;
  const body = [...opening, ...shorten(sections, room), ...end].join("\n\n");
  return { body, findings: judged.length, resolved };
}

function accessSection(access: AccessChange | null): readonly Section[] {
  return access === null ? [] : [{ title: "Access, line by line", head: [], rows: access.lines }];
}

function oneLine(report: Report, resolved: number): string {
  const said =
    resolved > 0
      ? `resolved: ${resolved === 1 ? "the finding" : `all ${count(resolved, "finding")}`} of this pull request ${resolved === 1 ? "is" : "are"} gone`
      : verdict(report);
  return `**Gatehouse**: ${said}. ${foot(report)}`;
}

/** Longer statements are cut: the whole one is in the plan. */
const STATEMENT = 4000;

/** Where to look, what to do, and what stands there. */
function detail(hole: Hole, { statementOf }: Review): string {
  const [{ address, attribute, statement, location }] = hole;
  const place = describePlace({ attribute, statement });
  const fixes = new Map(hole.map(({ rule, remediation }) => [remediation, rule]));
  const shown = statementOf(hole[0]);
  return [
    "",
    [
      code(address),
      ...(place === "" ? [] : [prose(place)]),
      ...(location === null ? [] : [`in ${code(`${location.file}:${location.line}`)}`]),
    ].join(" "),
    "",
    ...[...fixes].map(([fix, rule]) => `- ${code(rule)}: ${prose(fix)}`),
    ...(shown === null ? [] : ["", fenced("json", written(shown), STATEMENT)]),
  ].join("\n");
}

/** As JSON, without what a careless reader of Markdown could take for HTML: `<` stays out of the whole comment. */
function written(statement: JsonObject): string {
  return JSON.stringify(statement, null, 2).replaceAll("<", "\\u003c");
}
