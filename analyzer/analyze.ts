/** Plans x rules -> the report. */
import { atLeast, type Change, compareFindings, type Finding, type Severity } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { driftOf } from "./drift.ts";
import { type Extraction, extract, leavesUnknown } from "./extract.ts";
import { loadFacts } from "./facts.ts";
import { judgeBy, type Material } from "./judge.ts";
import type { PolicyChange, Principal, Subject } from "./model.ts";
import type { Plan } from "./plan.ts";
import { assemble } from "./principals.ts";
import { rejoined } from "./rejoin.ts";
import type { Coverage, PlanSummary, Report } from "./report.ts";
import { managementAccountIn, resourcesOf } from "./resources.ts";
import type { Rule } from "./rule.ts";
import { withholdSensitive } from "./sensitive.ts";
import type { Source } from "./source/source.ts";
import { type Decisions, decide, noDecisions, type SuppressionUse, usesOf } from "./suppress.ts";
import { type Organization, organization } from "./world.ts";

export interface AnalyzeOptions {
  rules: readonly Rule[];
  /** What the user says of the organization. */
  world: Partial<Organization>;
  toolVersion: string;
  /** What the team has decided about findings. */
  decisions?: Decisions;
  /** Severities that the team has given to rules, by id. */
  severities?: ReadonlyMap<string, Severity>;
  /** The code behind the plans. */
  source?: Source | null;
}

/** Judges plans by rules. Several plans are one report; findings are sorted worst first. */
export async function analyze(whole: readonly Plan[], options: AnalyzeOptions): Promise<Report> {
  const plans = whole.map(rejoined);
  const { rules, world, toolVersion, decisions = noDecisions, severities = new Map(), source = null } = options;
  const materials = await Promise.all(plans.map((plan) => read(plan, source)));
  const drifts = flatMap(plans, driftOf);
  const drifted = await Promise.all(drifts.map((plan) => read(plan, source)));
  const facts = await loadFacts(subjectsIn([...materials, ...drifted]));
  const said = organization(world);
  const known = {
    ...said,
    managementAccount: said.managementAccount ?? managementAccountIn(plans),
    facts,
    permissionSets: permissionSetsIn(materials),
  };
  const shown = withholdSensitive([...plans, ...drifts], [...materials, ...drifted], rules);
  const variables = new Map(plans.map((plan) => [plan.file, plan.variables]));
  const judgeAll = (materials: readonly Material[]) =>
    distinct(flatMap(materials, (material) => judgeBy(rules, material, known))).map((finding) =>
      located(asDeclared(shown(finding), rules, source), source, variables),
    );
  const judged = judgeAll(materials);
  const drift = judgeAll(drifted).filter(isBrought);
  const unknown = new Set(flatMap(materials, (material) => material.unknown.map(({ address }) => address)));
  const uses = usesOf(decisions, plans, [...judged, ...drift], rules, unknown);
  const ofUses = flatMap(uses, (use) => judgeBy(rules, materialOf(use), known));
  const settle = (findings: readonly Finding[]) =>
    decide(withSeverities(findings, severities), decisions).sort(compareFindings);
  const findings = settle([...judged, ...ofUses]);
  return {
    version: 1,
    tool: { name: "gatehouse", version: toolVersion },
    plans: whole.map(planSummary),
    coverage: coverageOf(materials),
    findings,
    drift: settle(drift),
    summary: summarize(findings),
  };
}

interface Reading extends Material {
  unlisted: Extraction["unlisted"];
  sensitive: Extraction["sensitive"];
}

async function read(plan: Plan, source: Source | null): Promise<Reading> {
  const documents = source !== null && leavesUnknown(plan) ? source.documents : null;
  const extraction = extract(plan, documents ? { documentFor: documents(plan.variables) } : {});
  const { policies, principals, unknown: attachments } = await assemble(plan, extraction);
  const { earlier, unlisted, sensitive } = extraction;
  const unknown = [...extraction.unknown, ...attachments];
  const resources = resourcesOf(plan, principals);
  return { plan: plan.file, policies, earlier, principals, resources, unknown, unlisted, sensitive };
}

