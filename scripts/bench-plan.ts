/**
 * Plans for measuring: distinct policies of which the update changes one statement. Written the way
 * `terraform show -json` writes it: planned values, changes, the state before, configuration.
 */

/**
 * `iam`: managed IAM policies of two statements. `long`: of five. `mixed`: six of the long ones in ten, two roles with
 * their trust policies, two bucket policies.
 */
export const kinds = ["iam", "long", "mixed"] as const;
export type Kind = (typeof kinds)[number];

const read = ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"];
const queue = [
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:ChangeMessageVisibility",
  "sqs:SendMessage",
];
const table = [
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:ConditionCheckItem",
  "dynamodb:DescribeTable",
];
const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** An account of the organization, always the same one for the same `index`. */
const accountOf = (index: number) => String(111_111_111_111 + (index % 40) * 1_010_101);

const updated = ["ReadAssets", "WorkQueue", "WriteLogs"];

/** The statement that the update changes, and another one. */
function shortPolicy(index: number, after: boolean): object {
  const { Version, Statement } = identityPolicy(index, after);
  const kept = [updated[index % 3], updated[(index + 1) % 3]];
  return { Version, Statement: Statement.filter(({ Sid }) => kept.includes(Sid)) };
}

function identityPolicy(index: number, after: boolean) {
  const account = accountOf(index);
  const name = `team-${index % 97}-service-${index}`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadAssets",
        Effect: "Allow",
        Action: after && index % 3 === 0 ? [...read, "s3:PutObject"] : read,
        Resource: [
          `arn:aws:s3:::${name}-assets`,
          `arn:aws:s3:::${name}-assets/*`,
          `arn:aws:s3:::${name}-exports`,
          `arn:aws:s3:::${name}-exports/*`,
        ],
      },
      {
        Sid: "WorkQueue",
        Effect: "Allow",
        Action: queue,
        Resource: `arn:aws:sqs:eu-west-1:${account}:${name}-${after && index % 3 === 1 ? "jobs" : "work"}`,
      },
      {
        Sid: "OrderTable",
        Effect: "Allow",
        Action: table,
        Resource: [
          `arn:aws:dynamodb:eu-west-1:${account}:table/${name}`,
          `arn:aws:dynamodb:eu-west-1:${account}:table/${name}/index/*`,
        ],
        Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:PrincipalTag/tenant}"] } },
      },
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: logs,
        Resource: `arn:aws:logs:*:${account}:log-group:/app/${name}${after && index % 3 === 2 ? "" : "-old"}:*`,
      },
      {
        Sid: "OnlyEncrypted",
        Effect: "Deny",
        Action: "s3:*",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}

