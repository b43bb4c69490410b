import { grantingActions } from "../../lib/iam/escalation.ts";
import { type Glob, matches } from "../../lib/iam/glob.ts";
import type { Patterns } from "../../lib/iam/policy.ts";
import { action, mayReach, resource, UNNAMED } from "../../lib/iam/unnamed.ts";
import { eachAllow, inHands, rule, violationsIn, type World } from "../rule.ts";

const globs = (names: readonly string[]) => names.map(action);
const isOne = (patterns: readonly Glob[], name: string) => patterns.some((glob) => matches(glob, name));

/** Reading these is taking the data itself, or the key to it. */
const READS_DATA = globs([
  "athena:GetQueryResults",
  "cassandra:Select",
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:GetRecords",
  "dynamodb:PartiQLSelect",
  "dynamodb:Query",
  "dynamodb:Scan",
  "ebs:GetSnapshotBlock",
  "es:ESHttpGet",
  "kinesis:GetRecords",
  "kms:Decrypt",
  "neptune-db:ReadDataViaQuery",
  "rds-data:ExecuteStatement",
  "redshift:GetClusterCredentials*",
  "s3:GetObject",
  "s3:GetObjectVersion",
  "secretsmanager:BatchGetSecretValue",
  "secretsmanager:GetSecretValue",
  "sqs:ReceiveMessage",
  "ssm:GetParameter",
  "ssm:GetParameterHistory",
  "ssm:GetParameters",
  "ssm:GetParametersByPath",
  "timestream:Select",
]);

/** What AWS's own policies for functions, tasks and agents allow on *, or what other rules speak of. */
const LEFT_ALONE = globs([
  ...grantingActions,
  "cloudwatch:PutMetricData",
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
  // a revision runs nothing, and a device is nobody's before it is enabled
  "ecs:DeregisterTaskDefinition",
  "ecs:RegisterTaskDefinition",
  "iam:CreateVirtualMFADevice",
  // one detector and one hub in an account and Region: there is nothing to choose from
  "guardduty:*",
  "iam:CreateServiceLinkedRole",
  "iam:PassRole",
  "logs:CreateLogGroup",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "logs:PutRetentionPolicy",
  "securityhub:*",
  "ssm:PutComplianceItems",
  "ssm:PutConfigurePackageResult",
  "ssm:PutInventory",
  "ssm:UpdateAssociationStatus",
  "ssm:UpdateInstanceAssociationStatus",
  "ssm:UpdateInstanceInformation",
  "sts:*",
  "xray:Put*",
]);

/** Services that make up their resources' ids: what is not there yet can only be named by its type. */
const IDS_FROM_AWS = ["ec2", "elasticloadbalancing", "route53"];
/** What is stopped or ended is there already, and has an id and tags. */
const ENDS = /^ec2:(Delete|Deregister|Disable|Release|Stop|Terminate)/;

export default rule({
  id: "wildcard-resource",
  severity: "medium",
  summary: "Actions that write, or read secrets or data, are allowed on every resource",
  why: "A function that needs one table then deletes from all of them, and a leaked credential opens every secret of the account. These actions can be limited to resources; the wildcard is a choice.",
  levels:
    "Medium in every case. Listing, describing and reading settings is not reported, nor what AWS itself allows on * for logs, traces and network interfaces, nor what tags or other properties of the resource limit. All actions of a service are service-admin.",
  bad: `{
  "Effect": "Allow",
  "Action": ["secretsmanager:GetSecretValue", "dynamodb:PutItem"],
  "Resource": "*"
}`,
  good: `{
  "Effect": "Allow",
  "Action": "secretsmanager:GetSecretValue",
  "Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/payment-*"
}`,
  fix: "Name the resources by ARN or by a prefix, or limit them by aws:ResourceTag.",
  references: [
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  ],
  on: "policy",
  kinds: ["identity"],
  check: eachAllow(({ statement, alone }, subject, world) => {
    const { actions, resources } = statement;
    if (actions.not || !resources || !isOpen(resources)) return [];
    const whole = wholeServices(actions);
    const wide = actions.values.flatMap((pattern) => wideIn(pattern, whole, resources, world));
    if (wide.length === 0) return [];
    const found = inHands(subject, world, (ask) =>
      ask([alone], {
        actions: wide.flatMap(({ names }) => names).map(action),
        resources: wide.flatMap(({ unnamed }) => unnamed),
      }),
    );
    const patterns = [...new Set(wide.map(({ pattern }) => pattern))];
    const listed =
      patterns.length > 3 ? `${patterns.slice(0, 3).join(", ")} and ${patterns.length - 3} more` : patterns.join(", ");
    return violationsIn(found, statement, alone, () => `allows ${listed} on every resource of the account`);
  }),
});

