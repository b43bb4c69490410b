/** What the parts of monitoring write with: resources in an account and Region, under addresses made from keys. */
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { AccessGraph, Site } from "../../lib/access/graph.ts";

export type MonitoringProps = Pick<AccessGraph, "organization" | "accounts" | "monitoring" | "terraform">;

export interface HasProvider {
  provider?: TerraformProvider;
}

export interface ResourceClass<C, R> {
  new (scope: Construct, id: string, config: C): R;
  readonly tfResourceType: string;
}

export interface Scope {
  /** The whole organization's; a part is written for the sites of `monitoring` it is given. */
  readonly props: MonitoringProps;
  /** The management account in the home Region. */
  readonly home: Site;
  /** Adds a resource in a site. Its address is the key, with the account and Region in front where they are not the stack's own. */
  add<C, R extends HasProvider>(type: ResourceClass<C, R>, site: Site, key: readonly string[], config: C): R;
  /** As `add`, for what the organization has once: the address is the key alone, wherever it is made. */
  addOnce<C, R extends HasProvider>(type: ResourceClass<C, R>, site: Site, key: readonly string[], config: C): R;
  /** Twelve digits. */
  accountId(key: string): string;
}

/** What must stand before a resource, by what it is known by. */
export type Before = ReadonlyMap<string, ITerraformDependable>;

export type Statement = Record<string, unknown>;

export function document(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
