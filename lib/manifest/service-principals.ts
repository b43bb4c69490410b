/** Services that assume roles of an account, by what stands before `.amazonaws.com`. */
const known = `
access-analyzer airflow airflow-env amplify apigateway appconfig appflow application-autoscaling apprunner appstream
appsync arc-zonal-shift athena auditmanager autoscaling backup batch batchoperations.s3 bedrock bedrock-agentcore billing-cost-management
braket budgets build.apprunner ce chatbot cloudformation cloudfront cloudhsm cloudtrail cloudwatch codebuild codecommit
codedeploy codeguru-reviewer codepipeline codestar cognito-idp cognito-identity comprehend config connect
continuousexport.discovery controltower credentials.iot dataexchange datapipeline datasync datazone dax
delivery.logs detective devicefarm devops-guru discovery dlm dms drs ds dynamodb ec2 ec2fleet ecr ecs ecs-tasks edgelambda
eks eks-fargate-pods eks-nodegroup elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce
elastictranscoder emr-containers emr-serverless es events evidently export.rds finspace firehose fis fms forecast frauddetector
fsx gamelift glacier globalaccelerator glue grafana greengrass groundstation guardduty health healthlake imagebuilder
inspector inspector2 iot iotanalytics iotevents iotsitewise iottwinmaker ivs kafka kafkaconnect kendra kinesis
kinesisanalytics kms lakeformation lambda launchwizard lexv2 license-manager location logs lookoutmetrics m2 macie
malware-protection-plan.guardduty mediaconnect mediaconvert medialive mediapackage mediastore mediatailor memorydb
mgn monitoring monitoring.rds mq networkmanager opensearchservice opsworks organizations osis-pipelines
osis panorama personalize pinpoint pipes polly pods.eks profile qbusiness quicksight ram rds redshift redshift-serverless
refactor-spaces rekognition replication.dynamodb resiliencehub resource-explorer-2 robomaker rolesanywhere route53
route53resolver rum s3 sagemaker scheduler schemas secretsmanager securityhub securitylake serverlessrepo
servicecatalog ses session-manager shield signer sms sns spotfleet sqs ssm ssm-incidents sso stacksets.cloudformation
states storagegateway streams.metrics.cloudwatch support swf synthetics tasks.apprunner textract timestream
transcribe transfer translate transitgateway trustedadvisor vmie vpc-flow-logs waf wafv2 wellarchitected workdocs workmail
workspaces workspaces-web xray
`;

export const serviceNames: readonly string[] = known.trim().split(/\s+/);
const names: ReadonlySet<string> = new Set(serviceNames);

/** Whether a service, as `ec2` or `ec2.amazonaws.com`, is known; regional principals count as their service. */
export function isServicePrincipal(service: string): boolean {
  const principal = servicePrincipal(service);
  if (!principal.endsWith(".amazonaws.com")) return false;
  const name = principal.slice(0, -".amazonaws.com".length);
  return names.has(name) || names.has(name.replace(/\.[a-z]{2}(-[a-z]+)+-\d$/, ""));
}

/** `ec2` -> `ec2.amazonaws.com` */
export function servicePrincipal(service: string): string {
  return service.includes(".") ? service : `${service}.amazonaws.com`;
}
