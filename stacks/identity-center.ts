/**
 * People: groups, permission sets, and who holds which set in which account; all of it, or the part of it that
 * `people.ts` gives the stack. Applied in the management account.
 */
import { Fn, type ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Assignment, PermissionSet } from "../lib/access/graph.ts";
import { logicalId } from "./address.ts";
import { policyKey } from "./arn.ts";
import {
  DataAwsIdentitystoreGroup,
  DataAwsIdentitystoreUser,
  DataAwsSsoadminInstances,
  DataAwsSsoadminPermissionSet,
  IdentitystoreGroup,
  IdentitystoreGroupMembership,
  IdentitystoreUser,
  SsoadminAccountAssignment,
  SsoadminCustomerManagedPolicyAttachment,
  SsoadminInstanceAccessControlAttributes,
  SsoadminManagedPolicyAttachment,
  SsoadminPermissionSet,
  SsoadminPermissionSetInlinePolicy,
  SsoadminPermissionsBoundaryAttachment,
} from "./aws.ts";
import { type BaseProps, BaseStack, existing, given } from "./base-stack.ts";
import { type PeopleGraph, partOf } from "./people.ts";
import type { StackInfo } from "./plan-order.ts";

export type IdentityCenterProps = BaseProps & PeopleGraph;

/** A permission set, with its policies where this stack attaches them. */
interface ProvisionedSet {
  arn: string;
  policies: ITerraformDependable[];
}

/** What many assignments name, as it stands in Terraform. */
interface Assignable {
  permissionSetArn: string;
  dependsOn: readonly string[];
}

export class IdentityCenterStack extends BaseStack {
  /** Literals, or references as they stand in Terraform's JSON. */
  private readonly instanceArn: string;
  private readonly identityStoreId: string;
  /** What the provider imports a resource by, from the ARN of its permission set; by address. */
  private readonly importIds = new Map<string, { set: string; id: (setArn: string) => string }>();
  private readonly setNames: ReadonlyMap<string, string>;
  private readonly setArns = new Map<string, string>();

  constructor(scope: Construct, info: StackInfo, props: IdentityCenterProps) {
    super(scope, info, props);
    const { identity } = props;
    this.setNames = new Map(props.permissionSets.map(({ key, name }) => [key, name]));
    const part = info.people ?? { sets: "members", makesSets: true, assignments: "all" };
    const { permissionSets, assignments } = partOf(part, props);
    const isFirst = part.sets === "members" && part.makesSets;
    const instance =
      identity.instanceArn === null || identity.identityStoreId === null
        ? this.add(DataAwsSsoadminInstances, ["this"], {})
        : null;
    this.instanceArn = this.text(identity.instanceArn ?? first(instance?.arns));
    this.identityStoreId = this.text(identity.identityStoreId ?? first(instance?.identityStoreIds));

    const isManaged = isFirst && identity.source === "identity-store";
    const principals = isManaged ? this.manage(props) : this.lookUp(identity, assignments);
    if (isFirst) this.attributes(identity.attributes);
    const sets = part.makesSets
      ? new Map(permissionSets.map((set) => [set.key, this.permissionSet(set)]))
      : this.lookUpSets(props.permissionSets, assignments);
    this.assign(assignments, principals, sets);
  }

  /** Groups and users that arrive by SCIM or are made by another stack; only those that an assignment names. */
  private lookUp(
    identity: IdentityCenterProps["identity"],
    assignments: IdentityCenterProps["assignments"],
  ): Map<string, string> {
    const named = new Set(assignments.map(({ principal }) => principalKey(principal)));
    const by = (attribute: string, value: string) => ({
      identity_store_id: this.identityStoreId,
      alternate_identifier: { unique_attribute: { attribute_path: attribute, attribute_value: value } },
    });
    const groups = identity.groups
      .map(({ key, name }) => ({ id: principalKey({ type: "GROUP", key }), key, name }))
      .filter(({ id }) => named.has(id))
      .map(({ id, key, name }): [string, string] => [
        id,
        this.lookUpPlain(DataAwsIdentitystoreGroup, [key], by("DisplayName", name), "group_id"),
      ]);
    const users = identity.users
      .map(({ key, userName }) => ({ id: principalKey({ type: "USER", key }), key, userName }))
      .filter(({ id }) => named.has(id))
      .map(({ id, key, userName }): [string, string] => [
        id,
        this.lookUpPlain(DataAwsIdentitystoreUser, [key], by("UserName", userName), "user_id"),
      ]);
    return new Map([...groups, ...users]);
  }

  /** Groups, users and memberships in Identity Center's own store. */
  private manage({ identity }: IdentityCenterProps): Map<string, string> {
    const { identityStoreId } = this;
    const principals = new Map<string, string>();
    for (const { key, userName, givenName, familyName, displayName, email } of identity.users) {
      const { userId } = this.add(IdentitystoreUser, [key], {
        identityStoreId,
        userName,
        displayName,
        name: { givenName, familyName },
        emails: { value: email, primary: true },
      });
      principals.set(principalKey({ type: "USER", key }), userId);
    }
    for (const { key, name, description, members } of identity.groups) {
      const { groupId } = this.add(IdentitystoreGroup, [key], {
        identityStoreId,
        displayName: name,
        description: given(description),
      });
      principals.set(principalKey({ type: "GROUP", key }), groupId);
      for (const member of members) {
        this.add(IdentitystoreGroupMembership, [key, member], {
          identityStoreId,
          groupId,
          memberId: existing(principals, principalKey({ type: "USER", key: member })),
        });
      }
    }
    return principals;
  }

