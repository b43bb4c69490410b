import { strangerAccount } from "./caller-class.ts";
import { accountsLike, accountsNamed } from "./callers.ts";
import type { Condition, Policy } from "./policy.ts";
import { condition, outsider } from "./questions.ts";
import { sourceAccounts } from "./sources.ts";

/**
 * Services that assume a role, or use a resource, for whoever configured them, in any account, and say in
 * `aws:SourceAccount` and `aws:SourceArn` for whom: each documents a trust policy with these keys. Services that only
 * act for the account they run in (ec2, lambda, ecs-tasks, codebuild, glue) are not here.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 * and the page on confused deputies in each service's guide.
 */
const deputies: ReadonlySet<string> = new Set([
  "bedrock-agentcore.amazonaws.com",
  "bedrock.amazonaws.com",
  "chatbot.amazonaws.com",
  "cognito-idp.amazonaws.com",
  "comprehend.amazonaws.com",
  "config.amazonaws.com",
  "datasync.amazonaws.com",
  "dms.amazonaws.com",
  "elasticmapreduce.amazonaws.com",
  "events.amazonaws.com",
  "firehose.amazonaws.com",
  "fis.amazonaws.com",
  "forecast.amazonaws.com",
  "frauddetector.amazonaws.com",
  "grafana.amazonaws.com",
  "iot.amazonaws.com",
  "kinesisanalytics.amazonaws.com",
  "lexv2.amazonaws.com",
  "logs.amazonaws.com",
  "mediaconvert.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "personalize.amazonaws.com",
  "pipes.amazonaws.com",
  "rekognition.amazonaws.com",
  "sagemaker.amazonaws.com",
  "scheduler.amazonaws.com",
  "ses.amazonaws.com",
  "ssm.amazonaws.com",
  "states.amazonaws.com",
  "transcribe.amazonaws.com",
  "transfer.amazonaws.com",
  "translate.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
]);

/** Whether a service principal, regional names included (`states.eu-west-1.amazonaws.com`), acts for other accounts. */
export function actsForOthers(service: string): boolean {
  const name = service.toLowerCase().replace(/\.cn$/, "");
  return deputies.has(name.replace(/\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com$/, ".amazonaws.com"));
}

/**
 * Gives what a service says when it acts for somebody whom the policy does not name: once for an account that is
 * nobody's, once for each that a pattern of the policy fits, and once for each of `outside`.
 * @param outside accounts that the policy names as sources, and that are not ours
 */
export function onBehalfOfOthers(
  policy: Policy,
  colleagues: Iterable<string>,
  outside: readonly string[] = [],
): readonly (readonly Condition[])[] {
  const known = new Set([...accountsNamed([policy]), ...sourceAccounts(policy), ...colleagues]);
  const others = [strangerAccount(known), ...accountsLike([policy], known), ...outside];
  return others.map((account) => [...outsider(account, [policy]).where, elsewhere(policy, outside)]);
}

/** Names in ARNs have no colons, so nobody's ARN holds the account of somebody else further back. */
function elsewhere(policy: Policy, outside: readonly string[]): Condition {
  const ours = sourceAccounts(policy).filter((account) => !outside.includes(account));
  return condition(
    "StringNotLike",
    "aws:SourceArn",
    ours.map((account) => `*:${account}:*`),
  );
}
