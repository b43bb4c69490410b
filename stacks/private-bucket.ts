/** A bucket that nobody reads by accident: private, versioned, encrypted, by TLS alone, never destroyed by a plan. */
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import {
  S3Bucket,
  S3BucketOwnershipControls,
  S3BucketPolicy,
  S3BucketPublicAccessBlock,
  S3BucketServerSideEncryptionConfiguration,
  S3BucketVersioning,
} from "./aws.ts";
import { encryptedTransportOnly } from "./monitoring/bucket-policy.ts";

interface HasProvider {
  provider?: TerraformProvider;
}

interface ResourceClass<C, R> {
  new (scope: Construct, id: string, config: C): R;
  readonly tfResourceType: string;
}

/** Adds one resource of the bucket, under the address of the bucket. */
export type AddToBucket = <C, R extends HasProvider>(type: ResourceClass<C, R>, config: C) => R;

export interface PrivateBucket {
  /** The bucket's name, by reference. */
  bucket: string;
  versions: ITerraformDependable;
  /** Stands once the bucket can be written to. */
  policy: ITerraformDependable;
}

/** @param statements of its policy, beside the one that asks for TLS */
export function addPrivateBucket(
  add: AddToBucket,
  name: string,
  statements: readonly Record<string, unknown>[] = [],
): PrivateBucket {
  const bucket = add(S3Bucket, { bucket: name, lifecycle: { preventDestroy: true } }).id;
  const access = add(S3BucketPublicAccessBlock, {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  add(S3BucketOwnershipControls, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
  const versions = add(S3BucketVersioning, { bucket, versioningConfiguration: { status: "Enabled" } });
  add(S3BucketServerSideEncryptionConfiguration, {
    bucket,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  const policy = add(S3BucketPolicy, {
    bucket,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [encryptedTransportOnly(name), ...statements] }),
    // S3 refuses two changes of a bucket's access at the same time.
    dependsOn: [access],
  });
  return { bucket, versions, policy };
}
