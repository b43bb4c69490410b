/** The buckets that CloudTrail and AWS Config deliver into: private, versioned, encrypted, never destroyed by a plan. */
import type { ITerraformDependable } from "cdktf";
import type { Trail } from "../../lib/access/graph.ts";
import { byCodeUnit } from "../../lib/finding.ts";
import { arn } from "../arn.ts";
import { S3BucketLifecycleConfiguration } from "../aws.ts";
import { addPrivateBucket } from "../private-bucket.ts";
import { configStatements, trailStatements } from "./bucket-policy.ts";
import type { Before, Scope, Statement } from "./scope.ts";

interface LogBucket {
  key: string;
  name: string;
  statements: Statement[];
  lifecycle: Trail["lifecycle"];
}

const forever: Trail["lifecycle"] = { archiveAfter: null, expireAfter: null };

/** The policies of the buckets by bucket name: they must stand before a service tries the bucket. */
export function writeLogBuckets(scope: Scope): Before {
  const { trail, config } = scope.props.monitoring;
  const account = trail?.bucketAccount ?? scope.home.account;
  return new Map(bucketsOf(scope, trail, config).map((bucket) => [bucket.name, writeBucket(scope, account, bucket)]));
}

/** One bucket or two: the trail and AWS Config may share one. */
function bucketsOf(
  { props, home, accountId }: Scope,
  trail: Scope["props"]["monitoring"]["trail"],
  config: Scope["props"]["monitoring"]["config"],
): LogBucket[] {
  const buckets: LogBucket[] = [];
  if (trail !== null) {
    const { bucketName: name, lifecycle } = trail;
    const owner = accountId(home.account);
    const source = {
      arn: arn.trail(home.region, owner, trail.name),
      account: owner,
      organizationId: trail.organization ? props.organization.id : null,
    };
    buckets.push({ key: "trail", name, statements: trailStatements(name, source), lifecycle });
  }
  if (config !== null && config.accounts.length > 0) {
    const { bucketName: name } = config;
    const statements = configStatements(name, config.accounts.map(accountId).sort(byCodeUnit));
    const shared = buckets.find((bucket) => bucket.name === name);
    if (shared === undefined) buckets.push({ key: "config", name, statements, lifecycle: forever });
    else shared.statements.push(...statements);
  }
  return buckets;
}

function writeBucket(
  scope: Scope,
  account: string,
  { key, name, statements, lifecycle }: LogBucket,
): ITerraformDependable {
  const site = { ...scope.home, account };
  const { bucket, versions, policy } = addPrivateBucket(
    (type, config) => scope.addOnce(type, site, [key], config),
    name,
    statements,
  );
  const { archiveAfter, expireAfter } = lifecycle;
  if (archiveAfter !== null || expireAfter !== null) {
    scope.addOnce(S3BucketLifecycleConfiguration, site, [key], {
      bucket,
      rule: [
        {
          id: "logs",
          status: "Enabled",
          filter: [{ prefix: "" }],
          ...(archiveAfter === null ? {} : { transition: [{ days: archiveAfter, storageClass: "GLACIER" }] }),
          ...(expireAfter === null
            ? {}
            : {
                expiration: [{ days: expireAfter }],
                // an expired log file of a versioned bucket stays as a noncurrent version otherwise
                noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
              }),
        },
      ],
      // S3 asks for versioning first where a rule speaks of noncurrent versions
      dependsOn: [versions],
    });
  }
  return policy;
}
