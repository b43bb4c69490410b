/** For a comment on a pull request, read in ten seconds: a verdict, who can now do what, and the rest folded away. */
import { byCodeUnit, type Finding } from "../../lib/finding.ts";
import { code, prose } from "./escape-markdown.ts";
import type { Reporter } from "./reporter.ts";
import { findingsSection, foot, judgedIn, LIMIT, otherSections, shorten, verdict, warningLines } from "./sections.ts";

/** What is new in a table; the fixes, and what was there, went away or could not be judged, in folded parts. */
export const markdown: Reporter = (report) => {
  const judged = judgedIn(report);
  const sections = [
    findingsSection(null, judged, report),
    { title: "How to fix", head: [], rows: fixes(judged) },
    ...otherSections(report),
  ];
  const head = [`### Gatehouse: ${verdict(report)}`, ...warningLines(report)];
  const end = foot(report);
  return `${[...head, ...shorten(sections, LIMIT - head.join("\n\n").length - end.length), end].join("\n\n")}\n`;
};

/** Each advice once, under its rule. */
function fixes(findings: readonly Finding[]): readonly string[] {
  const lines = findings.map(({ rule, remediation }) => `- ${code(rule)}: ${prose(remediation)}`);
  return [...new Set(lines)].sort(byCodeUnit);
}
