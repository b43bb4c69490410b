/** Settings of single resources. */
import { attributeOf, inBlocks, inDays, type Resource, type Row, type Surroundings, ways } from "../../rule.ts";

/** A range that is a good part of the internet. */
const isWide = (range: unknown) => /\/[0-7]$/.test(String(range));

/**
 * Whether the API endpoint of a cluster answers everyone; `null` as long as the ranges are not known.
 *
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
function isOpen(network: unknown): boolean | null {
  if (inBlocks([network], "endpoint_public_access").includes(false)) return false;
  // what is not known yet is not in a plan; what is not set is `null`
  if (!Object.hasOwn(Object(network), "public_access_cidrs")) return null;
  const ranges = inBlocks([network], "public_access_cidrs").flat();
  return ranges.length === 0 || ranges.some(isWide);
}

/** What is encrypted with a key for as long as it lasts. */
const encrypted = [
  "aws_backup_vault",
  "aws_cloudwatch_log_group",
  "aws_db_instance",
  "aws_dynamodb_table",
  "aws_ebs_volume",
  "aws_ecr_repository",
  "aws_efs_file_system",
  "aws_kinesis_stream",
  "aws_opensearch_domain",
  "aws_rds_cluster",
  "aws_redshift_cluster",
  "aws_s3_bucket",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_secretsmanager_secret",
  "aws_sns_topic",
  "aws_sqs_queue",
  "aws_ssm_parameter",
];

/** Whether something of the plan stays encrypted with a key. */
function isUsed(key: Resource, around: Surroundings): boolean {
  const names = [attributeOf(key, "arn"), attributeOf(key, "key_id")].map((name) => JSON.stringify(name));
  const uses = (other: Resource | null) => {
    const text = JSON.stringify(other?.values ?? null);
    return names.some((name) => name !== "null" && text.includes(name));
  };
  return encrypted.some((type) => around.ofType(type).some(({ before, after }) => uses(before) && uses(after)));
}

const LOSS = "whatever it encrypts is lost";

const key = {
  what: "the key",
  // there are some days to take it back
  deleted: (it, around) => (isUsed(it, around) ? "medium" : "low"),
  ends: `is deleted, and ${LOSS}`,
  key: ["arn"],
  attributes: [
    {
      path: [],
      weaker: (was, is) => inBlocks([was], "arn").length > inBlocks([is], "arn").length,
      says: `makes room for a new one, and ${LOSS}`,
    },
  ],
} as const satisfies Row;

export const resources: Readonly<Record<string, Row>> = {
  // without the lock, whoever may delete backups and objects may do so on the day of the attack
  aws_backup_vault_lock_configuration: {
    what: "the lock of the backup vault",
    deleted: "high",
    key: ["backup_vault_name"],
    of: [{ type: "aws_backup_vault", attribute: "backup_vault_name", equals: ["name", "id"] }],
    attributes: [
      {
        path: ["changeable_for_days"],
        weaker: ways.gone,
        says: "can be taken away at any time again",
      },
      {
        path: ["min_retention_days"],
        weaker: (was, is) => (is === null || typeof is === "number" ? (is ?? 0) < Number(was ?? 0) : null),
        says: (was, is) => `keeps backups for ${inDays(is ?? 0)} at least, not for ${was}`,
      },
    ],
  },
  aws_cognito_user_pool: {
    what: "the user pool",
    deleted: null,
    key: ["id"],
    attributes: [
      {
        path: ["mfa_configuration"],
        weaker: ways.from("ON"),
        says: "does not ask its users for MFA any more",
        severity: "medium",
      },
    ],
  },
  aws_eks_cluster: {
    what: "the cluster's API endpoint",
    deleted: null,
    key: ["name"],
    attributes: [
      {
        path: ["vpc_config", 0],
        weaker: (was, is) => isOpen(was) === false && isOpen(is),
        says: "answers the whole internet",
        severity: "medium",
      },
    ],
  },
  aws_kms_external_key: key,
  aws_kms_key: {
    ...key,
    attributes: [
      ...key.attributes,
      {
        path: ["is_enabled"],
        weaker: ways.off(true),
        says: "is switched off, and nothing can be read that it encrypts",
      },
      {
        path: ["enable_key_rotation"],
        weaker: ways.off(),
        says: "is not rotated any more",
        severity: "medium",
      },
    ],
  },
  aws_lambda_code_signing_config: {
    what: "the check of signatures on code",
    deleted: null,
    key: ["arn"],
    attributes: [
      {
        path: ["policies", 0, "untrusted_artifact_on_deployment"],
        weaker: ways.from("Enforce"),
        says: "only warns of code that nobody signed",
        severity: "medium",
      },
    ],
  },
  aws_ec2_transit_gateway: {
    what: "the transit gateway",
    deleted: null,
    key: ["id"],
    attributes: [
      {
        path: ["auto_accept_shared_attachments"],
        weaker: (was, is) => was !== "enable" && is === "enable",
        says: "takes whatever the accounts that it is shared with attach to it",
        severity: "medium",
      },
    ],
  },
  aws_ram_resource_share: {
    what: "the resource share",
    deleted: null,
    key: ["name"],
    attributes: [
      {
        path: ["allow_external_principals"],
        weaker: (was, is) => was === false && is === true,
        says: "may be given to accounts outside of the organization",
        severity: "medium",
      },
    ],
  },
  aws_secretsmanager_secret_policy: {
    what: "the check of the secret's policy",
    deleted: null,
    key: ["secret_arn"],
    attributes: [
      {
        path: ["block_public_policy"],
        weaker: ways.off(),
        says: "does not refuse a public one any more",
        severity: "low",
      },
    ],
  },
};
