/** What watches over it all. */
import type { Place } from "../../problem.ts";
import type { SecurityHubStandard } from "../security-hub-standards.ts";
import type { Keyed } from "./common.ts";

export interface Monitoring {
  trail: Trail | null;
  alerts: Alerts | null;
  topics: readonly Topic[];
  /** The manifest's own and the one that the trail delivers to. */
  logGroups: readonly LogGroup[];
  /** The manifest's own and those of the CIS alarms. */
  metricFilters: readonly MetricFilter[];
  /** The manifest's own and those of the CIS benchmark. */
  alarms: readonly Alarm[];
  dashboards: readonly Dashboard[];
  /** The manifest's own and the use of break-glass users. */
  events: readonly EventRule[];
  config: ConfigRecorder | null;
  accessAnalyzer: AccessAnalyzer | null;
  guardDuty: GuardDuty | null;
  securityHub: SecurityHub | null;
}

/** An account, by key, and a Region: where a resource is made. */
export interface Site {
  account: string;
  region: string;
}

/** Something that is made once in each of its sites, which are sorted. */
export interface Sited extends Keyed {
  name: string;
  sites: readonly Site[];
  /** Where the manifest says it. */
  place: Place;
}

export interface Trail {
  name: string;
  organization: boolean;
  insights: boolean;
  /** Account key that owns the bucket. */
  bucketAccount: string;
  bucketName: string;
  /** Logs are encrypted with a KMS key in the bucket's account. */
  kms: boolean;
  /** Name of the log group in its own account that it delivers to as well; one of `logGroups`. */
  logGroup: string | null;
  /** Days. */
  lifecycle: { archiveAfter: number | null; expireAfter: number | null };
}

export interface Subscription {
  /** `email`, `https` ... */
  protocol: string;
  endpoint: string;
}

/** The topic that alarms and events go to unless they name another: one in every site that has any. */
export interface Alerts {
  subscriptions: readonly Subscription[];
  sites: readonly Site[];
}

export interface Topic extends Sited {
  subscriptions: readonly Subscription[];
}

export interface LogGroup extends Sited {
  /** Days; 0 is for ever. */
  retention: number;
  /** Encrypted with the KMS key for logs of its site. */
  kms: boolean;
}

export interface MetricFilter extends Sited {
  /** Name of the log group it reads. */
  logGroup: string;
  pattern: string;
  metric: { namespace: string; name: string; value: string; default: number | null };
}

/** Who is told: a topic of the same site, by its key, or a function. */
export type Target = { kind: "alerts" } | { kind: "topic"; topic: string } | { kind: "lambda"; arn: string };

export interface Alarm extends Sited {
  description: string;
  namespace: string;
  metric: string;
  /** `Average`, or `p99.9` for a percentile. */
  statistic: string;
  comparison: string;
  threshold: number;
  /** Seconds. */
  period: number;
  evaluationPeriods: number;
  datapointsToAlarm: number | null;
  treatMissingData: string;
  dimensions: Readonly<Record<string, string>>;
  targets: readonly Target[];
  tellWhenOk: boolean;
}

export interface Dashboard extends Sited {
  /** In CloudWatch's own words. */
  body: Readonly<Record<string, unknown>>;
}

export interface EventRule extends Sited {
  description: string;
  /** An EventBridge event pattern. */
  pattern: Readonly<Record<string, unknown>>;
  /** Calls that only read are seen as well. */
  readCalls: boolean;
  targets: readonly Target[];
  /** What the targets get instead of the event: parts of it by name, and a text that names them in `<...>`. */
  message: { text: string; paths: Readonly<Record<string, string>> } | null;
}

export interface ConfigRecorder {
  place: Place;
  /** Account keys with a recorder. */
  accounts: readonly string[];
  /** Regions with a recorder. */
  regions: readonly string[];
  bucketName: string;
  /** Days of history; `null`: as long as AWS Config does. */
  retention: number | null;
  rules: readonly ConfigRule[];
  packs: readonly ConformancePack[];
  /** Account key that shows the whole organization. */
  aggregator: string | null;
}

export interface ConfigRule extends Sited {
  description: string;
  /** Identifier of the AWS managed rule. */
  identifier: string;
  parameters: Readonly<Record<string, string>>;
  /** Empty: the rule's own. */
  resourceTypes: readonly string[];
}

export interface ConformancePack extends Sited {
  /** YAML. */
  template: string;
  parameters: Readonly<Record<string, string>>;
}

export interface AccessAnalyzer {
  place: Place;
  /** Account key. */
  administrator: string;
  /** Regions with an analyzer for external access. */
  externalRegions: readonly string[];
  /** Days after which unused access is reported. */
  unusedAccessDays: number | null;
}

export interface GuardDuty {
  place: Place;
  /** Account key. */
  administrator: string;
  regions: readonly string[];
  /** Protection plans in GuardDuty's own words, such as `S3_DATA_EVENTS`. */
  features: readonly string[];
  /** How soon changed findings are sent on, in GuardDuty's own words. */
  findings: string;
}

export interface SecurityHub {
  place: Place;
  /** Account key. */
  administrator: string;
  regions: readonly string[];
  standards: readonly SecurityHubStandard[];
  defaultStandards: boolean;
}
