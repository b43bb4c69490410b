/** Which stacks there are and in which order they are applied. Loads no CDKTF: `gatehouse stacks` starts fast. */
import { accountParts } from "../lib/access/account-parts.ts";
import type { AccessGraph, Monitoring, Role, Sited } from "../lib/access/graph.ts";
import { within } from "../lib/access/monitoring/sites.ts";
import { byCodeUnit } from "../lib/finding.ts";
import type { Problem } from "../lib/problem.ts";
import { accountStack } from "./address.ts";
import { arn } from "./arn.ts";
import { bootstrapStack, cutBootstrap, isBootstrap } from "./bootstrap-part.ts";
import { centralStack, monitoringParts } from "./monitoring/parts.ts";
import { type PeoplePart, peopleStacks } from "./people.ts";
import { readyPart } from "./ready.ts";

export type StackKind = "bootstrap" | "organization" | "identity-center" | "roles" | "monitoring" | "budgets";

export interface StackInfo {
  name: string;
  kind: StackKind;
  /** Key of the account it is applied in. */
  account: string;
  /** Names of the stacks that must be applied before. */
  dependsOn: readonly string[];
  /** What the manifest puts into it: `{ units: 4, accounts: 10, policies: 6 }`. */
  counts: Readonly<Record<string, number>>;
  /** Which part of people's access, in a stack of Identity Center. */
  people?: PeoplePart;
}

/** The stacks of a graph, in the order in which they can be applied. */
export function stackList(graph: AccessGraph): StackInfo[] {
  return planStacks(readyPart(graph).graph).stacks;
}

/** As `stackList`, for a graph that `readyPart` has seen; reports roles that trust each other across accounts. */
export function planStacks(graph: AccessGraph): { stacks: StackInfo[]; problems: Problem[] } {
  const people = peopleStacks(graph);
  const { own, rest } = cutBootstrap(graph);
  const stacks = [
    ...bootstrap(graph, own),
    ...organization(graph),
    ...people.stacks,
    ...accounts(rest, accountsBefore(graph)),
    ...monitoring(graph),
    ...budgets(graph),
  ];
  // what is not made is not waited for: a single account has no organization
  const names = new Set(stacks.map(({ name }) => name));
  const ordered = inOrder(
    stacks.map((stack) => ({ ...stack, dependsOn: stack.dependsOn.filter((name) => names.has(name)) })),
  );
  return { stacks: ordered.stacks, problems: [...people.problems, ...ordered.problems] };
}

type Bootstrap = ReturnType<typeof cutBootstrap>["own"];

function bootstrap({ organization, terraform: { pipeline } }: AccessGraph, own: Bootstrap): StackInfo[] {
  if (pipeline === null) return [];
  return [
    {
      name: bootstrapStack,
      kind: "bootstrap",
      account: organization.managementAccount,
      dependsOn: [],
      counts: {
        buckets: pipeline.bucket === null ? 0 : 1,
        roles: own.roles.length,
        identityProviders: own.identityProviders.length,
      },
    },
  ];
}

function organization(graph: AccessGraph): StackInfo[] {
  const { units, accounts, organizationPolicies } = graph;
  const { mode, managementAccount } = graph.organization;
  if (mode === "single-account") return [];
  return [
    {
      name: "organization",
      kind: "organization",
      account: managementAccount,
      dependsOn: [bootstrapStack],
      counts: { units: units.length, accounts: accounts.length, policies: organizationPolicies.length },
    },
  ];
}

/** All of them in the management account, whose bill they watch; apart, because they concern other people. */
function budgets(graph: AccessGraph): StackInfo[] {
  if (graph.budgets.length === 0) return [];
  return [
    {
      name: "budgets",
      kind: "budgets",
      account: graph.organization.managementAccount,
      dependsOn: ["organization"],
      counts: { budgets: graph.budgets.length },
    },
  ];
}

