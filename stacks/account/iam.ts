/** Managed policies, IAM groups and users, and the password policy of one account. */
import type { ITerraformDependable } from "cdktf";
import type { IamGroup, IamUser, ManagedPolicy, PasswordPolicy } from "../../lib/access/graph.ts";
import { policyKey } from "../arn.ts";
import {
  IamGroup as Group,
  IamAccountPasswordPolicy,
  IamGroupMembership,
  IamGroupPolicy,
  IamGroupPolicyAttachment,
  IamPolicy,
  IamUserPolicy,
  IamUserPolicyAttachment,
  IamUser as User,
} from "../aws.ts";
import { existing, given } from "../base-stack.ts";
import { type Add, type Made, madeHere } from "./resources.ts";

/** Customer managed policies; those that are made elsewhere are only named. Call before what names them. */
export function addManagedPolicies(add: Add, policies: readonly ManagedPolicy[], made: Made): void {
  for (const { key, name, path, arn, description, document, tags } of policies) {
    if (document === null) continue;
    const policy = JSON.stringify(document);
    made.set(arn, add(IamPolicy, [key], { name, path, description: given(description), policy, tags: given(tags) }));
  }
}

/** The name of the policy that asks for MFA, in each group and user. */
const guardName = "require-mfa";

/** Groups and users. What gives access comes after the policy that asks for MFA, and goes before it. */
export function addIam(add: Add, groups: readonly IamGroup[], users: readonly IamUser[], made: Made): void {
  const names = new Map(users.map((user) => [user.key, addUser(add, user, made)]));
  for (const group of groups) addGroup(add, group, names, made);
}

function addUser(add: Add, user: IamUser, made: Made): string {
  const { key, name, path, tags, breakGlass, permissionsBoundary } = user;
  const address = breakGlass ? ["break-glass", key] : [key];
  const { name: userName } = add(User, address, {
    name,
    path,
    permissionsBoundary: given(permissionsBoundary),
    // a user that leaves the manifest leaves with the password and devices that were set by hand
    ...(breakGlass ? { lifecycle: { preventDestroy: true } } : { forceDestroy: true }),
    tags: given(tags),
    dependsOn: permissionsBoundary === null ? undefined : madeHere(made, [permissionsBoundary]),
  });
  const policy = (part: readonly string[], policyName: string, document: object, dependsOn: ITerraformDependable[]) =>
    add(IamUserPolicy, [...address, ...part], {
      name: policyName,
      user: userName,
      policy: JSON.stringify(document),
      dependsOn: given(dependsOn),
    });
  const guard = user.mfaGuard === null ? [] : [policy([guardName], guardName, user.mfaGuard, [])];
  const own = user.inlinePolicy === null ? [] : [policy([], name, user.inlinePolicy, guard)];
  for (const policyArn of user.managedPolicies) {
    const dependsOn = given([...guard, ...own, ...(madeHere(made, [policyArn]) ?? [])]);
    add(IamUserPolicyAttachment, [...address, ...policyKey(policyArn)], { user: userName, policyArn, dependsOn });
  }
  return userName;
}

function addGroup(add: Add, group: IamGroup, users: ReadonlyMap<string, string>, made: Made): void {
  const { key, name, path, members } = group;
  const { name: groupName } = add(Group, [key], { name, path });
  const policy = (part: readonly string[], policyName: string, document: object, dependsOn: ITerraformDependable[]) =>
    add(IamGroupPolicy, [key, ...part], {
      name: policyName,
      group: groupName,
      policy: JSON.stringify(document),
      dependsOn: given(dependsOn),
    });
  const guard = group.mfaGuard === null ? [] : [policy([guardName], guardName, group.mfaGuard, [])];
  if (group.inlinePolicy !== null) policy([], name, group.inlinePolicy, guard);
  for (const policyArn of group.managedPolicies) {
    const dependsOn = given([...guard, ...(madeHere(made, [policyArn]) ?? [])]);
    add(IamGroupPolicyAttachment, [key, ...policyKey(policyArn)], { group: groupName, policyArn, dependsOn });
  }
  if (members.length === 0) return;
  const names = members.map((member) => existing(users, member));
  add(IamGroupMembership, [key], { name: key, group: groupName, users: names, dependsOn: given(guard) });
}

/** An account has one, without a name. */
export function addPasswordPolicy(add: Add, policies: readonly PasswordPolicy[]): void {
  for (const policy of policies) {
    add(IamAccountPasswordPolicy, ["this"], {
      minimumPasswordLength: policy.minimumLength,
      passwordReusePrevention: policy.reusePrevention === 0 ? undefined : policy.reusePrevention,
      maxPasswordAge: policy.maxAge ?? undefined,
      requireSymbols: policy.requireSymbols,
      requireNumbers: policy.requireNumbers,
      requireUppercaseCharacters: policy.requireUppercase,
      requireLowercaseCharacters: policy.requireLowercase,
      allowUsersToChangePassword: true,
      // an expired password that only an administrator can reset would lock out who is called in an emergency
      hardExpiry: false,
    });
  }
}
