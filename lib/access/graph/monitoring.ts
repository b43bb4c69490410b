/** What watches over it all. */
import type { Keyed } from "./common.ts";

export interface Monitoring {
  trail: Trail | null;
  alerts: { emails: readonly string[] } | null;
  alarms: readonly Alarm[];
  events: readonly EventRule[];
  config: ConfigRecorder | null;
}

export interface Trail {
  name: string;
  organization: boolean;
  insights: boolean;
  /** Account key that owns the bucket. */
  bucketAccount: string;
  bucketName: string;
}

export interface Alarm extends Keyed {
  name: string;
  description: string;
  namespace: string;
  metric: string;
  statistic: string;
  comparison: string;
  threshold: number;
  /** Seconds. */
  period: number;
  evaluationPeriods: number;
  dimensions: Readonly<Record<string, string>>;
}

export interface EventRule extends Keyed {
  name: string;
  description: string;
  /** An EventBridge event pattern. */
  pattern: Readonly<Record<string, unknown>>;
}

export interface ConfigRecorder {
  /** Account keys with a recorder (home region in this cut). */
  accounts: readonly string[];
  bucketName: string;
  rules: readonly ConfigRule[];
}

export interface ConfigRule extends Keyed {
  /** Identifier of the AWS managed rule. */
  identifier: string;
  parameters: Readonly<Record<string, string>>;
}
