/** Loads what the rules may ask of AWS's catalogue, so that a rule can ask without waiting. */
import { loadCatalog, namesIn } from "../lib/iam/catalog.ts";
import type { Policy } from "../lib/iam/policy.ts";
import type { Subject } from "./model.ts";
import type { Facts } from "./world.ts";

/** Gives the facts about the services that the policies name. */
export async function loadFacts(subjects: readonly Subject[]): Promise<Facts> {
  const written = new Set<Policy>();
  for (const { policy, managed } of subjects) if (managed === null) written.add(policy);
  const { isAction, isConditionKey, nearestAction, nearestKey, actionsLike, resourcesOf } = await loadCatalog(
    namesIn(written),
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
