/** The organization, its units, accounts and policies. */
import type { Place } from "../../problem.ts";
import type { Keyed, PolicyDocument, Tags } from "./common.ts";

export interface Organization {
  /** `single-account`: there is no organization, and `managementAccount` is the one account. */
  mode: "organization" | "single-account";
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
  delegatedAdministrators: readonly DelegatedAdministrator[];
}

export interface DelegatedAdministrator {
  /** Service principal. */
  service: string;
  /** Account key. */
  account: string;
  place: Place;
}

export interface Unit extends Keyed {
  /** Keys joined by `/`: `workloads/prod`. */
  path: string;
  name: string;
  /** Path of the parent, `null` under the root. */
  parent: string | null;
  /** Organization policy keys attached here (what is inherited is not repeated). */
  policies: readonly string[];
  tags: Tags;
}

export interface Account extends Keyed {
  name: string;
  email: string;
  /** Twelve digits, `null` until the account exists and its id is written down. */
  id: string | null;
  /** Unit path, `null` under the root. */
  unit: string | null;
  management: boolean;
  /** It is the only account, without an organization. */
  alone: boolean;
  state: "active" | "suspended" | "closed";
  policies: readonly string[];
  contacts: readonly Contact[];
  /** Terraform refuses to remove it. */
  deletionProtection: boolean;
  tags: Tags;
  place: Place;
}

export interface Contact {
  type: "BILLING" | "OPERATIONS" | "SECURITY";
  name: string;
  title: string;
  email: string;
  phone: string;
}

/** What one account may cost. */
export interface Budget extends Keyed {
  /** Account key. */
  account: string;
  name: string;
  amount: number;
  /** Currency: `USD`. */
  unit: string;
  period: "DAILY" | "MONTHLY" | "QUARTERLY" | "ANNUALLY";
  /** In percent of the amount. */
  alerts: readonly { at: number; forecast: boolean }[];
  emails: readonly string[];
  place: Place;
}

export type OrganizationPolicyType =
  | "SERVICE_CONTROL_POLICY"
  | "RESOURCE_CONTROL_POLICY"
  | "TAG_POLICY"
  | "BACKUP_POLICY"
  | "AISERVICES_OPT_OUT_POLICY"
  | "DECLARATIVE_POLICY_EC2";

export interface OrganizationPolicy extends Keyed {
  name: string;
  description: string;
  type: OrganizationPolicyType;
  document: PolicyDocument | Readonly<Record<string, unknown>>;
  place: Place;
}
