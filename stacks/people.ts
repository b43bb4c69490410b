/**
 * How people's access is cut into stacks. Loads no CDKTF.
 *
 * Permission sets that are assigned in the management account stand apart with all their assignments: a delegated
 * administrator of Identity Center may not touch them.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
 *
 * What is more than one stack should hold is cut by account, each account's assignments in one stack: a grant on a new
 * account changes one of them, and so does a team that enters or leaves an account.
 */
import type { AccessGraph, Assignment, PermissionSet } from "../lib/access/graph.ts";
import { byCodeUnit } from "../lib/finding.ts";
import { groupBy } from "../lib/group.ts";
import type { Problem } from "../lib/problem.ts";
import { accountStack } from "./address.ts";

export type PeopleGraph = Pick<
  AccessGraph,
  "organization" | "accounts" | "identity" | "permissionSets" | "assignments" | "managedPolicies" | "terraform"
>;

/** What of people's access a stack holds. */
export interface PeoplePart {
  /** Sets that are assigned in the management account, or the others. */
  sets: "management" | "members";
  /** Whether it makes the sets themselves, and what they are assigned to. */
  makesSets: boolean;
  assignments: "all" | "none" | { shard: number; of: number };
}

/** One stack, as in the list of all of them. */
interface PeopleStack {
  name: string;
  kind: "identity-center";
  account: string;
  dependsOn: readonly string[];
  counts: Readonly<Record<string, number>>;
  people: PeoplePart;
}

/** Most resources of a stack: Terraform plans them within half a minute, and a lock holds up few people. */
export const roomy = 2000;

const names = { members: "identity-center", management: "identity-center-management" } as const;

/** The stacks of people's access, and what to say of the way they are cut. */
export function peopleStacks(graph: PeopleGraph): { stacks: PeopleStack[]; problems: Problem[] } {
  const { identity, permissionSets } = graph;
  if (identity.groups.length + identity.users.length + permissionSets.length === 0) return { stacks: [], problems: [] };
  const parts = (["members", "management"] as const).map((sets) => half(sets, graph));
  return { stacks: parts.flatMap(({ stacks }) => stacks), problems: parts.flatMap(({ problems }) => problems) };
}

/** The permission sets and assignments that a stack makes. */
export function partOf(
  { sets, makesSets, assignments: which }: PeoplePart,
  graph: PeopleGraph,
): { permissionSets: readonly PermissionSet[]; assignments: readonly Assignment[] } {
  const { permissionSets, byHome } = halvesOf(graph)[sets];
  const homes = [...byHome].filter(
    ([home]) => which === "all" || (which !== "none" && shardOf(home, which.of) === which.shard),
  );
  return { permissionSets: makesSets ? permissionSets : [], assignments: homes.flatMap(([, own]) => own) };
}

interface Half {
  permissionSets: readonly PermissionSet[];
  /** By the id of the account, or its key while it has none: ids outlive a change of keys. */
  byHome: ReadonlyMap<string, readonly Assignment[]>;
}

type Halves = Readonly<Record<PeoplePart["sets"], Half>>;

/** Made once for a graph, of which every stack takes its part. */
const halves = new WeakMap<PeopleGraph, Halves>();

function halvesOf(graph: PeopleGraph): Halves {
  const known = halves.get(graph);
  if (known !== undefined) return known;
  const { managementAccount } = graph.organization;
  const there = new Set(
    graph.assignments.flatMap(({ account, permissionSet }) => (account === managementAccount ? permissionSet : [])),
  );
  const ids = new Map(graph.accounts.map(({ key, id }) => [key, id ?? key]));
  const half = (isManagement: boolean): Half => ({
    permissionSets: graph.permissionSets.filter(({ key }) => there.has(key) === isManagement),
    byHome: groupBy(
      graph.assignments.filter(({ permissionSet }) => there.has(permissionSet) === isManagement),
      ({ account }) => ids.get(account) ?? "",
    ),
  });
  const made = { management: half(true), members: half(false) };
  halves.set(graph, made);
  return made;
}

