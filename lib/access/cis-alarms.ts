/**
 * The alarms of the CIS AWS Foundations Benchmark (1.4 chapter 4, 3.0 chapter 4), one row each. Security Hub passes its
 * controls CloudWatch.1 to .14 only on exactly these patterns, and asks for an alarm at the first match. Where its page
 * differs from the benchmark (CloudWatch.4 and .13 look at one service alone), the pattern is that of the page.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
 */

interface CisAlarm {
  /** Number of the recommendation in the benchmark 1.4 and 3.0. */
  recommendation: string;
  /** What happened, as the description of the alarm. */
  summary: string;
  /** Pattern of the metric filter on the log group of the trail. */
  pattern: string;
}

const anyOf = (names: readonly string[]) => names.map((name) => `($.eventName=${name})`).join(" || ");
/** API calls by name alone, or by name within a service. */
const calls = (...names: readonly string[]) => `{${anyOf(names)}}`;
const callsOf = (service: string, ...names: readonly string[]) =>
  `{($.eventSource=${service}.amazonaws.com) && (${anyOf(names)})}`;

const table = {
  "unauthorized-api-calls": {
    recommendation: "4.1",
    summary: "An API call was denied",
    pattern: '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
  },
  "console-sign-in-without-mfa": {
    recommendation: "4.2",
    summary: "An IAM user signed in to the console without MFA",
    pattern:
      '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
  },
  "root-use": {
    recommendation: "4.3",
    summary: "The root user did something",
    pattern: '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
  },
  "iam-policy-changes": {
    recommendation: "4.4",
    summary: "An IAM policy was changed, attached or detached",
    pattern: callsOf(
      "iam",
      "DeleteGroupPolicy",
      "DeleteRolePolicy",
      "DeleteUserPolicy",
      "PutGroupPolicy",
      "PutRolePolicy",
      "PutUserPolicy",
      "CreatePolicy",
      "DeletePolicy",
      "CreatePolicyVersion",
      "DeletePolicyVersion",
      "AttachRolePolicy",
      "DetachRolePolicy",
      "AttachUserPolicy",
      "DetachUserPolicy",
      "AttachGroupPolicy",
      "DetachGroupPolicy",
    ),
  },
  "cloudtrail-changes": {
    recommendation: "4.5",
    summary: "A trail was made, changed, deleted, started or stopped",
    pattern: calls("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
  },
  "console-sign-in-failures": {
    recommendation: "4.6",
    summary: "Somebody could not sign in to the console",
    pattern: '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}',
  },
  "kms-key-deletion": {
    recommendation: "4.7",
    summary: "A KMS key was disabled or will be deleted",
    pattern: callsOf("kms", "DisableKey", "ScheduleKeyDeletion"),
  },
  "s3-bucket-policy-changes": {
    recommendation: "4.8",
    summary: "The policy, access list or lifecycle of a bucket was changed",
    pattern: callsOf(
      "s3",
      "PutBucketAcl",
      "PutBucketPolicy",
      "PutBucketCors",
      "PutBucketLifecycle",
      "PutBucketReplication",
      "DeleteBucketPolicy",
      "DeleteBucketCors",
      "DeleteBucketLifecycle",
      "DeleteBucketReplication",
    ),
  },
  "config-changes": {
    recommendation: "4.9",
    summary: "AWS Config was stopped or changed",
    pattern: callsOf(
      "config",
      "StopConfigurationRecorder",
      "DeleteDeliveryChannel",
      "PutDeliveryChannel",
      "PutConfigurationRecorder",
    ),
  },
  "security-group-changes": {
    recommendation: "4.10",
    summary: "A security group was made, changed or deleted",
    pattern: calls(
      "AuthorizeSecurityGroupIngress",
      "AuthorizeSecurityGroupEgress",
      "RevokeSecurityGroupIngress",
      "RevokeSecurityGroupEgress",
      "CreateSecurityGroup",
      "DeleteSecurityGroup",
    ),
  },
  "network-acl-changes": {
    recommendation: "4.11",
    summary: "A network access control list was made, changed or deleted",
    pattern: calls(
      "CreateNetworkAcl",
      "CreateNetworkAclEntry",
      "DeleteNetworkAcl",
      "DeleteNetworkAclEntry",
      "ReplaceNetworkAclEntry",
      "ReplaceNetworkAclAssociation",
    ),
  },
  "network-gateway-changes": {
    recommendation: "4.12",
    summary: "A gateway to other networks was made, attached, detached or deleted",
    pattern: calls(
      "CreateCustomerGateway",
      "DeleteCustomerGateway",
      "AttachInternetGateway",
      "CreateInternetGateway",
      "DeleteInternetGateway",
      "DetachInternetGateway",
    ),
  },
  "route-table-changes": {
    recommendation: "4.13",
    summary: "A route or route table was made, changed or deleted",
    pattern: callsOf(
      "ec2",
      "CreateRoute",
      "CreateRouteTable",
      "ReplaceRoute",
      "ReplaceRouteTableAssociation",
      "DeleteRouteTable",
      "DeleteRoute",
      "DisassociateRouteTable",
    ),
  },
  "vpc-changes": {
    recommendation: "4.14",
    summary: "A VPC or peering connection was made, changed or deleted",
    pattern: calls(
      "CreateVpc",
      "DeleteVpc",
      "ModifyVpcAttribute",
      "AcceptVpcPeeringConnection",
      "CreateVpcPeeringConnection",
      "DeleteVpcPeeringConnection",
      "RejectVpcPeeringConnection",
      "AttachClassicLinkVpc",
      "DetachClassicLinkVpc",
      "DisableVpcClassicLink",
      "EnableVpcClassicLink",
    ),
  },
  "organizations-changes": {
    recommendation: "4.15",
    summary: "The organization, its accounts, units or policies were changed",
    pattern: callsOf(
      "organizations",
      "AcceptHandshake",
      "AttachPolicy",
      "CreateAccount",
      "CreateOrganizationalUnit",
      "CreatePolicy",
      "DeclineHandshake",
      "DeleteOrganization",
      "DeleteOrganizationalUnit",
      "DeletePolicy",
      "DetachPolicy",
      "DisablePolicyType",
      "EnablePolicyType",
      "InviteAccountToOrganization",
      "LeaveOrganization",
      "MoveAccount",
      "RemoveAccountFromOrganization",
      "UpdatePolicy",
      "UpdateOrganizationalUnit",
    ),
  },
} as const satisfies Readonly<Record<string, CisAlarm>>;

export type CisAlarmName = keyof typeof table;
export const cisAlarmTable: Readonly<Record<CisAlarmName, CisAlarm>> = table;
export const cisAlarmNames = Object.keys(table) as CisAlarmName[];
