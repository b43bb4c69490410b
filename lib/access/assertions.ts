/** Whether sentences about access are true. */
import { groupBy } from "../group.ts";
import { error, warning } from "../manifest/problems.ts";
import type { Place, Problem } from "../problem.ts";
import type { AccessGraph, Assertion, Assignment } from "./graph.ts";
import type { Way } from "./reach/ways.ts";

type Person = Assignment["principal"];

/** A way that an assertion forbids. */
interface Breach {
  /** `group "contractors" has "deployer"`; the accounts are told apart from it. */
  what: string;
  account: string;
  /** Why it cannot be decided, `null` when it is certain. */
  doubt: string | null;
  place: Place;
  /** What stands at the place: `this grant`. */
  by: string;
}

/**
 * `assertion-broken`, `assertion-undecided`.
 *
 * - `never`: nobody who is named gets in, as named, where it is named. By an assignment, and, unless only permission sets
 *   are asked about, through roles. A member of a named group breaks it through another group as well.
 * - `always`: everybody who is named has one of the permission sets in each account.
 * - `only`: who is not named has none of the permission sets; when none are asked about, gets in by no way. Services that
 *   assume a role in their own account are no way in, and break-glass users are not counted.
 *
 * @param ways every way into roles; asked for only when an assertion needs them
 */
export function brokenAssertions(graph: AccessGraph, ways: () => readonly Way[]): Problem[] {
  const members = new Map(graph.identity.groups.map((group) => [group.key, group.members]));
  const people = { members, source: graph.identity.source };
  const assignments = [...graph.assignments, ...graph.deferred];
  return graph.assertions.flatMap((assertion) => {
    if (assertion.kind === "always") return missing(assertion, assignments, people);
    const breaches = [...byAssignment(assertion, assignments, people), ...byRole(assertion, ways, people)];
    return [...toProblems(assertion, breaches), ...unknownMembers(assertion, people)];
  });
}

interface People {
  members: ReadonlyMap<string, readonly string[]>;
  source: AccessGraph["identity"]["source"];
}

// --------------------------------------------------------------------------------------------------- never and only

function byAssignment(assertion: Assertion, assignments: readonly Assignment[], people: People): Breach[] {
  const { kind, permissionSets, roles, accounts } = assertion;
  // into a role nobody gets by assignment
  if (kind === "never" && roles.length > 0) return [];
  const within = accounts === null ? null : new Set(accounts);
  const offender = offenders(assertion, people);
  return assignments
    .filter(({ permissionSet }) => permissionSets.length === 0 || permissionSets.includes(permissionSet))
    .filter(({ account }) => within === null || within.has(account))
    .flatMap(({ principal, permissionSet, account, origins: [origin] }): Breach[] => {
      const who = offender(principal);
      if (who === null || origin === undefined) return [];
      const what = `${who} has "${permissionSet}"`;
      return [{ what, account, doubt: null, place: origin.place, by: "by this grant" }];
    });
}

function byRole(assertion: Assertion, ways: () => readonly Way[], people: People): Breach[] {
  const { kind, groups, users, permissionSets, roles, accounts } = assertion;
  const asksPeople = groups.length + users.length > 0;
  if (kind === "never" ? roles.length === 0 && (!asksPeople || permissionSets.length > 0) : permissionSets.length > 0) {
    return [];
  }
  const all = ways();
  const offender = offenders(assertion, people);
  const reached = new Set(all.map(({ to }) => to.principal.id));
  return all
    .filter(({ answer }) => answer !== "no")
    .filter(({ to }) => accounts === null || accounts.includes(to.account.key))
    .filter((way) => (kind === "never" ? isForbidden(way, assertion) : isWayIn(way, assertion, reached)))
    .flatMap((way): Breach[] => {
      const who = asksPeople || kind === "only" ? beginner(way, kind, offender) : way.from.name;
      if (who === null) return [];
      const through = way.steps.slice(0, -1).map(({ to }) => to.principal.name);
      const what = `${who} gets into role "${way.to.role.key}"${through.length > 0 ? ` through ${through.join(" and ")}` : ""}`;
      const doubt = way.answer === "undecided" ? way.because : null;
      return [{ what, account: way.to.account.key, doubt, place: way.to.role.place, by: "into this role" }];
    });
}

function isForbidden({ from, to }: Way, { roles, permissionSets }: Assertion): boolean {
  if (roles.length > 0 && !roles.includes(to.role.key)) return false;
  return permissionSets.length === 0 || (from.kind === "permissionSet" && permissionSets.includes(from.key ?? ""));
}

/** Kinds of callers that work where the role is. */
const workloads: ReadonlySet<string> = new Set(["service", "eks", "podIdentity"]);

function isWayIn({ from, to, steps }: Way, { roles }: Assertion, reached: ReadonlySet<string>): boolean {
  if (from.kind === "breakGlass" || from.account === to.account.key) return false;
  if (workloads.has(from.kind) && steps.length === 1) return false;
  // whoever can be assumed is no beginning: the way of who assumes it is looked at
  if (reached.has(from.id)) return false;
  return !steps.some((step) => roles.includes(step.to.role.key));
}

