/** What watches over the organization. Applied in the management account; logs live in the log archive account. */
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { AccessGraph, Alarm, ConfigRecorder, EventRule, Trail } from "../lib/access/graph.ts";
import { trustPolicy } from "../lib/access/trust-policy.ts";
import { byCodeUnit } from "../lib/finding.ts";
import { arn } from "./arn.ts";
import {
  Cloudtrail,
  CloudwatchEventRule,
  CloudwatchEventTarget,
  CloudwatchMetricAlarm,
  ConfigConfigRule,
  ConfigConfigurationRecorder,
  ConfigConfigurationRecorderStatus,
  ConfigDeliveryChannel,
  IamRole,
  IamRolePolicy,
  IamRolePolicyAttachment,
  S3Bucket,
  S3BucketOwnershipControls,
  S3BucketPolicy,
  S3BucketPublicAccessBlock,
  S3BucketServerSideEncryptionConfiguration,
  S3BucketVersioning,
  SnsTopic,
  SnsTopicPolicy,
  SnsTopicSubscription,
} from "./aws.ts";
import { BaseStack, given } from "./base-stack.ts";
import { configStatements, encryptedTransportOnly, trailStatements } from "./log-bucket.ts";
import type { StackInfo } from "./plan-order.ts";

export type MonitoringProps = Pick<AccessGraph, "organization" | "accounts" | "monitoring" | "terraform">;

/** Names in AWS of what the manifest does not name. */
const names = { topic: "gatehouse-alerts", configRole: "gatehouse-config-recorder", config: "default" } as const;

const insights = ["ApiCallRateInsight", "ApiErrorRateInsight"];

type Statement = Record<string, unknown>;

export class MonitoringStack extends BaseStack {
  private readonly region: string;
  private readonly management: string;

  constructor(scope: Construct, info: StackInfo, props: MonitoringProps) {
    super(scope, info, props);
    const { organization, monitoring } = props;
    this.region = organization.homeRegion;
    this.management = this.accountId(info.account);

    const buckets = this.logBuckets(props);
    if (monitoring.trail !== null) this.trail(monitoring.trail, buckets);
    if (monitoring.config !== null) this.config(monitoring.config, buckets);

    const topic = monitoring.alerts === null ? null : this.alerts(monitoring.alerts.emails, monitoring);
    for (const alarm of monitoring.alarms) this.alarm(alarm, topic);
    for (const event of monitoring.events) this.event(event, topic);
  }

  /** The buckets that the services deliver into, by name; the trail and AWS Config may share one. */
  private logBuckets({
    organization,
    monitoring: { trail, config },
  }: MonitoringProps): Map<string, ITerraformDependable> {
    const account = trail?.bucketAccount ?? organization.managementAccount;
    const buckets = new Map<string, { key: string; statements: Statement[] }>();
    const grant = (bucket: string, key: string, statements: Statement[]) => {
      const shared = buckets.get(bucket) ?? { key, statements: [encryptedTransportOnly(bucket)] };
      buckets.set(bucket, { ...shared, statements: [...shared.statements, ...statements] });
    };
    if (trail !== null) {
      const source = {
        arn: arn.trail(this.region, this.management, trail.name),
        account: this.management,
        organizationId: trail.organization ? organization.id : null,
      };
      grant(trail.bucketName, "trail", trailStatements(trail.bucketName, source));
    }
    if (config !== null) {
      grant(config.bucketName, "config", configStatements(config.bucketName, this.ids(config.accounts)));
    }
    return new Map(
      [...buckets].map(([name, { key, statements }]) => [name, this.logBucket(key, name, account, statements)]),
    );
  }

  /** A private, versioned, encrypted bucket; gives its policy, which must stand before a service checks the bucket. */
  private logBucket(key: string, name: string, account: string, statements: Statement[]): ITerraformDependable {
    const provider = this.providerIn(account);
    const bucket = this.add(S3Bucket, [key], { bucket: name, provider, lifecycle: { preventDestroy: true } }).id;
    const access = this.add(S3BucketPublicAccessBlock, [key], {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      provider,
    });
    this.add(S3BucketOwnershipControls, [key], { bucket, rule: { objectOwnership: "BucketOwnerEnforced" }, provider });
    this.add(S3BucketVersioning, [key], { bucket, versioningConfiguration: { status: "Enabled" }, provider });
    this.add(S3BucketServerSideEncryptionConfiguration, [key], {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      provider,
    });
    return this.add(S3BucketPolicy, [key], {
      bucket,
      policy: document(statements),
      provider,
      // S3 refuses two changes of a bucket's access at the same time.
      dependsOn: [access],
    });
  }

  private trail(trail: Trail, buckets: ReadonlyMap<string, ITerraformDependable>) {
    this.add(Cloudtrail, ["trail"], {
      name: trail.name,
      s3BucketName: trail.bucketName,
      isOrganizationTrail: trail.organization,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      ...(trail.insights ? { insightSelector: insights.map((insightType) => ({ insightType })) } : {}),
      dependsOn: present(buckets.get(trail.bucketName)),
    });
  }

