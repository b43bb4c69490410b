/** The organization: units, accounts, and the policies that bind them. Applied in the management account. */
import type { Construct } from "constructs";
import type { AccessGraph, Account } from "../lib/access/graph.ts";
import { byCodeUnit } from "../lib/finding.ts";
import { addContacts } from "./account/contacts.ts";
import type { Add } from "./account/resources.ts";
import { logicalId } from "./address.ts";
import {
  OrganizationsAccount,
  OrganizationsDelegatedAdministrator,
  OrganizationsOrganization,
  OrganizationsOrganizationalUnit,
  OrganizationsPolicy,
  OrganizationsPolicyAttachment,
} from "./aws.ts";
import { BaseStack, existing, given } from "./base-stack.ts";
import { trustedServices } from "./organization/trusted-services.ts";
import type { StackInfo } from "./plan-order.ts";

export type OrganizationProps = Pick<
  AccessGraph,
  "organization" | "units" | "accounts" | "organizationPolicies" | "permissionSets" | "monitoring" | "terraform"
>;

export class OrganizationStack extends BaseStack {
  private readonly organization: OrganizationsOrganization;
  private readonly policyIds: ReadonlyMap<string, string>;
  private readonly created = new Map<string, OrganizationsAccount>();

  constructor(scope: Construct, info: StackInfo, props: OrganizationProps) {
    super(scope, info, props);
    const { accounts, organizationPolicies } = props;
    this.organization = this.add(OrganizationsOrganization, ["this"], {
      featureSet: "ALL",
      enabledPolicyTypes: given([...new Set(organizationPolicies.map((policy) => policy.type))].sort(byCodeUnit)),
      awsServiceAccessPrincipals: given(trustedServices(props)),
      lifecycle: { preventDestroy: true },
    });
    this.policyIds = this.policies(organizationPolicies);
    this.attach(props.organization.policies, ["root"], this.root);
    const unitIds = this.units(props.units);
    const members = accounts.filter((account) => account.state === "active");
    const ids = new Map(members.map((account) => [account.key, this.member(account, unitIds)]));
    for (const { service, account } of props.organization.delegatedAdministrators) {
      this.add(OrganizationsDelegatedAdministrator, [service, account], {
        servicePrincipal: service,
        // as a literal once it is known, so that whoever reviews the plan sees which account it is
        accountId: this.account(account).id ?? existing(ids, account),
        dependsOn: [existing(this.created, account)],
      });
    }
    this.release(accounts.filter((account) => account.state !== "active").map((account) => account.key));
  }

  private get root(): string {
    return this.organization.roots.get(0).id;
  }

  private policies(policies: OrganizationProps["organizationPolicies"]): ReadonlyMap<string, string> {
    return new Map(
      policies.map(({ key, name, description, type, document }) => [
        key,
        this.add(OrganizationsPolicy, [key], {
          name,
          description: given(description),
          type,
          content: JSON.stringify(document),
          dependsOn: [this.organization],
        }).id,
      ]),
    );
  }

  private attach(policies: readonly string[], target: readonly string[], targetId: string): void {
    for (const policy of policies) {
      const policyId = existing(this.policyIds, policy);
      this.add(OrganizationsPolicyAttachment, [policy, ...target], { policyId, targetId });
    }
  }

  private units(units: OrganizationProps["units"]): ReadonlyMap<string, string> {
    const ids = new Map<string, string>();
    // A parent's path sorts before its children's.
    for (const unit of [...units].sort((a, b) => byCodeUnit(a.path, b.path))) {
      const path = unit.path.split("/");
      const { id } = this.add(OrganizationsOrganizationalUnit, path, {
        name: unit.name,
        parentId: unit.parent === null ? this.root : existing(ids, unit.parent),
        tags: given(unit.tags),
      });
      ids.set(unit.path, id);
      this.attach(unit.policies, ["unit", ...path], id);
    }
    return ids;
  }

  /** The id of an account of the organization, which is made here unless it is the management account. */
  private member(account: Account, unitIds: ReadonlyMap<string, string>): string {
    const id = account.management ? this.organization.masterAccountId : this.create(account, unitIds);
    this.attach(account.policies, ["account", account.key], id);
    const add: Add = (type, key, config) => this.add(type, key, config);
    const target = account.management ? { dependsOn: [this.organization] } : { accountId: id };
    addContacts(add, [account.key], account.contacts, target);
    return id;
  }

  private create(account: Account, unitIds: ReadonlyMap<string, string>): string {
    const created = this.add(OrganizationsAccount, [account.key], {
      name: account.name,
      email: account.email,
      parentId: account.unit === null ? this.root : existing(unitIds, account.unit),
      closeOnDeletion: false,
      tags: given(account.tags),
      lifecycle: {
        ...(account.deletionProtection ? { preventDestroy: true } : {}),
        // role_name cannot be read back, and a change of the billing flag would recreate the account.
        ignoreChanges: ["role_name", "iam_user_access_to_billing"],
      },
    });
    this.created.set(account.key, created);
    return created.id;
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
