/** AWS managed policies by name. */

/**
 * The paths of well-known policies that are not under "/"; any other can be written with its path.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const paths: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "job-function/": [
      "Billing",
      "DatabaseAdministrator",
      "DataScientist",
      "NetworkAdministrator",
      "SupportUser",
      "SystemAdministrator",
      "ViewOnlyAccess",
    ],
    "service-role/": [
      "AmazonAPIGatewayPushToCloudWatchLogs",
      "AmazonEC2ContainerServiceforEC2Role",
      "AmazonECSTaskExecutionRolePolicy",
      "AmazonEBSCSIDriverPolicy",
      "AmazonRDSEnhancedMonitoringRole",
      "AWS_ConfigRole",
      "AWSCodeDeployRole",
      "AWSCodeDeployRoleForECS",
      "AWSGlueServiceRole",
      "AWSLambdaBasicExecutionRole",
      "AWSLambdaDynamoDBExecutionRole",
      "AWSLambdaKinesisExecutionRole",
      "AWSLambdaSQSQueueExecutionRole",
      "AWSLambdaVPCAccessExecutionRole",
      "AWSQuicksightAthenaAccess",
    ],
  }).flatMap(([path, names]) => names.map((name) => [name, path] as const)),
);

/** The ARN of an AWS managed policy given by ARN, by `path/name`, or by name. */
export function managedPolicyArn(policy: string): string {
  return policy.startsWith("arn:") ? policy : `arn:aws:iam::aws:policy/${paths.get(policy) ?? ""}${policy}`;
}
