/** Policies x rules -> findings, and what the change does to each of them. */
import { type Change, compareFindings, type Finding, type Severity, severities } from "../lib/finding.ts";
import { extract, type PendingPolicy, type PolicyChange } from "./extract.ts";
import { fingerprint, normalForm } from "./fingerprint.ts";
import type { Plan } from "./plan.ts";
import type { Coverage, PlanSummary, Report, UnknownPolicy } from "./report.ts";
import type { Rule, Subject, Violation, World } from "./rule.ts";

export interface AnalyzeOptions {
  rules: readonly Rule[];
  world: World;
  toolVersion: string;
}

/** Judges plans by rules. Several plans are one report; findings are sorted worst first. */
export function analyze(plans: readonly Plan[], { rules, world, toolVersion }: AnalyzeOptions): Report {
  const extractions = plans.map(extract);
  const policies = extractions.flatMap((extraction) => extraction.policies);
  const unknown = extractions.flatMap((extraction) => extraction.unknown);
  const findings = [
    ...rules.flatMap((rule) => policies.flatMap((change) => judge(rule, change, world))),
    ...rules.flatMap((rule) => unknown.flatMap((policy) => judgeUnknown(rule, policy))),
  ].sort(compareFindings);
  return {
    version: 1,
    tool: { name: "gatehouse", version: toolVersion },
    plans: plans.map(planSummary),
    coverage: coverageOf(policies, unknown),
    findings,
    summary: summarize(findings),
  };
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
  return { file, terraformVersion, complete, errored, resourceChanges: changes.length };
}

function coverageOf(policies: readonly PolicyChange[], unknown: readonly PendingPolicy[]): Coverage {
  const known = policies.flatMap((change) => change.after);
  return {
    policies: known.length + unknown.length,
    evaluated: known.filter((subject) => subject.problems.length === 0).length,
    unknown: unknown.map(({ address, attribute, reason, references }) => ({ address, attribute, reason, references })),
  };
}

/** A violation on one side of the change, with what makes it the same on the other side. */
interface Sighting {
  /** The statement's normal form: equal on both sides when nothing changed. */
  subject: string;
  severity: Severity;
  attribute: string;
  violation: Violation;
}

/** What a rule says of both sides of a change, and what the change does to each of it. */
export function judge(rule: Rule, change: PolicyChange, world: World): readonly Finding[] {
  const before = sight(rule, change.before, world);
  const after = change.after === change.before ? before : sight(rule, change.after, world);
  const isNew = (sighting: Sighting) => !before.has(sighting.subject);
  const gone = [...before.values()].filter((sighting) => !after.has(sighting.subject));
  // Something milder stood here before: the same thing got worse, and is not fixed.
  const milder = new Map(
    [...after.values()].filter(isNew).flatMap((sighting) => {
      const earlier = gone.find((other) => rank(other.severity) < rank(sighting.severity));
      return earlier ? [[sighting, earlier] as const] : [];
    }),
  );
  const fixed = change.pending ? [] : gone.filter((sighting) => ![...milder.values()].includes(sighting));
  const changeOf = (sighting: Sighting): Change =>
    !isNew(sighting) ? "unchanged" : milder.has(sighting) ? "worsened" : "introduced";
  return [
    ...[...after.values()].map((sighting) => findingOf(rule, change, changeOf(sighting), sighting)),
    ...fixed.map((sighting) => findingOf(rule, change, "fixed", sighting)),
  ];
}

/** What the rule says of one side; a statement that stands there twice is said once. */
function sight(rule: Rule, subjects: readonly Subject[], world: World): ReadonlyMap<string, Sighting> {
  const sightings = new Map<string, Sighting>();
  for (const policy of subjects.filter(({ policy }) => rule.appliesTo.includes(policy.kind))) {
    for (const violation of rule.check(policy, world)) {
      const statement = policy.policy.statements.find(({ index }) => index === violation.statement?.index);
      const subject = statement ? normalForm(statement) : violation.message;
      if (sightings.has(subject)) continue;
      const severity = violation.severity ?? rule.severity;
      sightings.set(subject, { subject, severity, attribute: policy.attribute, violation });
    }
  }
  return sightings;
}

function judgeUnknown(rule: Rule, policy: PendingPolicy): readonly Finding[] {
  const { address, resourceType, attribute } = policy;
  const unknown: UnknownPolicy = policy;
  return (rule.checkUnknown?.(unknown) ?? []).map((violation) =>
    findingOf(rule, { address, resourceType, place: attribute }, "introduced", {
      subject: "",
      severity: violation.severity ?? rule.severity,
      attribute,
      violation,
    }),
  );
}

function findingOf(
  rule: Rule,
  { address, resourceType, place }: Pick<PolicyChange, "address" | "resourceType" | "place">,
  change: Change,
  { subject, severity, attribute, violation }: Sighting,
): Finding {
  return {
    fingerprint: fingerprint(rule.id, address, place, subject),
    rule: rule.id,
    severity,
    confidence: violation.confidence ?? "high",
    change,
    address,
    resourceType,
    attribute,
    statement: violation.statement,
    message: violation.message,
    witness: violation.witness ?? null,
    remediation: violation.remediation ?? rule.fix,
    location: null,
    suppressed: null,
  };
}

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}
