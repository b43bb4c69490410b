/** People, groups, permission sets and who is assigned what. */
import type { Place } from "../../problem.ts";
import type { Keyed, PolicyDocument, Tags } from "./common.ts";

export interface Identity {
  /** `external`: groups arrive by SCIM and are only looked up. `identity-store`: users, groups and members are managed. */
  source: "external" | "identity-store";
  /** `arn:aws:sso:::instance/ssoins-...`, looked up when `null`. */
  instanceArn: string | null;
  /** `d-...`, looked up when `null`. */
  identityStoreId: string | null;
  /** Attributes of people that sessions carry as principal tags, sorted by key. */
  attributes: readonly { key: string; source: string }[];
  groups: readonly Group[];
  users: readonly User[];
}

export interface Group extends Keyed {
  name: string;
  description: string;
  /** User keys; empty for an external source. */
  members: readonly string[];
}

export interface User extends Keyed {
  /** The sign-in name. */
  userName: string;
  givenName: string;
  familyName: string;
  displayName: string;
  email: string;
}

export interface PermissionSet extends Keyed {
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
