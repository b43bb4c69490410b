/** Where the manifest says what a resource of Gatehouse's own stacks does. */
import { member } from "../analyzer/json.ts";
import type { Plan } from "../analyzer/plan.ts";
import type { AccessGraph } from "../lib/access/graph.ts";
import type { Location } from "../lib/finding.ts";
import type { Place } from "../lib/problem.ts";
import { logicalId } from "../stacks/address.ts";
import { policyKey } from "../stacks/arn.ts";

/** What one entry of the manifest becomes. */
interface Entry {
  place: Place;
  /** The resource that carries its name: without it, or with another name there, the plan is somebody else's. */
  mark: Value;
  /** Addresses; with a value where another one there would not be what the manifest says. */
  resources: readonly (Value | string)[];
}

interface Value {
  address: string;
  attribute: string;
  value: string;
}

/** Gives the place of what the manifest made, by the plan's file and the address. */
export function manifestPlaces(
  graph: AccessGraph,
  plans: readonly Plan[],
): (plan: string, address: string) => Location | null {
  const entries = entriesOf(graph);
  const places = new Map(
    plans.map(({ file, changes }) => {
      const values = new Map(changes.map(({ address, before, after }) => [address, after ?? before]));
      const holds = ({ address, attribute, value }: Value) => member(values.get(address), attribute) === value;
      const addressesOf = ({ resources }: Entry) =>
        resources.flatMap((each) => (typeof each === "string" ? each : holds(each) ? each.address : []));
      const own = entries.filter(({ mark }) => holds(mark));
      return [
        file,
        new Map(
          own.flatMap((entry) => {
            const { file, line } = entry.place;
            return addressesOf(entry).map((address) => [address, { file, line }] as const);
          }),
        ),
      ];
    }),
  );
  return (plan, address) => places.get(plan)?.get(address) ?? null;
}

/** Every entry with the addresses that the stacks give it. */
function entriesOf(graph: AccessGraph): readonly Entry[] {
  const { managedPolicies, iamGroups, iamUsers, roles, organizationPolicies, accounts, permissionSets, assignments } =
    graph;
  const ids = new Map(accounts.map(({ key, id }) => [key, id]));
  const marks = new Map(permissionSets.map(({ key, name }) => [key, markOf("aws_ssoadmin_permission_set", key, name)]));
  return [
    ...roles.map(({ key, name, place, managedPolicies }) =>
      entry(place, markOf("aws_iam_role", key, name), [
        addressOf("aws_iam_role_policy", key),
        addressOf("aws_iam_instance_profile", key),
        ...managedPolicies.map((arn) => attachment("aws_iam_role_policy_attachment", [key], arn)),
      ]),
    ),
    ...organizationPolicies.map(({ key, name, place }) => entry(place, markOf("aws_organizations_policy", key, name))),
    ...managedPolicies
      .filter(({ document }) => document !== null)
      .map(({ key, name, place }) => entry(place, markOf("aws_iam_policy", key, name))),
    ...iamGroups.map(({ key, name, place, managedPolicies }) =>
      entry(place, markOf("aws_iam_group", key, name), [
        addressOf("aws_iam_group_policy", key),
        ...managedPolicies.map((arn) => attachment("aws_iam_group_policy_attachment", [key], arn)),
      ]),
    ),
    ...iamUsers.map(({ key, breakGlass, name, place, managedPolicies }) => {
      const address = breakGlass ? ["break-glass", key] : [key];
      const mark = { address: addressOf("aws_iam_user", ...address), attribute: "name", value: name };
      return entry(place, mark, [
        addressOf("aws_iam_user_policy", ...address),
        ...managedPolicies.map((arn) => attachment("aws_iam_user_policy_attachment", address, arn)),
      ]);
    }),
    ...accounts.map(({ key, name, place }) => entry(place, markOf("aws_organizations_account", key, name))),
    ...permissionSets.map(({ key, name, place, managedPolicies }) =>
      entry(place, markOf("aws_ssoadmin_permission_set", key, name), [
        addressOf("aws_ssoadmin_permission_set_inline_policy", key),
        addressOf("aws_ssoadmin_permissions_boundary_attachment", key),
        ...managedPolicies.map((arn) => ({
          address: addressOf("aws_ssoadmin_managed_policy_attachment", key, ...policyKey(arn)),
          attribute: "managed_policy_arn",
          value: arn,
        })),
      ]),
    ),
    ...assignments.flatMap(({ principal, permissionSet, account, origins: [origin] }): Entry[] => {
      const mark = marks.get(permissionSet);
      const kind = principal.type === "USER" ? ["user"] : [];
      const address = addressOf("aws_ssoadmin_account_assignment", ...kind, principal.key, permissionSet, account);
      const value = ids.get(account) ?? null;
      if (!origin || !mark || value === null) return [];
      return [{ place: origin.place, mark, resources: [{ address, attribute: "target_id", value }] }];
    }),
    ...administratorsOf(graph),
  ];
}

/** Which account administers a service: in each Region, or once. */
function administratorsOf({ organization, accounts, monitoring }: AccessGraph): Entry[] {
  const { accessAnalyzer, guardDuty, securityHub, config } = monitoring;
  const aggregator = config?.aggregator ? [{ place: config.place, administrator: config.aggregator }] : [];
  const ids = new Map(accounts.map(({ key, id }) => [key, id]));
  const entries = (address: string, attribute: string, one: { place: Place; administrator: string }): Entry[] => {
    const value = ids.get(one.administrator) ?? null;
    return value === null ? [] : [entry(one.place, { address, attribute, value })];
  };
  const once = (service: string) => (one: { place: Place; administrator: string }) =>
    entries(addressOf("aws_organizations_delegated_administrator", service, one.administrator), "account_id", one);
  const regional =
    (type: string, key: string) => (one: { place: Place; administrator: string; regions: readonly string[] }) =>
      one.regions.flatMap((region) =>
        entries(
          addressOf(type, ...(region === organization.homeRegion ? [key] : [region, key])),
          "admin_account_id",
          one,
        ),
      );
  return [
    ...organization.delegatedAdministrators.flatMap(({ service, account, place }) =>
      once(service)({ place, administrator: account }),
    ),
    ...listed(accessAnalyzer).flatMap(once("access-analyzer")),
    ...aggregator.flatMap(once("config")),
    ...listed(guardDuty).flatMap(regional("aws_guardduty_organization_admin_account", "guardduty")),
    ...listed(securityHub).flatMap(regional("aws_securityhub_organization_admin_account", "securityhub")),
  ];
}

const listed = <T>(one: T | null): T[] => (one === null ? [] : [one]);
const addressOf = (type: string, ...key: readonly string[]) => `${type}.${logicalId(key)}`;
const markOf = (type: string, key: string, value: string) => ({
  address: addressOf(type, key),
  attribute: "name",
  value,
});

const attachment = (type: string, key: readonly string[], arn: string) => ({
  address: addressOf(type, ...key, ...policyKey(arn)),
  attribute: "policy_arn",
  value: arn,
});

function entry(place: Place, mark: Value, others: Entry["resources"] = []): Entry {
  return { place, mark, resources: [mark.address, ...others] };
}
