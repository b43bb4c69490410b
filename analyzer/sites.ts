/**
 * Where policies stand in resources: one row per resource type. A path names an attribute; `[]` goes through a list of
 * blocks. A grant is no document in AWS's interface, and means the statement that is written for it here.
 */
import type { PolicyKind } from "../lib/iam/policy.ts";
import { asString, type JsonObject, member } from "./json.ts";

export type Site =
  /** `limits`: the document grants nothing and only takes away. */
  | { as: "document"; path: string; kind: (resource: JsonObject) => PolicyKind | null; limits?: true }
  /** `needs`: the attributes that decide what is granted. */
  | {
      as: "grant";
      path: string;
      kind: PolicyKind;
      needs: readonly string[];
      statement: (resource: JsonObject) => JsonObject;
    };

const document =
  (kind: PolicyKind) =>
  (path: string): Site => ({ as: "document", path, kind: () => kind });
const identity = document("identity");
const resource = document("resource");
/** A ceiling or a filter. */
const limit = (site: Site): Site => (site.as === "document" ? { ...site, limits: true } : site);
const trust = document("trust");

const policy: readonly Site[] = [resource("policy")];
const policyDocument: readonly Site[] = [resource("policy_document")];
const accessPolicy: readonly Site[] = [resource("access_policy")];
const accessPolicies: readonly Site[] = [resource("access_policies")];
const resourcePolicy: readonly Site[] = [resource("resource_policy")];

const table: Readonly<Record<string, readonly Site[]>> = {
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
  aws_media_store_container_policy: policy,
  aws_msk_cluster_policy: policy,
  aws_networkfirewall_resource_policy: policy,
  aws_oam_sink_policy: policy,
  aws_osis_resource_policy: policy,
  aws_redshift_resource_policy: policy,
  aws_redshiftserverless_resource_policy: policy,
  aws_s3_access_point: policy,
  aws_s3_bucket: policy,
  aws_s3_bucket_policy: policy,
  aws_s3control_access_point_policy: policy,
  aws_s3control_bucket_policy: policy,
  aws_s3control_object_lambda_access_point_policy: policy,
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

  // Grants
  aws_lambda_permission: [
    {
      as: "grant",
      path: "principal",
      kind: "resource",
      needs: ["action", "principal", "principal_org_id", "source_account", "source_arn", "function_url_auth_type"],
      statement: lambdaPermission,
    },
  ],
};

const sites: ReadonlyMap<string, readonly Site[]> = new Map(Object.entries(table));

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

/** The statement that `lambda:AddPermission` writes: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function lambdaPermission(grant: JsonObject): JsonObject {
  const text = (key: string): string | null => asString(member(grant, key)) || null;
  const principal = text("principal") ?? "";
  const name = text("function_name") ?? "*";
  const equals = present({
    "aws:PrincipalOrgID": text("principal_org_id"),
    "aws:SourceAccount": text("source_account"),
    "lambda:FunctionUrlAuthType": text("function_url_auth_type"),
  });
  const like = present({ "aws:SourceArn": text("source_arn") });
  const condition = present({ StringEquals: equals, ArnLike: like });
  return {
    ...present({ Sid: text("statement_id") }),
    Effect: "Allow",
    Principal: principal === "*" ? "*" : { [/^(\d{12}$|arn:)/.test(principal) ? "AWS" : "Service"]: principal },
    Action: text("action") ?? "",
    Resource: name.startsWith("arn:") ? name : `arn:aws:lambda:*:*:function:${name}`,
    ...present({ Condition: condition }),
  };
}

/** The members that have a value; `null` when none has. */
function present(members: JsonObject): JsonObject | null {
  const entries = Object.entries(members).filter(([, value]) => value !== null);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}
