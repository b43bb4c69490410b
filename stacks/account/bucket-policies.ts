/** The bucket's side of cross-account roles: policies of buckets that exist. */
import type { BucketPolicy } from "../../lib/access/graph.ts";
import { S3BucketPolicy } from "../aws.ts";
import { type Add, type Made, madeHere } from "./resources.ts";

export function addBucketPolicies(
  add: Add,
  policies: readonly BucketPolicy[],
  roleArns: (roles: BucketPolicy["roles"]) => string[],
  made: Made,
): void {
  for (const { key, bucket, document, roles } of policies) {
    // AWS refuses a policy that names a role that is not there
    const dependsOn = madeHere(made, roleArns(roles));
    add(S3BucketPolicy, [key], { bucket, policy: JSON.stringify(document), dependsOn });
  }
}
