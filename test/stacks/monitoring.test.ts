import { describe, expect, it } from "vitest";
import { stackList } from "../../stacks/plan-order.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { good } from "../fixtures/manifests/bad.ts";
import { graphOf } from "../lib/access/graph-of.ts";

type Body = Record<string, unknown>;
interface Document {
  provider: { aws: Body[] };
  resource: Record<string, Record<string, Body>>;
}

const organization = good.replace("homeRegion: us-east-1", "homeRegion: us-east-1, regions: [us-east-1, eu-west-1]");

function stack(monitoring: string, name = "monitoring"): Document {
  const { stacks } = synthesize(graphOf(organization + monitoring), { only: [name] });
  return JSON.parse(stacks[0]?.json ?? "null");
}

const addresses = ({ resource }: Document) =>
  Object.entries(resource).flatMap(([type, bodies]) => Object.keys(bodies).map((key) => `${type}.${key}`));
const statements = (policy: unknown): Body[] => JSON.parse(String(policy)).Statement;

describe("stacks", () => {
  const graph = graphOf(`${organization}monitoring:
  trail: { bucketAccount: shop-dev }
  alerts: { emails: a@example.com }
  alarms: { a: { namespace: N, metric: M, threshold: 1, in: [management, { all: true }] } }
`);

  it("are one for what the organization has once, and one for each further account, after it", () => {
    const stacks = stackList(graph).filter(({ kind }) => kind === "monitoring");
    expect(stacks.map(({ name, account, dependsOn }) => ({ name, account, dependsOn }))).toEqual([
      { name: "monitoring", account: "management", dependsOn: ["organization"] },
      { name: "monitoring-shop-prod", account: "shop-prod", dependsOn: ["monitoring", "organization"] },
    ]);
    expect(stacks.map(({ counts }) => counts.alarms)).toEqual([2, 1]);
  });
});

