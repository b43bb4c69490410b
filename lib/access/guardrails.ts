/** Which organization policies bind an account. */
import { parsePolicy } from "../iam/parse.ts";
import type { Policy } from "../iam/policy.ts";
import type { AccessGraph, Account, OrganizationPolicyType } from "./graph.ts";

/** Keys of what caps an account: attached to the root, to the units above from the top, to the account; each once. */
export interface Guardrails {
  /** What its users and roles may do at most. */
  serviceControlPolicies: readonly string[];
  /** What may be done to its resources at most, whoever asks. */
  resourceControlPolicies: readonly string[];
}

/**
 * Policies level by level, from the root to the account: AWS's own, which allows everything, is on every level. The
 * `id` of the others is their key.
 */
export interface ControlLevels {
  serviceControlPolicies: readonly (readonly Policy[])[];
  resourceControlPolicies: readonly (readonly Policy[])[];
}

/**
 * Gives what caps each account, by account key; `null` for the management account, which neither kind binds.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
export function guardrails(graph: AccessGraph): ReadonlyMap<string, Guardrails | null> {
  const typeOf = new Map(graph.organizationPolicies.map(({ key, type }) => [key, type]));
  const ofType = (keys: readonly string[], type: OrganizationPolicyType) => [
    ...new Set(keys.filter((key) => typeOf.get(key) === type)),
  ];
  const capped = (levels: readonly (readonly string[])[]): Guardrails => ({
    serviceControlPolicies: ofType(levels.flat(), "SERVICE_CONTROL_POLICY"),
    resourceControlPolicies: ofType(levels.flat(), "RESOURCE_CONTROL_POLICY"),
  });
  const levels = attachments(graph);
  // accounts of a unit share one list: there may be thousands of them, with a row for each of their grants
  const ofUnits = new Map<string | null, Guardrails>();
  return new Map(
    graph.accounts.map((account) => {
      if (account.management) return [account.key, null];
      if (account.policies.length > 0) return [account.key, capped(levels(account))];
      const known = ofUnits.get(account.unit) ?? capped(levels(account));
      ofUnits.set(account.unit, known);
      return [account.key, known];
    }),
  );
}

/** AWS attaches such a policy to the root, to every unit and to every account, and Gatehouse detaches it nowhere. */
const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const everythingToAll = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};

/** Gives the control policies that bind an account, read for the policy engine; no levels for the management account. */
export function controlLevels(graph: AccessGraph): (account: Account) => ControlLevels {
  const read = (type: OrganizationPolicyType, kind: "identity" | "resource", own: unknown) => {
    const fullAccess = parsePolicy(own, kind).policy;
    const documents = new Map(
      graph.organizationPolicies
        .filter((policy) => policy.type === type)
        .map(({ key, document }) => [key, { ...parsePolicy(document, kind).policy, id: key }]),
    );
    const levelOf = (keys: readonly string[]) => [fullAccess, ...keys.flatMap((key) => documents.get(key) ?? [])];
    return (levels: readonly (readonly string[])[]) => (documents.size === 0 ? [] : levels.map(levelOf));
  };
  const services = read("SERVICE_CONTROL_POLICY", "identity", everything);
  const resources = read("RESOURCE_CONTROL_POLICY", "resource", everythingToAll);
  const levels = attachments(graph);
  const bound = (account: Account): ControlLevels => ({
    serviceControlPolicies: services(levels(account)),
    resourceControlPolicies: resources(levels(account)),
  });
  const known = new Map<string, ControlLevels>();
  return (account) => {
    if (account.management) return unbound;
    const found = known.get(account.key) ?? bound(account);
    known.set(account.key, found);
    return found;
  };
}

const unbound: ControlLevels = { serviceControlPolicies: [], resourceControlPolicies: [] };

/** Policy keys as attached: at the root, at each unit from the top, at the account. */
function attachments({ organization, units }: AccessGraph): (account: Account) => readonly (readonly string[])[] {
  const ofUnits = new Map(units.map(({ path, policies }) => [path, policies]));
  return ({ unit, policies }) => [
    organization.policies,
    ...pathsAbove(unit).map((path) => ofUnits.get(path) ?? []),
    policies,
  ];
}

/** `workloads/prod` gives `workloads` and `workloads/prod`. */
function pathsAbove(unit: string | null): readonly string[] {
  const keys = unit === null ? [] : unit.split("/");
  return keys.map((_, index) => keys.slice(0, index + 1).join("/"));
}
