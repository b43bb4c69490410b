/** Loads what the rules may ask of AWS's catalogue, so that a rule can ask without waiting. */
import { type ActionFacts, actionsLike, findAction, unknownNames } from "../lib/iam/catalog.ts";
import type { Subject } from "./model.ts";
import type { Facts } from "./world.ts";

/** Gives the facts about every action and condition key that the policies name. */
export async function loadFacts(subjects: readonly Subject[]): Promise<Facts> {
  const unknown = new Map<string, string | null>();
  const actions = new Map<string, readonly ActionFacts[]>();
  const known = new Set<string>();
  for (const { policy, managed } of subjects) {
    if (managed !== null) continue;
    for (const { name, nearest } of await unknownNames(policy)) unknown.set(name.toLowerCase(), nearest);
    for (const statement of policy.statements) {
      for (const { key } of statement.conditions) known.add(key.toLowerCase());
      for (const pattern of statement.actions.values) {
        known.add(pattern.toLowerCase());
        if (!actions.has(pattern.toLowerCase())) actions.set(pattern.toLowerCase(), await factsLike(pattern));
      }
    }
  }
  const exists = (name: string) => (known.has(name.toLowerCase()) ? !unknown.has(name.toLowerCase()) : null);
  return {
    isAction: exists,
    isConditionKey: exists,
    nearest: (name) => unknown.get(name.toLowerCase()) ?? null,
    actionsLike: (pattern) => actions.get(pattern.toLowerCase()) ?? [],
  };
}

async function factsLike(pattern: string): Promise<readonly ActionFacts[]> {
  const service = pattern.split(":")[0] ?? "";
  if (/[*?]/.test(service)) return [];
  const facts: ActionFacts[] = [];
  for await (const name of actionsLike(pattern)) {
    const found = await findAction(name);
    if (found) facts.push(found);
  }
  return facts;
}