function* subjectsIn(materials: readonly Material[]): Generator<Subject> {
  for (const { policies } of materials) {
    for (const { before, after } of policies) {
      yield* before;
      if (after !== before) yield* after;
    }
  }
}

function permissionSetsIn(materials: readonly Material[]): ReadonlyMap<string, Principal> {
  const standing = flatMap(materials, ({ principals }) => flatMap(principals, ({ before }) => before ?? []));
  return new Map(
    standing.filter(({ resourceType }) => resourceType === "aws_ssoadmin_permission_set").map((set) => [set.arn, set]),
  );
}

const isBrought = ({ change }: Finding) => change === "introduced" || change === "worsened";

/** A suppression is judged by itself. */
function materialOf(use: SuppressionUse): Material {
  return { plan: use.plan, policies: [], principals: [], resources: [], unknown: [], suppressions: [use] };
}

function located(finding: Finding, source: Source | null, variables: ReadonlyMap<string, Plan["variables"]>): Finding {
  if (source === null || finding.location !== null) return finding;
  return { ...finding, location: source.locate(finding, variables.get(finding.plan) ?? new Map()) };
}

function asDeclared(finding: Finding, rules: readonly Rule[], source: Source | null): Finding {
  const declared = rules.find(({ id }) => id === finding.rule)?.declared;
  const holds = declared?.types.includes(finding.resourceType) && source?.declares?.(finding);
  // what somebody decided weighs less for it, never more
  return declared && holds && atLeast(finding.severity, declared.severity)
    ? { ...finding, severity: declared.severity }
    : finding;
}

function withSeverities(findings: readonly Finding[], severities: ReadonlyMap<string, Severity>): readonly Finding[] {
  if (severities.size === 0) return findings;
  return findings.map((finding) => ({ ...finding, severity: severities.get(finding.rule) ?? finding.severity }));
}

/** Several principals may lead to the same statement; the same resource of two plans stands twice. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [
    ...new Map(
      findings.map((finding) => [`${finding.fingerprint} ${finding.change} ${finding.plan}`, finding]),
    ).values(),
  ];
}

/** Counts what nobody suppressed by change; by severity what stands after the change, so without what is fixed. */
export function summarize(all: readonly Finding[]): Report["summary"] {
  const byChange: Record<Change, number> = { introduced: 0, worsened: 0, unchanged: 0, fixed: 0 };
  const bySeverity: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { suppressed, change, severity } of all) {
    if (suppressed !== null) continue;
    byChange[change]++;
    if (change !== "fixed") bySeverity[severity]++;
  }
  return { ...byChange, bySeverity };
}

function planSummary({ file, terraformVersion, complete, errored, changes }: Plan): PlanSummary {
  const deferred = changes.filter((change) => change.deferred !== null).length;
  return { file, terraformVersion, complete, errored, resourceChanges: changes.length, deferred };
}

function coverageOf(readings: readonly Reading[]): Coverage {
  const unknown = flatMap(readings, (reading) => reading.unknown);
  // a policy of which some statements are not known yet counts once, as unknown
  const placeOf = ({ address, attribute }: { address: string; attribute: string }) => `${address}\n${attribute}`;
  const known = flatMap(readings, (reading) => {
    const waiting = new Set(reading.unknown.map(placeOf));
    const isWaiting = (subject: Subject) => waiting.size > 0 && waiting.has(placeOf(subject));
    return flatMap(reading.policies, (change: PolicyChange) => change.after).filter(
      (subject) => subject.managed === null && !isWaiting(subject),
    );
  });
  return {
    policies: known.length + unknown.length,
    evaluated: known.filter((subject) => subject.problems.length === 0).length,
    unknown: unknown.map(({ address, attribute, reason, references }) => ({ address, attribute, reason, references })),
    unlisted: flatMap(readings, (reading) => reading.unlisted),
  };
}
