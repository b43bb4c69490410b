/** The bucket's side of a cross-account role, as the whole policy of the bucket. */
import { byCodeUnit } from "../finding.ts";
import { isObjectAction } from "../iam/s3-actions.ts";
import type { Context } from "../manifest/context.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { Account, BucketPolicy, Role } from "./graph.ts";
import { activeIds } from "./resolve-roles.ts";
import { sortedEntries, sortedSet } from "./sorted.ts";

type Written = Manifest["bucketPolicies"][string];
type Allowed = Written["allow"][number];
type Statement = Record<string, unknown>;

/** A policy of a bucket whose account has no id yet is left out, and so is a role that waits. */
export function resolveBucketPolicies(
  { manifest, keyAt }: Context,
  accounts: readonly Account[],
  roles: readonly Role[],
): BucketPolicy[] {
  const ids = activeIds(accounts);
  const named = new Map<string, Role[]>();
  for (const role of roles) named.set(role.key, [...(named.get(role.key) ?? []), role]);
  const rolesOf = (keys: readonly string[]) => [...new Set(keys)].flatMap((key) => named.get(key) ?? []);
  const arnOf = ({ account, path, name }: Role) => `arn:aws:iam::${ids.get(account)}:role${path}${name}`;
  return sortedEntries(manifest.bucketPolicies)
    .filter(([, policy]) => ids.has(policy.in))
    .map(([key, policy]) => ({
      key,
      renamedFrom: policy.renamedFrom ?? null,
      account: policy.in,
      bucket: policy.bucket,
      document: {
        Version: "2012-10-17" as const,
        Statement: [
          ...policy.allow.flatMap((allowed) =>
            statements(allowed, policy.bucket, sortedSet(rolesOf(allowed.roles).map(arnOf))),
          ),
          ...(policy.requireTls ? [tlsOnly(policy.bucket)] : []),
        ],
      },
      roles: rolesOf(policy.allow.flatMap((allowed) => allowed.roles))
        .map(({ key, account }) => ({ key, account }))
        .sort((a, b) => byCodeUnit(a.account, b.account) || byCodeUnit(a.key, b.key)),
      place: keyAt(["bucketPolicies", key]),
    }))
    .filter(({ document }) => document.Statement.length > 0);
}

/** One for what is done with the bucket, one for what is done with objects: AWS refuses an action beside what it cannot be done with. */
function statements({ actions, prefixes }: Allowed, bucket: string, arns: readonly string[]): Statement[] {
  if (arns.length === 0) return [];
  const arn = `arn:aws:s3:::${bucket}`;
  const principal = { AWS: scalar(arns) };
  const onObjects = actions.filter(isObjectAction);
  const onBucket = actions.filter((action) => !isObjectAction(action));
  const lists = onBucket.filter((action) => prefixes !== undefined && takesPrefix.test(action));
  const others = onBucket.filter((action) => !lists.includes(action));
  const statement = (some: readonly string[], resources: readonly string[], condition?: Statement): Statement[] =>
    some.length === 0
      ? []
      : [
          {
            Effect: "Allow",
            Principal: principal,
            Action: scalar(sortedSet(some)),
            Resource: scalar(resources),
            ...(condition === undefined ? {} : { Condition: condition }),
          },
        ];
  return [
    ...statement(lists, [arn], { StringLike: { "s3:prefix": scalar((prefixes ?? []).map((prefix) => `${prefix}*`)) } }),
    ...statement(others, [arn]),
    ...statement(
      onObjects,
      (prefixes ?? [""]).map((prefix) => `${arn}/${prefix}*`),
    ),
  ];
}

/** Actions that send `s3:prefix`. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const takesPrefix = /^s3:ListBucket(Versions|MultipartUploads)?$/i;

function tlsOnly(bucket: string): Statement {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** AWS gives a list of one back as a scalar: writing it so keeps the second plan empty. */
function scalar(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0]! : values;
}
