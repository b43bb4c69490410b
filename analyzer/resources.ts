/** The plan's managed resources, for rules about plain attributes. */
import { flatMap } from "../lib/flat-map.ts";
import { accountInArn, expressionsAt, readConfiguration, targetOf } from "./configuration.ts";
import { asString, at, type JsonObject, member } from "./json.ts";
import { addressOf, linksOf, type Node, nodesOf } from "./links.ts";
import type { Principal, PrincipalChange, Resource, ResourcePair } from "./model.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/**
 * Attributes that name other resources, with the types of those; rules follow them also before they are known. Where it
 * is not by the id: by which attribute.
 */
const naming: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  aws_organizations_account: { parent_id: ["aws_organizations_organizational_unit"] },
  aws_organizations_organizational_unit: { parent_id: ["aws_organizations_organizational_unit"] },
  aws_organizations_policy_attachment: {
    policy_id: ["aws_organizations_policy"],
    target_id: ["aws_organizations_organizational_unit", "aws_organizations_account"],
  },
  aws_securityhub_configuration_policy_association: { policy_id: ["aws_securityhub_configuration_policy"] },
  aws_ssoadmin_account_assignment: {
    permission_set_arn: ["aws_ssoadmin_permission_set"],
    // it has ids of all other accounts as well
    target_id: ["aws_organizations_organization.master_account_id"],
  },
};
const typeIn = (named: string): string => named.split(".")[0] ?? named;
const namingTypes: ReadonlySet<string> = new Set([
  ...Object.keys(naming),
  ...flatMap(Object.values(naming), (attributes) => Object.values(attributes).flat().map(typeIn)),
]);

/** Its `arn` is that of what the events go to. */
const TARGET = "aws_cloudwatch_event_target";

type Names = NonNullable<Resource["names"]>;

/** Gives each managed resource on both sides; what Terraform leaves alone is the same object on both. */
export function resourcesOf(plan: Plan, principals: readonly PrincipalChange[]): readonly ResourcePair[] {
  const byAddress = new Map(principals.map((principal) => [principal.address, principal]));
  const names = namesIn(plan);
  return plan.changes
    .filter(({ mode, deposed }) => mode === "managed" && deposed === null)
    .map((change) => pairOf(change, byAddress.get(change.address) ?? null, names.get(change)));
}

/** What the values that are not known yet will name. */
function namesIn(plan: Plan): ReadonlyMap<ResourceChange, Names> {
  const configuration = readConfiguration(plan);
  const nodes = nodesOf(plan, configuration, (type) => namingTypes.has(type)).after;
  const links = linksOf(nodes, configuration);
  const addressIn = (node: Node, attribute: string, types: readonly string[]): readonly [string, string][] => {
    if (at(node.unknown, attribute) !== true) return [];
    const named = { path: attribute, attribute, value: null };
    const found = flatMap(
      types.filter((type) => isMeant(node, attribute, type)),
      (type) => links.find(node, named, typeIn(type), "id") ?? [],
    );
    // of all that a map for `for_each` is made of, it is something that has no id yet either
    const fresh = found.filter((other) => at(other.unknown, "id") === true);
    const [one, ...others] = fresh.length > 0 ? fresh : found;
    return one && others.length === 0 ? [[attribute, one.change.address]] : [];
  };
  const isMeant = (node: Node, path: string, type: string): boolean => {
    const [, wanted] = type.split(".");
    const address = wanted === undefined ? null : addressOf(node);
    if (!address) return wanted === undefined;
    const written = configuration.follow(address, expressionsAt(configuration.expressionsOf(address), path));
    return written.some((reference) => targetOf(reference)?.attribute === wanted);
  };
  return new Map(
    flatMap(nodes, (node) => {
      const attributes = Object.entries(naming[node.change.type] ?? {});
      const found = flatMap(attributes, ([attribute, types]) => addressIn(node, attribute, types));
      return found.length > 0 ? [[node.change, Object.fromEntries(found)] as const] : [];
    }),
  );
}

function pairOf(change: ResourceChange, principal: PrincipalChange | null, names: Names | undefined): ResourcePair {
  const { address, type, action } = change;
  const before = sideOf(change, change.before, {}, principal?.before);
  const stays = action === "no-op" || action === "forget";
  const [values, unknown] = stays ? [change.before, {}] : [change.after, change.afterUnknown];
  const same = stays && principal?.before === principal?.after;
  const after = same ? before : sideOf(change, values, unknown, principal?.after, names);
  return { address, type, before, after, principal, forgotten: action === "forget" };
}

function sideOf(
  { address, type }: ResourceChange,
  values: JsonObject | null,
  unknown: unknown,
  principal: Principal | null | undefined,
  names?: Names,
): Resource | null {
  if (values === null) return null;
  const account = type === TARGET ? null : accountInArn(asString(member(values, "arn")));
  const resource = { address, type, account, values, unknown, principal: principal ?? null };
  return names ? { ...resource, names } : resource;
}

/** The account that manages the organization, where a plan shows the organization: twelve digits. */
export function managementAccountIn(plans: readonly Plan[]): string | null {
  const organizations = flatMap(plans, ({ changes }) => changes).filter(
    ({ type }) => type === "aws_organizations_organization",
  );
  const ids = organizations.map(({ before, after }) => asString(member(after ?? before, "master_account_id")));
  const told = flatMap(plans, ({ managementAccounts }) => [...managementAccounts.values()]);
  return [...ids, ...told].find((id) => id !== null) ?? null;
}
