/**
 * On whose behalf a service calls: what conditions on aws:SourceArn and its like tell of the service and of the source.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
 */
import { flatMap } from "../flat-map.ts";
import { deliversForOthers } from "./delivering-services.ts";
import { key, tellsTheSource } from "./keys.ts";
import { oncePer } from "./memo.ts";
import { type Condition, conditionsOn, type Policy } from "./policy.ts";

/** Stands for a service that nobody named. */
export const UNNAMED_SERVICE = "unnamed.amazonaws.com";

/** Gives the services that conditions on the source mean: those whose ARNs they name, and any where they name none. */
export const sourceServices = (conditions: readonly Condition[]): readonly string[] => [
  ...new Set(flatMap(conditions, servicesIn)),
];

const servicesIn = oncePer(({ keyId, values }: Condition): readonly string[] => {
  if (!tellsTheSource(keyId)) return NONE;
  return keyId === key.sourceArn ? values.map(serviceOf) : [UNNAMED_SERVICE];
});

const NONE: readonly string[] = [];

function serviceOf(arn: string): string {
  const service = `${/^arn:[^:]*:([\w-]+):/.exec(arn)?.[1]}.amazonaws.com`;
  return deliversForOthers(service) ? service : UNNAMED_SERVICE;
}

/**
 * Gives the buckets that conditions name as sources: an ARN without an account, and the name is free for everyone once
 * the bucket is deleted. Wildcards in place of the account mean nothing there.
 */
export const bucketsNamed = (policy: Policy): readonly string[] =>
  flatMap(conditionsOn([policy], key.sourceArn), ({ values }) => flatMap(values, (arn) => bucketIn(arn) ?? []));

function bucketIn(arn: string): string | null {
  const [, partition, name] = /^arn:([^:*?]*):s3:\*?:\*?:([^*?]+)$/.exec(arn) ?? [];
  return name === undefined ? null : `arn:${partition}:s3:::${name}`;
}

/** Pattern of the ARN of a bucket, however it is written. */
export const anyFormOf = (bucket: string): string => bucket.replace(":::", ":*:*:");

/** Accounts that the policy's sources are in. */
export function sourceAccounts(policy: Policy): readonly string[] {
  const conditions = flatMap([key.sourceAccount, key.sourceArn], (keyId) => conditionsOn([policy], keyId));
  const sources = flatMap(conditions, ({ values }) => values);
  return [...new Set(flatMap(sources, (value) => value.match(/(?<![^:])\d{12}(?![^:])/g) ?? []))];
}