/** Who of those that begin a way breaks the assertion, in words; `null`: nobody. */
function beginner({ from }: Way, kind: Assertion["kind"], offender: Offender): string | null {
  if (from.people.length === 0) return kind === "only" ? from.name : null;
  const [first] = from.people.flatMap((one) => offender(one) ?? []);
  return first === undefined ? null : `${first}, as "${from.key}" in "${from.account}",`;
}

/** Gives, in words, who breaks the assertion when a principal gets in; `null`: nobody. Worked out once for each principal. */
function offenders({ kind, groups, users, roles }: Assertion, { members }: People): Offender {
  const named = new Set([...users, ...groups.flatMap((group) => members.get(group) ?? [])]);
  const everybody = kind === "never" && groups.length + users.length + roles.length === 0;
  const isNamed = ({ type, key }: Person) => (type === "GROUP" ? groups.includes(key) : named.has(key));
  const find = (person: Person): string | null => {
    const self = `${person.type === "GROUP" ? "group" : "user"} "${person.key}"`;
    const inside = person.type === "GROUP" ? (members.get(person.key) ?? []) : [];
    if (kind === "only") {
      const covered = isNamed(person) || (inside.length > 0 && inside.every((user) => named.has(user)));
      return covered ? null : self;
    }
    if (everybody || isNamed(person)) return self;
    const member = inside.find((user) => named.has(user));
    return member === undefined ? null : `user "${member}" of group "${person.key}"`;
  };
  const known = new Map<string, string | null>();
  return (person) => {
    const id = `${person.type} ${person.key}`;
    const found = known.get(id);
    if (found !== undefined) return found;
    const answer = find(person);
    known.set(id, answer);
    return answer;
  };
}

type Offender = (person: Person) => string | null;

/** One problem for all accounts that one grant or role opens in the same way. */
function toProblems({ sentence, place }: Assertion, breaches: readonly Breach[]): Problem[] {
  const alike = groupBy(breaches, ({ what, doubt, place }) => JSON.stringify([what, doubt, place]));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { what, doubt, by } = first;
    const where = accountsOf(same.map(({ account }) => account));
    const related = [{ place: first.place, message: by }];
    return doubt === null
      ? [error("assertion-broken", place, `"${sentence}" is broken: ${what} in ${where}`, { related })]
      : [
          warning("assertion-undecided", place, `"${sentence}" may be broken: ${what} in ${where}; ${doubt}`, {
            related,
          }),
        ];
  });
}

// ----------------------------------------------------------------------------------------------------------- always

function missing(assertion: Assertion, assignments: readonly Assignment[], people: People): Problem[] {
  const { sentence, groups, users, permissionSets, accounts, place } = assertion;
  const suits = ({ permissionSet }: Assignment) =>
    permissionSets.length === 0 || permissionSets.includes(permissionSet);
  const held = groupBy(assignments.filter(suits), ({ principal }) => `${principal.type} ${principal.key}`);
  const accountsWith = (person: string) => (held.get(person) ?? []).map(({ account }) => account);
  const who = [
    ...groups.map((key) => ({ name: `group "${key}"`, has: new Set(accountsWith(`GROUP ${key}`)) })),
    ...users.map((key) => {
      const through = [...people.members].filter(([, users]) => users.includes(key)).map(([group]) => `GROUP ${group}`);
      return { name: `user "${key}"`, has: new Set([`USER ${key}`, ...through].flatMap(accountsWith)) };
    }),
  ];
  const sets = permissionSets.map((key) => `"${key}"`).join(" or ");
  const problems = who.flatMap(({ name, has }) => {
    const without = (accounts ?? []).filter((account) => !has.has(account));
    if (without.length === 0) return [];
    const message = `"${sentence}" is broken: ${name} has no ${sets || "permission set"} in ${accountsOf(without)}`;
    return [error("assertion-broken", place, message)];
  });
  // what a user lacks directly he may have through a group that nobody here knows
  return users.length > 0 && people.source === "external" ? unknownMembers(assertion, people) : problems;
}

// ----------------------------------------------------------------------------------------------------------- shared

/** With an external source only the identity provider knows who is in which group. */
function unknownMembers({ sentence, users, place }: Assertion, { source }: People): Problem[] {
  if (source !== "external" || users.length === 0) return [];
  const message = `"${sentence}" cannot be decided for users: only the identity provider knows the groups they are in`;
  return [warning("assertion-undecided", place, message, { hint: "say it of groups" })];
}

/** Accounts that are named before the rest is counted. */
const named = 3;

function accountsOf(keys: readonly string[]): string {
  const all = [...new Set(keys)];
  const shown = all.slice(0, named).map((key) => `"${key}"`);
  return all.length > named ? `${shown.join(", ")} and ${all.length - named} more` : shown.join(", ");
}
