/**
 * What changes from the state of one stack to that of another: assignments, when they are cut into other shards, and
 * permission sets that are granted in the management account for the first time. Terraform would destroy and recreate them.
 * Written with `import` and `removed` blocks (Terraform 1.7) they are taken over, and nothing is destroyed.
 */
import { type Construct, RootConstruct } from "constructs";
import type { AccessGraph } from "../lib/access/graph.ts";
import { logicalId } from "./address.ts";
import { IdentityCenterStack } from "./identity-center.ts";
import { planStacks, type StackInfo } from "./plan-order.ts";
import { readyPart } from "./ready.ts";
import { escapeTemplates } from "./template.ts";

interface PeopleStack {
  info: StackInfo;
  stack: IdentityCenterStack;
}

/**
 * Puts the blocks into the stacks. Gives the stacks that are no more and whose state still holds what has moved: written
 * once more they forget that, and destroy what is in none of the others.
 * @param before what the states were written from
 * @param literal the graph that the stacks are made from, ready and escaped
 */
export function takeOver(
  before: AccessGraph,
  stacks: readonly PeopleStack[],
  literal: AccessGraph,
  scope: Construct,
): PeopleStack[] {
  const earlier = readyPart(before).graph;
  const earlierLiteral = escapeTemplates(earlier);
  const old = planStacks(earlier).stacks.filter(({ kind }) => kind === "identity-center");
  const oldHomes = homes(
    old.map((info) => ({ info, stack: new IdentityCenterStack(new RootConstruct(), info, earlierLiteral) })),
  );
  const now = homes(stacks);
  const moved = [...now].filter(([address, home]) => (oldHomes.get(address) ?? home) !== home);
  const names = new Set(stacks.map(({ info }) => info.name));
  const gone = old
    .filter(({ name }) => !names.has(name) && moved.some(([address]) => oldHomes.get(address) === name))
    .map((info) => {
      const { name, account, dependsOn, kind, people } = info;
      const part = { sets: people?.sets ?? "members", makesSets: false, assignments: "none" } as const;
      const emptied: StackInfo = { name, account, dependsOn, kind, counts: {}, people: part };
      return { info: emptied, stack: new IdentityCenterStack(scope, emptied, literal) };
    });
  for (const { info, stack } of [...stacks, ...gone]) {
    stack.takeOver(moved.flatMap(([address, home]) => (home === info.name ? address : [])));
    stack.forget(moved.flatMap(([address]) => (oldHomes.get(address) === info.name ? address : [])));
  }
  return gone;
}

/** The stack of each address. */
function homes(stacks: readonly PeopleStack[]): ReadonlyMap<string, string> {
  return new Map(
    stacks.flatMap(({ info, stack }) =>
      stack.managed.map(({ type, key }): [string, string] => [`${type}.${logicalId(key)}`, info.name]),
    ),
  );
}