/** One stack per account with anything in it: own state, so that one team's change locks nobody else. */
function accounts(graph: AccessGraph, before: ReadonlyMap<string, ReadonlySet<string>>): StackInfo[] {
  // a single account has no organization to wait for
  const first = graph.organization.mode === "single-account" ? bootstrapStack : "organization";
  const counts = new Map<string, Record<string, number>>();
  for (const [part, entriesOf] of Object.entries(accountParts)) {
    for (const { account } of entriesOf(graph)) {
      const own = counts.get(account) ?? {};
      counts.set(account, { ...own, [part]: (own[part] ?? 0) + 1 });
    }
  }
  return [...counts].map(([account, own]) => ({
    name: accountStack(account),
    kind: "roles" as const,
    account,
    dependsOn: [...new Set([first, ...(before.get(account) ?? [])])].sort(byCodeUnit),
    counts: own,
  }));
}

/** AWS refuses a policy that names a role that does not exist yet: the stacks with the roles that an account names. */
function accountsBefore(graph: AccessGraph): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map(graph.accounts.map(({ key, id }) => [key, id ?? ""]));
  const arnOf = ({ account, path, name }: Role) => arn.role(ids.get(account) ?? "", path, name);
  const { role: isFirst } = isBootstrap(graph);
  const madeBy = (role: Role) => (isFirst(role) ? bootstrapStack : accountStack(role.account));
  const byArn = new Map(graph.roles.map((role) => [arnOf(role), madeBy(role)]));
  const before = new Map<string, Set<string>>();
  const needs = (account: string, stack: string | undefined) => {
    if (stack === undefined || stack === accountStack(account)) return;
    before.set(account, (before.get(account) ?? new Set()).add(stack));
  };
  for (const { account, trust } of graph.roles) {
    if (trust.kind === "roles") for (const named of trust.arns) needs(account, byArn.get(named));
  }
  for (const { account, roles } of graph.bucketPolicies)
    for (const role of roles) needs(account, accountStack(role.account));
  return before;
}

/** The part of the whole organization, and after it one for each further account. */
function monitoring(graph: AccessGraph): StackInfo[] {
  return monitoringParts(graph).map(({ stack, account, accounts, central }) => ({
    name: stack,
    kind: "monitoring",
    account,
    dependsOn: central ? ["organization"] : [centralStack, "organization"],
    counts: monitoringCounts(within(graph.monitoring, new Set(accounts)), central),
  }));
}

function monitoringCounts({ trail, alerts, ...here }: Monitoring, central: boolean): StackInfo["counts"] {
  const made = (things: readonly Sited[]) => things.reduce((sum, { sites }) => sum + sites.length, 0);
  const { config } = here;
  return {
    trails: central && trail !== null ? 1 : 0,
    subscriptions: (alerts?.sites.length ?? 0) * (alerts?.subscriptions.length ?? 0),
    logGroups: made(here.logGroups),
    alarms: made(here.alarms),
    dashboards: made(here.dashboards),
    eventRules: made(here.events),
    recorders: (config?.accounts.length ?? 0) * (config?.regions.length ?? 0),
  };
}

/** A stack comes after all it depends on, otherwise by kind and name. What is left over depends on itself. */
function inOrder(stacks: readonly StackInfo[]): { stacks: StackInfo[]; problems: Problem[] } {
  const waiting = [...stacks].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || byCodeUnit(a.name, b.name),
  );
  const done = new Map<string, StackInfo>();
  for (;;) {
    const index = waiting.findIndex((stack) => stack.dependsOn.every((name) => done.has(name)));
    const [next] = index < 0 ? [] : waiting.splice(index, 1);
    if (next === undefined) break;
    done.set(next.name, next);
  }
  return { stacks: [...done.values(), ...waiting], problems: waiting.length > 0 ? [cycle(waiting)] : [] };
}

const order: readonly StackKind[] = ["bootstrap", "organization", "identity-center", "roles", "monitoring", "budgets"];

function cycle(stacks: readonly StackInfo[]): Problem {
  const accounts = stacks.map((stack) => stack.account).join(", ");
  return {
    code: "cyclic-trust",
    severity: "error",
    message: `roles of these accounts trust each other in a circle, so that none can be created first: ${accounts}`,
    place: null,
    hint: "Let one of the roles trust the account's users or a permission set instead of a role.",
    related: [],
  };
}
