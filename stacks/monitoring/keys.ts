/** KMS keys for logs. A key that is gone takes the logs with it, so none is ever destroyed by a plan. */
import type { AccessGraph, Site } from "../../lib/access/graph.ts";
import { byCodeUnit } from "../../lib/finding.ts";
import { arn } from "../arn.ts";
import { KmsAlias, KmsKey } from "../aws.ts";
import { document, type Scope, type Statement } from "./scope.ts";

interface NewKey {
  key: string;
  description: string;
  alias: string;
  statements: readonly Statement[];
}

function addKey(scope: Scope, site: Site, { key, description, alias, statements }: NewKey): KmsKey {
  const resource = scope.add(KmsKey, site, [key], {
    description,
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: document([administered(scope.accountId(site.account)), ...statements]),
    lifecycle: { preventDestroy: true },
  });
  scope.add(KmsAlias, site, [key], { name: `alias/${alias}`, targetKeyId: resource.keyId });
  return resource;
}

/** Who may use the key beyond the services is said by IAM policies of its own account. */
function administered(account: string): Statement {
  return {
    Sid: "AccountAdministers",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
export function trailKey(scope: Scope, site: Site, trailArn: string): KmsKey {
  const service = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Resource: "*" };
  const owner = scope.accountId(scope.home.account);
  return addKey(scope, site, {
    key: "trail",
    description: "Log files of the trail",
    alias: "gatehouse-trail",
    statements: [
      {
        Sid: "CloudTrailEncrypts",
        ...service,
        Action: "kms:GenerateDataKey*",
        Condition: {
          StringEquals: { "aws:SourceArn": trailArn },
          StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": `arn:aws:cloudtrail:*:${owner}:trail/*` },
        },
      },
      {
        Sid: "CloudTrailDescribes",
        ...service,
        Action: "kms:DescribeKey",
        Condition: { StringEquals: { "aws:SourceArn": trailArn } },
      },
    ],
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
export function logsKey(scope: Scope, site: Site, groups: AccessGraph["monitoring"]["logGroups"]): KmsKey {
  const { account, region } = site;
  const id = scope.accountId(account);
  return addKey(scope, site, {
    key: "logs",
    description: "Log groups of CloudWatch Logs",
    alias: "gatehouse-logs",
    statements: [
      {
        Sid: "LogsEncrypt",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        Resource: "*",
        Condition: {
          ArnEquals: {
            "kms:EncryptionContext:aws:logs:arn": groups
              .map(({ name }) => arn.logGroup(region, id, name))
              .sort(byCodeUnit),
          },
        },
      },
    ],
  });
}
