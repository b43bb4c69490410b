/** What one account has for machines and people to come in by: providers, roles, bucket policies. Applied in that account. */
import type { Construct } from "constructs";
import type { AccessGraph, BucketPolicy } from "../lib/access/graph.ts";
import { addBucketPolicies } from "./account/bucket-policies.ts";
import { addContacts } from "./account/contacts.ts";
import { addIam, addManagedPolicies, addPasswordPolicy } from "./account/iam.ts";
import { addProviders, addTrustAnchors } from "./account/providers.ts";
import type { Add, Made } from "./account/resources.ts";
import { addRoles } from "./account/roles.ts";
import { arn } from "./arn.ts";
import { BaseStack } from "./base-stack.ts";
import { cutBootstrap } from "./bootstrap-part.ts";
import type { StackInfo } from "./plan-order.ts";

export type RolesProps = Pick<
  AccessGraph,
  | "organization"
  | "accounts"
  | "managedPolicies"
  | "iamGroups"
  | "iamUsers"
  | "passwordPolicies"
  | "roles"
  | "identityProviders"
  | "trustAnchors"
  | "bucketPolicies"
  | "terraform"
>;

export class RolesStack extends BaseStack {
  constructor(scope: Construct, info: StackInfo, whole: RolesProps) {
    super(scope, info, whole);
    const { rest: props } = cutBootstrap(whole);
    const here = <T extends { account: string }>(all: readonly T[]) =>
      all.filter(({ account }) => account === info.account);
    const add: Add = (type, key, config) => this.add(type, key, config);
    const made: Made = new Map();
    addManagedPolicies(add, here(props.managedPolicies), made);
    addProviders(add, here(props.identityProviders), made);
    addTrustAnchors(add, here(props.trustAnchors));
    addRoles(add, here(props.roles), {
      account: this.accountId(info.account),
      made,
      providerIn: (region) =>
        region === props.organization.homeRegion ? undefined : this.providerFor(info.account, region),
    });
    addIam(add, here(props.iamGroups), here(props.iamUsers), made);
    const { alone, contacts } = this.account(info.account);
    // elsewhere the organization sets them
    if (alone) addContacts(add, [], contacts);
    addPasswordPolicy(add, here(props.passwordPolicies));
    addBucketPolicies(add, here(props.bucketPolicies), (roles) => this.roleArns(roles, props.roles), made);
  }

  private roleArns(named: BucketPolicy["roles"], roles: AccessGraph["roles"]): string[] {
    return named.flatMap(({ key, account }) =>
      roles
        .filter((role) => role.key === key && role.account === account)
        .map(({ path, name }) => arn.role(this.accountId(account), path, name)),
    );
  }
}
