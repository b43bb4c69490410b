/** The account that a resource is in, as far as the plan tells. */
import { flatMap } from "../lib/flat-map.ts";
import type { Policy } from "../lib/iam/policy.ts";
import { accountInArn } from "./configuration.ts";
import { asString, type JsonObject, member } from "./json.ts";

/** Attributes whose ARN is the resource's own, or that of what the policy belongs to. */
const arnAttributes = [
  "arn",
  "resource_arn",
  "secret_arn",
  "function_name",
  "layer_name",
  "stream_arn",
  "cluster_arn",
  "sink_identifier",
  "registry_arn",
  "certificate_authority_arn",
  "table_bucket_arn",
  "access_point_arn",
  "data_share_arn",
  "resource_share_arn",
  "key_id",
  "db_snapshot_arn",
  "db_cluster_snapshot_arn",
  "identity",
];

/** Gives the twelve digits, `null` when no attribute tells. */
export function accountOf(resource: JsonObject | null): string | null {
  if (resource === null) return null;
  for (const key of arnAttributes) {
    // a link names the sink that somebody else owns
    if (key === "sink_identifier" && Object.hasOwn(resource, "resource_types")) continue;
    const account = accountInArn(asString(member(resource, key)));
    if (account !== null) return account;
  }
  const queue = asString(member(resource, "queue_url")) ?? asString(member(resource, "url"));
  const owner = asString(member(resource, "expected_bucket_owner"));
  return queue?.match(/^https:\/\/[^/]+\/(\d{12})\//)?.[1] ?? owner?.match(/^\d{12}$/)?.[0] ?? null;
}

/**
 * Gives the account of the resources that a resource's own policy names. `null` when it names several, or one of its
 * statements is not about that account alone: a statement that is about nothing here could otherwise name any account.
 */
export function ownAccountIn({ kind, statements }: Policy): string | null {
  if (kind !== "resource") return null;
  const accounts = new Set(
    flatMap(statements, ({ resources }) => (resources && !resources.not ? resources.values : ["*"])).map(accountInArn),
  );
  const [account = null] = accounts;
  return accounts.size === 1 ? account : null;
}
