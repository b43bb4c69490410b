/** Roles, and who may assume them. */
import type { Place } from "../../problem.ts";
import type { Keyed, PolicyDocument, Tags } from "./common.ts";

export interface Role extends Keyed {
  /** Account key it lives in. */
  account: string;
  name: string;
  path: string;
  description: string;
  trust: Trust;
  /** Seconds. */
  maxSessionDuration: number;
  managedPolicies: readonly string[];
  inlinePolicy: PolicyDocument | null;
  permissionsBoundary: string | null;
  /** Only with a service trust on EC2. */
  instanceProfile: boolean;
  tags: Tags;
  place: Place;
}

/** Who may assume a role. Account references are resolved to ids. */
export type Trust =
  /** Users of an account (their own policies permitting), with MFA unless a reason was given for turning it off. */
  | { kind: "users"; accountIds: readonly string[]; mfa: boolean }
  /** Roles named by ARN in another account. */
  | { kind: "roles"; arns: readonly string[] }
  /** People of a permission set in an account: its `AWSReservedSSO_` roles, by `aws:PrincipalArn`. */
  | { kind: "permissionSet"; accountId: string; permissionSetNames: readonly string[] }
  /** A vendor's account, always with an external id. */
  | { kind: "thirdParty"; accountId: string; externalId: string }
  | { kind: "service"; services: readonly string[] }
  /** GitHub Actions: full `sub` values such as `repo:securecart/shop:environment:production`. */
  | { kind: "github"; subjects: readonly string[]; audience: string };
