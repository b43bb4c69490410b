/**
 * Actions that turn off, for an account as a whole, what protects it or keeps a record of it, with what that is.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const byWhat: Readonly<Record<string, readonly string[]>> = {
  "the record of API calls": ["cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StopLogging"],
  "the record of configurations": ["config:DeleteConfigurationRecorder", "config:StopConfigurationRecorder"],
  "threat detection": [
    "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:DisassociateFromMasterAccount",
    "guardduty:StopMonitoringMembers",
  ],
  "the checks of Security Hub": ["securityhub:BatchDisableStandards", "securityhub:DisableSecurityHub"],
  "the search for access from outside": ["access-analyzer:DeleteAnalyzer"],
  "the search for sensitive data": ["macie2:DisableMacie"],
  "the search for vulnerabilities": ["inspector2:Disable"],
  "the block of public buckets": ["s3:PutAccountPublicAccessBlock"],
  "the block of public images and snapshots": [
    "ec2:DisableImageBlockPublicAccess",
    "ec2:DisableSnapshotBlockPublicAccess",
  ],
  "encryption by default": ["ec2:DisableEbsEncryptionByDefault"],
  "the password policy": ["iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"],
  "the organization's policies": [
    "organizations:DeletePolicy",
    "organizations:DetachPolicy",
    "organizations:DisablePolicyType",
    "organizations:LeaveOrganization",
    "organizations:UpdatePolicy",
  ],
};

/** What an action turns off, by its name as AWS writes it. */
export const switches: ReadonlyMap<string, string> = new Map(
  Object.entries(byWhat).flatMap(([what, actions]) => actions.map((action) => [action, what] as const)),
);
