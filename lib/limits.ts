/**
 * AWS quotas as data: what AWS gives today, and where it says so. Quotas change and can be raised, so nothing else in
 * the code holds these numbers.
 */

export interface Limit {
  value: number;
  /** As far as AWS raises it on request, where that is known. */
  atMost?: number;
  /** What is counted, for messages. */
  unit: string;
  /** When the value was last compared with the source. */
  asOf: string;
  source: string;
}

const organizations = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html";
const identityCenter = "https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html";
const iam = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const budgets = "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html";
const config = "https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html";
const eventBridge = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";
const asOf = "2026-05-15";

export const limits = {
  unitDepth: { value: 5, unit: "levels of units below the root", asOf, source: organizations },
  scpSize: { value: 10_240, unit: "characters", asOf, source: organizations },
  rcpSize: { value: 5_120, unit: "characters", asOf, source: organizations },
  scpsPerEntity: { value: 10, unit: "service control policies", asOf, source: organizations },
  rcpsPerEntity: { value: 5, unit: "resource control policies", asOf, source: organizations },
  tagPolicySize: { value: 10_000, unit: "characters", asOf, source: organizations },
  tagPoliciesPerEntity: { value: 10, unit: "tag policies", asOf, source: organizations },
  backupPolicySize: { value: 10_000, unit: "characters", asOf, source: organizations },
  backupPoliciesPerEntity: { value: 10, unit: "backup policies", asOf, source: organizations },
  aiOptOutPolicySize: { value: 2_500, unit: "characters", asOf, source: organizations },
  aiOptOutPoliciesPerEntity: { value: 5, unit: "AI services opt-out policies", asOf, source: organizations },
  declarativePolicySize: { value: 10_000, unit: "characters", asOf, source: organizations },
  declarativePoliciesPerEntity: { value: 10, unit: "declarative policies", asOf, source: organizations },
  /** Of every new organization; raised on request. Closed accounts count until they are gone, 90 days later. */
  accounts: { value: 10, unit: "accounts in an organization", asOf, source: organizations },
  units: { value: 2_000, unit: "organizational units", asOf, source: organizations },
  /** At least; or a tenth of all member accounts, where that is more. */
  accountClosures: { value: 10, unit: "accounts closed within 30 days", asOf, source: organizations },
  alertsPerBudget: { value: 10, unit: "alerts of a budget", asOf, source: budgets },
  emailsPerBudgetAlert: { value: 10, unit: "e-mail addresses of a budget's alert", asOf, source: budgets },
  permissionSetInlineSize: { value: 10_240, unit: "characters, blanks not counted", asOf, source: identityCenter },
  /** Identity Center allows 20, but each of them counts towards the 10 of the role it makes in every account. */
  managedPoliciesPerPermissionSet: { value: 10, unit: "managed policies", asOf, source: iam },
  managedPoliciesPerRole: { value: 10, unit: "managed policies", asOf, source: iam },
  managedPolicySize: { value: 6_144, unit: "characters, blanks not counted", asOf, source: iam },
  trustPolicySize: { value: 2_048, atMost: 4_096, unit: "characters", asOf, source: iam },
  roleInlineSize: { value: 10_240, unit: "characters, blanks not counted", asOf, source: iam },
  managedPoliciesPerIamGroup: { value: 10, unit: "managed policies of an IAM group", asOf, source: iam },
  managedPoliciesPerIamUser: { value: 10, unit: "managed policies of an IAM user", asOf, source: iam },
  iamGroupInlineSize: { value: 5_120, unit: "characters, blanks not counted", asOf, source: iam },
  iamUserInlineSize: { value: 2_048, unit: "characters, blanks not counted", asOf, source: iam },
  conformancePackSize: { value: 51_200, unit: "bytes of a conformance pack's template", asOf, source: config },
  eventPatternSize: { value: 2_048, unit: "characters of an event pattern", asOf, source: eventBridge },
  permissionSets: { value: 2_000, unit: "permission sets", asOf, source: identityCenter },
  permissionSetsPerAccount: { value: 250, unit: "permission sets in one account", asOf, source: identityCenter },
  accessControlAttributes: { value: 50, unit: "attributes for access control", asOf, source: identityCenter },
  iamGroupsPerUser: { value: 10, unit: "IAM groups of a user", asOf, source: iam },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof limits;

/** Slots of an entity that AWS's own policies take: FullAWSAccess and RCPFullAWSAccess are attached everywhere. */
export const reservedSlots = { scp: 1, rcp: 1 } as const;
