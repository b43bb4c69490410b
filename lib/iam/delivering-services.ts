/**
 * Service principals that reach into a resource for whoever configured them, in any account: they deliver logs, events
 * and content, and say in `aws:SourceAccount` and `aws:SourceArn` for whom. Services that only act for the account they
 * run in (ec2, lambda, ecs-tasks, secretsmanager), and load balancers, whose log delivery is bound by the path that it
 * writes to, are not here.
 *
 * Alexa calls for whoever made a skill, and says in `lambda:EventSourceToken` which skill it is.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html and the page of each service on the
 * resource policy that it needs.
 */
const services: ReadonlySet<string> = new Set([
  "access-analyzer",
  "alexa-appkit.amazon.com",
  "alexa-connectedhome.amazon.com",
  "apigateway",
  "appflow",
  "bedrock",
  "bedrock-agentcore",
  "billingreports",
  "bcm-data-exports",
  "budgets",
  "chatbot",
  "cloudfront",
  "cloudtrail",
  "cloudwatch",
  "codecommit",
  "cognito-idp",
  "config",
  "connect",
  "costalerts",
  "delivery.logs",
  "dms",
  "elasticloadbalancing",
  "es",
  "events",
  "events.rds",
  "firehose",
  "guardduty",
  "inspector2",
  "iot",
  "kinesisfirehose",
  "lambda.alarms.cloudwatch",
  "lex",
  "lexv2",
  "logging.s3",
  "logs",
  "macie",
  "mediaconvert",
  "mq",
  "pinpoint",
  "redshift",
  "route53",
  "s3",
  "serverlessrepo",
  "ses",
  "sns",
  "ssm",
  "ssm-incidents",
  "storage-lens.s3",
  "transfer",
]);

/** Whether a service principal, regional names included, uses resources for other accounts. */
export function deliversForOthers(service: string): boolean {
  const name = service.toLowerCase().replace(/\.(amazonaws\.com(\.cn)?)$/, "");
  return services.has(name.replace(/\.[a-z]{2}(-[a-z]+)+-\d$/, ""));
}
