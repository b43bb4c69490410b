/** The resources that requests are shown with, where a policy leaves it open which resource it is. */
import { EXAMPLE_ACCOUNT } from "./callers.ts";
import { oncePerText } from "./memo.ts";

/**
 * By the prefix of the service: what the ARN says behind its account, or all of an ARN that has another account, region
 * or service; and the actions that are about it, where others of the service are about something else.
 */
const resources: Readonly<Record<string, readonly (readonly [resource: string, actions?: RegExp])[]>> = {
  "acm-pca": [["certificate-authority/example"]],
  apigateway: [["arn:aws:apigateway:us-east-1::/apikeys", /post/], ["arn:aws:apigateway:us-east-1::/restapis/example"]],
  aps: [["workspace/ws-example"]],
  athena: [["workgroup/example"]],
  autoscaling: [["autoScalingGroup:example:autoScalingGroupName/example"]],
  backup: [["recovery-point:example", /recoverypoint|startrestore/], ["backup-vault:example"]],
  bedrock: [["arn:aws:bedrock:us-east-1::foundation-model/example", /invokemodel/]],
  "bedrock-agentcore": [["runtime/example"]],
  cloudformation: [["stack/example/example"]],
  cloudfront: [[`arn:aws:cloudfront::${EXAMPLE_ACCOUNT}:distribution/EXAMPLE`]],
  cloudsearch: [["domain/example"]],
  cloudtrail: [["trail/example"]],
  cloudwatch: [["dataset/example", /data$/], ["alarm:example"]],
  codeartifact: [
    ["package/example/example/npm//example", /package/],
    ["domain/example", /token|domain/],
    ["repository/example/example"],
  ],
  codebuild: [["project/example"]],
  "cognito-idp": [["userpool/us-east-1_example"]],
  config: [["configuration-recorder/example/example", /recorder/], ["config-rule/config-rule-example"]],
  dsql: [["cluster/example"]],
  dynamodb: [["table/example"]],
  ec2: [
    ["arn:aws:ec2:us-east-1::snapshot/snap-example", /snapshot/],
    ["security-group/sg-example", /securitygroup/],
    ["vpc-endpoint/vpce-example", /vpcendpoint/],
    ["instance/i-example"],
  ],
  ecr: [["repository/example"]],
  "ecr-public": [[`arn:aws:ecr-public::${EXAMPLE_ACCOUNT}:repository/example`]],
  ecs: [
    ["task-definition/example:1", /runtask|taskdefinition/],
    ["task/example/example", /command|task/],
    ["service/example/example"],
  ],
  eks: [["access-entry/example/role/123456789012/example/example", /associateaccess/], ["cluster/example"]],
  elasticfilesystem: [["file-system/fs-example"]],
  es: [["domain/example"]],
  events: [["rule/example", /rule|target/], ["event-bus/default"]],
  "execute-api": [["example/prod/GET/example"]],
  glacier: [["vaults/example"]],
  glue: [["job/example", /job/], ["connection/example", /connection/], ["table/example/example"]],
  guardduty: [["detector/example"]],
  iam: [
    [`arn:aws:iam::${EXAMPLE_ACCOUNT}:role/example`, /role/],
    [`arn:aws:iam::${EXAMPLE_ACCOUNT}:group/example`, /group/],
    [`arn:aws:iam::${EXAMPLE_ACCOUNT}:policy/example`, /^(create|delete|get)policy|policyversion/],
    [`arn:aws:iam::${EXAMPLE_ACCOUNT}:user/example`],
  ],
  iot: [
    ["policy/example", /policy/],
    ["thing/example", /thing/],
    ["topicfilter/example", /subscribe/],
    ["topic/example"],
  ],
  kafka: [["cluster/example/example"]],
  kinesis: [["stream/example"]],
  kms: [["key/example"]],
  lambda: [["function:example"]],
  logs: [["log-group:example:log-stream:example", /logevents|stream/], ["log-group:example"]],
  mediastore: [["container/example/example"]],
  "network-firewall": [["stateful-rulegroup/example", /rulegroup/], ["firewall-policy/example"]],
  oam: [["link/example", /update/], ["sink/example"]],
  organizations: [[`arn:aws:organizations::${EXAMPLE_ACCOUNT}:account/o-example/${EXAMPLE_ACCOUNT}`]],
  osis: [["pipeline/example"]],
  rds: [["db:example"]],
  redshift: [["dbuser:example/example", /credentials/], ["cluster:example"]],
  "redshift-serverless": [["snapshot/example"]],
  route53: [["arn:aws:route53:::hostedzone/EXAMPLE"]],
  s3: [["arn:aws:s3:::example", /bucket/], ["arn:aws:s3:::example/object"]],
  s3files: [["file-system/fs-example"]],
  s3tables: [["bucket/example/table/example"]],
  s3vectors: [["bucket/example/index/example"]],
  sagemaker: [["notebook-instance/example", /notebook/], ["training-job/example", /training/], ["endpoint/example"]],
  schemas: [["registry/example", /registry/], ["schema/example/example"]],
  secretsmanager: [["secret:example"]],
  securityhub: [["hub/default"]],
  ses: [["identity/example.com"]],
  "sms-voice": [["phone-number/example"]],
  ssm: [
    [`arn:aws:ec2:us-east-1:${EXAMPLE_ACCOUNT}:instance/i-example`, /session|command/],
    ["document/example", /document|automation/],
    ["parameter/example"],
  ],
  sso: [["arn:aws:sso:::permissionSet/ssoins-example/ps-example"]],
  states: [["execution:example:example", /describeexecution/], ["stateMachine:example"]],
  sts: [
    [`arn:aws:sts::${EXAMPLE_ACCOUNT}:federated-user/example`, /federation/],
    [`arn:aws:iam::${EXAMPLE_ACCOUNT}:role/example`],
  ],
  "vpc-lattice-svcs": [[`arn:aws:vpc-lattice:us-east-1:${EXAMPLE_ACCOUNT}:service/example/example`]],
};

/** Gives a resource that an action could be about, as an ARN. */
export const resourceFor = oncePerText((action): string => {
  const [service = "", name = ""] = action.toLowerCase().split(":");
  const rows = Object.hasOwn(resources, service) ? resources[service]! : [];
  const resource = rows.find(([, actions]) => actions?.test(name) ?? true)?.[0] ?? "example";
  return resource.startsWith("arn:") ? resource : `arn:aws:${service}:us-east-1:${EXAMPLE_ACCOUNT}:${resource}`;
});
