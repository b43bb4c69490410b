/** The organization: units, accounts, and the policies that bind them. Applied in the management account. */
import type { Construct } from "constructs";
import type { AccessGraph } from "../lib/access/graph.ts";
import { byCodeUnit } from "../lib/finding.ts";
import { logicalId } from "./address.ts";
import {
  OrganizationsAccount,
  OrganizationsOrganization,
  OrganizationsOrganizationalUnit,
  OrganizationsPolicy,
  OrganizationsPolicyAttachment,
} from "./aws.ts";
import { BaseStack, existing, given } from "./base-stack.ts";
import type { StackInfo } from "./plan-order.ts";

export type OrganizationProps = Pick<
  AccessGraph,
  "organization" | "units" | "accounts" | "organizationPolicies" | "permissionSets" | "monitoring" | "terraform"
>;

export class OrganizationStack extends BaseStack {
  constructor(scope: Construct, info: StackInfo, props: OrganizationProps) {
    super(scope, info, props);
    const { units, accounts, organizationPolicies } = props;

    const organization = this.add(OrganizationsOrganization, ["this"], {
      featureSet: "ALL",
      enabledPolicyTypes: given(sortedSet(organizationPolicies.map((policy) => policy.type))),
      awsServiceAccessPrincipals: given(trustedServices(props)),
      lifecycle: { preventDestroy: true },
    });
    const root = organization.roots.get(0).id;

    const policyIds = new Map(
      organizationPolicies.map(({ key, name, description, type, document }) => [
        key,
        this.add(OrganizationsPolicy, [key], {
          name,
          description: given(description),
          type,
          content: JSON.stringify(document),
          dependsOn: [organization],
        }).id,
      ]),
    );
    const attach = (policies: readonly string[], target: readonly string[], targetId: string) => {
      for (const policy of policies) {
        this.add(OrganizationsPolicyAttachment, [policy, ...target], {
          policyId: existing(policyIds, policy),
          targetId,
        });
      }
    };
    attach(props.organization.policies, ["root"], root);

    const unitIds = new Map<string, string>();
    // A parent's path sorts before its children's.
    for (const unit of [...units].sort((a, b) => byCodeUnit(a.path, b.path))) {
      const { id } = this.add(OrganizationsOrganizationalUnit, unit.path.split("/"), {
        name: unit.name,
        parentId: unit.parent === null ? root : existing(unitIds, unit.parent),
        tags: given(unit.tags),
      });
      unitIds.set(unit.path, id);
      attach(unit.policies, ["unit", ...unit.path.split("/")], id);
    }

    for (const account of accounts) {
      if (account.management) {
        // The management account made the organization: there is nothing to create, only policies to attach.
        attach(account.policies, ["account", account.key], organization.masterAccountId);
        continue;
      }
      if (account.state !== "active") continue;
      const { id } = this.add(OrganizationsAccount, [account.key], {
        name: account.name,
        email: account.email,
        parentId: account.unit === null ? root : existing(unitIds, account.unit),
        closeOnDeletion: false,
        tags: given(account.tags),
        // role_name cannot be read back, and a change of the billing flag would recreate the account.
        lifecycle: { preventDestroy: true, ignoreChanges: ["role_name", "iam_user_access_to_billing"] },
      });
      attach(account.policies, ["account", account.key], id);
    }
    this.release(accounts.filter((account) => account.state !== "active").map((account) => account.key));
  }

  /** An account that is being closed leaves the state and is not touched: the provider takes it for a deleted one. */
  private release(keys: readonly string[]) {
    if (keys.length === 0) return;
    const blocks = keys.map((key) => ({
      from: `${OrganizationsAccount.tfResourceType}.${logicalId([key])}`,
      lifecycle: { destroy: false },
    }));
    this.addOverride("removed", blocks);
  }
}

/** Trusted access is one list: what a part of the manifest cannot work without is in it, or Terraform would take it away. */
function trustedServices({ organization, permissionSets, monitoring }: OrganizationProps): string[] {
  return sortedSet([
    ...organization.trustedServices,
    ...(monitoring.trail?.organization ? ["cloudtrail.amazonaws.com"] : []),
    ...(permissionSets.length > 0 ? ["sso.amazonaws.com"] : []),
  ]);
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort(byCodeUnit);
}
