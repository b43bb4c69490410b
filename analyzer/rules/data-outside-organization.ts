import type { Severity } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import { readPlainJson } from "../../lib/iam/json.ts";
import { accountInArn, attributeOf, inBlocks, mayBeForeign, type Resource, rule, weighed } from "../rule.ts";

/** How data leaves by a resource of one type. */
interface Way {
  /** Where it goes: account ids, or ARNs that name an account. */
  to(resource: Resource): readonly unknown[];
  /** Attribute with an ARN in the account that it comes from. */
  from?: string;
  /** What they get, as the end of a sentence. */
  gets: string;
  severity: Severity;
}

/** The values behind blocks within blocks. */
const within = (resource: Resource, block: string, ...keys: readonly string[]): readonly unknown[] =>
  keys.reduce<readonly unknown[]>(
    (found, key) => inBlocks(found, key).flat(),
    [attributeOf(resource, block)].flat().filter(isOn),
  );

const isOn = (block: unknown): boolean => !inBlocks([block], "status").includes("Disabled");

const at = (attribute: string) => (resource: Resource) => [attributeOf(resource, attribute)];

function documentOf(policy: Resource): unknown {
  const text = attributeOf(policy, "policy_document");
  return typeof text === "string" ? readPlainJson(text) : null;
}

const ways: Readonly<Record<string, Way>> = {
  aws_backup_plan: {
    to: (plan) => within(plan, "rule", "copy_action", "destination_vault_arn"),
    gets: "gets a copy of the backups",
    severity: "high",
  },
  aws_cloudwatch_event_target: {
    to: at("arn"),
    from: "role_arn",
    gets: "gets the events of the rule",
    severity: "medium",
  },
  aws_cloudwatch_log_account_policy: {
    // no other type of such a policy has a destination outside of the account
    to: (policy) => inBlocks([documentOf(policy)], "DestinationArn"),
    gets: "gets what is written to all log groups of the account",
    severity: "medium",
  },
  aws_cloudwatch_log_subscription_filter: {
    to: at("destination_arn"),
    from: "role_arn",
    gets: "gets what is written to the log group",
    severity: "medium",
  },
  aws_ecr_replication_configuration: {
    to: (registry) => within(registry, "replication_configuration", "rule", "destination", "registry_id"),
    gets: "gets a copy of the images",
    severity: "high",
  },
  aws_s3_bucket_replication_configuration: {
    to: (replication) => within(replication, "rule", "destination", "account"),
    from: "role",
    gets: "gets a copy of what is written to the bucket",
    severity: "high",
  },
  aws_sns_topic_subscription: {
    to: at("endpoint"),
    from: "topic_arn",
    gets: "gets what is published to the topic",
    severity: "medium",
  },
};

const accountIn = (target: unknown): string | null =>
  typeof target !== "string" ? null : /^\d{12}$/.test(target) ? target : accountInArn(target);

export default rule({
  id: "data-outside-organization",
  severity: "high",
  summary: "Data is sent to an account outside the organization",
  why: "Copies, backups, logs and events that arrive in another account are that account's: no policy, no deletion and no key of yours reaches them there. It may be a partner's collector; it may be a mistyped account id; and it is the quiet way to take data out, for nothing has to be opened.",
  levels:
    "High for copies of data: replication and backups; medium for logs, events and messages; low for a third party on record. Nothing is said as long as nobody says which accounts are inside.",
  bad: `resource "aws_s3_bucket_replication_configuration" "invoices" {
  bucket = "invoices"
  role   = aws_iam_role.replication.arn
  rule {
    status = "Enabled"
    destination {
      bucket  = "arn:aws:s3:::copies"
      account = "999999999999"
    }
  }
}`,
  good: `resource "aws_s3_bucket_replication_configuration" "invoices" {
  bucket = "invoices"
  role   = aws_iam_role.replication.arn
  rule {
    status = "Enabled"
    destination {
      bucket  = "arn:aws:s3:::copies"
      account = "111122223333" # of the organization
    }
  }
}`,
  fix: "Send it to an account of the organization. For a partner, put the account on record: in the access manifest (trust: thirdParty) or as a vendor in gatehouse.config.yaml.",
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html",
    "https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html",
  ],
  on: "resource",
  types: Object.keys(ways),
  check(resource, world) {
    const way = ways[resource.type];
    // a central account for logs or backups is common, and as good as any as long as nobody said which are inside
    if (way === undefined || world.accounts === null) return [];
    const own = resource.account ?? (way.from === undefined ? null : accountIn(attributeOf(resource, way.from)));
    const foreign = [...new Set(flatMap(way.to(resource), (target) => accountIn(target) ?? []))]
      .filter((account) => mayBeForeign(account, own, world))
      .sort();
    return flatMap(foreign, (account) =>
      weighed([{ name: `account ${account}`, onRecord: world.vendors.has(account) }], world, way.gets, (name) => [
        { statement: null, message: `${name}: outside the organization, and ${way.gets}`, severity: way.severity },
      ]),
    );
  },
});
