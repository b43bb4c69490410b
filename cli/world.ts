/** What a manifest tells the analyzer of the organization. */
import type { Organization } from "../analyzer/world.ts";
import type { AccessGraph, Account } from "../lib/access/graph.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import type { Policy } from "../lib/iam/policy.ts";

/** Who is inside, who is known outside, and what binds each account. */
export function worldOf(graph: AccessGraph): Organization {
  const { organization, accounts, roles } = graph;
  return {
    organizationId: organization.id,
    accounts: new Set(accounts.flatMap(({ id }) => id ?? [])),
    vendors: new Set(roles.flatMap(({ trust }) => (trust.kind === "thirdParty" ? [trust.accountId] : []))),
    managementAccount: accounts.find(({ management }) => management)?.id ?? null,
    serviceControlPolicies: serviceControlPolicies(graph),
  };
}

/** AWS attaches it to the root, to every unit and to every account, and Gatehouse detaches it nowhere. */
const fullAccess = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** Level by level: the root, the units from the top, the account. The management account is bound by none. */
function serviceControlPolicies(graph: AccessGraph): Organization["serviceControlPolicies"] {
  const { organization, units, accounts, organizationPolicies } = graph;
  const read = (document: unknown): Policy => parsePolicy(document, "identity").policy;
  const documents = new Map(
    organizationPolicies
      .filter(({ type }) => type === "SERVICE_CONTROL_POLICY")
      .map(({ key, document }) => [key, read(document)]),
  );
  if (documents.size === 0) return new Map();
  const everything = read(fullAccess);
  const level = (keys: readonly string[]) => [everything, ...keys.flatMap((key) => documents.get(key) ?? [])];
  const ofUnits = new Map(units.map(({ path, policies }) => [path, level(policies)]));
  const root = level(organization.policies);
  const levelsOf = ({ unit, policies }: Account) => [
    root,
    ...pathsAbove(unit).map((path) => ofUnits.get(path) ?? [everything]),
    level(policies),
  ];
  return new Map(
    accounts.flatMap((account) =>
      account.id === null || account.management ? [] : [[account.id, levelsOf(account)] as const],
    ),
  );
}

/** `workloads/prod` gives `workloads` and `workloads/prod`. */
function pathsAbove(unit: string | null): readonly string[] {
  const keys = unit === null ? [] : unit.split("/");
  return keys.map((_, index) => keys.slice(0, index + 1).join("/"));
}
