import { flatMap } from "../../lib/flat-map.ts";
import { wholeService } from "../../lib/iam/administrator.ts";
import { patterns } from "../../lib/iam/elements.ts";
import { grantingActions } from "../../lib/iam/escalation.ts";
import { type Glob, matches } from "../../lib/iam/glob.ts";
import { oncePer, oncePerText } from "../../lib/iam/memo.ts";
import type { Condition, Patterns, Statement } from "../../lib/iam/policy.ts";
import { fewOf } from "../../lib/iam/texts.ts";
import { action, mayReach, resource, UNNAMED, unnamedLike } from "../../lib/iam/unnamed.ts";
import { eachAllow, inHands, rule, violationsIn, type World } from "../rule.ts";

const globs = (names: readonly string[]) => names.map(action);
const isOne = (patterns: readonly Glob[], name: string) => patterns.some((glob) => matches(glob, name));

/** Reading these is taking the data itself, or the key to it. */
const READS_DATA = globs([
  "acm:ExportCertificate",
  "athena:GetQueryResults",
  "cassandra:Select",
  "codecommit:GitPull",
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:GetRecords",
  "dynamodb:PartiQLSelect",
  "dynamodb:Query",
  "dynamodb:Scan",
  "ebs:GetSnapshotBlock",
  "ec2:GetPasswordData",
  "es:ESHttpGet",
  "kafka-cluster:ReadData",
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
  "ec2:AttachNetworkInterface",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DetachNetworkInterface",
  "ec2:ModifyNetworkInterfaceAttribute",
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

/**
 * What a request for a database or a table has to be allowed on besides: it opens nothing of what it holds, nor does its
 * name narrow anything.
 *
 * Source: https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
const HOLDS_THE_REST = /^arn:\*:glue:\*:\*:catalog(\/\*)?$/;

export default rule({
  id: "wildcard-resource",
  severity: "medium",
  summary: "Actions that write, or read secrets or data, are allowed on every resource",
  why: "A function that needs one table then deletes from all of them, and a leaked credential opens every secret of the account. These actions can be limited to resources; the wildcard is a choice.",
  levels:
    "Medium in every case; low confidence where any value of a tag will do. Listing, describing and reading settings is not reported, nor what AWS itself allows on * for logs, traces and network interfaces, nor what tags or other properties of the resource limit. All actions of a service are service-admin.",
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
  concerns: ({ effect, actions }, { facts }) =>
    effect === "Allow" && !actions.not && limitable(facts)(actions).arns.length > 0,
  check: eachAllow(
    ({ statement, alone }, subject, world) => {
      const isWhole = (service: string) =>
        inHands(subject, world, (ask) => wholeService((question) => ask([alone], question), service)).answer.kind !==
        "none";
      const wide = wideIn(statement, world, isWhole);
      if (wide.length === 0) return [];
      const tags = new Map(statement.conditions.filter(isAnyTag).map(({ keyId, key }) => [keyId, key]));
      const found = inHands(subject, world, (ask) =>
        ask([alone], {
          actions: flatMap(wide, ({ names }) => names).map(action),
          resources: flatMap(wide, ({ arns }) => arns.map(resource)),
          chosen: (keyId) => tags.has(keyId),
        }),
      );
      const actions = [...new Set(wide.map(({ pattern }) => pattern))];
      const reach = reachOf(statement, wide, [...tags.values()]);
      return violationsIn(found, statement, alone, () => `allows ${fewOf(actions)} on ${reach}`).map((violation) =>
        tags.size === 0 ? violation : { ...violation, confidence: "low" as const },
      );
    },
    ({ actions, resources }, { facts }) =>
      !actions.not && resources !== null && limitable(facts)(actions).arns.some((arn) => mayReach(resources, arn)),
  ),
});

/** It asks for a tag on the resource, and any value will do. */
const isAnyTag = ({ keyId, operator, values }: Condition): boolean =>
  /:(resource|existingobject)tag\//.test(keyId) &&
  operator === "StringLike" &&
  values.some((value) => /^\*+$/.test(value));

interface Wide {
  pattern: string;
  /** Of the actions that the pattern stands for, those that matter and that are allowed on `arns`. */
  names: readonly string[];
  arns: readonly string[];
}

/**
 * What the statement allows it on, no wider than it says.
 * @param tags those that it asks for, of any value
 */
function reachOf({ resources, conditions }: Statement, wide: readonly Wide[], tags: readonly string[]): string {
  const tagged = ` that has ${tags.join(" and ")}, whatever its value`;
  const narrowed = tags.length > 0 ? tagged : conditions.length > 0 ? " that its conditions leave" : "";
  if (resources === null || resources.not) return `every resource but those it names${narrowed}`;
  const arns = flatMap(wide, ({ arns }) => arns);
  const reaching = resources.values.filter((value) => arns.some((arn) => mayReach(patterns([value], false), arn)));
  if (!reaching.includes("*")) return `all of ${fewOf(reaching)}${narrowed}`;
  return narrowed ? `every resource${narrowed}` : "every resource of the account";
}

/** Services that the actions hold as a whole, `*` for all of them. */
const wholeServices = ({ values }: Patterns): ReadonlySet<string> =>
  new Set(
    flatMap(values, (pattern) => {
      if (/^\*+(:\*+)?$/.test(pattern)) return "*";
      return /^([^:]+):\*+$/.exec(pattern)?.[1]?.toLowerCase() ?? [];
    }),
  );

/**
 * What the actions allow on resources that nobody named.
 * @param isWhole whether whoever has the policy may call all actions of a service; a boundary may leave some of them
 */
function wideIn(
  { actions, resources }: Statement,
  { facts }: World,
  isWhole: (service: string) => boolean,
): readonly Wide[] {
  if (resources === null) return [];
  const { ways, arns } = limitable(facts)(actions);
  const reached = arns.filter((arn) => mayReach(resources, arn));
  // a service as a whole is service-admin, everything is admin-access
  const whole = wholeServices(actions);
  return flatMap(ways, ({ pattern, names }) => {
    const service = pattern.split(":")[0]!.toLowerCase();
    const isTold = whole.has(service) || whole.has("*");
    if (isTold && mayReach(resources, `arn:*:${service}:*:*:${UNNAMED}/${UNNAMED}`) && isWhole(service)) return [];
    const found = names.filter(({ arns }) => arns.some((arn) => reached.includes(arn)));
    const unnamed = new Set(flatMap(found, ({ arns }) => arns.filter((arn) => reached.includes(arn))));
    return found.length > 0 ? [{ pattern, names: found.map(({ name }) => name), arns: [...unnamed] }] : [];
  });
}

interface Limitable {
  name: string;
  /** A resource of each type that it can be limited to, that nobody named. */
  arns: readonly string[];
}

interface Limitables {
  /** The actions of each pattern that matter here and can be limited to resources. */
  ways: readonly { pattern: string; names: readonly Limitable[] }[];
  /** Of all of them. */
  arns: readonly string[];
}

/** The same lists of actions stand in many policies. */
const limitable = oncePer((facts: World["facts"]) => {
  const namesIn = oncePerText((pattern): readonly Limitable[] =>
    flatMap(facts.actionsLike(pattern), ({ name, accessLevel, resourceTypes }) => {
      const reads = isOne(READS_DATA, name);
      // who may use a thing is a setting like others to whoever only reads it
      const manages = accessLevel === "Permissions management" && !/:(Get|List|Describe)/.test(name);
      const writes = accessLevel === "Write" || manages;
      if (resourceTypes.length === 0 || !(reads || writes) || isOne(LEFT_ALONE, name)) return [];
      const ofAnyType = !reads && !ENDS.test(name) && IDS_FROM_AWS.includes(name.split(":")[0] ?? "");
      const all = facts.resourcesOf(name).map(({ source }) => source);
      const held = all.filter((source) => !HOLDS_THE_REST.test(source));
      const sources = held.length > 0 ? held : all;
      // the shortest first, which stands for what is known best: objects before those of access points
      sources.sort((one, other) => one.length - other.length);
      return [{ name, arns: sources.map((source) => unnamedLike(ofAnyType ? anyTypeOf(source) : source)) }];
    }),
  );
  return oncePer(({ values }: Patterns): Limitables => {
    const ways = values.map((pattern) => ({ pattern, names: namesIn(pattern) }));
    return { ways, arns: [...new Set(flatMap(ways, ({ names }) => flatMap(names, ({ arns }) => arns)))] };
  });
});

/** `arn:*:dynamodb:*:*:table/*` -> `arn:*:dynamodb:*:*:*`. */
const anyTypeOf = (source: string) => [...source.split(":").slice(0, 5), "*"].join(":");
