/**
 * Services that assume roles of an account, by what stands before `.amazonaws.com`. AWS has no list of them: these are
 * the services that roles are passed to in AWS managed policies, and others as far as known; who is missing is warned of.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const known = `
access-analyzer access-grants.s3 agent-registry agent.wellarchitected aiops airflow airflow-env airflow-serverless
amplify apigateway appconfig appflow application-autoscaling apprunner appstream appsync arc-zonal-shift
assets.marketplace athena auditmanager autoscaling backup batch batchoperations.s3 bedrock bedrock-agentcore
billing-cost-management braket budgets build.apprunner byol ce channels.lexv2 chatbot cleanrooms cleanrooms-ml
cloudformation cloudfront cloudhsm cloudtrail cloudwatch codebuild codecatalyst codecatalyst-runner codecommit
codedeploy codeguru-reviewer codepipeline codestar cognito-identity cognito-idp comprehend config connect
continuousexport.discovery controltower credentials.iot databrew dataexchange datapipeline datasync datazone
datazonecontrol dax delivery.logs detective devicefarm devops-guru directquery.opensearchservice discovery dlm dms drs
ds dsql dynamodb ec2 ec2fleet ecr ecs ecs-tasks edgelambda eks eks-fargate-pods eks-nodegroup elasticache
elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce elastictranscoder emr-containers
emr-serverless entityresolution es events events.workmail evidently export.rds finspace firehose fis fms forecast
frauddetector fsx gamelift glacier globalaccelerator glue grafana greengrass groundstation guardduty health healthlake
imagebuilder inspector inspector2 iot iotanalytics iotevents iotsitewise iottwinmaker ivs job.sagemaker kafka
kafkaconnect kendra kinesis kinesisanalytics kms lakeformation lambda launchwizard lex lexv2 license-manager location
logs lookoutequipment lookoutmetrics m2 macie malware-protection-plan.guardduty malware-protection.guardduty
mediaconnect mediaconvert medialive mediapackage mediastore mediatailor medical-imaging memorydb mgn monitoring
monitoring.rds mq neptune-graph networkmanager omics opensearchservice opsworks organizations osis osis-pipelines
panorama partnercentral-account-management personalize pinpoint pipes pods.eks polly profile proton q qbusiness qldb
quicksight ram rds redshift redshift-serverless refactor-spaces rekognition replication.dynamodb replication.s3tables
researchstudio resiliencehub resource-explorer-2 resource-snapshot-job.partnercentral-selling restore-testing.backup
robomaker rolesanywhere route53 route53resolver rum s3 sagemaker sagemaker-geospatial scheduler schema-conversion.dms
schemas secretsmanager securityagent securityhub securitylake serverlessrepo servicecatalog ses session-manager shield
signer sms sns spot spotfleet sqs ssm ssm-incidents ssm.integrations sso stacksets.cloudformation states
storagegateway streams.metrics.cloudwatch support swf synthetics tasks.apprunner
telemetry-pipelines.observabilityadmin textract timestream transcribe transfer transitgateway translate trustedadvisor
vmie vpc-flow-logs waf wafv2 wellarchitected workdocs workmail workspaces workspaces-web xray
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
