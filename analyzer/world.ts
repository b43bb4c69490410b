/** What is known of the world around a plan: from the user, and from AWS's own catalogue. */
import type { ActionFacts } from "../lib/iam/catalog.ts";
import type { Glob } from "../lib/iam/glob.ts";
import type { Policy } from "../lib/iam/policy.ts";
import type { Principal } from "./model.ts";

/** Who is inside, and what binds them. */
export interface Organization {
  organizationId: string | null;
  /** Ids of the organization's accounts, `null` when nobody said who is inside. */
  accounts: ReadonlySet<string> | null;
  /** Ids of accounts outside that somebody put on record as vendors, each with an external id. */
  vendors: ReadonlySet<string>;
  managementAccount: string | null;
  /**
   * Service control policies that bind each account, by account id: level by level from the root, each level a list.
   * An account that is not here is bound by nothing that is known.
   */
  serviceControlPolicies: ReadonlyMap<string, readonly (readonly Policy[])[]>;
  /**
   * Resource control policies that bind the resources of each account, by account id: all that deny something, on
   * whatever level. Their `id` is what people call them.
   */
  resourceControlPolicies: ReadonlyMap<string, readonly Policy[]>;
}

/** The part of AWS's catalogue that the plans at hand name, loaded before any rule asks. */
export interface Facts {
  /** Whether a pattern stands for an action that exists; `null` when the catalogue was not asked. */
  isAction(pattern: string): boolean | null;
  /** Whether any service sends the condition key; `null` when the catalogue was not asked. */
  isConditionKey(key: string): boolean | null;
  /** What was probably meant by an action, or by a condition key, that does not exist. */
  nearestAction(name: string): string | null;
  nearestKey(name: string): string | null;
  /** The actions that a pattern without a wildcard in its service stands for; empty for all others. */
  actionsLike(pattern: string): readonly ActionFacts[];
  /** ARN patterns of the resource types that an action can be limited to; none: it only knows `*`. */
  resourcesOf(action: string): readonly Glob[];
}

export interface World extends Organization {
  facts: Facts;
  /**
   * Permission sets that some plan of the report has, by ARN, as they stand before the change: assignments of one plan
   * name sets of another.
   */
  permissionSets: ReadonlyMap<string, Principal>;
}

/** Nothing said and nothing known, with what is. */
export function organization(known: Partial<Organization> = {}): Organization {
  return {
    organizationId: null,
    accounts: null,
    vendors: new Set(),
    managementAccount: null,
    serviceControlPolicies: new Map(),
    resourceControlPolicies: new Map(),
    ...known,
  };
}