  /** Sets that another stack has made, with their policies. */
  private lookUpSets(
    sets: readonly PermissionSet[],
    assignments: IdentityCenterProps["assignments"],
  ): Map<string, ProvisionedSet> {
    const named = new Set(assignments.map(({ permissionSet }) => permissionSet));
    return new Map(
      sets
        .filter(({ key }) => named.has(key))
        .map(({ key, name }) => {
          const arn = this.lookUpSet([key], name);
          this.setArns.set(key, arn);
          return [key, { arn, policies: [] }];
        }),
    );
  }

  private lookUpSet(key: readonly string[], name: string): string {
    return this.lookUpPlain(DataAwsSsoadminPermissionSet, key, { instance_arn: this.instanceArn, name }, "arn");
  }

  /**
   * Takes resources over from the state of another stack. Sets are looked up, because the one that is made here may itself
   * be taken over, and then has no ARN yet when the others are.
   */
  takeOver(addresses: readonly string[]): void {
    this.import(
      addresses.flatMap((address) => {
        const known = this.importIds.get(address);
        return known === undefined ? [] : [{ address, id: known.id(this.setArn(known.set)) }];
      }),
    );
  }

  private setArn(set: string): string {
    const arn = this.setArns.get(set) ?? this.lookUpSet(["taken-over", set], existing(this.setNames, set));
    this.setArns.set(set, arn);
    return arn;
  }

  /** Remembers how the provider imports what has been added last. */
  private importedBy(set: string, id: (setArn: string) => string): void {
    const last = this.managed.at(-1);
    if (last !== undefined) this.importIds.set(`${last.type}.${logicalId(last.key)}`, { set, id });
  }

  /** What sessions carry as principal tags: there is one list, of the whole instance. */
  private attributes(attributes: IdentityCenterProps["identity"]["attributes"]) {
    if (attributes.length === 0) return;
    this.add(SsoadminInstanceAccessControlAttributes, ["this"], {
      instanceArn: this.instanceArn,
      attribute: attributes.map(({ key, source }) => ({ key, value: [{ source: [source] }] })),
    });
  }

  private permissionSet(set: PermissionSet): ProvisionedSet {
    const { instanceArn } = this;
    const { arn: permissionSetArn } = this.add(SsoadminPermissionSet, [set.key], {
      instanceArn,
      name: set.name,
      description: given(set.description),
      sessionDuration: set.sessionDuration,
      relayState: given(set.relayState),
      tags: given(set.tags),
    });
    const importedBy = (...parts: readonly string[]) =>
      this.importedBy(set.key, (arn) => [...parts, arn, instanceArn].join(","));
    importedBy();
    const target = { instanceArn, permissionSetArn };
    const policies: ITerraformDependable[] = [
      ...set.managedPolicies.map((managedPolicyArn) => {
        const key = [set.key, ...policyKey(managedPolicyArn)];
        const attachment = this.add(SsoadminManagedPolicyAttachment, key, { ...target, managedPolicyArn });
        importedBy(managedPolicyArn);
        return attachment;
      }),
      ...set.customerManagedPolicies.map((policy) => {
        const key = [set.key, ...segments(policy.path), policy.name];
        const reference = { ...target, customerManagedPolicyReference: policy };
        const attachment = this.add(SsoadminCustomerManagedPolicyAttachment, key, reference);
        importedBy(policy.name, policy.path);
        return attachment;
      }),
    ];
    if (set.inlinePolicy !== null) {
      const inlinePolicy = JSON.stringify(set.inlinePolicy);
      policies.push(this.add(SsoadminPermissionSetInlinePolicy, [set.key], { ...target, inlinePolicy }));
      importedBy();
    }
    if (set.permissionsBoundary !== null) {
      const permissionsBoundary = boundary(set.permissionsBoundary);
      policies.push(this.add(SsoadminPermissionsBoundaryAttachment, [set.key], { ...target, permissionsBoundary }));
      importedBy();
    }
    return { arn: permissionSetArn, policies };
  }

  /** Access comes last: an assignment made before its set's policies would let people in with half of them. */
  private assign(
    assignments: readonly Assignment[],
    principals: ReadonlyMap<string, string>,
    sets: ReadonlyMap<string, ProvisionedSet>,
  ) {
    const principalIds = new Map([...principals].map(([key, id]) => [key, this.text(id)]));
    const assignables = new Map(
      [...sets].map(([key, { arn, policies }]): [string, Assignable] => [
        key,
        { permissionSetArn: this.text(arn), dependsOn: policies.map((policy) => this.addressOf(policy)) },
      ]),
    );
    for (const { principal, permissionSet, account } of assignments) {
      const kind = principal.type === "USER" ? ["user"] : [];
      const { permissionSetArn, dependsOn } = existing(assignables, permissionSet);
      const principalId = existing(principalIds, principalKey(principal));
      const target = this.accountId(account);
      this.addPlain(SsoadminAccountAssignment, [...kind, principal.key, permissionSet, account], {
        instance_arn: this.instanceArn,
        permission_set_arn: permissionSetArn,
        principal_type: principal.type,
        principal_id: principalId,
        target_type: "AWS_ACCOUNT",
        target_id: target,
        ...(dependsOn.length === 0 ? {} : { depends_on: dependsOn }),
      });
      this.importedBy(permissionSet, (arn) =>
        [principalId, principal.type, target, "AWS_ACCOUNT", arn, this.instanceArn].join(","),
      );
    }
  }
}

/** Groups and users have keys of their own. */
function principalKey({ type, key }: Assignment["principal"]): string {
  return `${type} ${key}`;
}

function boundary(value: NonNullable<PermissionSet["permissionsBoundary"]>) {
  return "managedPolicyArn" in value ? value : { customerManagedPolicyReference: value.customerManagedPolicy };
}

function segments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/** There is one Identity Center instance in an organization. */
function first(list: string[] | undefined): string {
  return Fn.element(list ?? [], 0);
}