describe("trail", () => {
  const { resource } = stack(`monitoring:
  trail: { bucketAccount: shop-dev, lifecycle: { archiveAfter: 30d, expireAfter: 365d }, cloudWatchLogs: { name: /trail } }
`);
  const arn = "arn:aws:cloudtrail:us-east-1:111111111111:trail/organization-trail";

  it("is encrypted with a key that only this trail may use, and that no plan destroys", () => {
    const key = resource.aws_kms_key?.["shop-dev--trail"];
    expect(key).toMatchObject({ enable_key_rotation: true, lifecycle: { prevent_destroy: true } });
    const [, encrypts, describes] = statements(key?.policy);
    expect(encrypts).toMatchObject({
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: "kms:GenerateDataKey*",
      Condition: {
        StringEquals: { "aws:SourceArn": arn },
        StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:111111111111:trail/*" },
      },
    });
    expect(describes).toMatchObject({ Condition: { StringEquals: { "aws:SourceArn": arn } } });
    expect(resource.aws_cloudtrail?.trail?.kms_key_id).toBe("${aws_kms_key.shop-dev--trail.arn}");
  });

  it("delivers to its log group by a role that can write streams of the organization there and nothing else", () => {
    expect(resource.aws_cloudtrail?.trail).toMatchObject({
      cloud_watch_logs_group_arn: "arn:aws:logs:us-east-1:111111111111:log-group:/trail:*",
      enable_log_file_validation: true,
      is_multi_region_trail: true,
      depends_on: expect.arrayContaining(["aws_cloudwatch_log_group.trail", "aws_s3_bucket_policy.trail"]),
    });
    expect(statements(resource.aws_iam_role_policy?.trail?.policy)).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [
          "arn:aws:logs:us-east-1:111111111111:log-group:/trail:log-stream:111111111111_CloudTrail_us-east-1*",
          "arn:aws:logs:us-east-1:111111111111:log-group:/trail:log-stream:o-a1b2c3d4e5_*",
        ],
      },
    ]);
  });

  it("keeps its files as long as the manifest says", () => {
    expect(resource.aws_s3_bucket_lifecycle_configuration?.trail).toMatchObject({
      rule: [{ transition: [{ days: 30, storage_class: "GLACIER" }], expiration: [{ days: 365 }] }],
    });
  });
});

describe("telling", () => {
  const document = stack(
    `monitoring:
  alerts: { emails: a@example.com }
  topics:
    on-call: { in: shop-prod, subscriptions: { protocol: lambda, endpoint: "arn:aws:lambda:us-east-1:222222222222:function:call" } }
  events:
    stopped:
      in: shop-prod
      regions: [us-east-1, eu-west-1]
      apiCalls: { source: ec2, names: StopInstances }
      message: <who> said "stop"
      paths: { who: $.detail.userIdentity.arn }
    started:
      in: shop-prod
      apiCalls: { source: ec2, names: StartInstances, parameters: { instanceType: [{ prefix: p5 }] } }
      targets: [{ topic: on-call }, { lambda: "arn:aws:lambda:us-east-1:222222222222:function:stop" }]
`,
    "monitoring-shop-prod",
  );
  const { resource, provider } = document;

  it("has a topic in each account and Region where something is told, by a provider for each Region", () => {
    expect(provider.aws.map(({ alias, region }) => [alias, region])).toEqual([
      [undefined, "us-east-1"],
      ["shop-prod--eu-west-1", "eu-west-1"],
    ]);
    expect(Object.keys(resource.aws_sns_topic ?? {})).toEqual(["alerts", "eu-west-1--alerts", "topic--on-call"]);
    expect(resource.aws_cloudwatch_event_target?.["eu-west-1--stopped--alerts"]).toMatchObject({
      arn: "${aws_sns_topic.eu-west-1--alerts.arn}",
      provider: "aws.shop-prod--eu-west-1",
    });
  });

  it("makes of the event what the manifest says", () => {
    expect(resource.aws_cloudwatch_event_target?.["stopped--alerts"]?.input_transformer).toEqual({
      input_paths: { who: "$.detail.userIdentity.arn" },
      input_template: '"<who> said \\"stop\\""',
    });
    expect(JSON.parse(String(resource.aws_cloudwatch_event_rule?.started?.event_pattern))).toMatchObject({
      detail: { eventName: ["StartInstances"], requestParameters: { instanceType: [{ prefix: "p5" }] } },
    });
  });

  it("lets a topic take messages of those who name it, and no others", () => {
    const sources = (topic: string) =>
      statements(resource.aws_sns_topic_policy?.[topic]?.policy).map(({ Condition }) => Condition);
    expect(sources("topic--on-call")).toEqual([
      {
        ArnLike: { "aws:SourceArn": ["arn:aws:events:us-east-1:222222222222:rule/started"] },
        StringEquals: { "aws:SourceAccount": "222222222222" },
      },
    ]);
    expect(sources("alerts")).toMatchObject([
      { ArnLike: { "aws:SourceArn": ["arn:aws:events:us-east-1:222222222222:rule/stopped"] } },
    ]);
  });

  it("lets the rule and the topic call their functions", () => {
    expect(Object.values(resource.aws_lambda_permission ?? {})).toMatchObject([
      { principal: "events.amazonaws.com", source_arn: "arn:aws:events:us-east-1:222222222222:rule/started" },
      { principal: "sns.amazonaws.com", source_arn: "arn:aws:sns:us-east-1:222222222222:on-call" },
    ]);
  });
});

describe("AWS Config", () => {
  const text = `monitoring:
  config:
    accounts: [management, shop-prod]
    bucketName: example-config
    rules: { ssh: { identifier: INCOMING_SSH_DISABLED, in: shop-prod } }
    conformancePacks: { cis: { pack: cis, parameters: { AccessKeysRotatedMaxAccessKeyAge: "60" } } }
    aggregator: shop-dev
`;

  it("records in every Region, what has no Region once", () => {
    const { resource } = stack(text, "monitoring-shop-prod");
    const recorders = resource.aws_config_configuration_recorder ?? {};
    expect(Object.entries(recorders).map(([key, { recording_group }]) => [key, recording_group])).toEqual([
      ["config", { all_supported: true, include_global_resource_types: true }],
      ["eu-west-1--config", { all_supported: true, include_global_resource_types: false }],
    ]);
    expect(Object.keys(resource.aws_config_config_rule ?? {})).toEqual(["eu-west-1--ssh", "ssh"]);
    expect(resource.aws_config_conformance_pack?.cis).toMatchObject({
      input_parameter: [{ parameter_name: "AccessKeysRotatedMaxAccessKeyAge", parameter_value: "60" }],
      depends_on: ["aws_config_configuration_recorder_status.config"],
    });
    expect(stack(text).resource.aws_config_config_rule).toBeUndefined();
  });

  it("shows the organization in the account that it is delegated to", () => {
    expect(stack(text).resource.aws_organizations_delegated_administrator).toMatchObject({
      "config--shop-dev": { account_id: "333333333333", service_principal: "config.amazonaws.com" },
    });
    expect(addresses(stack(text, "monitoring-shop-dev"))).toEqual(
      expect.arrayContaining(["aws_config_configuration_aggregator.config-aggregator"]),
    );
  });
});

describe("services that look by themselves", () => {
  const { resource } = stack(`monitoring:
  accessAnalyzer: { administrator: shop-dev, unusedAccess: true }
  guardDuty: { administrator: shop-dev, features: s3 }
  securityHub: { administrator: shop-dev }
`);

  it("are administered in every Region, for every account", () => {
    expect(resource.aws_guardduty_organization_admin_account).toMatchObject({
      guardduty: { admin_account_id: "333333333333" },
      "eu-west-1--guardduty": { admin_account_id: "333333333333" },
    });
    expect(resource.aws_guardduty_organization_configuration?.["shop-dev--guardduty"]).toMatchObject({
      auto_enable_organization_members: "ALL",
      depends_on: ["aws_guardduty_organization_admin_account.guardduty"],
    });
    expect(Object.keys(resource.aws_securityhub_member ?? {})).toHaveLength(4);
    expect(resource.aws_securityhub_finding_aggregator?.["shop-dev--securityhub"]).toMatchObject({
      linking_mode: "ALL_REGIONS",
    });
  });

  it("analyze external access in each Region and unused access once", () => {
    const analyzers = Object.entries(resource.aws_accessanalyzer_analyzer ?? {});
    expect(analyzers.map(([key, { type }]) => [key, type])).toEqual([
      ["shop-dev--eu-west-1--external-access", "ORGANIZATION"],
      ["shop-dev--external-access", "ORGANIZATION"],
      ["shop-dev--unused-access", "ORGANIZATION_UNUSED_ACCESS"],
    ]);
  });
});
