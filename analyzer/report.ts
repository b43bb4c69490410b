/** The report: the contract of `--format json`, and the input of every reporter. */
import type { Change, Finding, Severity } from "../lib/finding.ts";

export interface Report {
  version: 1;
  tool: { name: "gatehouse"; version: string };
  plans: readonly PlanSummary[];
  coverage: Coverage;
  findings: readonly Finding[];
  /** What somebody did outside Terraform: judged alike, and counted nowhere. */
  drift: readonly Finding[];
  summary: Record<Change, number> & { bySeverity: Record<Severity, number> };
}

export interface PlanSummary {
  file: string;
  terraformVersion: string | null;
  /** `false`: Terraform said the plan is incomplete (deferred changes, targeted, errored). */
  complete: boolean;
  errored: boolean;
  resourceChanges: number;
  /** Changes that Terraform puts off to a later plan. */
  deferred: number;
}

export interface Coverage {
  /** Policy documents the plans carry after the change. */
  policies: number;
  /** Of those, how many were read in full. */
  evaluated: number;
  unknown: readonly UnknownPolicy[];
  /** What looks like a policy in a place that the analyzer does not know: it was not judged. */
  unlisted: readonly { address: string; attribute: string }[];
}

export interface UnknownPolicy {
  address: string;
  attribute: string;
  reason: string;
  /** Terraform addresses the value waits for. */
  references: readonly string[];
}
