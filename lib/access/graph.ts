/**
 * The access graph: what a valid manifest means, fully resolved. Everything downstream (stacks, access, diff, stack
 * list) reads this and nothing else. Every list is sorted by key; every reference is known to exist.
 */
import type { Place } from "../problem.ts";

/** A policy document as plain JSON, in AWS's own words. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: readonly Record<string, unknown>[];
}

export type Tags = Readonly<Record<string, string>>;

export interface AccessGraph {
  organization: Organization;
  units: readonly Unit[];
  accounts: readonly Account[];
  organizationPolicies: readonly OrganizationPolicy[];
  identity: Identity;
  permissionSets: readonly PermissionSet[];
  /** One entry per principal x permission set x account; never an account whose id is unknown. */
  assignments: readonly Assignment[];
  /** Grants that wait for an account id; a warning says what to run. */
  deferred: readonly Assignment[];
  /** One entry per role x account. */
  roles: readonly Role[];
  monitoring: Monitoring;
  terraform: TerraformSettings;
}

export interface Organization {
  /** `o-...`, when the real organization is known. */
  id: string | null;
  homeRegion: string;
  regions: readonly string[];
  /** Account key. */
  managementAccount: string;
  /** Organization policy keys attached to the root. */
  policies: readonly string[];
  /** Service principals with trusted access. */
  trustedServices: readonly string[];
}

export interface Unit {
  /** Keys joined by `/`: `workloads/prod`. */
  path: string;
  key: string;
  name: string;
  /** Path of the parent, `null` under the root. */
  parent: string | null;
  /** Organization policy keys attached here (what is inherited is not repeated). */
  policies: readonly string[];
  tags: Tags;
}

export interface Account {
  key: string;
  name: string;
  email: string;
  /** Twelve digits, `null` until the account exists and its id is written down. */
  id: string | null;
  /** Unit path, `null` under the root. */
  unit: string | null;
  management: boolean;
  state: "active" | "suspended" | "closed";
  policies: readonly string[];
  tags: Tags;
  place: Place;
}

export type OrganizationPolicyType =
  | "SERVICE_CONTROL_POLICY"
  | "RESOURCE_CONTROL_POLICY"
  | "TAG_POLICY"
  | "BACKUP_POLICY"
  | "AISERVICES_OPT_OUT_POLICY"
  | "DECLARATIVE_POLICY_EC2";

export interface OrganizationPolicy {
  key: string;
  name: string;
  description: string;
  type: OrganizationPolicyType;
  document: PolicyDocument | Readonly<Record<string, unknown>>;
  place: Place;
}

export interface Identity {
  /** `external`: groups arrive by SCIM and are only looked up. `identity-store`: users, groups and members are managed. */
  source: "external" | "identity-store";
  /** `arn:aws:sso:::instance/ssoins-...`, looked up when `null`. */
  instanceArn: string | null;
  /** `d-...`, looked up when `null`. */
  identityStoreId: string | null;
  groups: readonly Group[];
  users: readonly User[];
}

export interface Group {
  key: string;
  name: string;
  description: string;
  /** User keys; empty for an external source. */
  members: readonly string[];
}

export interface User {
  key: string;
  /** The sign-in name. */
  userName: string;
  givenName: string;
  familyName: string;
  displayName: string;
  email: string;
}

export interface PermissionSet {
  key: string;
  name: string;
  description: string;
  /** ISO 8601, as AWS wants it: `PT4H`. */
  sessionDuration: string;
  relayState: string | null;
  /** Full ARNs of AWS managed policies. */
  managedPolicies: readonly string[];
  customerManagedPolicies: readonly { name: string; path: string }[];
  inlinePolicy: PolicyDocument | null;
  permissionsBoundary: { managedPolicyArn: string } | { customerManagedPolicy: { name: string; path: string } } | null;
  tags: Tags;
  place: Place;
}

/** Why an assignment exists: the grant, and what of its `to` covered the account. */
export interface Origin {
  place: Place;
  /** Readable: `units: workloads`, `tags: env=prod`, `accounts: shop-prod`, `all`. */
  via: string;
  until: string | null;
  reason: string | null;
  owner: string | null;
}

export interface Assignment {
  principal: { type: "GROUP" | "USER"; key: string };
  permissionSet: string;
  account: string;
  /** At least one; several grants may cover the same triple. */
  origins: readonly Origin[];
}

export interface Role {
  key: string;
  /** Account key it lives in. */
  account: string;
  name: string;
  path: string;
  description: string;
  trust: Trust;
  /** Seconds. */
  maxSessionDuration: number;
  managedPolicies: readonly string[];
  inlinePolicy: PolicyDocument | null;
  permissionsBoundary: string | null;
  /** Only with a service trust on EC2. */
  instanceProfile: boolean;
  tags: Tags;
  place: Place;
}

/** Who may assume a role. Account references are resolved to ids. */
export type Trust =
  /** Users of an account (their own policies permitting), with MFA unless a reason was given for turning it off. */
  | { kind: "users"; accountIds: readonly string[]; mfa: boolean }
  /** Roles named by ARN in another account. */
  | { kind: "roles"; arns: readonly string[] }
  /** People of a permission set in an account: its `AWSReservedSSO_` roles, by `aws:PrincipalArn`. */
  | { kind: "permissionSet"; accountId: string; permissionSetNames: readonly string[] }
  /** A vendor's account, always with an external id. */
  | { kind: "thirdParty"; accountId: string; externalId: string }
  | { kind: "service"; services: readonly string[] }
  /** GitHub Actions: full `sub` values such as `repo:securecart/shop:environment:production`. */
  | { kind: "github"; subjects: readonly string[]; audience: string };

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

export interface Alarm {
  key: string;
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

export interface EventRule {
  key: string;
  name: string;
  description: string;
  /** An EventBridge event pattern. */
  pattern: Readonly<Record<string, unknown>>;
}

export interface ConfigRecorder {
  /** Account keys with a recorder (home region in this cut). */
  accounts: readonly string[];
  bucketName: string;
  rules: readonly { key: string; identifier: string; parameters: Readonly<Record<string, string>> }[];
}

export interface TerraformSettings {
  backend: Backend;
  /** Role that the provider assumes in member accounts. */
  executionRole: string;
  defaultTags: Tags;
}

export type Backend =
  | { kind: "local" }
  | { kind: "s3"; settings: Readonly<Record<string, string | boolean>> }
  | { kind: "cloud"; settings: Readonly<Record<string, unknown>> };
