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
  const byTriple = new Map<string, Assignment & { origins: Origin[] }>();
  manifest.access.forEach((grant, index) => {
    if (grant.until !== undefined && grant.until < asOf) return;
    const origin = originOf(grant, at(["access", index]));
    const granted = pairs(grant);
    for (const [account, via] of selectAccounts(grant.to, active)) {
      const reason = { ...origin, via };
      for (const { principal, permissionSet } of granted) {
        const triple = `${account} ${principal.type} ${principal.key} ${permissionSet}`;
        const assignment = byTriple.get(triple);
        if (assignment === undefined) {
          byTriple.set(triple, { principal, permissionSet, account, origins: [reason] });
        } else assignment.origins.push(reason);
      }
    }
  });
  // keys hold no blank, nor a character before it: this is the order of account, principal and permission set
  const all = [...byTriple.keys()].sort().map((triple) => byTriple.get(triple)!);
  for (const { origins } of all) if (origins.length > 1) origins.sort(compareOrigins);
  return {
    assignments: all.filter(({ account }) => known.has(account)),
    deferred: all.filter(({ account }) => !known.has(account)),
  };
}

function originOf({ until, reason, owner }: Grant, place: Place): Omit<Origin, "via"> {
  return { place, until: until ?? null, reason: reason ?? null, owner: owner ?? null };
}

function pairs({ groups, users, permissionSets }: Grant): Pick<Assignment, "principal" | "permissionSet">[] {
  const principals: Assignment["principal"][] = [
    ...[...new Set(groups)].map((key) => ({ type: "GROUP" as const, key })),
    ...[...new Set(users)].map((key) => ({ type: "USER" as const, key })),
  ];
  return [...new Set(permissionSets)].flatMap((permissionSet) =>
    principals.map((principal) => ({ principal, permissionSet })),
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
