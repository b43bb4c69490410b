/**
 * Where policies stand in resources: one row per resource type. A path names an attribute; `[]` goes through a list of
 * blocks. Grants that are no documents are in `grants.ts`.
 */
import type { PolicyKind } from "../lib/iam/policy.ts";
import { type Grant, grants } from "./grants.ts";
import { asString, type JsonObject, member } from "./json.ts";

/** `limits`: the document grants nothing and only takes away. */
export interface DocumentSite {
  as: "document";
  path: string;
  kind: (resource: JsonObject) => PolicyKind | null;
  limits?: true;
}

export type Site = DocumentSite | Grant;

const document =
  (kind: PolicyKind) =>
  (path: string): DocumentSite => ({ as: "document", path, kind: () => kind });
const identity = document("identity");
const resource = document("resource");
/** A ceiling or a filter. */
const limit = (site: DocumentSite): DocumentSite => ({ ...site, limits: true });
const trust = document("trust");

const policy: readonly DocumentSite[] = [resource("policy")];
const policyDocument: readonly DocumentSite[] = [resource("policy_document")];
const accessPolicy: readonly DocumentSite[] = [resource("access_policy")];
const accessPolicies: readonly DocumentSite[] = [resource("access_policies")];
const resourcePolicy: readonly DocumentSite[] = [resource("resource_policy")];

const table: Readonly<Record<string, readonly DocumentSite[]>> = {
  // Principals
  aws_iam_role: [trust("assume_role_policy"), identity("inline_policy[].policy")],
  aws_iam_policy: [identity("policy")],
  aws_iam_role_policy: [identity("policy")],
  aws_iam_user_policy: [identity("policy")],
  aws_iam_group_policy: [identity("policy")],
  aws_iot_policy: [identity("policy")],
  aws_transfer_user: [identity("policy")],
  aws_transfer_access: [identity("policy")],
  aws_rolesanywhere_profile: [limit(identity("session_policy"))],
  aws_ssoadmin_permission_set_inline_policy: [identity("inline_policy")],

  // Organization
  aws_organizations_policy: [limit({ as: "document", path: "content", kind: organizationsKind })],
  aws_organizations_resource_policy: [resource("content")],

  // Resources, attribute `policy`
  aws_acmpca_policy: policy,
  aws_api_gateway_domain_name: policy,
  aws_api_gateway_rest_api: policy,
  aws_api_gateway_rest_api_policy: policy,
  aws_backup_vault_policy: policy,
  aws_bedrockagentcore_resource_policy: policy,
  aws_cloudwatch_event_bus_policy: policy,
  aws_codebuild_resource_policy: policy,
  aws_dsql_cluster_policy: policy,
  aws_dynamodb_resource_policy: policy,
  aws_ecr_registry_policy: policy,
  aws_ecr_repository_creation_template: [resource("repository_policy")],
  aws_ecr_repository_policy: policy,
  aws_ecrpublic_repository_policy: policy,
  aws_efs_file_system_policy: policy,
  aws_glacier_vault_lock: policy,
  aws_glue_resource_policy: policy,
  aws_kinesis_resource_policy: policy,
  aws_kms_external_key: policy,
  aws_kms_key: policy,
  aws_kms_key_policy: policy,
  aws_kms_replica_external_key: policy,
  aws_kms_replica_key: policy,
  aws_lambda_resource_policy: policy,
  aws_media_store_container_policy: policy,
  aws_msk_cluster_policy: policy,
  aws_networkfirewall_resource_policy: policy,
  aws_oam_sink_policy: policy,
  aws_osis_resource_policy: policy,
  aws_pinpointsmsvoicev2_resource_policy: policy,
  aws_redshift_resource_policy: policy,
  aws_redshiftserverless_resource_policy: policy,
  aws_s3_access_point: policy,
  aws_s3_bucket: policy,
  aws_s3_bucket_policy: policy,
  aws_s3control_access_grants_instance_resource_policy: policy,
  aws_s3control_access_point_policy: policy,
  aws_s3control_bucket_policy: policy,
  aws_s3control_object_lambda_access_point_policy: policy,
  aws_s3files_file_system_policy: policy,
  aws_s3vectors_vector_bucket_policy: policy,
  aws_schemas_registry_policy: policy,
  aws_secretsmanager_secret: policy,
  aws_secretsmanager_secret_policy: policy,
  aws_ses_identity_policy: policy,
  aws_sesv2_email_identity_policy: policy,
  aws_sns_topic: policy,
  aws_sns_topic_policy: policy,
  aws_sqs_queue: policy,
  aws_sqs_queue_policy: policy,
  // only callers inside the network reach an endpoint, and it grants them nothing
  aws_vpc_endpoint: policy.map(limit),
  aws_vpc_endpoint_policy: policy.map(limit),
  aws_vpclattice_auth_policy: policy,
  aws_vpclattice_resource_policy: policy,

  // Resources, other attributes
  aws_cloudsearch_domain_service_access_policy: accessPolicy,
  aws_cloudwatch_log_delivery_destination_policy: [resource("delivery_destination_policy")],
  aws_cloudwatch_log_destination_policy: accessPolicy,
  aws_cloudwatch_log_resource_policy: policyDocument,
  aws_codeartifact_domain_permissions_policy: policyDocument,
  aws_codeartifact_repository_permissions_policy: policyDocument,
  aws_elasticsearch_domain: accessPolicies,
  aws_elasticsearch_domain_policy: accessPolicies,
  aws_glacier_vault: accessPolicy,
  aws_opensearch_domain: accessPolicies,
  aws_opensearch_domain_policy: accessPolicies,
  aws_prometheus_resource_policy: policyDocument,
  aws_s3control_multi_region_access_point_policy: [resource("details[].policy")],
  aws_s3tables_table_bucket_policy: resourcePolicy,
  aws_s3tables_table_policy: resourcePolicy,
  aws_sagemaker_model_package_group_policy: resourcePolicy,
  aws_xray_resource_policy: policyDocument,
};

