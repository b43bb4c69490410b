/** A baseline: an earlier report, whose findings are not new. */
import { type Finding, type Severity, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { asArray, asString, at, member, parseJson } from "./json.ts";

export interface Baseline {
  /** The plans that the report was about. */
  plans: ReadonlySet<string>;
  /** How bad a finding was then, by fingerprint, and by plan and fingerprint. */
  severities: ReadonlyMap<string, Severity>;
}

export const noBaseline: Baseline = { plans: new Set(), severities: new Map() };

const inPlan = (plan: string, fingerprint: string) => `${plan}\n${fingerprint}`;

/** What a baseline shows of some findings, and how bad they were; in a plan of another name, wherever they stood. */
export function baselineOf(
  plans: readonly string[],
  findings: readonly Pick<Finding, "plan" | "fingerprint" | "severity">[],
): Baseline {
  const entries = flatMap(findings, ({ plan, fingerprint, severity }): [string, Severity][] => [
    [fingerprint, severity],
    [inPlan(plan, fingerprint), severity],
  ]);
  return { plans: new Set(plans), severities: new Map(entries) };
}

/** Gives how bad a finding was in the baseline; `null` where it did not stand there. */
export function severityIn({ plans, severities }: Baseline, { plan, fingerprint }: Finding): Severity | null {
  return severities.get(plans.has(plan) ? inPlan(plan, fingerprint) : fingerprint) ?? null;
}

/**
 * Reads a report of `--format json`: what stood after its change and nobody had suppressed, or what the text is instead.
 * A suppression has an end of its own.
 */
export function readBaseline(text: string): { baseline: Baseline } | { reason: string } {
  const parsed = parseJson(text);
  if ("error" in parsed) return { reason: "it is not JSON" };
  const { value } = parsed;
  if (at(value, "tool", "name") !== "gatehouse" || !Array.isArray(member(value, "findings"))) {
    return { reason: "it is not a report of gatehouse analyze --format json" };
  }
  if (member(value, "version") !== 1) return { reason: "it is a report of another version of gatehouse" };
  const standing = asArray(member(value, "findings")).filter(
    (finding) => member(finding, "change") !== "fixed" && !member(finding, "suppressed"),
  );
  const findings = flatMap(standing, (finding) => {
    const fingerprint = asString(member(finding, "fingerprint"));
    const severity = severities.find((known) => known === member(finding, "severity"));
    const plan = asString(member(finding, "plan")) ?? "";
    return fingerprint !== null && severity !== undefined ? [{ plan, fingerprint, severity }] : [];
  });
  const plans = flatMap(asArray(member(value, "plans")), (plan) => asString(member(plan, "file")) ?? []);
  return { baseline: baselineOf(plans, findings) };
}
