/** What the grammar cannot say: names that exist, numbers that fit, grants that make sense. */
import type { Problem } from "../problem.ts";
import { checkGrants, checkPermissionSets } from "./checks/access.ts";
import { checkAssertions } from "./checks/assertions.ts";
import { checkAwsNames } from "./checks/aws-names.ts";
import { checkBucketPolicies } from "./checks/bucket-policies.ts";
import { checkBudgets } from "./checks/budgets.ts";
import { checkCustomerManaged } from "./checks/customer-managed.ts";
import { checkDelegations } from "./checks/delegations.ts";
import { checkGrantsTogether } from "./checks/grant-overlap.ts";
import { checkIam } from "./checks/iam.ts";
import { checkIamNames } from "./checks/iam-names.ts";
import { checkIamTags } from "./checks/iam-tags.ts";
import { checkImports } from "./checks/imports.ts";
import { checkManagedPolicies } from "./checks/managed-policies.ts";
import { checkMonitoring } from "./checks/monitoring.ts";
import { checkNames } from "./checks/names.ts";
import { checkOrganization } from "./checks/organization.ts";
import { checkPipeline } from "./checks/pipeline.ts";
import { checkPolicies } from "./checks/policies.ts";
import { checkPolicyDocuments } from "./checks/policy-documents.ts";
import { checkReferences } from "./checks/references.ts";
import { checkRenames } from "./checks/renames.ts";
import { checkRoles } from "./checks/roles.ts";
import type { Context } from "./context.ts";

const checks: readonly ((context: Context) => Problem[])[] = [
  checkReferences,
  checkNames,
  checkOrganization,
  checkPolicies,
  checkBudgets,
  checkGrants,
  checkGrantsTogether,
  checkPermissionSets,
  checkRoles,
  checkBucketPolicies,
  checkAwsNames,
  checkPolicyDocuments,
  checkCustomerManaged,
  checkIam,
  checkIamNames,
  checkIamTags,
  checkManagedPolicies,
  checkMonitoring,
  checkAssertions,
  checkDelegations,
  checkRenames,
  checkImports,
  checkPipeline,
];

/** Everything that is wrong or doubtful with a manifest in the grammar. Without errors, `resolve` is total. */
export function checkManifest(context: Context): Problem[] {
  return checks.flatMap((check) => check(context));
}
