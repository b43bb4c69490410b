/** What the analyzer reports: one shape from the rule to every reporter. */

export const severities = ["info", "low", "medium", "high", "critical"] as const;
/** How bad it is, if it is true. */
export type Severity = (typeof severities)[number];

export const confidences = ["low", "medium", "high"] as const;
/** How sure we are that it is true. Never folded into the severity. */
export type Confidence = (typeof confidences)[number];

export const changes = ["introduced", "worsened", "unchanged", "fixed"] as const;
/** What the plan does to the finding: only `introduced` and `worsened` count for the exit code. */
export type Change = (typeof changes)[number];

/** A place in Terraform source or in the manifest; `line` counts from 1. */
export interface Location {
  file: string;
  line: number;
}

/** A request that is allowed and should not be. `null` in `context` means the key is absent from the request. */
export interface Witness {
  principal: string;
  action: string;
  resource: string | null;
  context: Record<string, string | readonly string[] | null>;
}

/** Which statement of the policy a finding is about. */
export interface StatementRef {
  index: number;
  sid: string | null;
}

export interface Finding {
  /** Depends on rule, address and the statement's normal form: survives reordering, changes with the statement. */
  fingerprint: string;
  rule: string;
  severity: Severity;
  confidence: Confidence;
  change: Change;
  /** File name of the plan that shows it. */
  plan: string;
  /** Terraform resource address, module path and instance key included. */
  address: string;
  resourceType: string;
  attribute: string;
  statement: StatementRef | null;
  message: string;
  witness: Witness | null;
  remediation: string;
  location: Location | null;
  suppressed: { reason: string; until: string | null } | null;
}

/** Compares strings by code unit: the same order in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `true` when `severity` is at or above `threshold`. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}

/** Order for reports: worst first, then by change, address, rule and statement; total, so that output is deterministic. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    changes.indexOf(a.change) - changes.indexOf(b.change) ||
    byCodeUnit(a.address, b.address) ||
    byCodeUnit(a.rule, b.rule) ||
    (a.statement?.index ?? -1) - (b.statement?.index ?? -1) ||
    byCodeUnit(a.fingerprint, b.fingerprint)
  );
}
