/** Guardrails that ship with Gatehouse: one row each. They bind member accounts, never the management account. */

/** What a preset may ask about the organization. */
export interface PresetContext {
  regions: readonly string[];
  /** Role that Terraform works with in member accounts; it has to be able to maintain what the others may not touch. */
  executionRole: string;
  logBuckets: readonly string[];
}

interface Preset {
  /** One sentence; also the policy's description unless the manifest gives one. */
  summary: string;
  statements(context: PresetContext): Record<string, unknown>[];
}

export const presetNames = [
  "deny-root-user",
  "deny-leave-organization",
  "deny-iam-users",
  "deny-s3-public-access-changes",
  "protect-monitoring",
  "region-allow-list",
] as const;
export type PresetName = (typeof presetNames)[number];

export const presets: Record<PresetName, Preset> = {
  "deny-root-user": {
    summary: "Denies everything to the root users of member accounts.",
    statements: () => [
      {
        Sid: "DenyRootUser",
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:root" } },
      },
    ],
  },
  "deny-leave-organization": {
    summary: "Keeps member accounts from leaving the organization.",
    statements: () => [
      { Sid: "DenyLeaveOrganization", Effect: "Deny", Action: "organizations:LeaveOrganization", Resource: "*" },
    ],
  },
  "deny-iam-users": {
    summary:
      "Denies creating IAM users, their access keys and their console passwords: people come through Identity Center.",
    statements: () => [
      {
        Sid: "DenyIamUsers",
        Effect: "Deny",
        Action: ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"],
        Resource: "*",
      },
    ],
  },
  "deny-s3-public-access-changes": {
    summary: "Denies changing S3 Block Public Access, for accounts, buckets and access points.",
    statements: ({ executionRole }) => [
      {
        Sid: "DenyS3PublicAccessChanges",
        Effect: "Deny",
        // removing a block is authorized by the same action as changing it
        Action: [
          "s3:PutAccountPublicAccessBlock",
          "s3:PutBucketPublicAccessBlock",
          "s3:PutAccessPointPublicAccessBlock",
        ],
        Resource: "*",
        Condition: exceptRole(executionRole),
      },
    ],
  },
  "protect-monitoring": {
    summary: "Denies switching off or weakening CloudTrail, AWS Config and GuardDuty, and changing the log buckets.",
    statements: ({ executionRole, logBuckets }) => [
      {
        Sid: "ProtectMonitoring",
        Effect: "Deny",
        Action: [
          "cloudtrail:DeleteTrail",
          "cloudtrail:PutEventSelectors",
          "cloudtrail:PutInsightSelectors",
          "cloudtrail:StopLogging",
          "cloudtrail:UpdateTrail",
          "config:DeleteConfigRule",
          "config:DeleteConfigurationRecorder",
          "config:DeleteDeliveryChannel",
          "config:PutConfigurationRecorder",
          "config:PutDeliveryChannel",
          "config:StopConfigurationRecorder",
          "guardduty:CreateFilter",
          "guardduty:CreateIPSet",
          "guardduty:DeleteDetector",
          "guardduty:DeleteMembers",
          "guardduty:DisassociateFromAdministratorAccount",
          "guardduty:DisassociateFromMasterAccount",
          "guardduty:DisassociateMembers",
          "guardduty:StopMonitoringMembers",
          "guardduty:UpdateDetector",
        ],
        Resource: "*",
        Condition: exceptRole(executionRole),
      },
      ...(logBuckets.length === 0
        ? []
        : [
            {
              Sid: "ProtectLogBuckets",
              Effect: "Deny",
              Action: [
                "s3:BypassGovernanceRetention",
                "s3:DeleteBucket",
                "s3:DeleteBucketPolicy",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:PutBucketAcl",
                "s3:PutBucketLogging",
                "s3:PutBucketPolicy",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
              ],
              Resource: logBuckets.flatMap((bucket) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
              Condition: exceptRole(executionRole),
            },
          ]),
    ],
  },
  "region-allow-list": {
    summary: "Denies everything outside the organization's Regions, but for global services.",
    statements: ({ regions }) => [
      {
        Sid: "DenyOtherRegions",
        Effect: "Deny",
        NotAction: globalServices,
        Resource: "*",
        Condition: { StringNotEquals: { "aws:RequestedRegion": regions } },
      },
    ],
  },
};

function exceptRole(role: string): Record<string, unknown> {
  return { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/${role}` } };
}

/**
 * Services and actions whose endpoint is in us-east-1 whatever Region one works in.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
 */
const globalServices = [
  "a4b:*",
  "acm:*",
  "aws-marketplace-management:*",
  "aws-marketplace:*",
  "aws-portal:*",
  "budgets:*",
  "ce:*",
  "chime:*",
  "cloudfront:*",
  "config:*",
  "cur:*",
  "directconnect:*",
  "ec2:DescribeRegions",
  "ec2:DescribeTransitGateways",
  "ec2:DescribeVpnGateways",
  "fms:*",
  "globalaccelerator:*",
  "health:*",
  "iam:*",
  "importexport:*",
  "kms:*",
  "mobileanalytics:*",
  "networkmanager:*",
  "organizations:*",
  "pricing:*",
  "route53-recovery-cluster:*",
  "route53-recovery-control-config:*",
  "route53-recovery-readiness:*",
  "route53:*",
  "route53domains:*",
  "s3:GetAccountPublic*",
  "s3:ListAllMyBuckets",
  "s3:ListMultiRegionAccessPoints",
  "s3:PutAccountPublic*",
  "shield:*",
  "sts:*",
  "support:*",
  "trustedadvisor:*",
  "waf-regional:*",
  "waf:*",
  "wafv2:*",
  "wellarchitected:*",
];
