/** The actions that a reader knows best: requests are shown with them where a policy leaves it open which action it is. */
import { flatMap } from "../flat-map.ts";
import { type Glob, matches } from "./glob.ts";
import { oncePer, oncePerText } from "./memo.ts";
import type { Demand } from "./pick.ts";

/** By the prefix of the service; the most telling one first. */
const known: Readonly<Record<string, string>> = {
  "acm-pca": "IssueCertificate GetCertificate",
  apigateway: "POST PATCH DELETE GET",
  aps: "QueryMetrics RemoteWrite",
  athena: "StartQueryExecution GetQueryResults",
  autoscaling: "UpdateAutoScalingGroup CreateAutoScalingGroup DescribeAutoScalingGroups",
  backup: "CopyIntoBackupVault DeleteRecoveryPoint StartRestoreJob",
  bedrock: "InvokeModel",
  "bedrock-agentcore": "InvokeAgentRuntime",
  cloudformation: "CreateStack UpdateStack DeleteStack DescribeStacks",
  cloudfront: "UpdateDistribution CreateInvalidation GetDistribution",
  cloudsearch: "search document",
  cloudtrail: "StopLogging DeleteTrail UpdateTrail LookupEvents",
  cloudwatch: "DeleteAlarms PutMetricAlarm PutMetricData GetMetricData",
  codeartifact: "ReadFromRepository PublishPackageVersion GetAuthorizationToken",
  codebuild: "StartBuild UpdateProject BatchGetProjects",
  "cognito-idp": "AdminCreateUser AdminSetUserPassword ListUsers",
  config: "StopConfigurationRecorder DeleteConfigRule GetResourceConfigHistory",
  dsql: "DbConnect DbConnectAdmin",
  dynamodb: "GetItem PutItem DeleteItem UpdateItem Query Scan DeleteTable CreateTable DescribeTable ListTables",
  ec2: "RunInstances TerminateInstances CreateSnapshot ModifyInstanceAttribute AuthorizeSecurityGroupIngress DescribeInstances",
  ecr: "BatchGetImage PutImage GetDownloadUrlForLayer DeleteRepository",
  "ecr-public": "PutImage UploadLayerPart",
  ecs: "RunTask UpdateService RegisterTaskDefinition ExecuteCommand DescribeServices",
  eks: "CreateAccessEntry AssociateAccessPolicy DescribeCluster UpdateClusterConfig",
  elasticfilesystem: "ClientMount ClientWrite ClientRootAccess DeleteFileSystem",
  es: "ESHttpGet ESHttpPost ESHttpPut ESHttpDelete UpdateDomainConfig",
  events: "PutEvents PutRule PutTargets DeleteRule",
  "execute-api": "Invoke",
  glacier: "InitiateJob GetJobOutput DeleteArchive",
  glue: "GetTable UpdateTable DeleteTable CreateJob GetConnection",
  guardduty: "DeleteDetector UpdateDetector GetFindings",
  iam: "CreateAccessKey AttachRolePolicy PutRolePolicy PassRole CreateUser CreateRole UpdateAssumeRolePolicy DeleteRolePolicy GetRole ListUsers",
  iot: "Publish Subscribe UpdateThingShadow CreatePolicyVersion",
  kafka: "CreateVpcConnection GetBootstrapBrokers DescribeCluster",
  kinesis: "GetRecords PutRecord PutRecords DescribeStream",
  kms: "Decrypt Encrypt GenerateDataKey CreateGrant PutKeyPolicy ScheduleKeyDeletion DescribeKey ReEncryptFrom",
  lambda: "InvokeFunction UpdateFunctionCode CreateFunction AddPermission GetFunction DeleteFunction",
  logs: "DeleteLogGroup PutLogEvents GetLogEvents PutSubscriptionFilter FilterLogEvents CreateLogGroup",
  mediastore: "GetObject PutObject",
  "network-firewall": "AssociateFirewallPolicy ListRuleGroups",
  oam: "CreateLink UpdateLink",
  organizations: "LeaveOrganization AttachPolicy DetachPolicy DescribeOrganization",
  osis: "Ingest",
  rds: "DeleteDBInstance ModifyDBInstance CreateDBSnapshot RestoreDBInstanceFromDBSnapshot DescribeDBInstances",
  redshift: "GetClusterCredentials ModifyCluster DescribeClusters",
  "redshift-serverless": "RestoreFromSnapshot",
  route53: "ChangeResourceRecordSets ListResourceRecordSets",
  s3: "GetObject PutObject DeleteObject ListBucket PutBucketPolicy GetBucketPolicy DeleteBucket CreateBucket",
  s3files: "ClientMount",
  s3tables: "GetTableData PutTableData GetTable",
  s3vectors: "GetVectors QueryVectors PutVectors",
  sagemaker: "CreateNotebookInstance CreateTrainingJob InvokeEndpoint",
  schemas: "DescribeRegistry DescribeSchema UpdateSchema",
  secretsmanager: "GetSecretValue PutSecretValue DeleteSecret UpdateSecret DescribeSecret ListSecrets",
  securityhub: "DisableSecurityHub UpdateFindings GetFindings",
  ses: "SendEmail SendRawEmail",
  "sms-voice": "SendTextMessage SendVoiceMessage",
  sns: "Publish Subscribe SetTopicAttributes DeleteTopic",
  sqs: "SendMessage ReceiveMessage DeleteMessage PurgeQueue SetQueueAttributes GetQueueAttributes",
  ssm: "GetParameter PutParameter StartSession SendCommand DescribeInstanceInformation",
  sso: "CreateAccountAssignment PutInlinePolicyToPermissionSet AttachManagedPolicyToPermissionSet ListInstances",
  states: "StartExecution UpdateStateMachine DescribeExecution",
  sts: "AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML TagSession GetFederationToken",
  "vpc-lattice-svcs": "Invoke",
  xray: "PutTraceSegments GetTraceSummaries",
};

