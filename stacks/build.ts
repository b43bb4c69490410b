/** From the access graph to CDKTF stacks; both ways of writing them (`gatehouse synth`, `cdktf synth`) begin here. */
import { type Construct, RootConstruct } from "constructs";
import type { AccessGraph, Import } from "../lib/access/graph.ts";
import { groupBy } from "../lib/group.ts";
import { error } from "../lib/manifest/problems.ts";
import type { Problem } from "../lib/problem.ts";
import { didYouMean } from "../lib/suggest.ts";
import { logicalId } from "./address.ts";
import type { BaseStack } from "./base-stack.ts";
import { BootstrapStack } from "./bootstrap.ts";
import { BudgetsStack } from "./budgets.ts";
import { IdentityCenterStack } from "./identity-center.ts";
import { MonitoringStack } from "./monitoring.ts";
import { earlierStack, movesOf, oldNames, stackRenamed, withOldKeys } from "./moves.ts";
import { OrganizationStack } from "./organization.ts";
import { roomy } from "./people.ts";
import { planStacks, type StackInfo, type StackKind } from "./plan-order.ts";
import { readyPart } from "./ready.ts";
import { RolesStack } from "./roles.ts";
import { takeOver } from "./state-moves.ts";
import { escapeTemplates } from "./template.ts";

type StackClass = new (scope: Construct, info: StackInfo, graph: AccessGraph) => BaseStack;

const classes: Record<StackKind, StackClass> = {
  bootstrap: BootstrapStack,
  organization: OrganizationStack,
  "identity-center": IdentityCenterStack,
  roles: RolesStack,
  monitoring: MonitoringStack,
  budgets: BudgetsStack,
};

export interface BuiltStack {
  info: StackInfo;
  stack: BaseStack;
}

/**
 * Puts the stacks of a graph under a scope, in the order in which they can be applied.
 * @param movedFrom what the states were written from: what changes from one to another is taken over
 */
export function buildStacks(
  graph: AccessGraph,
  scope: Construct,
  movedFrom: AccessGraph | null = null,
): { stacks: BuiltStack[]; problems: Problem[] } {
  const ready = readyPart(graph);
  const plan = planStacks(ready.graph);
  const literal = escapeTemplates(ready.graph);
  const stacks = plan.stacks.map((info) => ({ info, stack: new classes[info.kind](scope, info, literal) }));
  const byName = new Map(stacks.map(({ info, stack }) => [info.name, stack]));
  if (!plan.problems.some(({ severity }) => severity === "error")) {
    for (const { info, stack } of stacks) {
      for (const name of info.dependsOn) {
        const before = byName.get(name);
        if (before !== undefined) stack.addDependency(before);
      }
    }
  }
  const people = stacks.flatMap(({ info, stack }) => (stack instanceof IdentityCenterStack ? [{ info, stack }] : []));
  const emptied = movedFrom === null ? [] : takeOver(movedFrom, people, literal, scope);
  return {
    stacks: [...stacks, ...emptied],
    problems: [
      ...ready.problems,
      ...plan.problems,
      ...stacks.flatMap(collisions),
      ...stacks.flatMap(tooLarge),
      ...moveRenamed(ready.graph, stacks),
      ...adopt(literal.terraform.imports, stacks),
    ],
  };
}

/** What makes a stack large that is not cut by itself, and the way out. */
const wayOut: Partial<Record<StackKind, string>> = {
  "identity-center": "let people and groups arrive by SCIM (identity: { source: external })",
  monitoring: "Security Hub asks every account in, in each of its Regions: name fewer (monitoring.securityHub.regions)",
};

/** `stack-too-large`; a shard's size is told where the shards are cut. */
function tooLarge({ info, stack }: BuiltStack): Problem[] {
  const hint = wayOut[info.kind];
  if (stack.resources <= roomy || hint === undefined || info.people?.makesSets === false) return [];
  const message = `stack ${info.name} holds ${stack.resources} resources; more than ${roomy} are slow to plan`;
  return [{ code: "stack-too-large", severity: "warning", message, place: null, hint, related: [] }];
}

/** Puts `moved` blocks into the stacks for every key that was renamed. */
function moveRenamed(graph: AccessGraph, stacks: readonly BuiltStack[]): Problem[] {
  const earlier = withOldKeys(graph);
  if (earlier === null) return [];
  const names = oldNames(graph);
  const plan = planStacks(earlier).stacks;
  const literal = escapeTemplates(earlier);
  return stacks.flatMap(({ info, stack }) => {
    const before = earlierStack(info, plan, names);
    if (before === null) return [];
    const old = new classes[before.kind](new RootConstruct(), before, literal);
    stack.move(movesOf(stack.managed, old.managed, names));
    return before.name === info.name ? [] : [stackRenamed(before, info, graph)];
  });
}

/** Puts `import` blocks into the stacks for what exists already. */
function adopt(imports: readonly Import[], stacks: readonly BuiltStack[]): Problem[] {
  const byName = new Map(stacks.map(({ info, stack }) => [info.name, stack]));
  return [...groupBy(imports, ({ stack }) => stack)].flatMap(([name, own]) => {
    const stack = byName.get(name);
    if (stack === undefined) {
      const message = `there is no stack "${name}"${didYouMean(name, byName)}`;
      return own.slice(0, 1).map(({ place }) => error("import-unknown", place, message));
    }
    const made = new Set(stack.managed.map(({ type, key }) => `${type}.${logicalId(key)}`));
    stack.import(own);
    return own
      .filter(({ address }) => !made.has(address))
      .map(({ address, place }) => {
        const message = `stack ${name} makes no ${address}${didYouMean(address, made)}`;
        return error("import-unknown", place, message);
      });
  });
}

/** A stack's Terraform JSON: pretty, keys sorted (their order means nothing), final newline. */
export function terraformJson(stack: BaseStack): string {
  return `${JSON.stringify(sortKeys(stack.toTerraform()), null, 2)}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const held = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(held).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(held[key])]));
}

function collisions({ info, stack }: BuiltStack): Problem[] {
  return stack.collisions.map(({ address, keys }) => ({
    code: "address-collision",
    severity: "error",
    message: `stack ${info.name}: "${keys[0]}" and "${keys[1]}" would both become ${address}`,
    place: null,
    hint: "Rename one of the two keys.",
    related: [],
  }));
}
