/**
 * The access graph: what a valid manifest means, fully resolved. Everything downstream (stacks, access, diff, stack
 * list) reads this and nothing else. Every list is sorted by key; every reference is known to exist.
 */

import type { Assertion } from "./graph/assertions.ts";
import type { Delegation } from "./graph/delegations.ts";
import type { IamGroup, IamUser, ManagedPolicy, PasswordPolicy } from "./graph/iam.ts";
import type { Assignment, Identity, PermissionSet } from "./graph/identity.ts";
import type { Monitoring } from "./graph/monitoring.ts";
import type { Account, Budget, Organization, OrganizationPolicy, Unit } from "./graph/organization.ts";
import type { BucketPolicy, IdentityProvider, Role, TrustAnchor } from "./graph/roles.ts";
import type { TerraformSettings } from "./graph/terraform.ts";

export type * from "./graph/assertions.ts";
export type * from "./graph/common.ts";
export type * from "./graph/delegations.ts";
export type * from "./graph/iam.ts";
export type * from "./graph/identity.ts";
export type * from "./graph/monitoring.ts";
export type * from "./graph/organization.ts";
export type * from "./graph/roles.ts";
export type * from "./graph/terraform.ts";

export interface AccessGraph {
  organization: Organization;
  units: readonly Unit[];
  accounts: readonly Account[];
  organizationPolicies: readonly OrganizationPolicy[];
  /** One entry per budget x account. */
  budgets: readonly Budget[];
  identity: Identity;
  permissionSets: readonly PermissionSet[];
  delegations: readonly Delegation[];
  /** One entry per principal x permission set x account; never an account whose id is unknown. */
  assignments: readonly Assignment[];
  /** Grants that wait for an account id; a warning says what to run. */
  deferred: readonly Assignment[];
  /** One entry per policy x account. */
  managedPolicies: readonly ManagedPolicy[];
  /** One entry per group x account. */
  iamGroups: readonly IamGroup[];
  /** Break-glass users are among them. */
  iamUsers: readonly IamUser[];
  /** At most one entry per account. */
  passwordPolicies: readonly PasswordPolicy[];
  /** One entry per role x account. */
  roles: readonly Role[];
  /** One entry per provider x account. */
  identityProviders: readonly IdentityProvider[];
  /** One entry per trust anchor x account. */
  trustAnchors: readonly TrustAnchor[];
  bucketPolicies: readonly BucketPolicy[];
  monitoring: Monitoring;
  /** Sorted by sentence. */
  assertions: readonly Assertion[];
  terraform: TerraformSettings;
}
