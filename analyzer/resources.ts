/** The plan's managed resources, for rules about plain attributes. */
import { flatMap } from "../lib/flat-map.ts";
import { accountInArn } from "./configuration.ts";
import { asString, type JsonObject, member } from "./json.ts";
import type { Principal, PrincipalChange, Resource, ResourcePair } from "./model.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/** Gives each managed resource on both sides; what Terraform leaves alone is the same object on both. */
export function resourcesOf(plan: Plan, principals: readonly PrincipalChange[]): readonly ResourcePair[] {
  const byAddress = new Map(principals.map((principal) => [principal.address, principal]));
  return plan.changes
    .filter(({ mode, deposed }) => mode === "managed" && deposed === null)
    .map((change) => pairOf(change, byAddress.get(change.address)));
}

function pairOf(change: ResourceChange, principal: PrincipalChange | undefined): ResourcePair {
  const { address, type, action } = change;
  const before = sideOf(change, change.before, {}, principal?.before);
  const stays = action === "no-op" || action === "forget";
  const [values, unknown] = stays ? [change.before, {}] : [change.after, change.afterUnknown];
  const same = stays && principal?.before === principal?.after;
  const after = same ? before : sideOf(change, values, unknown, principal?.after);
  return { address, type, before, after, forgotten: action === "forget" };
}

function sideOf(
  { address, type }: ResourceChange,
  values: JsonObject | null,
  unknown: unknown,
  principal: Principal | null | undefined,
): Resource | null {
  if (values === null) return null;
  const account = accountInArn(asString(member(values, "arn")));
  return { address, type, account, values, unknown, principal: principal ?? null };
}

/** The account that manages the organization, where a plan shows the organization: twelve digits. */
export function managementAccountIn(plans: readonly Plan[]): string | null {
  const organizations = flatMap(plans, ({ changes }) => changes).filter(
    ({ type }) => type === "aws_organizations_organization",
  );
  const ids = organizations.map(({ before, after }) => asString(member(after ?? before, "master_account_id")));
  return ids.find((id) => id !== null) ?? null;
}
