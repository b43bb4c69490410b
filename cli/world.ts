/** What a manifest tells the analyzer of the organization. */
import { type Organization, organization } from "../analyzer/world.ts";
import type { AccessGraph } from "../lib/access/graph.ts";
import { controlLevels } from "../lib/access/guardrails.ts";

/** Who is inside, who is known outside, and what binds each account. */
export function worldOf(graph: AccessGraph): Organization {
  const { accounts, roles } = graph;
  return organization({
    organizationId: graph.organization.id,
    accounts: new Set(accounts.flatMap(({ id }) => id ?? [])),
    vendors: new Set(roles.flatMap(({ trust }) => (trust.kind === "thirdParty" ? [trust.accountId] : []))),
    managementAccount: accounts.find(({ management }) => management)?.id ?? null,
    serviceControlPolicies: serviceControlPolicies(graph),
  });
}

/** Level by level: the root, the units from the top, the account. The management account is bound by none. */
function serviceControlPolicies(graph: AccessGraph): Organization["serviceControlPolicies"] {
  const levels = controlLevels(graph);
  return new Map(
    graph.accounts.flatMap((account) => {
      const { serviceControlPolicies } = levels(account);
      return account.id === null || serviceControlPolicies.length === 0 ? [] : [[account.id, serviceControlPolicies]];
    }),
  );
}
