/** Roles -> one for each account they are in, with account references as ids and ARNs. */
import { byCodeUnit } from "../finding.ts";
import { trustsEc2 } from "../manifest/checks/roles.ts";
import type { Context } from "../manifest/context.ts";
import { boundaryArn } from "../manifest/customer-managed.ts";

import type { Account, Role } from "./graph.ts";
import { type Ids, resolveTrust } from "./resolve-trust.ts";
import { attachedPolicies, ownStatements } from "./role-permissions.ts";

import { selectAccounts } from "./select.ts";
import { sortedEntries, sortedRecord } from "./sorted.ts";
import { splitPolicy } from "./split-policy.ts";

/** The ids of the accounts that are active and have one, by key. */
export function activeIds(accounts: readonly Account[]): Ids {
  const active = accounts.filter(({ state }) => state === "active");
  return new Map(active.flatMap(({ key, id }) => (id === null ? [] : [[key, id] as const])));
}

/** A role that waits for an id, of its own account, of one it trusts or of a trust anchor, is left out; a warning says so. */
export function resolveRoles(context: Context, accounts: readonly Account[]): Role[] {
  const { manifest, keyAt } = context;
  const ids = activeIds(accounts);
  const present = accounts.filter(({ key }) => ids.has(key));
  return sortedEntries(manifest.roles)
    .flatMap(([key, role]) => {
      const name = role.name ?? key;
      const { inline, managed } = splitPolicy(ownStatements(key, role, context), context.manifest);
      const common = {
        key,
        renamedFrom: role.renamedFrom ?? null,
        name,
        path: role.path,
        description: role.description,
        maxSessionDuration: role.session,
        inlinePolicy: inline,
        ownPolicies: managed.map((document, index) => ({ name: `${name}-${index + 1}`, document })),
        instanceProfile: role.instanceProfile ?? trustsEc2(role),
        tags: sortedRecord(role.tags),
        place: keyAt(["roles", key]),
      };
      return [...selectAccounts(role.in, present).keys()].flatMap((account): Role[] => {
        const id = ids.get(account);
        const trust = id === undefined ? null : resolveTrust(role.trust, { key: account, id }, manifest, ids);
        if (id === undefined || trust === null) return [];
        const managedPolicies = attachedPolicies(role, id, manifest);
        const permissionsBoundary = boundaryArn(role.permissionsBoundary, id, manifest);
        return [{ ...common, account, trust, managedPolicies, permissionsBoundary }];
      });
    })
    .sort((a, b) => byCodeUnit(a.account, b.account) || byCodeUnit(a.key, b.key));
}
