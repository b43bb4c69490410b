/**
 * Grants that are no documents in AWS's interface, each as the statements it means: who may do what with what. Where
 * AWS names no action for what is granted, the one stands here that the other side calls to use it.
 */
import { flatMap } from "../lib/flat-map.ts";
import { namedAt } from "./attachments.ts";
import { asArray, asObject, asString, type JsonObject, member } from "./json.ts";

export interface Grant {
  as: "grant";
  /** The attribute that names who gets it: findings stand there. */
  path: string;
  kind: "resource";
  /** Paths of what decides about the grant, `path` first; `[]` goes through a list of blocks. */
  needs: readonly string[];
  /** None where nothing is granted. */
  statements: (resource: JsonObject) => readonly JsonObject[];
}

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
const SIGNED_IN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

/** Everyone with an AWS account: anonymous requests have no account. */
const SIGNED: JsonObject = { Null: { "aws:PrincipalAccount": "false" } };

const text = (grant: JsonObject, key: string): string | null => asString(member(grant, key)) || null;
const texts = (grant: JsonObject, key: string): readonly string[] =>
  asArray(member(grant, key)).filter((value) => typeof value === "string");

/** The ARN that is written, or one in an account and a region that nobody wrote. */
const arnOf = (service: string, resource: string, written: string | null): string =>
  written?.startsWith("arn:") ? written : `arn:aws:${service}:*:*:${resource}${written ?? "*"}`;

/** What Principal and Condition say of one grantee. */
function grantee(who: string): JsonObject {
  const [, , service, , , resource = ""] = who.split(":");
  if (who === "*" || who === "all") return { Principal: "*" };
  if (service === "organizations" || /^(o|ou|r)-[a-z0-9-]+$/.test(who)) return members(resource || who);
  if (/^\d{12}$/.test(who) || service === "iam" || service === "sts") return { Principal: { AWS: who } };
  if (/^[0-9a-f]{64}$/.test(who)) return { Principal: { CanonicalUser: who } };
  return { Principal: { Service: who } };
}

