/** Plans x rules -> the report. */
import { type Change, compareFindings, type Finding, type Severity } from "../lib/finding.ts";
import { type Extraction, extract } from "./extract.ts";
import { loadFacts } from "./facts.ts";
import { judge, type Material } from "./judge.ts";
import type { PolicyChange } from "./model.ts";
import type { Plan } from "./plan.ts";
import { assemble } from "./principals.ts";
import type { Coverage, PlanSummary, Report } from "./report.ts";
import { resourcesOf } from "./resources.ts";
import type { Rule } from "./rule.ts";
import { withholdSensitive } from "./sensitive.ts";
import { type Organization, organization } from "./world.ts";

export interface AnalyzeOptions {
  rules: readonly Rule[];
  /** What the user says of the organization. */
  world: Partial<Organization>;
  toolVersion: string;
}

/** Judges plans by rules. Several plans are one report; findings are sorted worst first. */
export async function analyze(plans: readonly Plan[], { rules, world, toolVersion }: AnalyzeOptions): Promise<Report> {
  const materials = await Promise.all(plans.map(read));
  const policies = materials.flatMap((material) => material.policies);
  const facts = await loadFacts(policies.flatMap(({ before, after }) => [...before, ...after]));
  const known = { ...organization(world), facts };
  const shown = withholdSensitive(
    plans,
    materials.flatMap(({ principals }) => principals),
    rules,
  );
  const findings = distinct(materials.flatMap((material) => rules.flatMap((rule) => judge(rule, material, known))))
    .map(shown)
    .sort(compareFindings);
  return {
    version: 1,
    tool: { name: "gatehouse", version: toolVersion },
    plans: plans.map(planSummary),
    coverage: coverageOf(materials),
    findings,
    drift: [],
    summary: summarize(findings),
  };
}

async function read(plan: Plan): Promise<Material> {
  const extraction: Extraction = extract(plan);
  const { policies, principals } = await assemble(plan, extraction);
  return { plan: plan.file, policies, principals, resources: resourcesOf(plan), unknown: extraction.unknown };
}

/** Several principals may lead to the same statement; the same resource of two plans stands twice. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [
    ...new Map(
      findings.map((finding) => [`${finding.fingerprint} ${finding.change} ${finding.plan}`, finding]),
    ).values(),
  ];
}

/** Counts by change; by severity those that stand after the change, so without what is fixed. */
export function summarize(findings: readonly Finding[]): Report["summary"] {
  const by = (change: Change) => findings.filter((finding) => finding.change === change).length;
  const standing = findings.filter((finding) => finding.change !== "fixed");
  const of = (severity: Severity) => standing.filter((finding) => finding.severity === severity).length;
  return {
    introduced: by("introduced"),
    worsened: by("worsened"),
    unchanged: by("unchanged"),
    fixed: by("fixed"),
    bySeverity: {
      critical: of("critical"),
      high: of("high"),
      medium: of("medium"),
      low: of("low"),
      info: of("info"),
    },
  };
}

function planSummary({ file, terraformVersion, complete, errored, changes }: Plan): PlanSummary {
  const deferred = changes.filter((change) => change.deferred !== null).length;
  return { file, terraformVersion, complete, errored, resourceChanges: changes.length, deferred };
}

function coverageOf(materials: readonly Material[]): Coverage {
  const unknown = materials.flatMap((material) => material.unknown);
  const known = materials
    .flatMap((material) => material.policies)
    .flatMap((change: PolicyChange) => change.after)
    .filter(({ managed }) => managed === null);
  return {
    policies: known.length + unknown.length,
    evaluated: known.filter((subject) => subject.problems.length === 0).length,
    unknown: unknown.map(({ address, attribute, reason, references }) => ({ address, attribute, reason, references })),
    unlisted: [],
  };
}
