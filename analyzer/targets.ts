/** What a policy is about that is a resource of its own. */
import { flatMap } from "../lib/flat-map.ts";
import { attributeOf } from "./attribute.ts";
import type { Resource } from "./model.ts";

/** What a policy is about, where it is a resource of its own: that resource's type, and how the policy names it. */
export interface Owner {
  type: string;
  attribute: string;
  equals: readonly string[];
}

const of = (type: string, attribute: string, ...equals: readonly string[]): Owner => ({
  type,
  attribute,
  equals: equals.length > 0 ? equals : [attribute],
});

export const owners: Readonly<Record<string, Owner | null>> = {
  aws_api_gateway_rest_api_policy: of("aws_api_gateway_rest_api", "rest_api_id", "id"),
  aws_backup_vault_policy: of("aws_backup_vault", "backup_vault_name", "name"),
  aws_cloudwatch_event_bus_policy: of("aws_cloudwatch_event_bus", "event_bus_name", "name"),
  aws_codeartifact_domain_permissions_policy: of("aws_codeartifact_domain", "domain"),
  aws_codeartifact_repository_permissions_policy: of("aws_codeartifact_repository", "repository"),
  aws_dynamodb_resource_policy: of("aws_dynamodb_table", "resource_arn", "arn", "stream_arn"),
  aws_ecr_registry_policy: null,
  aws_ecr_repository_policy: of("aws_ecr_repository", "repository", "name"),
  aws_ecrpublic_repository_policy: of("aws_ecrpublic_repository", "repository_name"),
  aws_efs_file_system_policy: of("aws_efs_file_system", "file_system_id", "id"),
  aws_elasticsearch_domain_policy: of("aws_elasticsearch_domain", "domain_name"),
  aws_glue_resource_policy: null,
  aws_kinesis_resource_policy: of("aws_kinesis_stream", "resource_arn", "arn"),
  aws_kms_key_policy: of("aws_kms_key", "key_id", "key_id", "id", "arn"),
  aws_media_store_container_policy: of("aws_media_store_container", "container_name", "name"),
  aws_msk_cluster_policy: of("aws_msk_cluster", "cluster_arn", "arn"),
  aws_opensearch_domain_policy: of("aws_opensearch_domain", "domain_name"),
  aws_organizations_resource_policy: null,
  aws_s3_bucket_policy: of("aws_s3_bucket", "bucket", "bucket", "id"),
  aws_s3control_access_point_policy: of("aws_s3_access_point", "access_point_arn", "arn", "id"),
  aws_s3tables_table_bucket_policy: of("aws_s3tables_table_bucket", "table_bucket_arn", "arn"),
  aws_s3tables_table_policy: of("aws_s3tables_table", "name"),
  aws_s3vectors_vector_bucket_policy: of("aws_s3vectors_vector_bucket", "vector_bucket_arn"),
  aws_secretsmanager_secret_policy: of("aws_secretsmanager_secret", "secret_arn", "arn", "id"),
  aws_sns_topic_policy: of("aws_sns_topic", "arn", "arn", "id"),
  aws_sqs_queue_policy: of("aws_sqs_queue", "queue_url", "url", "id"),
  aws_vpclattice_auth_policy: of("aws_vpclattice_service", "resource_identifier", "id", "arn"),
};

/** The attribute by which a policy that is a resource of its own names what it is about; `null` for any other. */
export function targetAttributeOf(type: string): string | null {
  return (Object.hasOwn(owners, type) && owners[type]?.attribute) || null;
}

/** Of each type that may carry a policy itself: the attributes by which policies name it. */
const carriers: ReadonlyMap<string, readonly string[]> = new Map(
  flatMap(Object.values(owners), (owner) => (owner ? [[owner.type, owner.equals] as const] : [])),
);

/** Gives the names of what a resource's policy is about: of the resource itself, or of the one that it is a policy of. */
export function targetsOf(resource: Resource): readonly string[] {
  const owner = Object.hasOwn(owners, resource.type) ? owners[resource.type] : undefined;
  const type = owner?.type ?? resource.type;
  const attributes = owner ? [owner.attribute] : (carriers.get(type) ?? []);
  return flatMap(attributes, (attribute) => {
    const name = attributeOf(resource, attribute);
    return typeof name === "string" ? [`${type} ${name}`] : [];
  });
}
