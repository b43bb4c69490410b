/** What changed outside of Terraform, as a plan of its own: the same rules judge it. */
import type { Plan } from "./plan.ts";

/** Gives the change that somebody made past Terraform, amid all that stayed as it was; none without any. */
export function driftOf(plan: Plan): readonly Plan[] {
  if (plan.drift.length === 0) return [];
  const drifted = new Set(plan.drift.map(({ address }) => address));
  const rest = plan.changes
    .filter(({ mode, before, address }) => mode === "managed" && before !== null && !drifted.has(address))
    .map((change) => ({ ...change, action: "no-op" as const, after: change.before, afterUnknown: {} }));
  return [{ ...plan, changes: [...rest, ...plan.drift], drift: [] }];
}
