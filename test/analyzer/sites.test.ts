/** Every place that holds a policy, one line each. */
import { describe, expect, it } from "vitest";
import { extract } from "../../analyzer/extract.ts";
import { planOf, policy } from "./plans.ts";

const anyone = policy({ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" });
const trust = policy({ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "sts:AssumeRole" });
const identity = policy({ Effect: "Allow", Action: "*", Resource: "*" });

const documents: Readonly<Record<string, readonly string[]>> = {
  [trust]: ["aws_iam_role.assume_role_policy"],
  [identity]: [
    "aws_iam_group_policy.policy",
    "aws_iam_policy.policy",
    "aws_iam_role.inline_policy[].policy",
    "aws_iam_role_policy.policy",
    "aws_iam_user_policy.policy",
    "aws_iot_policy.policy",
    "aws_organizations_policy.content",
    "aws_rolesanywhere_profile.session_policy",
    "aws_ssoadmin_permission_set_inline_policy.inline_policy",
    "aws_transfer_access.policy",
    "aws_transfer_user.policy",
  ],
  [anyone]: [
    "aws_acmpca_policy.policy",
    "aws_api_gateway_domain_name.policy",
    "aws_api_gateway_rest_api.policy",
    "aws_api_gateway_rest_api_policy.policy",
    "aws_backup_vault_policy.policy",
    "aws_bedrockagentcore_resource_policy.policy",
    "aws_cloudsearch_domain_service_access_policy.access_policy",
    "aws_cloudwatch_event_bus_policy.policy",
    "aws_cloudwatch_log_delivery_destination_policy.delivery_destination_policy",
    "aws_cloudwatch_log_destination_policy.access_policy",
    "aws_cloudwatch_log_resource_policy.policy_document",
    "aws_codeartifact_domain_permissions_policy.policy_document",
    "aws_codeartifact_repository_permissions_policy.policy_document",
    "aws_codebuild_resource_policy.policy",
    "aws_dsql_cluster_policy.policy",
    "aws_dynamodb_resource_policy.policy",
    "aws_ecr_registry_policy.policy",
    "aws_ecr_repository_creation_template.repository_policy",
    "aws_ecr_repository_policy.policy",
    "aws_ecrpublic_repository_policy.policy",
    "aws_efs_file_system_policy.policy",
    "aws_elasticsearch_domain.access_policies",
    "aws_elasticsearch_domain_policy.access_policies",
    "aws_glacier_vault.access_policy",
    "aws_glacier_vault_lock.policy",
    "aws_glue_resource_policy.policy",
    "aws_kinesis_resource_policy.policy",
    "aws_kms_external_key.policy",
    "aws_kms_key.policy",
    "aws_kms_key_policy.policy",
    "aws_kms_replica_external_key.policy",
    "aws_kms_replica_key.policy",
    "aws_lambda_resource_policy.policy",
    "aws_media_store_container_policy.policy",
    "aws_msk_cluster_policy.policy",
    "aws_networkfirewall_resource_policy.policy",
    "aws_oam_sink_policy.policy",
    "aws_opensearch_domain.access_policies",
    "aws_opensearch_domain_policy.access_policies",
    "aws_organizations_resource_policy.content",
    "aws_osis_resource_policy.policy",
    "aws_pinpointsmsvoicev2_resource_policy.policy",
    "aws_prometheus_resource_policy.policy_document",
    "aws_redshift_resource_policy.policy",
    "aws_redshiftserverless_resource_policy.policy",
    "aws_s3_access_point.policy",
    "aws_s3_bucket.policy",
    "aws_s3_bucket_policy.policy",
    "aws_s3control_access_grants_instance_resource_policy.policy",
    "aws_s3control_access_point_policy.policy",
    "aws_s3control_bucket_policy.policy",
    "aws_s3control_multi_region_access_point_policy.details[].policy",
    "aws_s3control_object_lambda_access_point_policy.policy",
    "aws_s3tables_table_bucket_policy.resource_policy",
    "aws_s3tables_table_policy.resource_policy",
    "aws_s3files_file_system_policy.policy",
    "aws_s3vectors_vector_bucket_policy.policy",
    "aws_sagemaker_model_package_group_policy.resource_policy",
    "aws_schemas_registry_policy.policy",
    "aws_secretsmanager_secret.policy",
    "aws_secretsmanager_secret_policy.policy",
    "aws_ses_identity_policy.policy",
    "aws_sesv2_email_identity_policy.policy",
    "aws_sns_topic.policy",
    "aws_sns_topic_policy.policy",
    "aws_sqs_queue.policy",
    "aws_sqs_queue_policy.policy",
    "aws_vpc_endpoint.policy",
    "aws_vpc_endpoint_policy.policy",
    "aws_vpclattice_auth_policy.policy",
    "aws_vpclattice_resource_policy.policy",
    "aws_xray_resource_policy.policy_document",
  ],
};

const subjectsOf = (type: string, after: object) =>
  extract(planOf([{ address: `${type}.x`, type, actions: ["create"], after }])).policies.flatMap(({ after }) => after);

describe.each(Object.entries(documents))("%s", (document, places) => {
  it.each(places)("is found in %s", (name) => {
    const [type = "", ...path] = name.split(".");
    const [list = "", inner] = path.join(".").split("[].");
    const after = inner === undefined ? { [list]: document } : { [list]: [{ [inner]: document }] };
    const [subject, ...more] = subjectsOf(type, after);
    expect(more).toEqual([]);
    expect(subject?.attribute).toBe(path.join(".").replace("[]", "[0]"));
    expect(subject?.problems).toEqual([]);
  });
});

const AWS = (...names: readonly string[]) => ({ Principal: { AWS: names } });
const outsider = "999999999999";
const organization = "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5";
const unit = "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-cdefghij";
const ofOrganization = { Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } };
const ofUnit = {
  Principal: "*",
  Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*ou-ab12-cdefghij/*" } },
};

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";

describe("a grant that is no document", () => {
  it.each<[type: string, resource: object, means: readonly object[]]>([
    [
      "aws_acmpca_permission",
      {
        certificate_authority_arn: "arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/a",
        actions: ["IssueCertificate"],
        principal: "acm.amazonaws.com",
        source_account: "111111111111",
      },
      [
        {
          Principal: { Service: "acm.amazonaws.com" },
          Action: "acm-pca:IssueCertificate",
          Resource: "arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/a",
          Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } },
        },
      ],
    ],
    [
      "aws_ami_launch_permission",
      { image_id: "ami-1", account_id: outsider },
      [{ ...AWS(outsider), Action: "ec2:RunInstances", Resource: "arn:aws:ec2:*::image/ami-1" }],
    ],
    [
      "aws_ami_launch_permission",
      { image_id: "ami-1", group: "all" },
      [{ Principal: "*", Action: "ec2:RunInstances", Resource: "arn:aws:ec2:*::image/ami-1" }],
    ],
    [
      "aws_ami_launch_permission",
      { image_id: "ami-1", organization_arn: organization },
      [{ ...ofOrganization, Action: "ec2:RunInstances", Resource: "arn:aws:ec2:*::image/ami-1" }],
    ],
    [
      "aws_ami_launch_permission",
      { image_id: "ami-1", organizational_unit_arn: unit },
      [{ ...ofUnit, Action: "ec2:RunInstances", Resource: "arn:aws:ec2:*::image/ami-1" }],
    ],
    [
      "aws_cloudwatch_event_permission",
      {
        action: "events:PutEvents",
        principal: "*",
        event_bus_name: "orders",
        condition: [{ key: "aws:PrincipalOrgID", type: "StringEquals", value: "o-a1b2c3d4e5" }],
      },
      [{ ...ofOrganization, Action: "events:PutEvents", Resource: "arn:aws:events:*:*:event-bus/orders" }],
    ],
    [
      "aws_config_aggregate_authorization",
      { account_id: outsider },
      [{ ...AWS(outsider), Action: "config:PutConfigurationAggregator", Resource: "*" }],
    ],
    [
      "aws_db_cluster_snapshot",
      { db_cluster_snapshot_identifier: "s", shared_accounts: [outsider] },
      [
        {
          ...AWS(outsider),
          Action: "rds:RestoreDBClusterFromSnapshot",
          Resource: "arn:aws:rds:*:*:cluster-snapshot:s",
        },
      ],
    ],
    [
      "aws_db_snapshot",
      { db_snapshot_identifier: "s", shared_accounts: ["all"] },
      [{ Principal: "*", Action: "rds:RestoreDBInstanceFromDBSnapshot", Resource: "arn:aws:rds:*:*:snapshot:s" }],
    ],
    [
      "aws_db_snapshot_copy",
      { target_db_snapshot_identifier: "s", shared_accounts: [outsider] },
      [{ ...AWS(outsider), Action: "rds:RestoreDBInstanceFromDBSnapshot", Resource: "arn:aws:rds:*:*:snapshot:s" }],
    ],
    [
      "aws_eks_access_policy_association",
      { cluster_name: "c", principal_arn: `arn:aws:iam::${outsider}:role/r` },
      [
        {
          ...AWS(`arn:aws:iam::${outsider}:role/r`),
          Action: "eks:AccessKubernetesApi",
          Resource: ["arn:aws:eks:*:*:cluster/c"],
        },
      ],
    ],
    [
      "aws_eks_access_policy_association",
      {
        cluster_name: "c",
        principal_arn: `arn:aws:iam::${outsider}:role/r`,
        policy_arn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
        access_scope: [{ type: "namespace", namespaces: ["shop"] }],
      },
      [
        {
          ...AWS(`arn:aws:iam::${outsider}:role/r`),
          Action: ["eks:AccessKubernetesApi", "eks:MutateViaKubernetesApi"],
          Resource: [
            "arn:aws:eks:*:*:cluster/c",
            "arn:aws:eks:*:*:cluster/c/objects/shop",
            "arn:aws:eks:*:*:cluster/c/secrets/shop",
          ],
        },
      ],
    ],
    [
      "aws_eks_access_entry",
      { cluster_name: "c", principal_arn: `arn:aws:iam::${outsider}:role/r`, kubernetes_groups: ["admins"] },
      [
        {
          ...AWS(`arn:aws:iam::${outsider}:role/r`),
          Action: "eks:AccessKubernetesApi",
          Resource: ["arn:aws:eks:*:*:cluster/c", "arn:aws:eks:*:*:cluster/c/groups/admins"],
        },
      ],
    ],
    [
      "aws_eks_pod_identity_association",
      { role_arn: "arn:aws:iam::111111111111:role/r" },
      [
        {
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: "sts:AssumeRole",
          Resource: "arn:aws:iam::111111111111:role/r",
        },
      ],
    ],
    [
      "aws_kms_grant",
      { key_id: "k", grantee_principal: `arn:aws:iam::${outsider}:role/r`, operations: ["Decrypt", "CreateGrant"] },
      [
        {
          ...AWS(`arn:aws:iam::${outsider}:role/r`),
          Action: ["kms:Decrypt", "kms:CreateGrant"],
          Resource: "arn:aws:kms:*:*:key/k",
        },
      ],
    ],
    [
      "aws_lakeformation_permissions",
      { principal: outsider },
      [{ ...AWS(outsider), Action: "lakeformation:GetDataAccess", Resource: "*" }],
    ],
    ["aws_lakeformation_permissions", { principal: "IAM_ALLOWED_PRINCIPALS" }, []],
    [
      "aws_lakeformation_data_lake_settings",
      { allow_external_data_filtering: true, external_data_filtering_allow_list: [outsider] },
      [{ ...AWS(outsider), Action: "lakeformation:GetDataAccess", Resource: "*" }],
    ],
    ["aws_lakeformation_data_lake_settings", { external_data_filtering_allow_list: [outsider] }, []],
    [
      "aws_lambda_function_url",
      { function_name: "f", authorization_type: "NONE" },
      [
        {
          Principal: "*",
          Action: "lambda:InvokeFunctionUrl",
          Resource: "arn:aws:lambda:*:*:function:f",
          Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } },
        },
      ],
    ],
    ["aws_lambda_function_url", { function_name: "f", authorization_type: "AWS_IAM" }, []],
    [
      "aws_lambda_layer_version_permission",
      { layer_name: "l", principal: "*", action: "lambda:GetLayerVersion", organization_id: "o-a1b2c3d4e5" },
      [{ ...ofOrganization, Action: "lambda:GetLayerVersion", Resource: "arn:aws:lambda:*:*:layer:l" }],
    ],
    [
      "aws_opensearch_authorize_vpc_endpoint_access",
      { domain_name: "d", account: outsider },
      [{ ...AWS(outsider), Action: "es:CreateVpcEndpoint", Resource: "arn:aws:es:*:*:domain/d" }],
    ],
    [
      "aws_ram_principal_association",
      { principal: organization, resource_share_arn: "arn:aws:ram:eu-west-1:111111111111:resource-share/s" },
      [
        {
          ...ofOrganization,
          Action: "ram:AcceptResourceShareInvitation",
          Resource: "arn:aws:ram:eu-west-1:111111111111:resource-share/s",
        },
      ],
    ],
    [
      "aws_rds_cluster_snapshot_copy",
      { target_db_cluster_snapshot_identifier: "s", shared_accounts: [outsider] },
      [
        {
          ...AWS(outsider),
          Action: "rds:RestoreDBClusterFromSnapshot",
          Resource: "arn:aws:rds:*:*:cluster-snapshot:s",
        },
      ],
    ],
    [
      "aws_redshift_data_share_authorization",
      { consumer_identifier: outsider, data_share_arn: "arn:aws:redshift:eu-west-1:111111111111:datashare:d/o" },
      [
        {
          ...AWS(outsider),
          Action: "redshift:AssociateDataShareConsumer",
          Resource: "arn:aws:redshift:eu-west-1:111111111111:datashare:d/o",
        },
      ],
    ],
    [
      "aws_redshift_endpoint_authorization",
      { account: outsider, cluster_identifier: "c" },
      [{ ...AWS(outsider), Action: "redshift:CreateEndpointAccess", Resource: "arn:aws:redshift:*:*:cluster:c" }],
    ],
    [
      "aws_s3_bucket_acl",
      { bucket: "b", acl: "authenticated-read" },
      [
        {
          Principal: "*",
          Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"],
          Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
          Condition: { Null: { "aws:PrincipalAccount": "false" } },
        },
      ],
    ],
    ["aws_s3_bucket_acl", { bucket: "b", acl: "private" }, []],
    [
      "aws_s3_bucket_acl",
      {
        bucket: "b",
        access_control_policy: [
          {
            owner: [{ id: "a".repeat(64) }],
            grant: [
              { permission: "FULL_CONTROL", grantee: [{ type: "CanonicalUser", id: "a".repeat(64), uri: "" }] },
              { permission: "READ_ACP", grantee: [{ type: "CanonicalUser", id: "b".repeat(64), uri: "" }] },
              {
                permission: "WRITE",
                grantee: [{ type: "Group", id: "", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" }],
              },
            ],
          },
        ],
      },
      [
        {
          Principal: { CanonicalUser: "b".repeat(64) },
          Action: ["s3:GetBucketAcl"],
          Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        },
      ],
    ],
    [
      "aws_s3_bucket",
      { bucket: "b", acl: null, grant: [{ type: "Group", uri: ALL_USERS, permissions: ["WRITE"], id: "" }] },
      [{ Principal: "*", Action: "s3:PutObject", Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"] }],
    ],
    ["aws_s3_bucket", { bucket: "b", grant: [{ type: "CanonicalUser", id: "1", permissions: ["FULL_CONTROL"] }] }, []],
    [
      "aws_s3_object_copy",
      { bucket: "b", key: "k", grant: [{ type: "Group", uri: ALL_USERS, permissions: ["READ"] }] },
      [{ Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k" }],
    ],
    [
      "aws_directory_service_shared_directory",
      { directory_id: "d-1", target: [{ id: outsider }] },
      [{ ...AWS(outsider), Action: "ds:AcceptSharedDirectory", Resource: "arn:aws:ds:*:*:directory/d-1" }],
    ],
    [
      "aws_dlm_lifecycle_policy",
      { policy_details: [{ schedule: [{ share_rule: [] }, { share_rule: [{ target_accounts: [outsider] }] }] }] },
      [{ ...AWS(outsider), Action: "ec2:CreateVolume", Resource: "arn:aws:ec2:*::snapshot/*" }],
    ],
    [
      "aws_globalaccelerator_cross_account_attachment",
      { principals: [outsider, "arn:aws:globalaccelerator::888888888888:accelerator/a"] },
      [
        { ...AWS(outsider), Action: "globalaccelerator:AddEndpoints", Resource: "*" },
        { ...AWS("888888888888"), Action: "globalaccelerator:AddEndpoints", Resource: "*" },
      ],
    ],
    [
      "aws_imagebuilder_distribution_configuration",
      {
        distribution: [
          { ami_distribution_configuration: [{ launch_permission: [{ user_ids: [outsider], user_groups: ["all"] }] }] },
          { ami_distribution_configuration: [{ target_account_ids: [outsider] }] },
        ],
      },
      [AWS(outsider), { Principal: "*" }, AWS(outsider)].map((who) => ({
        ...who,
        Action: "ec2:RunInstances",
        Resource: "arn:aws:ec2:*::image/*",
      })),
    ],
    [
      "aws_lakeformation_data_lake_settings",
      { admins: [`arn:aws:iam::${outsider}:role/r`] },
      [{ ...AWS(`arn:aws:iam::${outsider}:role/r`), Action: "lakeformation:GrantPermissions", Resource: "*" }],
    ],
    [
      "aws_network_interface_permission",
      { network_interface_id: "eni-1", aws_account_id: outsider, permission: "INSTANCE-ATTACH" },
      [{ ...AWS(outsider), Action: "ec2:AttachNetworkInterface", Resource: "arn:aws:ec2:*:*:network-interface/eni-1" }],
    ],
    [
      "aws_oam_link",
      { sink_identifier: `arn:aws:oam:eu-west-1:${outsider}:sink/s`, resource_types: ["AWS::Logs::LogGroup"] },
      [{ ...AWS(outsider), Action: "cloudwatch:GetMetricData", Resource: "*" }],
    ],
    [
      "aws_securitylake_subscriber",
      { subscriber_identity: [{ external_id: "x", principal: outsider }] },
      [{ ...AWS(outsider), Action: "s3:GetObject", Resource: "*" }],
    ],
    [
      "aws_ssm_document",
      { name: "d", permissions: { type: "Share", account_ids: "All" } },
      [{ Principal: "*", Action: "ssm:GetDocument", Resource: "arn:aws:ssm:*:*:document/d" }],
    ],
    [
      "aws_ssm_document",
      { name: "d", permissions: { type: "Share", account_ids: `${outsider}` } },
      [{ ...AWS(outsider), Action: "ssm:GetDocument", Resource: "arn:aws:ssm:*:*:document/d" }],
    ],
    [
      "aws_s3_object",
      { bucket: "b", key: "k", acl: "public-read" },
      [{ Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k" }],
    ],
    [
      "aws_s3control_access_grant",
      {
        permission: "READ",
        grant_scope: "s3://b/*",
        grantee: [{ grantee_type: "IAM", grantee_identifier: `arn:aws:iam::${outsider}:role/r` }],
      },
      [{ ...AWS(`arn:aws:iam::${outsider}:role/r`), Action: "s3:GetDataAccess", Resource: "arn:aws:s3:::b/*" }],
    ],
    [
      "aws_servicecatalog_portfolio_share",
      { portfolio_id: "p", principal_id: outsider, type: "ACCOUNT" },
      [
        {
          ...AWS(outsider),
          Action: "servicecatalog:AcceptPortfolioShare",
          Resource: "arn:aws:catalog:*:*:portfolio/p",
        },
      ],
    ],
    [
      "aws_signer_signing_profile_permission",
      { profile_name: "p", principal: outsider, action: "signer:StartSigningJob" },
      [{ ...AWS(outsider), Action: "signer:StartSigningJob", Resource: "arn:aws:signer:*:*:/signing-profiles/p" }],
    ],
    [
      "aws_snapshot_create_volume_permission",
      { snapshot_id: "snap-1", account_id: outsider },
      [{ ...AWS(outsider), Action: "ec2:CreateVolume", Resource: "arn:aws:ec2:*::snapshot/snap-1" }],
    ],
    [
      "aws_vpc_endpoint_service",
      { allowed_principals: ["*", `arn:aws:iam::${outsider}:root`] },
      [
        { Principal: "*", Action: "ec2:CreateVpcEndpoint", Resource: "*" },
        { ...AWS(`arn:aws:iam::${outsider}:root`), Action: "ec2:CreateVpcEndpoint", Resource: "*" },
      ],
    ],
    [
      "aws_vpc_endpoint_service_allowed_principal",
      { principal_arn: `arn:aws:iam::${outsider}:root` },
      [{ ...AWS(`arn:aws:iam::${outsider}:root`), Action: "ec2:CreateVpcEndpoint", Resource: "*" }],
    ],
  ])("%s %j", (type, resource, means) => {
    const document = {
      Version: "2012-10-17",
      Statement: means.map((statement) => ({ Effect: "Allow", ...statement })),
    };
    const [expected] = subjectsOf("aws_s3_bucket_policy", { policy: JSON.stringify(document) });
    const found = subjectsOf(type, resource);
    const meant = means.length === 0 ? [] : [expected?.policy.statements.map((each) => ({ ...each, offset: null }))];
    expect(found.map(({ policy }) => policy.statements.map((each) => ({ ...each, offset: null })))).toEqual(meant);
    expect(found.flatMap(({ problems }) => problems)).toEqual([]);
  });
});
