/** Who may enter what, before and after. */
import { byCodeUnit } from "../../finding.ts";
import type { AccessGraph, Assignment, Origin } from "../graph.ts";

/** One principal, one permission set, one account. */
export interface Access {
  principal: Assignment["principal"];
  /** Display name of the group, sign-in name of the user. */
  principalName: string;
  permissionSet: string;
  account: string;
  /** The last day, `null` when some grant has no end. */
  until: string | null;
  /** The account has no id yet, so AWS does not know of this access. */
  deferred: boolean;
  origins: readonly Origin[];
}

/** What stays, and changes in something else than being there. */
export interface ChangedAccess {
  before: Access;
  after: Access;
}

/** What a person may enter, by whatever way. */
export interface PersonAccess {
  user: string;
  userName: string;
  permissionSet: string;
  account: string;
  /** Keys of the groups that let in; empty where only a grant to the user itself does. */
  through: readonly string[];
}

export interface Membership {
  group: string;
  user: string;
  userName: string;
}

export interface Difference<T> {
  gained: readonly T[];
  lost: readonly T[];
}

/** All access of a manifest, by what tells one from the other; sorted. */
export function accessOf(graph: AccessGraph): ReadonlyMap<string, Access> {
  const { groups, users } = graph.identity;
  const names = new Map([
    ...groups.map(({ key, name }) => [`GROUP ${key}`, name] as const),
    ...users.map(({ key, userName }) => [`USER ${key}`, userName] as const),
  ]);
  const rowsOf = (assignments: readonly Assignment[], deferred: boolean) =>
    assignments.map(({ principal, permissionSet, account, origins }): [string, Access] => {
      const { type, key } = principal;
      const principalName = names.get(`${type} ${key}`) ?? key;
      const row = { principal, principalName, permissionSet, account, until: endOf(origins), deferred, origins };
      return [`${type} ${key} ${permissionSet} ${account}`, row];
    });
  const rows = new Map([...rowsOf(graph.assignments, false), ...rowsOf(graph.deferred, true)]);
  // sorted without a function: there may be tens of thousands
  return new Map([...rows.keys()].sort().map((id) => [id, rows.get(id)!]));
}

function endOf(origins: readonly Origin[]): string | null {
  return origins.reduce<string | null>(
    (end, { until }) => (end === null || until === null ? null : until > end ? until : end),
    origins[0]?.until ?? null,
  );
}

/** Access that is new, gone, or ends on another day; `before` and `after` under the same keys. */
export function compareAccess(
  before: ReadonlyMap<string, Access>,
  after: ReadonlyMap<string, Access>,
): Difference<Access> & { changed: readonly ChangedAccess[] } {
  return {
    gained: without(after, before),
    lost: without(before, after),
    changed: [...after].flatMap(([id, now]) => {
      const earlier = before.get(id);
      const same = earlier === undefined || (earlier.until === now.until && earlier.deferred === now.deferred);
      return same ? [] : [{ before: earlier, after: now }];
    }),
  };
}

function without<T>(all: ReadonlyMap<string, T>, known: ReadonlyMap<string, unknown>): T[] {
  return [...all].flatMap(([id, value]) => (known.has(id) ? [] : [value]));
}

/** Who joined and left a group; nothing is known of groups whose members come from an identity provider. */
export function compareMembers(before: AccessGraph, after: AccessGraph): Difference<Membership> {
  const [old, now] = [membersOf(before), membersOf(after)];
  return { gained: without(now, old), lost: without(old, now) };
}

function membersOf({ identity }: AccessGraph): Map<string, Membership> {
  const names = new Map(identity.users.map(({ key, userName }) => [key, userName]));
  return new Map(
    identity.groups.flatMap(({ key: group, members }) =>
      members.map((user) => [`${group} ${user}`, { group, user, userName: names.get(user) ?? user }] as const),
    ),
  );
}

/**
 * What people gain and lose, by grants and memberships together: who keeps a way in has lost nothing. Only those are
 * looked at whom a change may touch.
 */
export function comparePeople(
  before: AccessGraph,
  after: AccessGraph,
  access: Difference<Access>,
  members: Difference<Membership>,
): Difference<PersonAccess> {
  const rows = [...access.gained, ...access.lost].map(({ principal }) => principal);
  const groups = new Set(rows.flatMap(({ type, key }) => (type === "GROUP" ? [key] : [])));
  const memberOf = [...before.identity.groups, ...after.identity.groups].filter(({ key }) => groups.has(key));
  const touched = new Set([
    ...rows.flatMap(({ type, key }) => (type === "USER" ? [key] : [])),
    ...memberOf.flatMap((group) => group.members),
    ...[...members.gained, ...members.lost].map(({ user }) => user),
  ]);
  if (touched.size === 0) return { gained: [], lost: [] };
  const [old, now] = [peopleOf(before, touched), peopleOf(after, touched)];
  return { gained: without(now, old), lost: without(old, now) };
}

function peopleOf(graph: AccessGraph, users: ReadonlySet<string>): ReadonlyMap<string, PersonAccess> {
  const names = new Map(graph.identity.users.map(({ key, userName }) => [key, userName]));
  const members = new Map(graph.identity.groups.map(({ key, members }) => [key, members.filter((u) => users.has(u))]));
  const found = new Map<string, PersonAccess & { through: string[] }>();
  for (const { principal, permissionSet, account } of [...graph.assignments, ...graph.deferred]) {
    const direct = principal.type === "USER";
    const people = direct ? [principal.key].filter((key) => users.has(key)) : (members.get(principal.key) ?? []);
    for (const user of people) {
      const id = `${user} ${permissionSet} ${account}`;
      const userName = names.get(user) ?? user;
      const row = found.get(id) ?? { user, userName, permissionSet, account, through: [] };
      if (!direct) row.through.push(principal.key);
      found.set(id, row);
    }
  }
  return new Map([...found].sort(([a], [b]) => byCodeUnit(a, b)));
}
