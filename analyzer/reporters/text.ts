/** For a terminal: short, worst first, resource by resource, ending with what to do next. */
import { atLeast, type Severity, severities } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { Report } from "../report.ts";
import type { Paint, Reporter, ReporterOptions } from "./reporter.ts";
import {
  byHole,
  describeCoverage,
  describePlace,
  describeSeverities,
  describeUnlisted,
  describeWitness,
  driftIn,
  type Hole,
  isCounted,
  isNew,
  isWhole,
  messagesOf,
  rulesOf,
  warnings,
} from "./words.ts";

const colors: Readonly<Record<Severity, keyof Paint>> = {
  critical: "magenta",
  high: "red",
  medium: "yellow",
  low: "blue",
  info: "dim",
};

/** Of what is not serious, a screenful; the rest is in the other formats. */
const MINOR = 20;

/** What a section is made with. */
interface Style {
  paint: Paint;
  /** Several plans: each resource names its own. */
  plans: boolean;
  /** The title does not tell how bad they are. */
  severities?: true;
}

/** Findings that count for the exit code in full, grouped by severity; the others as counts. */
export const text: Reporter = (report, options) => {
  const { paint } = options;
  const style: Style = { paint, plans: report.plans.length > 1 };
  const holes = byHole(report.findings.filter((finding) => isCounted(finding, options.all)));
  const drift = byHole(driftIn(report));
  const sections = [
    ...warnings(report).map((warning) => paint.yellow(`warning: ${visible(warning)}`)),
    ...[...severities].reverse().flatMap((severity) => {
      const group = holes.filter(([worst]) => worst.severity === severity);
      return section(paint[colors[severity]](severity.toUpperCase()), group, style);
    }),
    ...section(paint.cyan("DRIFT (done outside Terraform)"), drift, { ...style, severities: true }),
    ...unlisted(report, paint),
    renderSummary(report, holes, drift, options),
  ];
  return `${sections.join("\n\n")}\n`;
};

function section(title: string, holes: readonly Hole[], style: Style): readonly string[] {
  if (holes.length === 0) return [];
  const { paint } = style;
  const shown = holes.filter(([{ severity }], i) => i < MINOR || atLeast(severity, "medium"));
  const left = holes.length - shown.length;
  // the same advice is given once
  const advice = new Map([...shown].reverse().map((hole) => [hole[0].remediation, hole]));
  const blocks = byResource(shown).map((group) => renderResource(group, advice, style));
  return [
    [paint.bold(title), ...blocks, ...(left > 0 ? [paint.dim(`  and ${left} more; --format json has all`)] : [])].join(
      "\n\n",
    ),
  ];
}

function byResource(holes: readonly Hole[]): readonly (readonly Hole[])[] {
  const groups = new Map<string, Hole[]>();
  for (const hole of holes) {
    const key = JSON.stringify([hole[0].plan, hole[0].address]);
    const group = groups.get(key) ?? [];
    group.push(hole);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function renderResource(holes: readonly Hole[], advice: ReadonlyMap<string, Hole>, style: Style): string {
  const { paint, plans } = style;
  const [first] = holes;
  if (!first) return "";
  const { address, plan, location } = first[0];
  const where = [...(plans ? [plan] : []), ...(location ? [`${location.file}:${location.line}`] : [])];
  const title = `  ${paint.bold(visible(address))}${where.length > 0 ? `  ${paint.dim(visible(where.join(", ")))}` : ""}`;
  const blocks = holes.map((hole) => renderHole(hole, advice.get(hole[0].remediation) === hole, style));
  return [title, ...blocks].join("\n");
}

function renderHole(hole: Hole, withFix: boolean, { paint, severities }: Style): string {
  const [worst] = hole;
  const { rule, change, witness, remediation, severity, confidence } = worst;
  const notes = [
    ...(severities ? [severity] : []),
    ...(change === "worsened" ? ["worse than before"] : change === "unchanged" ? ["as before"] : []),
    ...(confidence === "high" || severity === "info" ? [] : [`${confidence} confidence`]),
  ];
  const place = describePlace(worst);
  const title = [
    paint[colors[severity]](rulesOf(hole).join(", ")) +
      (notes.length > 0 ? paint.yellow(` (${notes.join(", ")})`) : ""),
    ...(place === "" ? [] : [paint.dim(visible(place))]),
  ];
  const lines: readonly (readonly [label: string, text: string])[] = [
    ...messagesOf(hole).map((message) => ["", visible(message)] as const),
    ...(witness ? [["shows", visible(describeWitness(witness, rule))] as const] : []),
    // information asks for nothing
    ...(withFix && severity !== "info" ? [["fix", visible(remediation)] as const] : []),
  ];
  const body = lines.map(([label, line]) => `      ${label && paint.dim(`${label.padEnd(6)} `)}${line}`);
  return [`    ${title.join("  ")}`, ...body].join("\n");
}

function unlisted({ coverage }: Report, paint: Paint): readonly string[] {
  if (coverage.unlisted.length === 0) return [];
  const lines = coverage.unlisted.slice(0, MINOR).map((place) => `  ${visible(describeUnlisted(place))}`);
  const left = coverage.unlisted.length - lines.length;
  return [[paint.bold("NOT JUDGED"), ...lines, ...(left > 0 ? [`  and ${left} more`] : [])].join("\n")];
}

function renderSummary(
  report: Report,
  holes: readonly Hole[],
  drift: readonly Hole[],
  options: ReporterOptions,
): string {
  const { paint } = options;
  const { introduced, worsened, unchanged, fixed } = report.summary;
  const fresh = report.findings.filter(isNew);
  const suppressed = report.findings.filter((finding) => finding.suppressed !== null).length;
  const brought = [
    introduced > 0 ? paint.red(`${introduced} introduced`) : "0 introduced",
    ...(worsened > 0 ? [paint.red(`${worsened} worsened`)] : []),
  ].join(", ");
  const parts = [
    fresh.length > 0 ? `${brought} (${describeSeverities(fresh)})` : brought,
    `${unchanged} unchanged`,
    fixed > 0 ? paint.green(`${fixed} fixed`) : "0 fixed",
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    ...(report.drift.length > 0 ? [`${report.drift.filter(isNew).length} by drift`] : []),
  ];
  return [
    `${paint.bold("Summary")}  ${parts.join(", ")}`,
    `${paint.bold("Judged")}   ${describeCoverage(report)}`,
    `${paint.bold("Next")}     ${nextStep(holes, drift, isWhole(report), options)}`,
  ].join("\n");
}

function nextStep(
  holes: readonly Hole[],
  drift: readonly Hole[],
  whole: boolean,
  { failOn = "high" }: ReporterOptions,
): string {
  const serious = holes.filter(([{ severity }]) => atLeast(severity, failOn === "none" ? "high" : failOn)).length;
  const worst = holes[0]?.[0];
  if (!worst || (worst.severity === "info" && serious === 0)) {
    if (!whole) return "plan again: an incomplete plan says nothing about what it left out";
    const [drifted] = drift[0] ?? [];
    if (drifted) return `look at what was done outside Terraform; \`gatehouse rules ${drifted.rule}\` explains it`;
    return worst ? "nothing to fix; the notes above are yours to judge" : "nothing: this change opens up nothing new";
  }
  const what =
    serious > 0
      ? `fix ${serious === 1 ? "it" : `these ${serious}`} before apply`
      : `look at ${holes.length === 1 ? "it" : "them"} before apply`;
  return `${what}; \`gatehouse rules ${worst.rule}\` explains ${holes.length === 1 ? "it" : "the first"}`;
}