/** Everyone in an organization or a unit: `organization/o-1`, `ou/o-1/ou-2`, `o-1`, `ou-2`. */
function members(resource: string): JsonObject {
  const ids = resource.split("/");
  const unit = ids.find((id) => /^(ou|r)-/.test(id));
  const organization = ids.find((id) => id.startsWith("o-"));
  const condition = unit
    ? { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": `${organization ?? "*"}/*${unit}/*` } }
    : { StringEquals: { "aws:PrincipalOrgID": organization ?? resource } };
  return { Principal: "*", Condition: condition };
}

/** One statement for each grantee. */
const allow = (
  grantees: readonly (string | null)[],
  Action: string | readonly string[],
  Resource: string | readonly string[],
): readonly JsonObject[] =>
  flatMap(grantees, (who) => (who === null ? [] : [{ Effect: "Allow", ...grantee(who), Action, Resource }]));

const grant = (path: string, needs: readonly string[], statements: Grant["statements"]): Grant => ({
  as: "grant",
  path,
  kind: "resource",
  needs: [path, ...needs],
  statements,
});

/** A grant of `action` to the grantee that the attribute `path` names, or the list of them. */
const to = (path: string, action: string, resourceOf: (grant: JsonObject) => string): Grant =>
  grant(path, [], (row) => allow([text(row, path), ...texts(row, path)], action, resourceOf(row)));

/** The same where the grantees stand in blocks: `path`, and others that `also` names beside it. */
const inside = (
  path: string,
  also: readonly string[],
  action: string,
  resourceOf: (grant: JsonObject) => string,
): Grant =>
  grant(path, also, (row) =>
    allow(
      flatMap([path, ...also], (each) => namedAt(row, undefined, each).map(({ value }) => value)),
      action,
      resourceOf(row),
    ),
  );

const accountIn = (arn: string | null): string | null => arn?.split(":")[4] ?? null;

const snapshot = (attribute: string, kind: "snapshot" | "cluster-snapshot") =>
  to(
    "shared_accounts",
    kind === "snapshot" ? "rds:RestoreDBInstanceFromDBSnapshot" : "rds:RestoreDBClusterFromSnapshot",
    (grant) => arnOf("rds", `${kind}:`, text(grant, attribute)),
  );

const bucketArn = (row: JsonObject) => `arn:aws:s3:::${text(row, "bucket") ?? "*"}`;
const objectArn = (row: JsonObject) => `${bucketArn(row)}/${text(row, "key") ?? "*"}`;
const acl = (resourceOf: (grant: JsonObject) => string): Grant =>
  grant("acl", [], (row) => cannedAcl(text(row, "acl"), resourceOf(row)));

const blockGrants = ["grant[].uri", "grant[].id", "grant[].permissions"];

/**
 * What access policies reach in a namespace, and whether they change it too: what is in the namespace, its secrets, the
 * roles in it. The others are AmazonEKSViewPolicy and those of AWS's own services.
 *
 * https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
const clusterPolicies: Readonly<Record<string, { kinds: readonly string[]; changes: boolean }>> = {
  AmazonEKSAdminViewPolicy: { kinds: ["objects", "secrets"], changes: false },
  AmazonEKSEditPolicy: { kinds: ["objects", "secrets"], changes: true },
  AmazonEKSAdminPolicy: { kinds: ["objects", "secrets", "roles"], changes: true },
  AmazonEKSClusterAdminPolicy: { kinds: ["objects", "secrets", "roles"], changes: true },
};

/** The cluster, and parts of it written as what is below it: AWS has no ARNs for what Kubernetes keeps. */
const clusterParts = (row: JsonObject, parts: readonly string[]): readonly string[] => {
  const cluster = arnOf("eks", "cluster/", text(row, "cluster_name"));
  return [cluster, ...parts.map((part) => `${cluster}/${part}`)];
};

const launchPermission = "distribution[].ami_distribution_configuration[].launch_permission[]";
const imageGrantees = ["account_id", "group", "organization_arn", "organizational_unit_arn"];

export const grants: Readonly<Record<string, Grant>> = {
  aws_acmpca_permission: grant("principal", ["actions", "source_account"], (row) =>
    allow(
      [text(row, "principal")],
      texts(row, "actions").map((name) => `acm-pca:${name}`),
      text(row, "certificate_authority_arn") ?? "*",
    ).map((each) => ({
      ...each,
      ...condition({ StringEquals: present({ "aws:SourceAccount": text(row, "source_account") }) }),
    })),
  ),
  aws_ami_launch_permission: grant("account_id", imageGrantees.slice(1), (row) =>
    allow(
      imageGrantees.map((key) => text(row, key)),
      "ec2:RunInstances",
      `arn:aws:ec2:*::image/${text(row, "image_id") ?? "*"}`,
    ),
  ),
  aws_cloudwatch_event_permission: grant("principal", ["action", "condition"], eventPermission),
  // results, logs and artifacts of its builds
  aws_codebuild_project: grant("project_visibility", [], (row) =>
    text(row, "project_visibility") === "PUBLIC_READ"
      ? allow(["*"], "codebuild:BatchGetBuilds", arnOf("codebuild", "project/", text(row, "name")))
      : [],
  ),
  aws_config_aggregate_authorization: to("account_id", "config:PutConfigurationAggregator", () => "*"),
  aws_db_cluster_snapshot: snapshot("db_cluster_snapshot_identifier", "cluster-snapshot"),
  aws_db_snapshot: snapshot("db_snapshot_identifier", "snapshot"),
  aws_db_snapshot_copy: snapshot("target_db_snapshot_identifier", "snapshot"),
  aws_directory_service_shared_directory: inside("target[].id", [], "ds:AcceptSharedDirectory", (row) =>
    arnOf("ds", "directory/", text(row, "directory_id")),
  ),
  aws_dlm_lifecycle_policy: inside(
    "policy_details[].schedule[].share_rule[].target_accounts[]",
    [],
    "ec2:CreateVolume",
    () => "arn:aws:ec2:*::snapshot/*",
  ),
  // what its Kubernetes groups may do stands in the cluster; where nobody wrote any, the provider fills in none
  aws_eks_access_entry: grant("principal_arn", [], (row) =>
    allow(
      [text(row, "principal_arn")],
      "eks:AccessKubernetesApi",
      clusterParts(
        row,
        texts(row, "kubernetes_groups").map((group) => `groups/${group}`),
      ),
    ),
  ),
  // whom it lets in counts also where the namespaces are not known yet
  aws_eks_access_policy_association: grant("principal_arn", ["policy_arn"], (row) => {
    const policy = clusterPolicies[text(row, "policy_arn")?.split("/").pop() ?? ""];
    const namespaces = flatMap(asArray(member(row, "access_scope")), (scope) =>
      member(scope, "type") === "cluster" ? ["*"] : texts(asObject(scope), "namespaces"),
    );
    const parts = flatMap(policy?.kinds ?? ["objects"], (kind) => namespaces.map((name) => `${kind}/${name}`));
    return allow(
      [text(row, "principal_arn")],
      policy?.changes ? ["eks:AccessKubernetesApi", "eks:MutateViaKubernetesApi"] : "eks:AccessKubernetesApi",
      clusterParts(row, parts),
    );
  }),
  aws_eks_pod_identity_association: grant("role_arn", [], (row) =>
    allow(["pods.eks.amazonaws.com"], "sts:AssumeRole", text(row, "role_arn") ?? "*"),
  ),
  aws_globalaccelerator_cross_account_attachment: grant("principals", [], (row) =>
    allow(
      texts(row, "principals").map((who) => (who.startsWith("arn:") ? accountIn(who) : who)),
      "globalaccelerator:AddEndpoints",
      "*",
    ),
  ),
  aws_imagebuilder_distribution_configuration: inside(
    `${launchPermission}.user_ids[]`,
    [
      `${launchPermission}.user_groups[]`,
      `${launchPermission}.organization_arns[]`,
      `${launchPermission}.organizational_unit_arns[]`,
      "distribution[].ami_distribution_configuration[].target_account_ids[]",
    ],
    "ec2:RunInstances",
    () => "arn:aws:ec2:*::image/*",
  ),
  aws_kms_grant: grant("grantee_principal", ["operations"], (row) =>
    allow(
      [text(row, "grantee_principal")],
      texts(row, "operations").map((operation) => `kms:${operation}`),
      arnOf("kms", "key/", text(row, "key_id")),
    ),
  ),
  aws_lakeformation_data_lake_settings: grant(
    "admins",
    ["allow_external_data_filtering", "external_data_filtering_allow_list"],
    (row) => [
      ...allow(texts(row, "admins"), "lakeformation:GrantPermissions", "*"),
      // engines in these accounts get the data, and leave out themselves what is not to be seen
      ...(member(row, "allow_external_data_filtering") === true
        ? allow(texts(row, "external_data_filtering_allow_list"), "lakeformation:GetDataAccess", "*")
        : []),
    ],
  ),
  aws_lakeformation_permissions: grant("principal", [], (row) =>
    // a group of the account's own, as Lake Formation names it
    text(row, "principal") === "IAM_ALLOWED_PRINCIPALS"
      ? []
      : allow([text(row, "principal")], "lakeformation:GetDataAccess", "*"),
  ),
  aws_lambda_function_url: grant("authorization_type", [], (row) =>
    // with AWS_IAM, permissions decide; with NONE, the provider adds one for everyone
    text(row, "authorization_type") === "NONE"
      ? allow(["*"], "lambda:InvokeFunctionUrl", arnOf("lambda", "function:", text(row, "function_name"))).map(
          (each) => ({ ...each, Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } } }),
        )
      : [],
  ),
  aws_lambda_layer_version_permission: grant("principal", ["action", "organization_id"], (row) =>
    allow(
      [text(row, "principal")],
      text(row, "action") ?? "lambda:GetLayerVersion",
      arnOf("lambda", "layer:", text(row, "layer_name")),
    ).map((each) => ({
      ...each,
      ...condition({ StringEquals: present({ "aws:PrincipalOrgID": text(row, "organization_id") }) }),
    })),
  ),
  aws_lambda_permission: grant(
    "principal",
    ["action", "event_source_token", "principal_org_id", "source_account", "source_arn", "function_url_auth_type"],
    lambdaPermission,
  ),
  aws_network_interface_permission: to("aws_account_id", "ec2:AttachNetworkInterface", (row) =>
    arnOf("ec2", "network-interface/", text(row, "network_interface_id")),
  ),
  // the account that owns the sink reads metrics, logs and traces of this one
  aws_oam_link: grant("sink_identifier", [], (row) =>
    allow([accountIn(text(row, "sink_identifier"))], "cloudwatch:GetMetricData", "*"),
  ),
  aws_opensearch_authorize_vpc_endpoint_access: to("account", "es:CreateVpcEndpoint", (row) =>
    arnOf("es", "domain/", text(row, "domain_name")),
  ),
  aws_ram_principal_association: to("principal", "ram:AcceptResourceShareInvitation", (row) =>
    arnOf("ram", "resource-share/", text(row, "resource_share_arn")),
  ),
  aws_rds_cluster_snapshot_copy: snapshot("target_db_cluster_snapshot_identifier", "cluster-snapshot"),
  aws_redshift_data_share_authorization: to(
    "consumer_identifier",
    "redshift:AssociateDataShareConsumer",
    (row) => text(row, "data_share_arn") ?? "*",
  ),
  aws_redshift_endpoint_authorization: to("account", "redshift:CreateEndpointAccess", (row) =>
    arnOf("redshift", "cluster:", text(row, "cluster_identifier")),
  ),
  aws_s3_bucket: grant("acl", blockGrants, (row) => [
    ...cannedAcl(text(row, "acl"), bucketArn(row)),
    ...blockAcl(row, bucketArn(row)),
  ]),
  aws_s3_bucket_acl: grant(
    "acl",
    ["permission", "grantee[].uri", "grantee[].id"].map((leaf) => `access_control_policy[].grant[].${leaf}`),
    (row) => [...cannedAcl(text(row, "acl"), bucketArn(row)), ...listedAcl(row, bucketArn(row))],
  ),
  aws_s3_bucket_object: acl(objectArn),
  aws_s3_object: acl(objectArn),
  aws_s3_object_copy: grant("acl", blockGrants, (row) => [
    ...cannedAcl(text(row, "acl"), objectArn(row)),
    ...blockAcl(row, objectArn(row)),
  ]),
  aws_s3control_access_grant: grant("grantee[].grantee_identifier", ["permission"], (row) =>
    flatMap(
      asArray(member(row, "grantee")).filter((grantee) => member(grantee, "grantee_type") === "IAM"),
      (grantee) =>
        allow(
          [asString(member(grantee, "grantee_identifier"))],
          "s3:GetDataAccess",
          text(row, "grant_scope")?.replace(/^s3:\/\//, "arn:aws:s3:::") ?? "*",
        ),
    ),
  ),
  aws_securitylake_subscriber: inside("subscriber_identity[].principal", [], "s3:GetObject", () => "*"),
  aws_servicecatalog_portfolio_share: to("principal_id", "servicecatalog:AcceptPortfolioShare", (row) =>
    arnOf("catalog", "portfolio/", text(row, "portfolio_id")),
  ),
  aws_signer_signing_profile_permission: grant("principal", ["action"], (row) =>
    allow(
      [text(row, "principal")],
      text(row, "action") ?? "signer:StartSigningJob",
      arnOf("signer", "/signing-profiles/", text(row, "profile_name")),
    ),
  ),
  aws_snapshot_create_volume_permission: to(
    "account_id",
    "ec2:CreateVolume",
    (row) => `arn:aws:ec2:*::snapshot/${text(row, "snapshot_id") ?? "*"}`,
  ),
  aws_ssm_document: grant("permissions", [], (row) => {
    const shared = text(asObject(member(row, "permissions")), "account_ids") ?? "";
    const accounts = shared.split(",").map((account) => account.trim().toLowerCase());
    return allow(accounts.filter(Boolean), "ssm:GetDocument", arnOf("ssm", "document/", text(row, "name")));
  }),
  aws_vpc_endpoint_service: to("allowed_principals", "ec2:CreateVpcEndpoint", () => "*"),
  aws_vpc_endpoint_service_allowed_principal: to("principal_arn", "ec2:CreateVpcEndpoint", () => "*"),
};

