/** The least that a request needs to meet some demands, and what to try first. */

import { type CallerClass, classTests, demandOf } from "./caller-class.ts";
import type { KeyTest } from "./condition.ts";
import { isEverything, type Literal, oneOf, type State } from "./demands.ts";
import { exactly, type KeyAnswer } from "./dimension.ts";
import { resourceFor } from "./example-resources.ts";
import { anyService, exampleOf, likelyActions } from "./examples.ts";
import { accountIn, settleOrganizations } from "./facts.ts";
import { compile, type Glob } from "./glob.ts";
import { key } from "./keys.ts";
import { oncePer, oncePerText } from "./memo.ts";
import { type Demand, example, type Picked } from "./pick.ts";
import { type Caller, derivedContext } from "./principal.ts";
import type { CompiledStatement, GlobSet, Request } from "./statement.ts";
import { unsignedCall } from "./unsigned.ts";

export type Requested = { kind: "found"; request: Request } | { kind: "none" } | { kind: "undecided"; because: string };

/** Texts to try first. */
export interface Hopes {
  actions: readonly string[];
  resources: readonly string[];
}

const NONE: readonly string[] = [];
export const NO_HOPES: Hopes = { actions: NONE, resources: NONE };

/** What stands for an unbounded wildcard in an example. */
export const fillers = { action: "Any", resource: "example" } as const;

/**
 * Gives what the statement names and none of the others does: the first of it is most likely what makes the difference.
 */
export function hopesOf(statement: CompiledStatement, others: readonly CompiledStatement[]): Hopes {
  return {
    actions: firstNew(statement, others, "actions", actionOf),
    resources: firstNew(statement, others, "resources", resourceOf),
  };
}

/** What is a pattern of everything is left to the action. */
const resourceOf = (fresh: Glob): string | null =>
  fresh.source.includes(":") ? example(fresh, fillers.resource) : null;

/** What is a pattern of services as well is left to the best known ones. */
const actionOf = (fresh: Glob): string | null =>
  exampleOf(fresh) ?? (fresh.source.includes(":") ? example(fresh, fillers.action) : null);

function firstNew(
  statement: CompiledStatement,
  others: readonly CompiledStatement[],
  element: "actions" | "resources",
  exampleOf: (fresh: Glob) => string | null,
): readonly string[] {
  const set = statement[element];
  if (!set || set.not || others.some((other) => other[element] === set)) return NONE;
  const isKnown = (source: string) => others.some((other) => sourcesOf(other[element])?.has(source));
  const fresh = set.globs.find(({ source }) => !isKnown(source));
  const text = fresh === undefined ? null : exampleOf(fresh);
  return text === null ? NONE : [text];
}

const sourcesOf = (set: GlobSet | null) => set && sourcesIn(set);
const sourcesIn = oncePer(({ globs }: GlobSet): ReadonlySet<string> => new Set(globs.map(({ source }) => source)));

/** How the dimensions are solved. */
export interface Solver {
  choose(on: "action" | "resource", demands: readonly Demand[], preferred: readonly string[]): Picked;
  solve(keyId: string, tests: readonly KeyTest[]): KeyAnswer;
}

/**
 * Gives the least that a request needs to meet what has been demanded.
 * @param service that answers, where that is known
 */
export function leastRequest(
  state: State,
  who: CallerClass,
  hopes: Hopes,
  hasResource: boolean,
  solver: Solver,
  service: string | null = null,
): Requested {
  // what may go unsigned tells nothing of what is meant
  const wanted = state.action.filter((demand) => demand !== unsignedCall(service));
  const likely = hopes.actions.length > 0 ? anyService : likelyActions(wanted, state.resource, service);
  const action = solver.choose("action", state.action, [...hopes.actions, ...(hasResource ? likely : trustActions)]);
  if (action.kind !== "found") return action;
  const resource = solver.choose("resource", state.resource, [...hopes.resources, resourceFor(action.text)]);
  if (resource.kind !== "found") return resource;
  const context = new Map<string, readonly string[]>();
  for (const [keyId, tests] of state.keys) {
    const answer = solver.solve(keyId, tests);
    if (answer.kind === "values") context.set(keyId, answer.values);
    else if (answer.kind !== "absent") return answer;
  }
  settleOrganizations(context, state, (keyId, tests) => solver.solve(keyId, tests));
  const owned = settleOwner(resource.text, context, state, solver);
  const caller = callerOf(who, context);
  for (const [keyId, values] of derivedContext(caller)) if (!context.has(keyId)) context.set(keyId, values);
  const request = { caller, action: action.text, resource: hasResource ? owned : null, context };
  return { kind: "found", request };
}

/**
 * Gives the resource in the account that the request says it is in; or else makes the request say the account that the
 * resource is in, as far as the demands leave room for it.
 */
function settleOwner(text: string, context: Map<string, readonly string[]>, state: State, solver: Solver): string {
  const claimed = context.get(key.resourceAccount)?.[0];
  const owner = accountIn(text);
  if (claimed === undefined || owner === null || claimed === owner) return text;
  const there = oneOf(ownedBy(claimed));
  const moved = solver.choose("resource", [...state.resource, there], [text.replace(`:${owner}:`, `:${claimed}:`)]);
  if (moved.kind === "found") return moved.text;
  const tests = [...(state.keys.get(key.resourceAccount) ?? []), exactly(key.resourceAccount, owner)];
  const answer = solver.solve(key.resourceAccount, tests);
  if (answer.kind === "values") context.set(key.resourceAccount, answer.values);
  return text;
}

const ownedBy = oncePerText((account) => [compile(`arn:*:*:*:${account}:*`, { dialect: "resource" })]);

const trustActions = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession"];
function callerOf(who: CallerClass, context: ReadonlyMap<string, readonly string[]>): Caller {
  return { kind: who.kind, account: who.account, name: who.name ?? context.get(key.principalArn)?.[0] ?? "unknown" };
}

/** Gives what every request of the caller's carries of these keys. */
export function carriedBy(who: CallerClass, keyIds: Iterable<string>): Map<string, readonly KeyTest[]> {
  const keys = new Map<string, readonly KeyTest[]>();
  for (const keyId of keyIds) {
    const tests = classTests(who, keyId);
    if (tests.length > 0) keys.set(keyId, tests);
  }
  // the demands on aws:PrincipalArn that Principal elements make must meet the caller's own
  if (!keys.has(key.principalArn)) keys.set(key.principalArn, classTests(who, key.principalArn));
  return keys;
}

/** Gives all that must hold for the statement to apply to callers of this class; `null`: it never applies to them. */
export function literalsOf(
  { statement: { principals }, actions, resources, keys }: CompiledStatement,
  who: CallerClass,
  hasResource: boolean,
): Literal[] | null {
  const literals: Literal[] = [];
  const demand = principals ? demandOf(principals, who) : true;
  if (demand === false) return null;
  if (demand !== true) literals.push({ on: "key", test: demand });
  if (!isEverything(actions)) literals.push({ on: "action", demand: actions });
  if (resources && hasResource && !isEverything(resources)) literals.push({ on: "resource", demand: resources });
  for (const test of keys) literals.push({ on: "key", test });
  return literals;
}
