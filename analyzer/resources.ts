/** The plan's managed resources, for rules about plain attributes. */
import { accountInArn } from "./configuration.ts";
import { asString, type JsonObject, member } from "./json.ts";
import type { Resource, ResourcePair } from "./model.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/** Gives each managed resource on both sides; what Terraform leaves alone is the same object on both. */
export function resourcesOf(plan: Plan): readonly ResourcePair[] {
  return plan.changes.filter(({ mode, deposed }) => mode === "managed" && deposed === null).map(pairOf);
}

function pairOf(change: ResourceChange): ResourcePair {
  const { address, type, action } = change;
  const before = sideOf(change, change.before, {});
  const same = action === "no-op" || action === "forget";
  const after = same ? before : sideOf(change, change.after, change.afterUnknown);
  return { address, type, before, after, forgotten: action === "forget" };
}

function sideOf({ address, type }: ResourceChange, values: JsonObject | null, unknown: unknown): Resource | null {
  if (values === null) return null;
  return { address, type, account: accountInArn(asString(member(values, "arn"))), values, unknown };
}