const sites: ReadonlyMap<string, readonly Site[]> = new Map<string, readonly Site[]>([
  ...Object.entries(grants).map(([type, grant]): [string, readonly Site[]] => [type, [...(table[type] ?? []), grant]]),
  ...Object.entries(table).filter(([type]) => !Object.hasOwn(grants, type)),
]);

/** The places of a resource type that hold a policy; none for a type that has no policy. */
export function sitesOf(resourceType: string): readonly Site[] {
  return sites.get(resourceType) ?? [];
}

const organizationsKinds: ReadonlyMap<string, PolicyKind> = new Map([
  ["SERVICE_CONTROL_POLICY", "identity"],
  ["RESOURCE_CONTROL_POLICY", "resource"],
]);

/** Tag, backup, chat, AI opt-out and declarative policies are not IAM grammar. */
function organizationsKind(policy: JsonObject): PolicyKind | null {
  return organizationsKinds.get(asString(member(policy, "type")) ?? "SERVICE_CONTROL_POLICY") ?? null;
}

/** Attributes that nobody wrote show what another resource has set: it is judged there. */
const companions: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_rest_api: ["aws_api_gateway_rest_api_policy"],
  aws_elasticsearch_domain: ["aws_elasticsearch_domain_policy"],
  aws_kms_key: ["aws_kms_key_policy"],
  aws_opensearch_domain: ["aws_opensearch_domain_policy"],
  aws_s3_access_point: ["aws_s3control_access_point_policy"],
  aws_s3_bucket: ["aws_s3_bucket_policy", "aws_s3_bucket_acl"],
  aws_secretsmanager_secret: ["aws_secretsmanager_secret_policy"],
  aws_sns_topic: ["aws_sns_topic_policy"],
  aws_sqs_queue: ["aws_sqs_queue_policy"],
  aws_vpc_endpoint: ["aws_vpc_endpoint_policy"],
  aws_vpc_endpoint_service: ["aws_vpc_endpoint_service_allowed_principal"],
};

/** The resource types that may set what a resource of this type shows without having written it. */
export function companionsOf(resourceType: string): readonly string[] {
  return companions[resourceType] ?? [];
}
