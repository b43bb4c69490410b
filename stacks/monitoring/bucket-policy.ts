/** Policies of the buckets that AWS services write logs into, as AWS documents them. */
import { arn } from "../arn.ts";

type Statement = Record<string, unknown>;

export interface TrailSource {
  /** ARN of the trail. */
  arn: string;
  /** Twelve digits of the account that owns the trail. */
  account: string;
  /** `o-...` for an organization trail. */
  organizationId: string | null;
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
export function trailStatements(bucket: string, trail: TrailSource): Statement[] {
  const service = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } };
  const write = (sid: string, owner: string): Statement => ({
    Sid: sid,
    ...service,
    Action: "s3:PutObject",
    Resource: `${arn.bucket(bucket)}/AWSLogs/${owner}/*`,
    Condition: { StringEquals: { "aws:SourceArn": trail.arn, "s3:x-amz-acl": "bucket-owner-full-control" } },
  });
  return [
    {
      Sid: "CloudTrailAclCheck",
      ...service,
      Action: "s3:GetBucketAcl",
      Resource: arn.bucket(bucket),
      Condition: { StringEquals: { "aws:SourceArn": trail.arn } },
    },
    write("CloudTrailWrite", trail.account),
    ...(trail.organizationId === null ? [] : [write("CloudTrailOrganizationWrite", trail.organizationId)]),
  ];
}

/** https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html */
export function configStatements(bucket: string, accounts: readonly string[]): Statement[] {
  const service = { Effect: "Allow", Principal: { Service: "config.amazonaws.com" } };
  return [
    {
      Sid: "ConfigBucketCheck",
      ...service,
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: arn.bucket(bucket),
      Condition: { StringEquals: { "aws:SourceAccount": accounts } },
    },
    {
      Sid: "ConfigBucketDelivery",
      ...service,
      Action: "s3:PutObject",
      Resource: accounts.map((account) => `${arn.bucket(bucket)}/AWSLogs/${account}/Config/*`),
      Condition: {
        StringEquals: { "aws:SourceAccount": accounts, "s3:x-amz-acl": "bucket-owner-full-control" },
      },
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
export function encryptedTransportOnly(bucket: string): Statement {
  return {
    Sid: "EncryptedTransportOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn.bucket(bucket), `${arn.bucket(bucket)}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
