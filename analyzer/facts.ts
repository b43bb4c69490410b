/** Loads what the rules may ask of AWS's catalogue, so that a rule can ask without waiting. */
import { loadCatalog, namesIn } from "../lib/iam/catalog.ts";
import type { Policy } from "../lib/iam/policy.ts";
import type { Subject } from "./model.ts";
import type { Facts } from "./world.ts";

/** Gives the facts about the services that the policies name. */
export async function loadFacts(subjects: Iterable<Subject>): Promise<Facts> {
  const { isAction, isConditionKey, nearestAction, nearestKey, actionsLike, resourcesOf } = await loadCatalog(
    namesIn(written(subjects)),
  );
  return {
    isAction,
    isConditionKey,
    nearestAction,
    nearestKey,
    actionsLike: (pattern) => (/^[^:]*[*?]/.test(pattern) ? [] : actionsLike(pattern)),
    resourcesOf,
  };
}

/** What AWS wrote needs no looking up. */
function* written(subjects: Iterable<Subject>): Generator<Policy> {
  for (const { policy, managed } of subjects) if (managed === null) yield policy;
}
