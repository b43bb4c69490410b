/**
 * Conformance packs that ship with Gatehouse: AWS managed rules by identifier, with the parameters one may set.
 * What AWS maps to the standards: https://docs.aws.amazon.com/config/latest/developerguide/conformancepack-sample-templates.html
 */
/** Parameters of a rule with their defaults, in the rule's own words; `true` for a rule without. */
type Rules = Readonly<Record<string, true | Readonly<Record<string, string>>>>;

const passwordPolicy = {
  MaxPasswordAge: "90",
  MinimumPasswordLength: "14",
  PasswordReusePrevention: "24",
  RequireLowercaseCharacters: "true",
  RequireNumbers: "true",
  RequireSymbols: "true",
  RequireUppercaseCharacters: "true",
};

const accountPublicAccess = {
  BlockPublicAcls: "true",
  BlockPublicPolicy: "true",
  IgnorePublicAcls: "true",
  RestrictPublicBuckets: "true",
};

/** CIS AWS Foundations Benchmark, levels 1 and 2, as far as managed rules reach. */
const cis: Rules = {
  ACCESS_KEYS_ROTATED: { maxAccessKeyAge: "90" },
  CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED: true,
  CLOUD_TRAIL_ENCRYPTION_ENABLED: true,
  CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED: true,
  CLOUDTRAIL_S3_DATAEVENTS_ENABLED: true,
  CMK_BACKING_KEY_ROTATION_ENABLED: true,
  EC2_EBS_ENCRYPTION_BY_DEFAULT: true,
  EC2_IMDSV2_CHECK: true,
  EFS_ENCRYPTED_CHECK: true,
  ENCRYPTED_VOLUMES: true,
  IAM_EXTERNAL_ACCESS_ANALYZER_ENABLED: true,
  IAM_PASSWORD_POLICY: passwordPolicy,
  IAM_POLICY_IN_USE: { policyARN: "arn:aws:iam::aws:policy/AWSSupportAccess" },
  IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS: true,
  IAM_ROOT_ACCESS_KEY_CHECK: true,
  IAM_USER_GROUP_MEMBERSHIP_CHECK: true,
  IAM_USER_NO_POLICIES_CHECK: true,
  IAM_USER_UNUSED_CREDENTIALS_CHECK: { maxCredentialUsageAge: "45" },
  INCOMING_SSH_DISABLED: true,
  MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS: true,
  MULTI_REGION_CLOUD_TRAIL_ENABLED: true,
  NACL_NO_UNRESTRICTED_SSH_RDP: true,
  RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED: true,
  RDS_INSTANCE_PUBLIC_ACCESS_CHECK: true,
  RDS_SNAPSHOT_ENCRYPTED: true,
  RDS_STORAGE_ENCRYPTED: true,
  RESTRICTED_INCOMING_TRAFFIC: { blockedPort3: "3389" },
  ROOT_ACCOUNT_HARDWARE_MFA_ENABLED: true,
  ROOT_ACCOUNT_MFA_ENABLED: true,
  S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC: accountPublicAccess,
  S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED: true,
  S3_BUCKET_LOGGING_ENABLED: true,
  S3_BUCKET_PUBLIC_READ_PROHIBITED: true,
  S3_BUCKET_PUBLIC_WRITE_PROHIBITED: true,
  S3_BUCKET_SSL_REQUESTS_ONLY: true,
  S3_BUCKET_VERSIONING_ENABLED: { isMfaDeleteEnabled: "true" },
  SECURITY_ACCOUNT_INFORMATION_PROVIDED: true,
  SECURITYHUB_ENABLED: true,
  VPC_DEFAULT_SECURITY_GROUP_CLOSED: true,
  VPC_FLOW_LOGS_ENABLED: { trafficType: "REJECT" },
};

