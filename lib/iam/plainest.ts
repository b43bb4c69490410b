/**
 * The least that a request needs to meet some demands, and the plainest way to a witness: mostly a statement that is
 * new names something that no other does, and nothing stands in the way of the request for just that.
 */
import { flatMap } from "../flat-map.ts";
import { newBudget } from "./automaton.ts";
import { type CallerClass, classTests } from "./caller-class.ts";
import { ANY_USER, EXAMPLE_ACCOUNT } from "./callers.ts";
import type { KeyTest } from "./condition.ts";
import { addTest, isEverything, type State } from "./demands.ts";
import { type KeyAnswer, solveKeyOnce } from "./dimension.ts";
import { isTied, key } from "./keys.ts";
import { oncePer } from "./memo.ts";
import { type Demand, example, type Picked, pickOnce } from "./pick.ts";
import type { Policy } from "./policy.ts";
import { type Caller, derivedContext } from "./principal.ts";
import type { Answer } from "./question.ts";
import { allows, type CompiledStatement, decideBy, type GlobSet, type Request, statementsOf } from "./statement.ts";

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
    actions: firstNew(statement, others, "actions", fillers.action),
    resources: firstNew(statement, others, "resources", fillers.resource),
  };
}

function firstNew(
  statement: CompiledStatement,
  others: readonly CompiledStatement[],
  element: "actions" | "resources",
  filler: string,
): readonly string[] {
  const set = statement[element];
  if (!set || set.not || others.some((other) => other[element] === set)) return NONE;
  const isKnown = (source: string) => others.some((other) => sourcesOf(other[element])?.has(source));
  const fresh = set.globs.find(({ source }) => !isKnown(source));
  const text = fresh === undefined ? null : example(fresh, filler);
  return text === null ? NONE : [text];
}

const sourcesOf = (set: GlobSet | null) => set && sourcesIn(set);
const sourcesIn = oncePer(({ globs }: GlobSet): ReadonlySet<string> => new Set(globs.map(({ source }) => source)));

/** How the dimensions are solved. */
export interface Solver {
  choose(on: "action" | "resource", demands: readonly Demand[], preferred: readonly string[]): Picked;
  solve(keyId: string, tests: readonly KeyTest[]): KeyAnswer;
}

/** Gives the least that a request needs to meet what has been demanded. */
export function leastRequest(
  state: State,
  who: CallerClass,
  hopes: Hopes,
  hasResource: boolean,
  solver: Solver,
): Requested {
  const action = solver.choose("action", state.action, [
    ...hopes.actions,
    ...(hasResource ? actionExamples : trustActions),
  ]);
  if (action.kind !== "found") return action;
  const resource = solver.choose("resource", state.resource, [...hopes.resources, ...resourceExamples(action.text)]);
  if (resource.kind !== "found") return resource;
  const context = new Map<string, readonly string[]>();
  for (const [keyId, tests] of state.keys) {
    const answer = solver.solve(keyId, tests);
    if (answer.kind === "values") context.set(keyId, answer.values);
    else if (answer.kind !== "absent") return answer;
  }
  const caller = callerOf(who, context);
  for (const [keyId, values] of derivedContext(caller)) if (!context.has(keyId)) context.set(keyId, values);
  const request = { caller, action: action.text, resource: hasResource ? resource.text : null, context };
  return { kind: "found", request };
}

const actionExamples = ["s3:GetObject", "iam:CreateAccessKey", "ec2:RunInstances", "s3:PutObject"];
const trustActions = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession"];
function resourceExamples(action: string): readonly string[] {
  const service = action.split(":")[0]!.toLowerCase();
  if (service === "s3") return ["arn:aws:s3:::example/object"];
  return [`arn:aws:${service}:us-east-1:${EXAMPLE_ACCOUNT}:example`];
}

function callerOf(who: CallerClass, context: ReadonlyMap<string, readonly string[]>): Caller {
  return { kind: who.kind, account: who.account, name: who.name ?? context.get(key.principalArn)?.[0] ?? "unknown" };
}

/**
 * Gives a request that the first Allow of AFTER allows and BEFORE does not, proven by the evaluator; `null` where it
 * takes a search to tell. It is the request that the search would try first.
 */
export function plainDifference(before: readonly Policy[], after: readonly Policy[]): Answer | null {
  const isOfIdentity = ({ kind }: Policy) => kind === "identity";
  if (!before.every(isOfIdentity) || !after.every(isOfIdentity)) return null;
  const others = flatMap(before, statementsOf);
  const own = flatMap(after, statementsOf);
  const asked = own.find(({ statement }) => statement.effect === "Allow");
  if (!asked || !others.every(isUntied) || !own.every(isUntied)) return null;
  const uses = [...others, ...own].filter(({ keys }) => keys.length > 0);
  const answer = leastRequest(stateOf(asked, uses), ANY_USER, hopesOf(asked, others), true, solverFor(uses));
  if (answer.kind !== "found") return null;
  const by = decideBy(after, answer.request).allow;
  return by && !allows(before, answer.request) ? { kind: "witness", request: answer.request, by } : null;
}

/** It has no variables, and looks at no keys that hang together with others. */
const isUntied = ({ variables, keys }: CompiledStatement) =>
  variables.length === 0 && !keys.some(({ keyId }) => isTied(keyId));

/** What the statement demands, and what every request carries of the keys that are looked at. */
function stateOf({ actions, resources, keys: own }: CompiledStatement, uses: readonly CompiledStatement[]): State {
  const keys = new Map<string, readonly KeyTest[]>();
  for (const { keys: looked } of uses) {
    for (const { keyId } of looked) {
      const tests = classTests(ANY_USER, keyId);
      if (tests.length > 0) keys.set(keyId, tests);
    }
  }
  keys.set(key.principalArn, classTests(ANY_USER, key.principalArn));
  for (const test of own) addTest(keys, test);
  return {
    action: isEverything(actions) ? [] : [actions],
    resource: resources === null || isEverything(resources) ? [] : [resources],
    keys,
  };
}

function solverFor(uses: readonly CompiledStatement[]): Solver {
  const budget = newBudget();
  const conditionsOn = (keyId: string) =>
    flatMap(uses, ({ statement }) => statement.conditions.filter((condition) => condition.keyId === keyId));
  return {
    choose: (on, demands, preferred) => pickOnce(demands, { preferred, filler: fillers[on], budget }),
    solve: (keyId, tests) => {
      const conditions = conditionsOn(keyId);
      const used = {
        multiValued: conditions.some(({ set }) => set !== null),
        boolean: conditions.some(({ operator }) => operator === "Bool"),
      };
      return solveKeyOnce(keyId, tests, used, budget);
    },
  };
}
