/** What only the meaning of a manifest shows: assertions that do not hold, and those who would be locked out. */
import { sortProblems } from "../manifest/problems.ts";
import type { Problem } from "../problem.ts";
import { brokenAssertions } from "./assertions.ts";
import type { AccessGraph } from "./graph.ts";
import { lockouts } from "./lockouts.ts";
import { planRoleProblems } from "./plan-role.ts";
import { assumeSteps, type Steps } from "./reach/assume.ts";
import { loadManagedPolicies } from "./reach/permissions.ts";
import { allWays, type Way } from "./reach/ways.ts";

/**
 * `assertion-broken`, `assertion-undecided`, `no-break-glass`, `identity-center-unadministered`, `pipeline-locked-out`,
 * `plan-role-missing`, `plan-role-writes`, `execution-role-open`.
 * AWS managed policies are loaded for it.
 */
export async function verify(graph: AccessGraph): Promise<Problem[]> {
  const managed = await loadManagedPolicies(graph);
  const reach = once((): Steps => assumeSteps(graph, managed));
  const ways = once((): readonly Way[] => allWays(reach().steps));
  return sortProblems([
    ...brokenAssertions(graph, ways),
    ...lockouts(graph, reach),
    ...(await planRoleProblems(graph, managed, reach, ways)),
  ]);
}

function once<T>(work: () => T): () => T {
  let done: { value: T } | null = null;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}
