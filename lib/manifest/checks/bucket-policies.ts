/** Policies of buckets. */
import type { Problem } from "../../problem.ts";
import { configBucket, trailBucket } from "../buckets.ts";
import type { Context } from "../context.ts";
import { error, where } from "../problems.ts";

/** `duplicate-bucket-policy`, `bucket-policy-taken`: a bucket has one policy. */
export function checkBucketPolicies({ manifest, at }: Context): Problem[] {
  const logs = new Set([trailBucket(manifest), configBucket(manifest)].flatMap((bucket) => bucket?.name ?? []));
  const first = new Map<string, string>();
  return Object.entries(manifest.bucketPolicies).flatMap(([key, { bucket }]) => {
    const here = at(["bucketPolicies", key, "bucket"]);
    if (logs.has(bucket)) {
      const message = `bucket "${bucket}" keeps the logs of the organization; its policy is made with it`;
      return [error("bucket-policy-taken", here, message)];
    }
    const earlier = first.get(bucket);
    if (earlier === undefined) {
      first.set(bucket, key);
      return [];
    }
    const there = at(["bucketPolicies", earlier, "bucket"]);
    const message = `bucket "${bucket}" already has a policy at ${where(there, here)}; a bucket has one`;
    const related = [{ place: there, message: "first written here" }];
    return [error("duplicate-bucket-policy", here, message, { hint: "put all of it under one key", related })];
  });
}
