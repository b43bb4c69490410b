/** Who may enter what, and why. */
import { isWithin } from "../manifest/units.ts";
import type { Place } from "../problem.ts";
import type { AccessGraph } from "./graph.ts";
import { type Guardrails, guardrails } from "./guardrails.ts";

/** Keys; each list holds what is asked for, any of them. */
export interface AccessFilter {
  account?: readonly string[];
  /** Paths; accounts anywhere below them. */
  unit?: readonly string[];
  group?: readonly string[];
  user?: readonly string[];
  permissionSet?: readonly string[];
}

export interface AccessRow {
  /** Account key. */
  account: string;
  accountName: string;
  accountId: string | null;
  /** Path of the unit the account is in, `null` right under the root. */
  unit: string | null;
  principalType: "GROUP" | "USER";
  /** Group or user key. */
  principal: string;
  principalName: string;
  permissionSet: string;
  permissionSetName: string;
  /** What of the grant covered the account: `units: workloads`. */
  via: string;
  /** From the grant to the account: `units: workloads -> workloads/prod -> shop-prod`. */
  why: string;
  /** Where the grant is written. */
  place: Place;
  until: string | null;
  reason: string | null;
  owner: string | null;
  /** The account has no id yet, so AWS does not know of this access. */
  deferred: boolean;
  /** What caps it; `null` in the management account, which no organization policy binds. */
  guardrails: Guardrails | null;
}

/**
 * One row for each reason that someone may enter an account. Filters AND together; a user is followed
 * through the groups that the manifest knows members of.
 */
export function accessRows(graph: AccessGraph, filter: AccessFilter = {}): AccessRow[] {
  const accounts = new Map(graph.accounts.map((account) => [account.key, account]));
  const caps = guardrails(graph);
  const sets = new Map(graph.permissionSets.map((set) => [set.key, set.name]));
  const groups = new Map(graph.identity.groups.map((group) => [group.key, group]));
  const users = new Map(graph.identity.users.map((user) => [user.key, user.userName]));
  const isUser = ({ type, key }: AccessGraph["assignments"][number]["principal"], user: string) =>
    type === "USER" ? key === user : (groups.get(key)?.members.includes(user) ?? false);
  const asked = (keys: readonly string[] | undefined, test: (key: string) => boolean) => keys?.some(test) ?? true;

  const rowsOf = (assignments: AccessGraph["assignments"], deferred: boolean): AccessRow[] =>
    assignments
      .filter(
        ({ account, principal, permissionSet }) =>
          asked(filter.account, (key) => key === account) &&
          asked(filter.unit, (path) => isWithin(accounts.get(account)?.unit ?? null, path)) &&
          asked(filter.permissionSet, (key) => key === permissionSet) &&
          asked(filter.group, (key) => principal.type === "GROUP" && principal.key === key) &&
          asked(filter.user, (key) => isUser(principal, key)),
      )
      .flatMap(({ account, principal, permissionSet, origins }) => {
        const { name, id, unit } = accounts.get(account) ?? { name: account, id: null, unit: null };
        const { type, key } = principal;
        return origins.map(({ via, place, until, reason, owner }) => ({
          account,
          accountName: name,
          accountId: id,
          unit,
          principalType: type,
          principal: key,
          principalName: (type === "GROUP" ? groups.get(key)?.name : users.get(key)) ?? key,
          permissionSet,
          permissionSetName: sets.get(permissionSet) ?? permissionSet,
          via,
          why: chain(via, unit, account),
          place,
          until,
          reason,
          owner,
          deferred,
          guardrails: caps.get(account) ?? null,
        }));
      });
  return [...rowsOf(graph.assignments, false), ...rowsOf(graph.deferred, true)];
}

function chain(via: string, unit: string | null, account: string): string {
  const steps = [via, ...(unit === null || via === `units: ${unit}` ? [] : [unit]), account];
  return via.startsWith("accounts: ") ? via : steps.join(" -> ");
}