/** The services that have examples. */
export const exampleServices: readonly string[] = Object.keys(known);

/** Gives the actions to show for a service, whose prefix is lower-cased; none for one that few know. */
export const examplesOf = oncePerText((service): readonly string[] =>
  Object.hasOwn(known, service) ? known[service]!.split(" ").map((name) => `${service}:${name}`) : NONE,
);

const NONE: readonly string[] = [];

/** Where nothing says which service it is. */
export const anyService: readonly string[] = [
  "s3:GetObject",
  "iam:CreateAccessKey",
  "ec2:RunInstances",
  "s3:PutObject",
];

/** Gives an action that a pattern stands for and that exists; `null` where none is known. */
export function exampleOf(pattern: Glob): string | null {
  const colon = pattern.source.indexOf(":");
  const service = pattern.source.slice(0, Math.max(colon, 0)).toLowerCase();
  return examplesOf(service).find((name) => matches(pattern, name)) ?? null;
}

/**
 * Gives actions to try first.
 * @param actions what is demanded of the action
 * @param resources what is demanded of the resource
 * @param service that answers, where that is known
 */
export function likelyActions(
  actions: readonly Demand[],
  resources: readonly Demand[],
  service: string | null,
): readonly string[] {
  const named = flatMap(actions, ofActions);
  return [...named, ...(service === null ? flatMap(resources, ofResources) : examplesOf(service)), ...anyService];
}

const ofActions = oncePer(({ globs, not }: Demand): readonly string[] =>
  not ? NONE : flatMap(globs, (glob) => (glob.literal === null ? (exampleOf(glob) ?? NONE) : NONE)),
);

const ofResources = oncePer(({ globs, not }: Demand): readonly string[] =>
  not ? NONE : flatMap(globs, ({ source }) => examplesOf(/^arn:[^:]*:([^:*?]+):/.exec(source)?.[1] ?? "")),
);