/** PCI DSS, as far as managed rules reach. */
const pciDss: Rules = {
  ACCESS_KEYS_ROTATED: { maxAccessKeyAge: "90" },
  ACM_CERTIFICATE_EXPIRATION_CHECK: { daysToExpiration: "90" },
  ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK: true,
  ALB_WAF_ENABLED: true,
  CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED: true,
  CLOUD_TRAIL_ENABLED: true,
  CLOUD_TRAIL_ENCRYPTION_ENABLED: true,
  CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED: true,
  CLOUDTRAIL_S3_DATAEVENTS_ENABLED: true,
  CLOUDWATCH_LOG_GROUP_ENCRYPTED: true,
  CMK_BACKING_KEY_ROTATION_ENABLED: true,
  CODEBUILD_PROJECT_ENVVAR_AWSCRED_CHECK: true,
  CW_LOGGROUP_RETENTION_PERIOD_CHECK: { MinRetentionTime: "365" },
  DMS_REPLICATION_NOT_PUBLIC: true,
  EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK: true,
  EC2_EBS_ENCRYPTION_BY_DEFAULT: true,
  EC2_IMDSV2_CHECK: true,
  EC2_INSTANCE_MANAGED_BY_SSM: true,
  EC2_INSTANCE_NO_PUBLIC_IP: true,
  EFS_ENCRYPTED_CHECK: true,
  ELB_LOGGING_ENABLED: true,
  ELB_TLS_HTTPS_LISTENERS_ONLY: true,
  EMR_MASTER_NO_PUBLIC_IP: true,
  ENCRYPTED_VOLUMES: true,
  GUARDDUTY_ENABLED_CENTRALIZED: true,
  IAM_GROUP_HAS_USERS_CHECK: true,
  IAM_NO_INLINE_POLICY_CHECK: true,
  IAM_PASSWORD_POLICY: passwordPolicy,
  IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS: true,
  IAM_ROOT_ACCESS_KEY_CHECK: true,
  IAM_USER_GROUP_MEMBERSHIP_CHECK: true,
  IAM_USER_MFA_ENABLED: true,
  IAM_USER_NO_POLICIES_CHECK: true,
  IAM_USER_UNUSED_CREDENTIALS_CHECK: { maxCredentialUsageAge: "90" },
  INCOMING_SSH_DISABLED: true,
  INSTANCES_IN_VPC: true,
  KMS_CMK_NOT_SCHEDULED_FOR_DELETION: true,
  LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED: true,
  MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS: true,
  MULTI_REGION_CLOUD_TRAIL_ENABLED: true,
  NO_UNRESTRICTED_ROUTE_TO_IGW: true,
  RDS_INSTANCE_PUBLIC_ACCESS_CHECK: true,
  RDS_LOGGING_ENABLED: true,
  RDS_SNAPSHOTS_PUBLIC_PROHIBITED: true,
  RDS_SNAPSHOT_ENCRYPTED: true,
  RDS_STORAGE_ENCRYPTED: true,
  REDSHIFT_CLUSTER_CONFIGURATION_CHECK: { clusterDbEncrypted: "true", loggingEnabled: "true" },
  REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK: true,
  REDSHIFT_REQUIRE_TLS_SSL: true,
  RESTRICTED_INCOMING_TRAFFIC: {
    blockedPort1: "20",
    blockedPort2: "21",
    blockedPort3: "3389",
    blockedPort4: "3306",
    blockedPort5: "4333",
  },
  ROOT_ACCOUNT_HARDWARE_MFA_ENABLED: true,
  ROOT_ACCOUNT_MFA_ENABLED: true,
  S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC: accountPublicAccess,
  S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED: true,
  S3_BUCKET_LOGGING_ENABLED: true,
  S3_BUCKET_PUBLIC_READ_PROHIBITED: true,
  S3_BUCKET_PUBLIC_WRITE_PROHIBITED: true,
  S3_BUCKET_REPLICATION_ENABLED: true,
  S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED: true,
  S3_BUCKET_SSL_REQUESTS_ONLY: true,
  S3_BUCKET_VERSIONING_ENABLED: true,
  SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS: true,
  SECURITYHUB_ENABLED: true,
  SSM_DOCUMENT_NOT_PUBLIC: true,
  VPC_DEFAULT_SECURITY_GROUP_CLOSED: true,
  VPC_FLOW_LOGS_ENABLED: true,
  WAFV2_LOGGING_ENABLED: true,
};

const packs = { cis, "pci-dss": pciDss } as const;

export type ConformancePackName = keyof typeof packs;
export const conformancePackNames = Object.keys(packs) as ConformancePackName[];

/** The identifiers of the managed rules in a pack. */
export function packRules(pack: ConformancePackName): string[] {
  return Object.keys(packs[pack]);
}

/** What may be set in a pack, with the value it has otherwise: `{ AccessKeysRotatedMaxAccessKeyAge: "90" }`. */
export function packParameters(pack: ConformancePackName): Record<string, string> {
  return Object.fromEntries(
    Object.entries(packs[pack] as Rules).flatMap(([identifier, parameters]) =>
      parameters === true
        ? []
        : Object.entries(parameters).map(([name, value]) => [parameterName(identifier, name), value]),
    ),
  );
}

/** The template of a pack: https://docs.aws.amazon.com/config/latest/developerguide/custom-conformance-pack.html */
export function packTemplate(pack: ConformancePackName): string {
  const rules = Object.entries(packs[pack] as Rules).map(([identifier, parameters]) => [
    camelCase(identifier),
    {
      Type: "AWS::Config::ConfigRule",
      Properties: {
        ConfigRuleName: identifier.toLowerCase().replaceAll("_", "-"),
        Source: { Owner: "AWS", SourceIdentifier: identifier },
        ...(parameters === true ? {} : { InputParameters: references(identifier, parameters) }),
      },
    },
  ]);
  const parameters = Object.entries(packParameters(pack)).map(([name, Default]) => [name, { Type: "String", Default }]);
  return yaml({ Parameters: Object.fromEntries(parameters), Resources: Object.fromEntries(rules) }, "");
}

interface Tree {
  readonly [key: string]: string | Tree;
}

/** Maps of maps and texts, each text in quotes; the library takes a tenth of a second for each pack. */
function yaml(tree: Tree, indent: string): string {
  return Object.entries(tree)
    .map(([key, value]) =>
      typeof value === "string"
        ? `${indent}${key}: ${JSON.stringify(value)}\n`
        : `${indent}${key}:\n${yaml(value, `${indent}  `)}`,
    )
    .join("");
}

function references(identifier: string, parameters: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.keys(parameters).map((name) => [name, { Ref: parameterName(identifier, name) }]));
}

function parameterName(identifier: string, parameter: string): string {
  return camelCase(identifier) + parameter.charAt(0).toUpperCase() + parameter.slice(1);
}

function camelCase(identifier: string): string {
  return identifier
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("");
}
