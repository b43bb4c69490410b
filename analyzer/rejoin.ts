/**
 * The same object at another address: what Terraform deletes under one name and makes again under another one, because
 * nobody wrote a `moved` block, is one change of one object.
 */
import { flatMap } from "../lib/flat-map.ts";
import { asObject, asString, at, type JsonObject, member } from "./json.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import { targetAttributeOf } from "./targets.ts";

/** What tells objects of a type apart in an account: there can be only one with the same values. */
const identities: Readonly<Record<string, readonly string[]>> = {
  aws_eks_access_policy_association: ["cluster_name", "principal_arn", "policy_arn"],
  aws_iam_group: ["name"],
  aws_iam_group_policy: ["group", "name"],
  aws_iam_policy: ["name"],
  aws_iam_role: ["name"],
  aws_iam_role_policy: ["role", "name"],
  aws_iam_user: ["name"],
  aws_iam_user_policy: ["user", "name"],
  aws_ssoadmin_permission_set_inline_policy: ["instance_arn", "permission_set_arn"],
};

function attributesOf(type: string): readonly string[] {
  if (Object.hasOwn(identities, type)) return identities[type]!;
  const target = targetAttributeOf(type);
  return target === null ? [] : [target];
}

/** Gives the plan with each such object as one change, at its new address. */
export function rejoined(plan: Plan): Plan {
  const gone = plan.changes.filter(({ action }) => action === "delete");
  // accounts may have objects of the same name, and who made what is gone stands nowhere
  if (gone.length === 0 || accountsIn(plan) > 1) return plan;
  const before = byIdentity(gone, ({ before }) => before);
  const after = byIdentity(
    plan.changes.filter(({ action }) => action === "create"),
    ({ after }) => after,
  );
  const joined = new Map<ResourceChange, ResourceChange | null>();
  for (const [id, old] of before) {
    const made = after.get(id);
    if (!old || !made) continue;
    const { before, beforeSensitive, address } = old;
    joined.set(old, null);
    joined.set(made, { ...made, action: "update", before, beforeSensitive, previousAddress: address });
  }
  if (joined.size === 0) return plan;
  return {
    ...plan,
    changes: flatMap(plan.changes, (change) => joined.get(change) ?? (joined.has(change) ? [] : change)),
  };
}

/** Each by what tells it apart; `null` where several say the same of themselves. */
function byIdentity(
  changes: readonly ResourceChange[],
  side: (change: ResourceChange) => JsonObject | null,
): ReadonlyMap<string, ResourceChange | null> {
  const found = new Map<string, ResourceChange | null>();
  for (const change of changes) {
    if (change.mode !== "managed" || change.deposed !== null) continue;
    const values = attributesOf(change.type).map((attribute) => asString(member(side(change), attribute)));
    if (values.length === 0 || values.includes(null)) continue;
    const id = JSON.stringify([change.type, ...values]);
    found.set(id, found.has(id) ? null : change);
  }
  return found;
}

/** How many accounts the configurations of the AWS provider may be about; several Regions are one. */
function accountsIn({ configuration }: Plan): number {
  const providers = Object.values(asObject(member(configuration, "provider_config")));
  const credentials = providers
    .filter((provider) => member(provider, "name") === "aws")
    .map((provider) => CREDENTIALS.map((argument) => at(provider, "expressions", argument) ?? null));
  return new Set(credentials.map((one) => JSON.stringify(one))).size;
}

const CREDENTIALS = ["access_key", "allowed_account_ids", "assume_role", "assume_role_with_web_identity", "profile"];
