/**
 * Workflow commands of GitHub Actions, which become annotations.
 *
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import type { Severity } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { Report } from "../report.ts";
import type { Reporter } from "./reporter.ts";
import {
  byHole,
  count,
  describeCoverage,
  describeSubject,
  describeWitness,
  driftIn,
  fileOf,
  type Hole,
  isCounted,
  messagesOf,
  rulesOf,
  warnings,
} from "./words.ts";

const levels = ["error", "warning", "notice"] as const;
type Level = (typeof levels)[number];

const levelOf: Readonly<Record<Severity, Level>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};

/** https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations */
const PER_LEVEL = 10;

/** What counts for the exit code, worst first, as far as GitHub shows it; then one line with the numbers. */
export const github: Reporter = (report, { all }) => {
  const places = { plans: report.plans.length > 1, drift: false };
  const counted = report.findings.filter((finding) => isCounted(finding, all));
  const commands = [
    ...warnings(report).map((warning) => command("warning", [["title", "Gatehouse"]], visible(warning))),
    ...byHole(counted).map((hole) => annotation(hole, places)),
    ...byHole(driftIn(report)).map((hole) => annotation(hole, { ...places, drift: true })),
  ];
  const shown = levels.flatMap((level) => commands.filter((command) => command.level === level).slice(0, PER_LEVEL));
  const left = commands.length - shown.length;
  return [...shown.map(({ line }) => line), summary(report, left), ""].join("\n");
};

/** What an annotation has to say besides: which of several plans it is about, and that no plan is to blame. */
interface Places {
  plans: boolean;
  drift: boolean;
}

function annotation(hole: Hole, { plans, drift }: Places): { level: Level; line: string } {
  const [finding] = hole;
  const { rule, severity, witness, remediation, location, plan } = finding;
  const where = `${plans ? `${plan}: ` : ""}${drift ? "done outside Terraform: " : ""}`;
  const source = location ? [["file", fileOf(finding)] as const, ["line", String(location.line)] as const] : [];
  const sentences = [
    ...messagesOf(hole).map((message, i) => (i === 0 ? `${where}${describeSubject(finding)}: ${message}` : message)),
    ...(witness ? [describeWitness(witness, rule)] : []),
    ...(severity === "info" ? [] : [remediation]),
  ];
  const text = sentences.map(visible).join("\n");
  return command(levelOf[severity], [...source, ["title", `${severity}: ${rulesOf(hole).join(", ")}`]], text);
}

function command(level: Level, properties: readonly (readonly [name: string, value: string])[], message: string) {
  const written = properties.map(([name, value]) => `${name}=${property(visible(value))}`).join(",");
  return { level, line: `::${level} ${written}::${data(message)}` };
}

/** As `escapeData` of the toolkit. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** As `escapeProperty` of the toolkit. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function summary(report: Report, left: number): string {
  const { introduced, worsened, unchanged, fixed } = report.summary;
  const drift = driftIn(report).length;
  const parts = [
    ...[`${introduced} introduced`, `${worsened} worsened`, `${unchanged} unchanged`, `${fixed} fixed`],
    ...(drift > 0 ? [`${drift} by drift`] : []),
  ];
  const more = left > 0 ? `; ${count(left, "more annotation")} left out, as GitHub shows ${PER_LEVEL} of a kind` : "";
  return `Gatehouse: ${parts.join(", ")} (${describeCoverage(report)})${more}`;
}