/** The statement that `lambda:AddPermission` writes: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function lambdaPermission(row: JsonObject): readonly JsonObject[] {
  const equals = present({
    "aws:PrincipalOrgID": text(row, "principal_org_id"),
    "aws:SourceAccount": text(row, "source_account"),
    "lambda:EventSourceToken": text(row, "event_source_token"),
    "lambda:FunctionUrlAuthType": text(row, "function_url_auth_type"),
  });
  const like = present({ "aws:SourceArn": text(row, "source_arn") });
  const resource = arnOf("lambda", "function:", text(row, "function_name"));
  return allow([text(row, "principal") ?? ""], text(row, "action") ?? "", resource).map((statement) => ({
    ...present({ Sid: text(row, "statement_id") }),
    ...statement,
    ...condition({ StringEquals: equals, ArnLike: like }),
  }));
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
function eventPermission(row: JsonObject): readonly JsonObject[] {
  const bus = arnOf("events", "event-bus/", text(row, "event_bus_name") ?? "default");
  const rows = asArray(member(row, "condition")).map((entry): [string, JsonObject] => [
    asString(member(entry, "type")) ?? "",
    { [asString(member(entry, "key")) ?? ""]: member(entry, "value") },
  ]);
  return allow([text(row, "principal")], text(row, "action") ?? "events:PutEvents", bus).map((statement) => ({
    ...present({ Sid: text(row, "statement_id") }),
    ...statement,
    ...condition(Object.fromEntries(rows)),
  }));
}

/**
 * Canned ACLs that let in more than the owner and AWS's log delivery; an object has no list to write to.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
function cannedAcl(name: string | null, resource: string): readonly JsonObject[] {
  switch (name) {
    case "public-read":
      return permitted(ALL_USERS, "READ", resource);
    case "public-read-write":
      return [...permitted(ALL_USERS, "READ", resource), ...permitted(ALL_USERS, "WRITE", resource)];
    case "authenticated-read":
      return permitted(SIGNED_IN, "READ", resource);
    default:
      return [];
  }
}

function listedAcl(row: JsonObject, bucket: string): readonly JsonObject[] {
  return flatMap(asArray(member(row, "access_control_policy")), (list) => {
    const owners = asArray(member(list, "owner")).map((owner) => member(owner, "id"));
    return flatMap(asArray(member(list, "grant")), (entry) =>
      flatMap(
        asArray(member(entry, "grantee")).filter((who) => !owners.includes(member(who, "id"))),
        (who) => permitted(granteeOf(who), asString(member(entry, "permission")), bucket),
      ),
    );
  });
}

/** Blocks in the resource itself, each with several permissions. */
function blockAcl(row: JsonObject, resource: string): readonly JsonObject[] {
  return flatMap(asArray(member(row, "grant")), (entry) =>
    flatMap(texts(asObject(entry), "permissions"), (permission) => permitted(granteeOf(entry), permission, resource)),
  );
}

