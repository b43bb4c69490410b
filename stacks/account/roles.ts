/** The roles of one account, and what belongs to a role: policies, instance profile, Roles Anywhere profile, pod. */
import type { TerraformProvider } from "cdktf";
import type { Role, Trust } from "../../lib/access/graph.ts";
import { oidcProviderArn, trustPolicy } from "../../lib/access/trust-policy.ts";
import { arn, policyKey } from "../arn.ts";
import {
  EksPodIdentityAssociation,
  IamInstanceProfile,
  IamPolicy,
  IamRole,
  IamRolePolicy,
  IamRolePolicyAttachment,
  RolesanywhereProfile,
} from "../aws.ts";
import { given } from "../base-stack.ts";
import { type Add, type Made, madeHere } from "./resources.ts";

/** The account the roles are in. */
export interface Here {
  /** Twelve digits. */
  account: string;
  made: Made;
  /** The provider that works in another Region than the home Region; `undefined` for that one. */
  providerIn(region: string): TerraformProvider | undefined;
}

export function addRoles(add: Add, roles: readonly Role[], here: Here): void {
  for (const role of byTrust(roles, here.account)) addRole(add, role, here);
}

/** A role after those of the same account that it trusts: AWS refuses a trust policy that names a role that is not there. */
function byTrust(roles: readonly Role[], account: string): readonly Role[] {
  const waiting = [...roles];
  const done = new Set<string>();
  const here = new Set(roles.map((role) => roleArn(role, account)));
  const ordered: Role[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ trust }) =>
      trusted(trust, account).every((arn) => done.has(arn) || !here.has(arn)),
    );
    // `validate` refuses roles that only trust each other; whatever is left is written as it stands
    const [role] = waiting.splice(Math.max(next, 0), 1);
    if (role === undefined) break;
    ordered.push(role);
    done.add(roleArn(role, account));
  }
  return ordered;
}

function addRole(add: Add, role: Role, { account, made, providerIn }: Here): void {
  const { key, name, path, trust } = role;
  const own = roleArn(role, account);
  const resource = add(IamRole, [key], {
    name,
    path,
    description: given(role.description),
    assumeRolePolicy: JSON.stringify(trustPolicy(trust, account)),
    maxSessionDuration: role.maxSessionDuration,
    permissionsBoundary: given(role.permissionsBoundary),
    tags: given(role.tags),
    dependsOn: madeHere(made, [
      ...trusted(trust, account),
      ...(role.permissionsBoundary ? [role.permissionsBoundary] : []),
    ]),
  });
  made.set(own, resource);
  for (const policyArn of role.managedPolicies) {
    const dependsOn = madeHere(made, [policyArn]);
    add(IamRolePolicyAttachment, [key, ...policyKey(policyArn)], { role: resource.name, policyArn, dependsOn });
  }
  role.ownPolicies.forEach(({ name: policyName, document }, index) => {
    const part = `own-${index + 1}`;
    const policy = add(IamPolicy, [key, part], {
      name: policyName,
      path,
      policy: JSON.stringify(document),
      tags: given(role.tags),
    });
    const policyArn = arn.policy(account, path, policyName);
    add(IamRolePolicyAttachment, [key, part], { role: resource.name, policyArn, dependsOn: [policy] });
  });
  if (role.inlinePolicy !== null) {
    add(IamRolePolicy, [key], { name, role: resource.name, policy: JSON.stringify(role.inlinePolicy) });
  }
  if (role.instanceProfile) {
    add(IamInstanceProfile, [key], { name, path, role: resource.name, tags: given(role.tags) });
  }
  if (trust.kind === "rolesAnywhere") {
    add(RolesanywhereProfile, [key], {
      name,
      enabled: true,
      roleArns: [own],
      durationSeconds: role.maxSessionDuration,
      tags: given(role.tags),
      dependsOn: [resource],
    });
  }
  if (trust.kind === "podIdentity" && trust.cluster !== null) {
    const { cluster, region, namespace, serviceAccount } = trust;
    add(EksPodIdentityAssociation, [key], {
      clusterName: cluster,
      namespace,
      serviceAccount,
      roleArn: own,
      tags: given(role.tags),
      provider: providerIn(region),
      dependsOn: [resource],
    });
  }
}

/** ARNs of what has to be there before AWS takes the trust policy. */
function trusted(trust: Trust, account: string): readonly string[] {
  if (trust.kind === "roles") return trust.arns;
  if (trust.kind === "saml") return [trust.providerArn];
  return "issuer" in trust ? [oidcProviderArn(account, trust.issuer)] : [];
}

function roleArn({ path, name }: Role, account: string): string {
  return arn.role(account, path, name);
}
