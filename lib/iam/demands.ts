/**
 * What a search demands of a request, and takes back: the demands on the action, the resource and each context key do not
 * touch each other.
 */
import { hasVariables, holds, type KeyTest, negate } from "./condition.ts";
import { type Glob, widened } from "./glob.ts";
import { oncePer } from "./memo.ts";
import type { Demand } from "./pick.ts";
import type { Request } from "./statement.ts";

export type Literal = { on: "action" | "resource"; demand: Demand } | { on: "key"; test: KeyTest };

/** Literals that all hold where a statement applies; it fails where one of them does not. */
export type Clause = readonly Literal[];
export type Clauses = readonly Clause[];

/** What has been demanded so far. Never changed, only copied, so that backtracking is forgetting. */
export interface State {
  action: readonly Demand[];
  resource: readonly Demand[];
  keys: ReadonlyMap<string, readonly KeyTest[]>;
}

export const ABSENT = (keyId: string): KeyTest => ({ keyId, key: keyId, absentOk: true, present: false });

export const isPresent = (keyId: string): Literal => ({ on: "key", test: negate(ABSENT(keyId)) });

export const isTrue = (literal: Literal, { context }: Request) =>
  literal.on === "key" && holds(literal.test, context.get(literal.test.keyId));

export const isEverything = ({ globs, not }: Demand) => !not && globs.some((glob) => glob.source === "*");

export function extend(state: State, literal: Literal): State {
  const { action, resource, keys } = state;
  switch (literal.on) {
    case "action":
      return { action: [...action, literal.demand], resource, keys };
    case "resource":
      return { action, resource: [...resource, literal.demand], keys };
    case "key":
      return { action, resource, keys: addTest(new Map(keys), literal.test) };
  }
}

/** Demands all of it, whether or not that is possible. */
export function withAll({ action, resource, keys }: State, literals: readonly Literal[]): State {
  const all = { action: [...action], resource: [...resource], keys: new Map(keys) };
  for (const literal of literals) {
    if (literal.on === "key") addTest(all.keys, literal.test);
    else all[literal.on].push(literal.demand);
  }
  return all;
}

export function addTest(keys: Map<string, readonly KeyTest[]>, test: KeyTest): Map<string, readonly KeyTest[]> {
  const tests = keys.get(test.keyId);
  return keys.set(test.keyId, tests ? [...tests, test] : [test]);
}

export function opposite(literal: Literal): Literal {
  if (literal.on === "key") return { on: "key", test: opposed(literal.test) };
  return { on: literal.on, demand: refused(literal.demand) };
}

// the same objects each time, so that what is known of them is found again
const opposed = oncePer(negate);
const refused = oncePer(({ globs, not }: Demand): Demand => ({ globs, not: !not }));
export const oneOf = oncePer((globs: readonly Glob[]): Demand => ({ globs, not: false }));

/** With one positive demand, `none` was shown by inclusion alone, which holds for every value of a variable. */
export function relaxDemands(demands: readonly Demand[]): readonly Demand[] {
  if (demands.filter((demand) => !demand.not).length <= 1) return demands;
  return demands.map(({ globs, not }) => ({
    not,
    globs: not ? globs.filter((glob) => glob.variables.length === 0) : globs.map(widened),
  }));
}

export function symbolsSuffice(tests: readonly KeyTest[]): boolean {
  return (
    tests.filter((test) => typeof test.present === "object" && !test.present.test.not).length <= 1 ||
    !tests.some(hasVariables)
  );
}
