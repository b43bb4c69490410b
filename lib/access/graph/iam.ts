/** What IAM holds in each account, besides roles: managed policies, groups, users, the password policy. */
import type { Place } from "../../problem.ts";
import type { Keyed, PolicyDocument, Tags } from "./common.ts";

/** A customer managed policy in one account. */
export interface ManagedPolicy extends Keyed {
  /** Account key. */
  account: string;
  name: string;
  path: string;
  /** `arn:aws:iam::333333333333:policy/teams/shop/boundary` */
  arn: string;
  description: string;
  /** `null`: it is made elsewhere, and what it allows is not known. */
  document: PolicyDocument | null;
  tags: Tags;
  place: Place;
}

/** What an IAM group or user may do. */
export interface IamPermissions {
  /** ARNs, of AWS's own policies and of those in the account. */
  managedPolicies: readonly string[];
  inlinePolicy: PolicyDocument | null;
  /** Without MFA nothing but managing one's own MFA device, as a policy of its own; `null` when MFA is not asked for. */
  mfaGuard: PolicyDocument | null;
}

/** An IAM group in one account. */
export interface IamGroup extends Keyed, IamPermissions {
  /** Account key. */
  account: string;
  name: string;
  path: string;
  /** Keys of users of the same account. */
  members: readonly string[];
  place: Place;
}

/** An IAM user: a caller of roles, or the way in when nothing else is left. */
export interface IamUser extends Keyed, IamPermissions {
  /** Account key. */
  account: string;
  name: string;
  path: string;
  permissionsBoundary: string | null;
  /** An emergency administrator: never destroyed, its use raises an alarm. Its key is one of `breakGlass.users`. */
  breakGlass: boolean;
  /** Who answers for it; break-glass users have one. */
  owner: string | null;
  tags: Tags;
  place: Place;
}

/** What passwords of an account's users have to be. */
export interface PasswordPolicy {
  /** Account key. */
  account: string;
  minimumLength: number;
  reusePrevention: number;
  /** Days; `null`: a password does not grow old. */
  maxAge: number | null;
  requireSymbols: boolean;
  requireNumbers: boolean;
  requireUppercase: boolean;
  requireLowercase: boolean;
  place: Place;
}