function trustPolicy(index: number, after: boolean): object {
  const account = accountOf(index);
  const assume = (Principal: object, Condition?: object) => ({
    Effect: "Allow",
    Principal,
    Action: "sts:AssumeRole",
    ...(Condition && { Condition }),
  });
  return {
    Version: "2012-10-17",
    Statement: [
      assume({ Service: "ecs-tasks.amazonaws.com" }),
      assume({ AWS: `arn:aws:iam::${account}:role/deploy-${index}` }),
      assume(
        { AWS: `arn:aws:iam::${accountOf(index + 1)}:root` },
        {
          Bool: { "aws:MultiFactorAuthPresent": "true" },
          NumericLessThan: { "aws:MultiFactorAuthAge": after ? "3600" : "1800" },
        },
      ),
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
          StringLike: {
            "token.actions.githubusercontent.com:sub": `repo:securecart/service-${index}:ref:refs/heads/main`,
          },
        },
      },
      assume(
        { AWS: "*" },
        {
          StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
          ArnLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/audit-${index % 9}` },
        },
      ),
    ],
  };
}

function bucketPolicy(index: number, after: boolean): object {
  const bucket = `arn:aws:s3:::securecart-${index}-data`;
  const account = accountOf(index);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket, `${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "Organization",
        Effect: "Allow",
        Principal: "*",
        Action: read,
        Resource: [bucket, `${bucket}/*`],
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
      },
      {
        Sid: "Writer",
        Effect: "Allow",
        Principal: {
          AWS: [`arn:aws:iam::${account}:role/writer-${index}`, `arn:aws:iam::${accountOf(index + 2)}:root`],
        },
        Action: after ? ["s3:PutObject", "s3:DeleteObject"] : ["s3:PutObject"],
        Resource: `${bucket}/in/*`,
      },
      {
        Sid: "AccessLogs",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${bucket}/logs/*`,
        Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": bucket } },
      },
      {
        Sid: "FromOurNetwork",
        Effect: "Allow",
        Principal: { AWS: account },
        Action: "s3:GetObject",
        Resource: `${bucket}/reports/*`,
        Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", `198.51.100.${index % 256}/32`] } },
      },
    ],
  };
}

function resource(index: number, kind: Kind): { type: string; side: (after: boolean) => object } {
  const account = accountOf(index);
  const tags = { team: `team-${index % 97}`, "cost-center": String(4000 + (index % 50)), terraform: "true" };
  const common = { tags, tags_all: { ...tags, environment: "prod" } };
  const policyOf = (document: (index: number, after: boolean) => object, after: boolean) =>
    JSON.stringify(document(index, after));
  switch (kind === "mixed" ? index % 10 : 0) {
    case 1:
    case 6:
      return {
        type: "aws_iam_role",
        side: (after) => ({
          arn: `arn:aws:iam::${account}:role/service-${index}`,
          assume_role_policy: policyOf(trustPolicy, after),
          create_date: "2026-01-07T09:12:55Z",
          description: "",
          force_detach_policies: false,
          id: `service-${index}`,
          inline_policy: [],
          managed_policy_arns: [],
          max_session_duration: 3600,
          name: `service-${index}`,
          name_prefix: "",
          path: "/",
          permissions_boundary: "",
          ...common,
          unique_id: `AROA${String(index).padStart(17, "X")}`,
        }),
      };
    case 3:
    case 8:
      return {
        type: "aws_s3_bucket_policy",
        side: (after) => ({
          bucket: `securecart-${index}-data`,
          id: `securecart-${index}-data`,
          policy: policyOf(bucketPolicy, after),
        }),
      };
    default:
      return {
        type: "aws_iam_policy",
        side: (after) => ({
          arn: `arn:aws:iam::${account}:policy/service-${index}`,
          attachment_count: 1,
          description: "What the service may do",
          id: `arn:aws:iam::${account}:policy/service-${index}`,
          name: `service-${index}`,
          name_prefix: "",
          path: "/",
          policy: policyOf(kind === "iam" ? shortPolicy : identityPolicy, after),
          policy_id: `ANPA${String(index).padStart(17, "X")}`,
          ...common,
        }),
      };
  }
}

const modules = 97;
const provider = "registry.terraform.io/hashicorp/aws";

/** The plan, piece by piece. */
export function* planText(count: number, kind: Kind): Generator<string> {
  yield '{"format_version":"1.2","terraform_version":"1.11.4","planned_values":';
  yield* stateText(count, kind, true);
  yield ',"resource_changes":[';
  for (let index = 0; index < count; index++) {
    const { type, side } = resource(index, kind);
    const change = {
      address: `module.team_${index % modules}.${type}.service["${index}"]`,
      module_address: `module.team_${index % modules}`,
      mode: "managed",
      type,
      name: "service",
      index: String(index),
      provider_name: provider,
      change: {
        actions: ["update"],
        before: side(false),
        after: side(true),
        after_unknown: {},
        before_sensitive: {},
        after_sensitive: {},
      },
    };
    yield `${index === 0 ? "" : ","}${JSON.stringify(change)}`;
  }
  yield '],"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":';
  yield* stateText(count, kind, false);
  yield `},"configuration":{"provider_config":{"aws":{"name":"aws","full_name":"${provider}"}},"root_module":{}},"timestamp":"2026-09-01T08:00:00Z","applyable":true,"complete":true,"errored":false}`;
}

/** All resources' values, module by module. */
function* stateText(count: number, kind: Kind, after: boolean): Generator<string> {
  yield '{"root_module":{"child_modules":[';
  for (let number = 0; number < Math.min(modules, count); number++) {
    yield `${number === 0 ? "" : ","}{"resources":[`;
    for (let index = number; index < count; index += modules) {
      const { type, side } = resource(index, kind);
      const entry = {
        address: `module.team_${number}.${type}.service["${index}"]`,
        mode: "managed",
        type,
        name: "service",
        index: String(index),
        provider_name: provider,
        schema_version: 0,
        values: side(after),
        sensitive_values: {},
      };
      yield `${index === number ? "" : ","}${JSON.stringify(entry)}`;
    }
    yield `],"address":"module.team_${number}"}`;
  }
  yield "]}}";
}