  private config({ accounts, bucketName, rules }: ConfigRecorder, buckets: ReadonlyMap<string, ITerraformDependable>) {
    for (const account of accounts) {
      const recording = this.recorder(account, bucketName, present(buckets.get(bucketName)));
      for (const { key, identifier, parameters } of rules) {
        this.add(ConfigConfigRule, [account, key], {
          name: key,
          source: { owner: "AWS", sourceIdentifier: identifier },
          ...(Object.keys(parameters).length > 0 ? { inputParameters: JSON.stringify(parameters) } : {}),
          provider: this.providerIn(account),
          dependsOn: [recording],
        });
      }
    }
  }

  /** Recorder, delivery channel and the switch that starts them, in the one order that AWS Config accepts. */
  private recorder(account: string, bucket: string, bucketPolicy: ITerraformDependable[]): ITerraformDependable {
    const provider = this.providerIn(account);
    const id = this.accountId(account);
    const role = this.add(IamRole, [account, "config"], {
      name: names.configRole,
      description: "AWS Config records the configuration of this account",
      assumeRolePolicy: JSON.stringify(trustPolicy({ kind: "service", services: ["config.amazonaws.com"] }, id)),
      provider,
    });
    this.add(IamRolePolicyAttachment, [account, "config"], {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole",
      provider,
    });
    this.add(IamRolePolicy, [account, "config"], {
      name: "delivery",
      role: role.name,
      policy: document([
        { Effect: "Allow", Action: "s3:GetBucketAcl", Resource: arn.bucket(bucket) },
        {
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: `${arn.bucket(bucket)}/AWSLogs/${id}/Config/*`,
          Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
        },
      ]),
      provider,
    });
    const recorder = this.add(ConfigConfigurationRecorder, [account], {
      name: names.config,
      roleArn: role.arn,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
      provider,
    });
    const channel = this.add(ConfigDeliveryChannel, [account], {
      name: names.config,
      s3BucketName: bucket,
      provider,
      dependsOn: [recorder, ...bucketPolicy],
    });
    return this.add(ConfigConfigurationRecorderStatus, [account], {
      name: recorder.name,
      isEnabled: true,
      provider,
      dependsOn: [channel],
    });
  }

  /** The topic that alarms and events go to; only they may publish, and only from this account. */
  private alerts(emails: readonly string[], { alarms, events }: AccessGraph["monitoring"]): SnsTopic {
    const { region, management } = this;
    const topic = this.add(SnsTopic, ["alerts"], { name: names.topic });
    const publish = (service: string, sources: string[]): Statement[] =>
      sources.length === 0
        ? []
        : [
            {
              Effect: "Allow",
              Principal: { Service: service },
              Action: "sns:Publish",
              Resource: arn.topic(region, management, names.topic),
              Condition: {
                ArnLike: { "aws:SourceArn": [...sources].sort(byCodeUnit) },
                StringEquals: { "aws:SourceAccount": management },
              },
            },
          ];
    const statements = [
      ...publish(
        "cloudwatch.amazonaws.com",
        alarms.map(({ name }) => arn.alarm(region, management, name)),
      ),
      ...publish(
        "events.amazonaws.com",
        events.map(({ name }) => arn.eventRule(region, management, name)),
      ),
    ];
    if (statements.length > 0) this.add(SnsTopicPolicy, ["alerts"], { arn: topic.arn, policy: document(statements) });
    for (const email of emails) {
      this.add(SnsTopicSubscription, [email], { topicArn: topic.arn, protocol: "email", endpoint: email });
    }
    return topic;
  }

  private alarm(alarm: Alarm, topic: SnsTopic | null) {
    this.add(CloudwatchMetricAlarm, [alarm.key], {
      alarmName: alarm.name,
      alarmDescription: given(alarm.description),
      namespace: alarm.namespace,
      metricName: alarm.metric,
      statistic: alarm.statistic,
      comparisonOperator: alarm.comparison,
      threshold: alarm.threshold,
      period: alarm.period,
      evaluationPeriods: alarm.evaluationPeriods,
      dimensions: given(alarm.dimensions),
      ...(topic === null ? {} : { alarmActions: [topic.arn] }),
    });
  }

  private event({ key, name, description, pattern }: EventRule, topic: SnsTopic | null) {
    const rule = this.add(CloudwatchEventRule, [key], {
      name,
      description: given(description),
      eventPattern: JSON.stringify(pattern),
    });
    if (topic !== null) this.add(CloudwatchEventTarget, [key], { rule: rule.name, targetId: "alerts", arn: topic.arn });
  }

  private providerIn(account: string): TerraformProvider | undefined {
    return this.account(account).management ? undefined : this.providerFor(account);
  }

  private ids(accounts: readonly string[]): string[] {
    return accounts.map((key) => this.accountId(key)).sort(byCodeUnit);
  }
}

function document(statements: Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
