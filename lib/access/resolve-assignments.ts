/** Grants -> one assignment for each principal, permission set and account. */
import { byCodeUnit } from "../finding.ts";
import type { Context } from "../manifest/context.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { Place } from "../problem.ts";
import type { Account, Assignment, Origin } from "./graph.ts";
import { selectAccounts } from "./select.ts";

type Grant = Manifest["access"][number];

/**
 * Expands grants to explicit accounts: AWS has no inheritance here. Grants that ended before today and accounts that are
 * not active are left out; what needs an account id that is not known yet is `deferred`.
 */
export function resolveAssignments(
  { manifest, asOf, at }: Context,
  accounts: readonly Account[],
): { assignments: Assignment[]; deferred: Assignment[] } {
  const active = accounts.filter(({ state }) => state === "active");
  const known = new Set(active.filter(({ id }) => id !== null).map(({ key }) => key));
  const byAccount = new Map<string, Map<string, Assignment & { origins: Origin[] }>>();
  manifest.access.forEach((grant, index) => {
    if (grant.until !== undefined && grant.until < asOf) return;
    const origin = originOf(grant, at(["access", index]));
    const granted = pairs(grant);
    for (const [account, via] of selectAccounts(grant.to, active)) {
      const reason = { ...origin, via };
      const here = byAccount.get(account) ?? new Map();
      byAccount.set(account, here);
      for (const { text, principal, permissionSet } of granted) {
        const assignment = here.get(text);
        if (assignment === undefined) here.set(text, { principal, permissionSet, account, origins: [reason] });
        else assignment.origins.push(reason);
      }
    }
  });
  const all = inOrder(byAccount).flatMap(inOrder);
  for (const { origins } of all) if (origins.length > 1) origins.sort(compareOrigins);
  return {
    assignments: all.filter(({ account }) => known.has(account)),
    deferred: all.filter(({ account }) => !known.has(account)),
  };
}

function originOf({ until, reason, owner }: Grant, place: Place): Omit<Origin, "via"> {
  return { place, until: until ?? null, reason: reason ?? null, owner: owner ?? null };
}

function inOrder<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map.keys()].sort().map((key) => map.get(key)!);
}

interface Pair extends Pick<Assignment, "principal" | "permissionSet"> {
  /** Keys hold no blank, nor a character before it: this text sorts as principal and permission set. */
  text: string;
}

function pairs({ groups, users, permissionSets }: Grant): Pair[] {
  const principals: Assignment["principal"][] = [
    ...[...new Set(groups)].map((key) => ({ type: "GROUP" as const, key })),
    ...[...new Set(users)].map((key) => ({ type: "USER" as const, key })),
  ];
  return [...new Set(permissionSets)].flatMap((permissionSet) =>
    principals.map((principal) => {
      const text = `${principal.type} ${principal.key} ${permissionSet}`;
      return { text, principal, permissionSet };
    }),
  );
}

function compareOrigins(a: Origin, b: Origin): number {
  return (
    byCodeUnit(a.place.file, b.place.file) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    byCodeUnit(a.via, b.via)
  );
}
