/** The organization, its units, accounts, policies and budgets, as the manifest means them. */
import { byCodeUnit } from "../finding.ts";
import { type Context, regionsOf } from "../manifest/context.ts";
import { organizationPolicyDocuments } from "../manifest/organization-policy.ts";
import { policyTypes } from "../manifest/policy-types.ts";
import { presets } from "../manifest/presets.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { Account, Budget, Contact, Organization, OrganizationPolicy, Unit } from "./graph.ts";
import { selectAccounts } from "./select.ts";
import { sortedEntries, sortedRecord, sortedSet } from "./sorted.ts";

export function resolveOrganization({ manifest, keyAt }: Context): Organization {
  const { organization, accounts } = manifest;
  return {
    mode: organization.mode,
    id: organization.id ?? null,
    homeRegion: organization.homeRegion,
    regions: sortedSet(regionsOf(manifest)),
    managementAccount: organization.managementAccount,
    policies: sortedSet(organization.policies),
    trustedServices: sortedSet(organization.trustedServices),
    delegatedAdministrators: sortedEntries(organization.delegatedAdministrators).flatMap(([service, keys]) =>
      sortedSet(keys.filter((key) => accounts[key]?.state === "active")).map((account) => ({
        service,
        account,
        place: keyAt(["organization", "delegatedAdministrators", service]),
      })),
    ),
  };
}

export function resolveUnits({ units }: Context): Unit[] {
  return units
    .map(({ path, key, parent, unit }) => ({
      path,
      key,
      renamedFrom: unit.renamedFrom ?? null,
      name: unit.name ?? key,
      parent,
      policies: sortedSet(unit.policies),
      tags: sortedRecord(unit.tags),
    }))
    .sort((a, b) => byCodeUnit(a.path, b.path));
}

export function resolveAccounts({ manifest, keyAt }: Context): Account[] {
  const { mode, managementAccount } = manifest.organization;
  return sortedEntries(manifest.accounts).map(([key, account]) => ({
    key,
    renamedFrom: account.renamedFrom ?? null,
    name: account.name ?? key,
    email: account.email,
    id: account.id ?? null,
    unit: account.unit ?? null,
    management: key === managementAccount,
    alone: mode === "single-account",
    state: account.state,
    policies: sortedSet(account.policies),
    contacts: contactsOf(account.contacts),
    deletionProtection: account.deletionProtection,
    tags: sortedRecord(account.tags),
    place: keyAt(["accounts", key]),
  }));
}

const contactTypes = [
  ["BILLING", "billing"],
  ["OPERATIONS", "operations"],
  ["SECURITY", "security"],
] as const;

function contactsOf(contacts: Manifest["accounts"][string]["contacts"]): Contact[] {
  return contactTypes.flatMap(([type, key]) => {
    const contact = contacts[key];
    return contact === undefined ? [] : [{ type, ...contact }];
  });
}

export function resolvePolicies(context: Context): OrganizationPolicy[] {
  const documents = organizationPolicyDocuments(context);
  return sortedEntries(context.manifest.policies).flatMap(([key, policy]) => {
    const document = documents.get(key) ?? null;
    if (document === null) return [];
    const summary = policy.preset === undefined ? "" : presets[policy.preset].summary;
    return [
      {
        key,
        renamedFrom: policy.renamedFrom ?? null,
        name: policy.name ?? key,
        description: policy.description ?? summary,
        type: policyTypes[policy.type].type,
        document,
        place: context.keyAt(["policies", key]),
      },
    ];
  });
}

const periods = { daily: "DAILY", monthly: "MONTHLY", quarterly: "QUARTERLY", annually: "ANNUALLY" } as const;

/**
 * All budgets are in the management account, and no two of them have one name: each ends in the id of its account, which
 * stays when the account is called otherwise.
 */
export function resolveBudgets({ manifest, keyAt }: Context, accounts: readonly Account[]): Budget[] {
  const active = accounts.filter(({ state }) => state === "active");
  const ids = new Map(active.map(({ key, id }) => [key, id]));
  return sortedEntries(manifest.budgets).flatMap(([key, budget]) =>
    sortedSet(selectAccounts(budget.in, active).keys()).map((account) => ({
      key,
      renamedFrom: budget.renamedFrom ?? null,
      account,
      name: `${budget.name ?? key}-${ids.get(account) ?? account}`,
      amount: budget.amount,
      unit: budget.unit,
      period: periods[budget.period],
      alerts: [...budget.alerts].sort((a, b) => a.at - b.at || Number(a.forecast) - Number(b.forecast)),
      emails: sortedSet(budget.emails),
      place: keyAt(["budgets", key]),
    })),
  );
}
