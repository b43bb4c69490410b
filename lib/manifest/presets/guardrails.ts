/** Guardrails that hold for every organization. They bind member accounts, never the management account. */
import { globalServices } from "./global-services.ts";
import { deny, exceptRoles, exceptWhoIsExempt, guardrail, whoAsks } from "./preset.ts";

export const guardrails = {
  "deny-root-user": guardrail({
    types: ["scp"],
    summary: "Denies everything to the root users of member accounts.",
    leavesAlone: "",
    // a root user is no role: exempt roles would change nothing
    takes: ["exempt.accounts"],
    statements: (request) => [
      deny(
        "DenyRootUser",
        { Action: "*", Resource: "*" },
        { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:root" } },
        exceptWhoIsExempt(request),
      ),
    ],
  }),
  "deny-leave-organization": guardrail({
    types: ["scp"],
    summary: "Keeps member accounts from leaving the organization.",
    leavesAlone: "",
    takes: whoAsks,
    statements: (request) => [
      deny(
        "DenyLeaveOrganization",
        { Action: "organizations:LeaveOrganization", Resource: "*" },
        exceptWhoIsExempt(request),
      ),
    ],
  }),
  "deny-iam-users": guardrail({
    types: ["scp"],
    summary:
      "Denies creating IAM users, their access keys and their console passwords: people come through Identity Center.",
    leavesAlone: "",
    takes: whoAsks,
    statements: (request) => [
      deny(
        "DenyIamUsers",
        { Action: ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"], Resource: "*" },
        exceptWhoIsExempt(request),
      ),
    ],
  }),
  "deny-s3-public-access-changes": guardrail({
    types: ["scp"],
    summary: "Denies changing S3 Block Public Access, for accounts, buckets and access points.",
    leavesAlone: "the execution role",
    takes: whoAsks,
    statements: (request) => [
      deny(
        "DenyS3PublicAccessChanges",
        {
          // removing a block is authorized by the same action as changing it
          Action: [
            "s3:PutAccountPublicAccessBlock",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutAccessPointPublicAccessBlock",
          ],
          Resource: "*",
        },
        exceptRoles([request.executionRole]),
        exceptWhoIsExempt(request),
      ),
    ],
  }),
  "protect-monitoring": guardrail({
    types: ["scp"],
    summary: "Denies switching off or weakening CloudTrail, AWS Config and GuardDuty, and changing the log buckets.",
    leavesAlone: "the execution role",
    takes: whoAsks,
    statements: (request) => {
      const kept = [exceptRoles([request.executionRole]), exceptWhoIsExempt(request)];
      const buckets = request.logBuckets.flatMap((bucket) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]);
      return [
        deny("ProtectMonitoring", { Action: monitoringChanges, Resource: "*" }, ...kept),
        ...(buckets.length === 0
          ? []
          : [deny("ProtectLogBuckets", { Action: bucketChanges, Resource: buckets }, ...kept)]),
      ];
    },
  }),
  "region-allow-list": guardrail({
    types: ["scp"],
    summary: "Denies everything outside the organization's Regions, but for global services.",
    leavesAlone: "services whose endpoint is in us-east-1 whatever Region one works in",
    takes: ["regions", "exemptServices", ...whoAsks],
    statements: (request) => [
      deny(
        "DenyOtherRegions",
        {
          NotAction: [...globalServices, ...request.exemptServices.map((service) => `${service}:*`)],
          Resource: "*",
        },
        { StringNotEquals: { "aws:RequestedRegion": request.regions } },
        exceptWhoIsExempt(request),
      ),
    ],
  }),
  /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-instance-metadata */
  "require-imdsv2": guardrail({
    types: ["scp"],
    summary: "Denies starting EC2 instances that answer IMDSv1, going back to it, and using credentials got by it.",
    leavesAlone: "",
    takes: whoAsks,
    statements: (request) => [
      deny(
        "RequireImdsV2AtLaunch",
        { Action: "ec2:RunInstances", Resource: "arn:aws:ec2:*:*:instance/*" },
        { StringNotEquals: { "ec2:MetadataHttpTokens": "required" } },
        exceptWhoIsExempt(request),
      ),
      deny(
        "KeepImdsV2",
        { Action: "ec2:ModifyInstanceMetadataOptions", Resource: "arn:aws:ec2:*:*:instance/*" },
        // other options may be changed without a word about tokens
        {
          StringNotEquals: { "ec2:Attribute/HttpTokens": "required" },
          Null: { "ec2:Attribute/HttpTokens": "false" },
        },
        exceptWhoIsExempt(request),
      ),
      deny(
        "DenyImdsV1Credentials",
        { Action: "*", Resource: "*" },
        { NumericLessThan: { "ec2:RoleDelivery": "2.0" } },
        exceptWhoIsExempt(request),
      ),
    ],
  }),
};

const monitoringChanges = [
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
];

const bucketChanges = [
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
];
