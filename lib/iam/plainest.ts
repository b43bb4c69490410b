/**
 * The plainest way to a witness: mostly a statement that is new names something that no other does, and nothing stands
 * in the way of the request for just that.
 */
import { flatMap } from "../flat-map.ts";
import { newBudget } from "./automaton.ts";
import { ANY_USER } from "./callers.ts";
import { withAll } from "./demands.ts";
import { solveKeyOnce } from "./dimension.ts";
import { isTied } from "./keys.ts";
import { carriedBy, fillers, hopesOf, leastRequest, literalsOf, type Solver } from "./least-request.ts";
import { pickOnce } from "./pick.ts";
import type { Policy } from "./policy.ts";
import type { Answer } from "./question.ts";
import { allows, type CompiledStatement, decideBy, statementsOf } from "./statement.ts";

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
  const looked = flatMap(uses, ({ keys }) => keys.map(({ keyId }) => keyId));
  const none = { action: [], resource: [], keys: carriedBy(ANY_USER, looked) };
  const state = withAll(none, literalsOf(asked, ANY_USER, true) ?? []);
  const answer = leastRequest(state, ANY_USER, hopesOf(asked, others), true, solverFor(uses));
  if (answer.kind !== "found") return null;
  const by = decideBy(after, answer.request).allow;
  return by && !allows(before, answer.request) ? { kind: "witness", request: answer.request, by } : null;
}

/** It has no variables, and looks at no keys that hang together with others. */
const isUntied = ({ variables, keys }: CompiledStatement) =>
  variables.length === 0 && !keys.some(({ keyId }) => isTied(keyId));

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
