/** How monitoring is divided into stacks: what the organization has once is one stack, each further account has its own. */
import type { AccessGraph } from "../../lib/access/graph.ts";
import { administrators, monitoredAccounts } from "../../lib/access/monitoring/sites.ts";
import { logicalId } from "../address.ts";

export interface MonitoringPart {
  /** Name of the stack. */
  stack: string;
  /** Key of the account it is applied in. */
  account: string;
  /** Keys of all accounts it writes to. */
  accounts: readonly string[];
  /** Writes the trail, the buckets and what is administered for the organization. */
  central: boolean;
}

export const centralStack = "monitoring";

/**
 * Each account has a stack of its own: Terraform starts a process for every provider, and every account and Region is
 * one. The management account, the log archive and the administrators stay together, because they need each other.
 */
export function monitoringParts({
  organization,
  monitoring,
}: Pick<AccessGraph, "organization" | "monitoring">): MonitoringPart[] {
  const { managementAccount } = organization;
  const all = monitoredAccounts(monitoring, managementAccount);
  const { trail, config } = monitoring;
  const bucketAccount = trail?.bucketAccount ?? (config === null ? [] : managementAccount);
  const shared = new Set([managementAccount, ...administrators(monitoring), ...[bucketAccount].flat()]);
  const central = all.filter((account) => shared.has(account));
  const own = all.filter((account) => !shared.has(account));
  if (central.length + own.length === 0) return [];
  return [
    { stack: centralStack, account: managementAccount, accounts: central, central: true },
    ...own.map((account) => ({
      stack: `${centralStack}-${logicalId([account])}`,
      account,
      accounts: [account],
      central: false,
    })),
  ];
}
