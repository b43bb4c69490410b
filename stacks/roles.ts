/** The roles of one account, and the identity provider its federated roles trust. Applied in that account. */
import type { Construct } from "constructs";
import type { AccessGraph, Role } from "../lib/access/graph.ts";
import { githubIssuer, trustPolicy } from "../lib/access/trust-policy.ts";
import { byCodeUnit } from "../lib/finding.ts";
import { policyKey } from "./arn.ts";
import {
  IamInstanceProfile,
  IamOpenidConnectProvider,
  IamRole,
  IamRolePolicy,
  IamRolePolicyAttachment,
} from "./aws.ts";
import { BaseStack, given } from "./base-stack.ts";
import type { StackInfo } from "./plan-order.ts";

export type RolesProps = Pick<AccessGraph, "organization" | "accounts" | "roles" | "terraform">;

export class RolesStack extends BaseStack {
  constructor(scope: Construct, info: StackInfo, props: RolesProps) {
    super(scope, info, props);
    const roles = props.roles.filter((role) => role.account === info.account);
    const audiences = roles.flatMap(({ trust }) => (trust.kind === "github" ? trust.audience : []));
    const provider =
      audiences.length > 0
        ? this.add(IamOpenidConnectProvider, ["github"], {
            url: `https://${githubIssuer}`,
            clientIdList: [...new Set(audiences)].sort(byCodeUnit),
          })
        : null;
    for (const role of roles) {
      // The trust policy names the provider by its derived ARN, so Terraform cannot see the order by itself.
      this.role(role, role.trust.kind === "github" && provider !== null ? [provider] : undefined);
    }
  }

  private role(role: Role, dependsOn: IamOpenidConnectProvider[] | undefined) {
    const { name, path } = role;
    const resource = this.add(IamRole, [role.key], {
      name,
      path,
      description: given(role.description),
      assumeRolePolicy: JSON.stringify(trustPolicy(role.trust, this.accountId(role.account))),
      maxSessionDuration: role.maxSessionDuration,
      permissionsBoundary: given(role.permissionsBoundary),
      tags: given(role.tags),
      dependsOn,
    });
    for (const policyArn of role.managedPolicies) {
      this.add(IamRolePolicyAttachment, [role.key, ...policyKey(policyArn)], { role: resource.name, policyArn });
    }
    if (role.inlinePolicy !== null) {
      this.add(IamRolePolicy, [role.key], { name, role: resource.name, policy: JSON.stringify(role.inlinePolicy) });
    }
    if (role.instanceProfile) {
      this.add(IamInstanceProfile, [role.key], { name, path, role: resource.name, tags: given(role.tags) });
    }
  }
}
