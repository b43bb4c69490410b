/** Assertions with their accounts spelled out. */
import type { Context } from "../manifest/context.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { Account, Assertion } from "./graph.ts";
import { selectAccounts } from "./select.ts";
import { sortedEntries, sortedSet } from "./sorted.ts";

/** Sorted by sentence. Accounts that are not active are left out: nobody has access to them. */
export function resolveAssertions({ manifest, keyAt }: Context, accounts: readonly Account[]): Assertion[] {
  const active = accounts.filter(({ state }) => state === "active");
  return sortedEntries(manifest.assertions).map(([sentence, assertion]) => {
    const { kind, groups, users, permissionSets, roles, to } = read(assertion);
    return {
      sentence,
      kind,
      groups: sortedSet(groups),
      users: sortedSet(users),
      permissionSets: sortedSet(permissionSets),
      roles: sortedSet(roles),
      accounts: to === undefined ? null : sortedSet(selectAccounts(to, active).keys()),
      place: keyAt(["assertions", sentence]),
    };
  });
}

function read({ never, always, only }: Manifest["assertions"][string]) {
  if (never !== undefined) return { kind: "never" as const, ...never };
  if (only !== undefined) return { kind: "only" as const, ...only };
  const nothing = { groups: [], users: [], permissionSets: [], to: [] };
  return { kind: "always" as const, roles: [], ...(always ?? nothing) };
}