/** Whether some wildcard could reach what nobody named: the cheap question. */
const isOpen = ({ values, not }: Patterns) => not || values.some((value) => /[*?]/.test(value));

interface Wide {
  pattern: string;
  /** Of the actions that the pattern stands for, those that matter and that are allowed on `unnamed`. */
  names: readonly string[];
  unnamed: readonly Glob[];
}

/** Services that the actions hold as a whole, `*` for all of them. */
const wholeServices = ({ values }: Patterns): ReadonlySet<string> =>
  new Set(
    values.flatMap((pattern) => {
      if (/^\*+(:\*+)?$/.test(pattern)) return "*";
      return /^([^:]+):\*+$/.exec(pattern)?.[1]?.toLowerCase() ?? [];
    }),
  );

/** What an action pattern allows on resources that nobody named. */
function wideIn(pattern: string, whole: ReadonlySet<string>, resources: Patterns, { facts }: World): readonly Wide[] {
  const service = pattern.split(":")[0]!.toLowerCase();
  // a service as a whole is service-admin, everything is admin-access
  const isTold = whole.has(service) || whole.has("*");
  if (isTold && mayReach(resources, `arn:*:${service}:*:*:${UNNAMED}/${UNNAMED}`)) return [];
  const names: string[] = [];
  const unnamed = new Set<string>();
  for (const { name, arns } of limitable(pattern, facts)) {
    const reached = arns.filter((arn) => mayReach(resources, arn));
    if (reached.length > 0) names.push(name);
    for (const arn of reached) unnamed.add(arn);
  }
  return names.length > 0 ? [{ pattern, names, unnamed: [...unnamed].map(resource) }] : [];
}

interface Limitable {
  name: string;
  /** A resource of each type that it can be limited to, that nobody named. */
  arns: readonly string[];
}

const known = new WeakMap<World["facts"], Map<string, readonly Limitable[]>>();

/** The actions of a pattern that matter here and can be limited to resources. */
function limitable(pattern: string, facts: World["facts"]): readonly Limitable[] {
  const byPattern = known.get(facts) ?? new Map<string, readonly Limitable[]>();
  known.set(facts, byPattern);
  let found = byPattern.get(pattern);
  if (!found) {
    found = facts.actionsLike(pattern).flatMap(({ name, accessLevel, resourceTypes }) => {
      const reads = isOne(READS_DATA, name);
      const writes = accessLevel === "Write" || accessLevel === "Permissions management";
      if (resourceTypes.length === 0 || !(reads || writes) || isOne(LEFT_ALONE, name)) return [];
      const ofAnyType = !reads && !ENDS.test(name) && IDS_FROM_AWS.includes(name.split(":")[0] ?? "");
      return [{ name, arns: facts.resourcesOf(name).map(({ source }) => unnamedOf(source, ofAnyType)) }];
    });
    byPattern.set(pattern, found);
  }
  return found;
}

/** `arn:*:dynamodb:*:*:table/*` -> a table that nobody named; with `ofAnyType`, something of the service. */
function unnamedOf(arn: string, ofAnyType: boolean): string {
  const parts = arn.split(":");
  const rest = parts.slice(5).join(":");
  return [...parts.slice(0, 5), ofAnyType ? UNNAMED : rest.replaceAll("*", UNNAMED)].join(":");
}