/** The actions of a permission in an ACL: on the bucket, and on an object. */
const aclActions: Readonly<Record<string, readonly [bucket: readonly string[], object: readonly string[]]>> = {
  READ: [["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"], ["s3:GetObject"]],
  WRITE: [["s3:PutObject"], []],
  READ_ACP: [["s3:GetBucketAcl"], ["s3:GetObjectAcl"]],
  WRITE_ACP: [["s3:PutBucketAcl"], ["s3:PutObjectAcl"]],
  FULL_CONTROL: [
    ["s3:ListBucket", "s3:PutObject", "s3:GetBucketAcl", "s3:PutBucketAcl"],
    ["s3:GetObject", "s3:PutObjectAcl"],
  ],
};

/** A predefined group, or the canonical id of an account: which one, nobody can tell from it. */
const granteeOf = (grantee: unknown): string | null =>
  asString(member(grantee, "uri")) || asString(member(grantee, "id"));

/** The group of AWS's own log delivery lets in nobody else. */
function permitted(who: string | null, permission: string | null, resource: string): readonly JsonObject[] {
  const isGroup = who === ALL_USERS || who === SIGNED_IN;
  if (who === null || (!isGroup && !/^[0-9a-f]{64}$/.test(who))) return [];
  const isObject = resource.includes("/");
  const actions = aclActions[permission ?? ""]?.[isObject ? 1 : 0] ?? [];
  if (actions.length === 0) return [];
  // a bucket's list covers the objects that are written through it
  const resources = isObject ? [resource] : [resource, `${resource}/*`];
  return [
    {
      Effect: "Allow",
      ...(isGroup ? { Principal: "*" } : grantee(who)),
      Action: actions,
      Resource: resources,
      ...(who === SIGNED_IN && { Condition: SIGNED }),
    },
  ];
}

/** The members that have a value; `null` when none has. */
function present(members: JsonObject): JsonObject | null {
  const entries = Object.entries(members).filter(([, value]) => value !== null);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

/** The Condition element, where one of its operators has something to compare. */
function condition(operators: JsonObject): JsonObject | null {
  return present({ Condition: present(operators) });
}
