import { attributeOf, type Resource, rule } from "../rule.ts";

/** What a template or a Cloud Control resource is made from. */
const made: Readonly<Record<string, readonly string[]>> = {
  aws_cloudcontrolapi_resource: ["type_name", "desired_state"],
  aws_cloudformation_stack: ["template_body", "template_url", "parameters", "capabilities"],
  aws_cloudformation_stack_set: ["template_body", "template_url", "parameters", "capabilities"],
  aws_serverlessapplicationrepository_cloudformation_stack: [
    "application_id",
    "semantic_version",
    "parameters",
    "capabilities",
  ],
};

/** CloudFormation's types that say who may do what. */
const grants =
  /\bAWS::(?:(?:IAM|IdentityStore|Organizations|RAM|RolesAnywhere|SSO)::\w+|Lambda::\w*Permission|\w+::(?:AccessPoint|Auth|Bucket|Cluster|Domain|EventBus|FileSystem|Queue|Registry|Repository|Resource|Table|TableBucket|Topic|Vault)\w*Policy)\b/;

/** What AWS asks for where a template makes IAM resources. */
const acknowledged = /^CAPABILITY_(NAMED_)?IAM$/;

/** What of the resource grants something; `null` where nothing is known to. */
function grantIn(resource: Resource): string | null {
  const text = ["type_name", "template_body"].map((key) => String(attributeOf(resource, key) ?? "")).join("\n");
  const type = grants.exec(text)?.[0];
  if (type) return type;
  const capability = [attributeOf(resource, "capabilities")].flat().find((one) => acknowledged.test(String(one)));
  return capability === undefined ? null : `IAM resources (${capability})`;
}

const makeOf = (resource: Resource): string =>
  JSON.stringify((made[resource.type] ?? []).map((key) => attributeOf(resource, key)));

export default rule({
  id: "template-unjudged",
  severity: "medium",
  summary: "A template grants access, and what it grants is not judged",
  why: "A CloudFormation template and the desired state of Cloud Control are one text to Terraform: a role that anyone may assume stands in it as well as a topic does, in every account that a stack set reaches, and none of the other rules looks at it.",
  levels:
    "Always medium: it says where to look. A template that needs no IAM capability and names no resource type that grants something is not reported, nor is one that stays as it was.",
  bad: `resource "aws_cloudformation_stack" "vendor" {
  name         = "vendor"
  template_url = "https://vendor.s3.amazonaws.com/role.yaml"
  capabilities = ["CAPABILITY_NAMED_IAM"]
}`,
  good: `resource "aws_iam_role" "vendor" {
  name               = "vendor"
  assume_role_policy = data.aws_iam_policy_document.vendor.json
}`,
  fix: "Write roles and policies as resources of Terraform; where a template has to be, review it by hand and have it by content rather than by URL.",
  references: [
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html#using-iam-capabilities",
    "https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/what-is-cloudcontrolapi.html",
  ],
  on: "change",
  types: Object.keys(made).sort(),
  check({ before, after }) {
    const grant = after && grantIn(after);
    if (!grant || (before && makeOf(before) === makeOf(after))) return [];
    const url = attributeOf(after, "template_url");
    const from = typeof url === "string" ? ` from ${url}` : "";
    return [{ statement: null, message: `makes ${grant}${from}, which the plan does not show as resources` }];
  },
});