function half(sets: PeoplePart["sets"], graph: PeopleGraph): { stacks: PeopleStack[]; problems: Problem[] } {
  const { identity, organization, terraform } = graph;
  const { permissionSets: made, assignments } = partOf({ sets, makesSets: true, assignments: "all" }, graph);
  if (sets === "management" && made.length === 0) return { stacks: [], problems: [] };
  const fixed = made.reduce((sum, set) => sum + resourcesOf(set), sets === "members" ? storeResources(graph) : 0);
  const fits = fixed + assignments.length <= roomy;
  const wanted = sets === "members" || !fits ? terraform.shards : null;
  const homes = [...halvesOf(graph)[sets].byHome].map(([id, { length }]) => ({ id, assignments: length }));
  const sizes = cutInto(homes, wanted ?? (fits ? 1 : automatic(homes)));

  const name = names[sets];
  const kind = "identity-center" as const;
  const account = organization.managementAccount;
  const store = sets === "members" || identity.source === "external" ? [] : [names.members];
  const before = [...new Set(["organization", ...store, ...policiesBefore(made, assignments, graph)])].sort(byCodeUnit);
  const whole = sizes.length === 1;
  const first: PeopleStack = {
    name,
    kind,
    account,
    dependsOn: before,
    counts: {
      ...(sets === "members" ? { groups: identity.groups.length, users: identity.users.length } : {}),
      permissionSets: made.length,
      assignments: whole ? assignments.length : 0,
    },
    people: { sets, makesSets: true, assignments: whole ? "all" : "none" },
  };
  const shards = whole
    ? []
    : sizes.flatMap((size, index): PeopleStack[] => {
        if (size === 0) return [];
        const people = { sets, makesSets: false, assignments: { shard: index, of: sizes.length } };
        const own = `${name}-${String(index).padStart(String(sizes.length - 1).length, "0")}`;
        return [
          {
            name: own,
            kind,
            account,
            dependsOn: [...before, name].sort(byCodeUnit),
            counts: { assignments: size },
            people,
          },
        ];
      });
  return { stacks: [first, ...shards], problems: whole ? [] : advice(name, sizes, terraform.shards) };
}

function resourcesOf(set: PermissionSet): number {
  const optional = [set.inlinePolicy, set.permissionsBoundary].filter((one) => one !== null).length;
  return 1 + set.managedPolicies.length + set.customerManagedPolicies.length + optional;
}

function storeResources({ identity }: PeopleGraph): number {
  if (identity.source === "external") return 0;
  return identity.groups.reduce((sum, { members }) => sum + 1 + members.length, identity.users.length);
}

/** An account's id, and how many assignments are on it. */
interface Home {
  id: string;
  assignments: number;
}

/** How many assignments each shard gets. */
function cutInto(homes: readonly Home[], count: number): number[] {
  const sizes = Array.from({ length: count }, () => 0);
  for (const { id, assignments } of homes) sizes[shardOf(id, count)]! += assignments;
  return sizes;
}

/** The least power of two that leaves every shard roomy: doubling cuts each in two, and leaves half where it is. */
function automatic(homes: readonly Home[]): number {
  for (let count = 2; ; count *= 2) {
    if (count >= 1024 || Math.max(...cutInto(homes, count)) <= roomy) return count;
  }
}

/** FNV-1a of twelve digits: the same on any machine, and in any version to come. */
function shardOf(id: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  // the low bits of FNV-1a are the weakest
  return ((hash ^ (hash >>> 16)) >>> 0) % count;
}

/** Stacks that make the customer managed policies of these sets, in accounts where the sets are provisioned. */
function policiesBefore(
  sets: readonly PermissionSet[],
  assignments: readonly Assignment[],
  { managedPolicies }: PeopleGraph,
): string[] {
  const named = new Map(sets.map((set) => [set.key, new Set(customerPolicies(set))]));
  const made = new Map<string, Set<string>>();
  for (const { account, path, name, document } of managedPolicies) {
    if (document !== null) made.set(account, (made.get(account) ?? new Set()).add(path + name));
  }
  return assignments.flatMap(({ account, permissionSet }) => {
    const here = made.get(account);
    const needs = here !== undefined && [...(named.get(permissionSet) ?? [])].some((policy) => here.has(policy));
    return needs ? [accountStack(account)] : [];
  });
}

function customerPolicies({ customerManagedPolicies, permissionsBoundary: boundary }: PermissionSet): string[] {
  const all = [
    ...customerManagedPolicies,
    ...(boundary !== null && "customerManagedPolicy" in boundary ? [boundary.customerManagedPolicy] : []),
  ];
  return all.map(({ path, name }) => path + name);
}

function advice(name: string, sizes: readonly number[], shards: number | null): Problem[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const problem = { severity: "warning" as const, place: null, related: [] };
  if (shards === null) {
    const message = `the ${total} assignments of ${name} are cut into ${sizes.length} stacks; with more of them the cut would change, and assignments would change their state`;
    const hint = `write terraform: { shards: ${sizes.length} }, or more`;
    return [{ ...problem, code: "shards-not-fixed", message, hint }];
  }
  const largest = Math.max(...sizes);
  if (largest <= roomy) return [];
  const message = `a stack of ${name} holds ${largest} assignments; more than ${roomy} are slow to plan`;
  return [{ ...problem, code: "stack-too-large", message, hint: "write more shards, and synth with --moved-from" }];
}

/**
 * How long the first apply of so many assignments takes, in seconds. The provider waits about 10 s for each, and AWS works
 * on few at a time, however many stacks ask: 1,200 take about an hour.
 */
export function assignmentSeconds(assignments: number): number {
  return Math.ceil(assignments / 3) * 10;
}
