/** What a manifest tells the analyzer of the organization. */
import { type Organization, organization } from "../analyzer/world.ts";
import type { AccessGraph } from "../lib/access/graph.ts";
import { controlLevels } from "../lib/access/guardrails.ts";
import { deniesOf, type Policy } from "../lib/iam/policy.ts";

/** Who is inside, who is known outside, and what binds each account. */
export function worldOf(graph: AccessGraph): Organization {
  const { accounts, roles } = graph;
  return organization({
    organizationId: graph.organization.id,
    accounts: new Set(accounts.flatMap(({ id }) => id ?? [])),
    vendors: new Set(roles.flatMap(({ trust }) => (trust.kind === "thirdParty" ? [trust.accountId] : []))),
    managementAccount: accounts.find(({ management }) => management)?.id ?? null,
    ...controlPolicies(graph),
  });
}

/**
 * Level by level: the root, the units from the top, the account. The management account is bound by none. Those of
 * resources only deny, so that their level makes no difference.
 */
function controlPolicies(graph: AccessGraph): Pick<Organization, "serviceControlPolicies" | "resourceControlPolicies"> {
  const levels = controlLevels(graph);
  const services: [string, readonly (readonly Policy[])[]][] = [];
  const resources: [string, readonly Policy[]][] = [];
  for (const account of graph.accounts) {
    if (account.id === null) continue;
    const { serviceControlPolicies, resourceControlPolicies } = levels(account);
    if (serviceControlPolicies.length > 0) services.push([account.id, serviceControlPolicies]);
    const denying = [...new Set(resourceControlPolicies.flat())].filter((policy) => deniesOf(policy).length > 0);
    if (denying.length > 0) resources.push([account.id, denying]);
  }
  return { serviceControlPolicies: new Map(services), resourceControlPolicies: new Map(resources) };
}
