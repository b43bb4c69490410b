/**
 * How the AWS provider wants to be told what exists already: the id of Terraform's `import` block, for each type of
 * resource that stacks are made of.
 *
 * Source: the section "Import" of each resource's page, https://github.com/hashicorp/terraform-provider-aws/tree/main/website/docs/r
 */

export interface ImportId {
  shape: RegExp;
  /** In words or as an example, for the message. */
  like: string;
}

const id = (shape: RegExp, like: string): ImportId => ({ shape, like });
/** Parts with a separator between them, none of which holds it but the last. */
const parts = (separator: string, ...names: readonly string[]) => {
  const each = names.map((_, index) => (index === names.length - 1 ? ".+" : `[^${separator}]+`));
  return id(new RegExp(`^${each.join(separator)}$`, "s"), names.join(separator));
};

const arn = (service: string, like: string) => id(new RegExp(`^arn:aws[\\w-]*:${service}:[^,]+$`), like);
const name = id(/^[^:,]+$/, "its name");
const detector = id(/^[0-9a-f]{32}$/, "the detector's id, 32 hexadecimal digits");
const account = id(/^\d{12}$/, "the account's 12 digits");
const bucket = id(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](,\d{12})?$/, "the bucket's name");
const uuid = id(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "4f1c2f5e-0000-4000-8000-000000000000");
const topic = "arn:aws:sns:us-east-1:111111111111:alerts";
const store = "d-[0-9a-z]{10}";
const inStore = (what: string) => id(new RegExp(`^${store}/[0-9a-f-]{36,47}$`), `d-1234567890/${what} id`);
const set = "arn:aws[\\w-]*:sso:::permissionSet/ssoins-[\\w.-]{16}/ps-[\\w.-]{16}";
const instance = "arn:aws[\\w-]*:sso:::instance/ssoins-[\\w.-]{16}";
/** Parts of Identity Center's ids, with a permission set and the instance at the end. */
const ofSet = (before: string, like: string) =>
  id(new RegExp(`^${before}${set},${instance}$`), `${like}PERMISSION_SET_ARN,INSTANCE_ARN`);

