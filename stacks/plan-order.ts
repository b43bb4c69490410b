/** Which stacks there are and in which order they are applied. Loads no CDKTF: `gatehouse stacks` starts fast. */
import type { AccessGraph, Role } from "../lib/access/graph.ts";
import { byCodeUnit } from "../lib/finding.ts";
import type { Problem } from "../lib/problem.ts";
import { logicalId } from "./address.ts";
import { arn } from "./arn.ts";
import { readyPart } from "./ready.ts";

export type StackKind = "organization" | "identity-center" | "roles" | "monitoring";

export interface StackInfo {
  name: string;
  kind: StackKind;
  /** Key of the account it is applied in. */
  account: string;
  /** Names of the stacks that must be applied before. */
  dependsOn: readonly string[];
  /** What the manifest puts into it: `{ units: 4, accounts: 10, policies: 6 }`. */
  counts: Readonly<Record<string, number>>;
}

/** The stacks of a graph, in the order in which they can be applied. */
export function stackList(graph: AccessGraph): StackInfo[] {
  return planStacks(readyPart(graph).graph).stacks;
}

/** As `stackList`, for a graph that `readyPart` has seen; reports roles that trust each other across accounts. */
export function planStacks(graph: AccessGraph): { stacks: StackInfo[]; problems: Problem[] } {
  return inOrder([organization(graph), ...identityCenter(graph), ...roles(graph), ...monitoring(graph)]);
}

function organization(graph: AccessGraph): StackInfo {
  const { units, accounts, organizationPolicies } = graph;
  return {
    name: "organization",
    kind: "organization",
    account: graph.organization.managementAccount,
    dependsOn: [],
    counts: { units: units.length, accounts: accounts.length, policies: organizationPolicies.length },
  };
}

function identityCenter(graph: AccessGraph): StackInfo[] {
  const { identity, permissionSets, assignments } = graph;
  if (identity.groups.length + identity.users.length + permissionSets.length === 0) return [];
  return [
    {
      name: "identity-center",
      kind: "identity-center",
      account: graph.organization.managementAccount,
      dependsOn: ["organization"],
      counts: {
        groups: identity.groups.length,
        users: identity.users.length,
        permissionSets: permissionSets.length,
        assignments: assignments.length,
      },
    },
  ];
}

/** One stack per account with roles: own state, so that one team's change locks nobody else. */
function roles(graph: AccessGraph): StackInfo[] {
  const byArn = new Map(graph.roles.map((role) => [roleArn(graph, role), role.account]));
  return [...new Set(graph.roles.map((role) => role.account))].map((account) => {
    const own = graph.roles.filter((role) => role.account === account);
    // AWS refuses a trust policy that names a role that does not exist yet.
    const trusted = own.flatMap(({ trust }) => (trust.kind === "roles" ? trust.arns : []));
    const before = trusted.flatMap((value) => byArn.get(value) ?? []).filter((other) => other !== account);
    return {
      name: accountStack(account),
      kind: "roles" as const,
      account,
      dependsOn: ["organization", ...new Set(before.map(accountStack))].sort(byCodeUnit),
      counts: { roles: own.length },
    };
  });
}

function monitoring(graph: AccessGraph): StackInfo[] {
  const { trail, alerts, alarms, events, config } = graph.monitoring;
  const counts = {
    trails: trail === null ? 0 : 1,
    subscriptions: alerts?.emails.length ?? 0,
    alarms: alarms.length,
    eventRules: events.length,
    recorders: config?.accounts.length ?? 0,
  };
  if (Object.values(counts).every((count) => count === 0)) return [];
  return [
    {
      name: "monitoring",
      kind: "monitoring",
      account: graph.organization.managementAccount,
      dependsOn: ["organization"],
      counts,
    },
  ];
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

const order: readonly StackKind[] = ["organization", "identity-center", "roles", "monitoring"];

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

function accountStack(account: string): string {
  return `account-${logicalId([account])}`;
}

function roleArn(graph: AccessGraph, role: Role): string {
  const account = graph.accounts.find((candidate) => candidate.key === role.account);
  return arn.role(account?.id ?? "", role.path, role.name);
}