/** `null`: the provider cannot import it. Of most of these, what is there is taken over when it is applied. */
export const importIds: Readonly<Record<string, ImportId | null>> = {
  aws_accessanalyzer_analyzer: name,
  aws_account_alternate_contact: id(/^(\d{12}\/)?(BILLING|OPERATIONS|SECURITY)$/, "333333333333/SECURITY, or SECURITY"),
  aws_budgets_budget: id(/^\d{12}:.+$/, "111111111111:name"),
  aws_cloudtrail: arn("cloudtrail", "the trail's ARN"),
  aws_cloudwatch_dashboard: name,
  aws_cloudwatch_event_rule: id(/^[^:]+$/, "its name, or event bus/name"),
  aws_cloudwatch_event_target: id(/^[^:]+\/[^/]+$/, "rule/target id"),
  aws_cloudwatch_log_group: name,
  aws_cloudwatch_log_metric_filter: parts(":", "log group", "name"),
  aws_cloudwatch_metric_alarm: id(/^.+$/, "its name"),
  aws_config_config_rule: name,
  aws_config_configuration_aggregator: name,
  aws_config_configuration_recorder: name,
  aws_config_configuration_recorder_status: name,
  aws_config_conformance_pack: name,
  aws_config_delivery_channel: name,
  aws_config_retention_configuration: id(/^default$/, "default"),
  aws_eks_pod_identity_association: parts(",", "cluster", "association id"),
  aws_guardduty_detector: detector,
  aws_guardduty_detector_feature: null,
  aws_guardduty_organization_admin_account: account,
  aws_guardduty_organization_configuration: detector,
  aws_guardduty_organization_configuration_feature: null,
  aws_iam_account_password_policy: id(/^iam-account-password-policy$/, "iam-account-password-policy"),
  aws_iam_group: name,
  aws_iam_group_membership: null,
  aws_iam_group_policy: parts(":", "group", "policy"),
  aws_iam_group_policy_attachment: id(/^[^/]+\/arn:aws/, "group/policy ARN"),
  aws_iam_instance_profile: name,
  aws_iam_openid_connect_provider: arn("iam", "the provider's ARN"),
  aws_iam_policy: arn("iam", "the policy's ARN"),
  aws_iam_role: name,
  aws_iam_role_policy: parts(":", "role", "policy"),
  aws_iam_role_policy_attachment: id(/^[^/]+\/arn:aws/, "role/policy ARN"),
  aws_iam_saml_provider: arn("iam", "the provider's ARN"),
  aws_iam_user: name,
  aws_iam_user_policy: parts(":", "user", "policy"),
  aws_iam_user_policy_attachment: id(/^[^/]+\/arn:aws/, "user/policy ARN"),
  aws_identitystore_group: inStore("group"),
  aws_identitystore_group_membership: inStore("membership"),
  aws_identitystore_user: inStore("user"),
  aws_kms_alias: id(/^alias\/.+$/, "alias/name"),
  aws_kms_key: id(/^[\w-]{36}$/, "the key's id"),
  aws_lambda_permission: id(/^.+\/[^/]+$/, "function/statement id"),
  aws_organizations_account: account,
  aws_organizations_delegated_administrator: parts("/", "111111111111", "service principal"),
  aws_organizations_organization: id(/^o-[a-z0-9]{10,32}$/, "o-a1b2c3d4e5"),
  aws_organizations_organizational_unit: id(/^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/, "ou-ab12-cdef3456"),
  aws_organizations_policy: id(/^p-[0-9a-zA-Z_]{8,128}$/, "p-a1b2c3d4"),
  aws_organizations_policy_attachment: id(
    /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|\d{12}):p-[0-9a-zA-Z_]{8,128}$/,
    "ou-ab12-cdef3456:p-a1b2c3d4: the target, the policy",
  ),
  aws_rolesanywhere_profile: uuid,
  aws_rolesanywhere_trust_anchor: uuid,
  aws_s3_bucket: bucket,
  aws_s3_bucket_lifecycle_configuration: bucket,
  aws_s3_bucket_ownership_controls: bucket,
  aws_s3_bucket_policy: bucket,
  aws_s3_bucket_public_access_block: bucket,
  aws_s3_bucket_server_side_encryption_configuration: bucket,
  aws_s3_bucket_versioning: bucket,
  aws_securityhub_account: account,
  aws_securityhub_finding_aggregator: arn("securityhub", "the aggregator's ARN"),
  aws_securityhub_member: account,
  aws_securityhub_organization_admin_account: account,
  aws_securityhub_organization_configuration: account,
  aws_securityhub_standards_subscription: arn("securityhub", "the subscription's ARN"),
  aws_sns_topic: arn("sns", topic),
  aws_sns_topic_policy: arn("sns", topic),
  aws_sns_topic_subscription: arn("sns", `${topic}:4f1c2f5e-0000-4000-8000-000000000000`),
  aws_ssoadmin_account_assignment: ofSet(
    "[0-9a-f-]{36,47},(GROUP|USER),\\d{12},AWS_ACCOUNT,",
    "PRINCIPAL_ID,GROUP,333333333333,AWS_ACCOUNT,",
  ),
  aws_ssoadmin_customer_managed_policy_attachment: ofSet("[^,]+,/[^,]*,", "NAME,PATH,"),
  aws_ssoadmin_instance_access_control_attributes: id(new RegExp(`^${instance}$`), "the instance's ARN"),
  aws_ssoadmin_managed_policy_attachment: ofSet("arn:aws[^,]+,", "POLICY_ARN,"),
  aws_ssoadmin_permission_set: ofSet("", ""),
  aws_ssoadmin_permission_set_inline_policy: ofSet("", ""),
  aws_ssoadmin_permissions_boundary_attachment: ofSet("", ""),
};
