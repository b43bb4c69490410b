/** Guards of accounts and resources that are weakened, or made as off: what a fixture of one plan cannot show. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const told = async (rule: string, ...changes: readonly Change[]) => {
  const { findings } = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "0.0.0" });
  return findings.filter((finding) => finding.rule === rule).map(({ severity, message }) => `${severity}: ${message}`);
};
const change = (type: string, before: object | null, after: object | null, after_unknown: object = {}): Change => ({
  ...{ address: `${type}.x`, type, before, after, after_unknown },
  actions: [before === null ? "create" : after === null ? "delete" : "update"],
});
const found = (...changes: readonly Change[]) => told("guardrail-removed", ...changes);

const content = (ec2_attributes: object) => ({
  type: "DECLARATIVE_POLICY_EC2",
  content: JSON.stringify({ ec2_attributes }),
});
const assigned = (attribute: string, key: string, value: string) =>
  content({ [attribute]: { [key]: { "@@assign": value } } });
const cluster = (endpoint_public_access: boolean, public_access_cidrs: readonly string[] | null) => ({
  name: "shop",
  vpc_config: [{ endpoint_public_access, public_access_cidrs }],
});
const versioning = (status: string, mfa_delete = "") => ({
  bucket: "logs",
  versioning_configuration: [{ status, mfa_delete }],
});
const sharing = (setting_value: string) => ({
  setting_id: "/ssm/documents/console/public-sharing-permission",
  setting_value,
});
const [LAKE, LAKE_SETTINGS] = ["aws_lakeformation_permissions", "aws_lakeformation_data_lake_settings"] as const;
const EVERYONE = "IAM_ALLOWED_PRINCIPALS";
const onLake = (principal: string, ...permissions: string[]) => ({
  ...{ principal, permissions },
  database: [{ name: "pii" }],
});
const tablesFor = (principal: string) => ({
  create_table_default_permissions: [{ principal, permissions: ["ALL"] }],
});
const gateway = (auto_accept_shared_attachments: string) => ({ auto_accept_shared_attachments });
const member = (values: object = {}) => ({ id: "222222222222", email: "shop@example.com", ...values });

describe("is told", () => {
  it.each<[what: string, type: string, before: object, after: object | null, says: string]>([
    [
      "a cluster that lets in more than some ranges",
      "aws_eks_cluster",
      cluster(true, ["203.0.113.0/24"]),
      cluster(true, ["203.0.113.0/24", "0.0.0.0/0"]),
      "medium: the cluster's API endpoint answers the whole internet",
    ],
    [
      "a cluster that opens, with no ranges given",
      "aws_eks_cluster",
      cluster(false, null),
      cluster(true, []),
      "medium: the cluster's API endpoint answers the whole internet",
    ],
    [
      "a key that is not rotated",
      "aws_kms_key",
      { enable_key_rotation: true },
      { enable_key_rotation: false },
      "medium: the key is not rotated any more",
    ],
    [
      "a bucket whose lists count again",
      "aws_s3_bucket_ownership_controls",
      { rule: [{ object_ownership: "BucketOwnerEnforced" }] },
      { rule: [{ object_ownership: "ObjectWriter" }] },
      "medium: the bucket's ownership of its objects is not enforced any more, and access control lists count again",
    ],
    [
      "a bucket whose versions go",
      "aws_s3_bucket_versioning",
      versioning("Enabled"),
      versioning("Suspended"),
      "low: the bucket's versioning is suspended, and what is overwritten or deleted is gone",
    ],
    [
      "a bucket's versioning that is deleted",
      "aws_s3_bucket_versioning",
      versioning("Enabled"),
      null,
      "low: the bucket's versioning is deleted",
    ],
    [
      "a bucket without MFA",
      "aws_s3_bucket_versioning",
      versioning("Enabled", "Enabled"),
      versioning("Enabled", "Disabled"),
      "medium: the bucket's versioning asks for no MFA any more before versions are deleted",
    ],
    [
      "a user pool without MFA",
      "aws_cognito_user_pool",
      { mfa_configuration: "ON" },
      { mfa_configuration: "OPTIONAL" },
      "medium: the user pool does not ask its users for MFA any more",
    ],
    [
      "documents that may be public",
      "aws_ssm_service_setting",
      sharing("Disable"),
      sharing("Enable"),
      "medium: the block on public documents of Systems Manager is switched off",
    ],
    [
      "a serial console",
      "aws_ec2_serial_console_access",
      { enabled: false },
      { enabled: true },
      "medium: the block on the EC2 serial console is switched off",
    ],
    [
      "clusters of EMR",
      "aws_emr_block_public_access_configuration",
      { block_public_security_group_rules: true },
      { block_public_security_group_rules: false },
      "medium: EMR's block on public access is switched off",
    ],
    [
      "code that nobody signed",
      "aws_lambda_code_signing_config",
      { policies: [{ untrusted_artifact_on_deployment: "Enforce" }] },
      { policies: [{ untrusted_artifact_on_deployment: "Warn" }] },
      "medium: the check of signatures on code only warns of code that nobody signed",
    ],
    [
      "a secret's policy that is not checked",
      "aws_secretsmanager_secret_policy",
      { secret_arn: "a", policy: policy(), block_public_policy: true },
      { secret_arn: "a", policy: policy(), block_public_policy: false },
      "low: the check of the secret's policy does not refuse a public one any more",
    ],
    [
      "a declarative policy that lets go",
      "aws_organizations_policy",
      assigned("snapshot_block_public_access", "state", "block_all_sharing"),
      assigned("snapshot_block_public_access", "state", "unblocked"),
      "high: the organization policy sets the block on public EBS snapshots to unblocked",
    ],
    [
      "a declarative policy that says no more",
      "aws_organizations_policy",
      assigned("instance_metadata_defaults", "http_tokens", "required"),
      content({}),
      "high: the organization policy does not set IMDSv2 any more",
    ],
    [
      "a lock of one day",
      "aws_backup_vault_lock_configuration",
      { backup_vault_name: "v", min_retention_days: 30 },
      { backup_vault_name: "v", min_retention_days: 1 },
      "high: the lock of the backup vault keeps backups for 1 day at least, not for 30",
    ],
    [
      "an account that leaves the organization",
      "aws_organizations_account",
      member(),
      null,
      "high: the account leaves the organization, and nothing binds it any more",
    ],
    [
      "new tables that are left to IAM",
      LAKE_SETTINGS,
      tablesFor("x"),
      tablesFor(EVERYONE),
      "low: Lake Formation's settings leave new tables to IAM",
    ],
    [
      "a database that is left to IAM",
      LAKE,
      onLake(EVERYONE, "DESCRIBE"),
      onLake(EVERYONE, "ALL"),
      "medium: what Lake Formation guards is left to IAM: whoever IAM lets in may do everything",
    ],
    [
      "a transit gateway that asks nobody",
      "aws_ec2_transit_gateway",
      gateway("disable"),
      gateway("enable"),
      "medium: the transit gateway takes whatever the accounts that it is shared with attach to it",
    ],
    [
      "an account that is closed",
      "aws_organizations_account",
      member({ close_on_deletion: true }),
      null,
      "medium: the account is closed",
    ],
    [
      "an account that would be closed, and leaves its unit",
      "aws_organizations_account",
      member({ close_on_deletion: true, parent_id: "ou-ab12-11111111" }),
      member({ close_on_deletion: true, parent_id: "r-ab12" }),
      "high: the account leaves ou-ab12-11111111 for the root, and what is attached to the unit does not bind it any more",
    ],
  ])("%s", async (_, type, before, after, says) => {
    expect(await found(change(type, before, after))).toEqual([says]);
  });
});

describe("is not told", () => {
  it.each<[what: string, type: string, before: object, after: object | null]>([
    ["a cluster that was open", "aws_eks_cluster", cluster(true, []), cluster(true, ["0.0.0.0/0"])],
    ["a cluster that opens to some", "aws_eks_cluster", cluster(false, []), cluster(true, ["203.0.113.0/24"])],
    ["a cluster that closes", "aws_eks_cluster", cluster(true, ["0.0.0.0/0"]), cluster(false, ["0.0.0.0/0"])],
    ["another setting", "aws_ssm_service_setting", { ...sharing("Disable"), setting_id: "/ssm/x" }, null],
    ["a bar that AWS keeps", "aws_ec2_serial_console_access", { enabled: false }, null],
    [
      "a declarative policy that holds more",
      "aws_organizations_policy",
      assigned("snapshot_block_public_access", "state", "block_new_sharing"),
      assigned("snapshot_block_public_access", "state", "block_all_sharing"),
    ],
    ["versioning that never was", "aws_s3_bucket_versioning", versioning("Disabled"), null],
    ["Lake Formation's defaults, as they were", LAKE_SETTINGS, tablesFor(EVERYONE), tablesFor(EVERYONE)],
    ["tables that stay with Lake Formation", LAKE_SETTINGS, tablesFor(EVERYONE), tablesFor("x")],
    ["what is taken from IAM", LAKE, onLake(EVERYONE, "ALL"), null],
    ["what IAM may see", LAKE, onLake(EVERYONE, "ALL"), onLake(EVERYONE, "DESCRIBE")],
    ["a transit gateway that asks", "aws_ec2_transit_gateway", gateway("enable"), gateway("disable")],
    ["an account that is closed already", "aws_organizations_account", member({ status: "SUSPENDED" }), null],
  ])("%s", async (_, type, before, after) => {
    expect(await found(change(type, before, after))).toEqual([]);
  });
});

it("is not told of an account that Terraform lets go of, or keeps at another address", async () => {
  const account = change("aws_organizations_account", member(), null);
  const twin = { ...change("aws_organizations_account", null, member()), address: "aws_organizations_account.y" };
  expect(await found({ ...account, actions: ["forget"] })).toEqual([]);
  expect(await found(account, twin)).toEqual([]);
});

it("doubts a cluster whose ranges are not known yet", async () => {
  const after = { name: "shop", vpc_config: [{ endpoint_public_access: true }] };
  const unknown = { vpc_config: [{ public_access_cidrs: true }] };
  expect(await found(change("aws_eks_cluster", cluster(false, []), after, unknown))).toEqual([
    "medium: the cluster's API endpoint perhaps answers the whole internet",
  ]);
});

it("doubts a lock of which nobody knows how long it holds", async () => {
  const lock = (min_retention_days: number | null) => ({ backup_vault_name: "v", min_retention_days });
  expect(
    await found(change("aws_backup_vault_lock_configuration", lock(30), lock(null), { min_retention_days: true })),
  ).toEqual([expect.stringContaining("has a value for min_retention_days that is not known yet")]);
});

it("is told of what is given to all whom IAM lets in, unless it only moves", async () => {
  const given = change(LAKE, null, onLake(EVERYONE, "ALL"));
  expect(await found(given)).toEqual([expect.stringContaining("medium: what Lake Formation guards is left to IAM")]);
  const gone = { ...change(LAKE, onLake(EVERYONE, "ALL"), null), address: `${LAKE}.y` };
  expect(await found(given, gone)).toEqual([]);
  expect(await found(change(LAKE, null, onLake("222222222222", "ALL")))).toEqual([]);
});

describe("a guard that is made as off", () => {
  const flags = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
  const block = (...on: readonly string[]) => Object.fromEntries(flags.map((flag) => [flag, on.includes(flag)]));

  it.each<[type: string, after: object, says: readonly string[]]>([
    [
      "aws_s3_account_public_access_block",
      block("block_public_acls", "ignore_public_acls"),
      [
        "medium: the account's S3 public access block is set not to block public policy and not to restrict public buckets, whatever stood there",
      ],
    ],
    [
      "aws_s3_account_public_access_block",
      block(),
      ["medium: the account's S3 public access block is set to off, whatever stood there"],
    ],
    ["aws_s3_account_public_access_block", block(...flags), []],
    [
      "aws_ebs_snapshot_block_public_access",
      { state: "unblocked" },
      ["medium: the block on public EBS snapshots is set to off, whatever stood there"],
    ],
    [
      "aws_ec2_image_block_public_access",
      { state: "unblocked" },
      ["medium: the block on public AMIs is set to off, whatever stood there"],
    ],
    [
      "aws_ebs_encryption_by_default",
      { enabled: false },
      ["medium: EBS encryption by default is set to off, whatever stood there"],
    ],
    [
      "aws_s3_bucket_public_access_block",
      { bucket: "b", ...block() },
      ["low: the bucket's public access block is set to off, and AWS has it on for new buckets"],
    ],
    [
      "aws_s3_bucket_public_access_block",
      { bucket: "b", ...block("block_public_acls", "ignore_public_acls") },
      [
        "low: the bucket's public access block is set not to block public policy and not to restrict public buckets, and AWS has it on for new buckets",
      ],
    ],
    ["aws_s3_bucket_public_access_block", { bucket: "b", ...block("restrict_public_buckets") }, []],
    [
      "aws_s3_access_point",
      { name: "a", public_access_block_configuration: [block()] },
      ["medium: the access point's public access block is set to off, and cannot be changed later"],
    ],
    ["aws_s3_access_point", { name: "a", public_access_block_configuration: [block(...flags)] }, []],
    ["aws_s3_access_point", { name: "a", public_access_block_configuration: [] }, []],
    [
      "aws_s3_access_point",
      { name: "a", public_access_block_configuration: [block()], vpc_configuration: [{ vpc_id: "vpc-1" }] },
      [],
    ],
    [
      "aws_s3control_multi_region_access_point",
      { details: [{ name: "a", public_access_block: [block()] }] },
      ["medium: the access point's public access block is set to off, and cannot be changed later"],
    ],
    ["aws_s3control_multi_region_access_point", { details: [{ name: "a", public_access_block: [] }] }, []],
    [
      "aws_ssm_service_setting",
      sharing("Enable"),
      ["medium: the block on public documents of Systems Manager is set to off, whatever stood there"],
    ],
    ["aws_ssm_service_setting", sharing("Disable"), []],
    ["aws_ssm_service_setting", { ...sharing("Enable"), setting_id: "/ssm/x" }, []],
    ["aws_ebs_encryption_by_default", { enabled: true }, []],
  ])("%s %j", async (type, after, says) => {
    expect(await found(change(type, null, after))).toEqual(says);
  });

  it("tells of an access point that makes room for one whose block is off", async () => {
    const point = (...on: readonly string[]) => ({ name: "a", public_access_block_configuration: [block(...on)] });
    const type = "aws_s3_access_point";
    const replaced = { ...change(type, point(...flags), point()), actions: ["delete", "create"] as const };
    expect(await found(replaced)).toEqual([expect.stringMatching(/^medium/)]);
    expect(await found({ ...replaced, before: point() })).toEqual([]);
  });

  it("is a cluster that takes clients who do not say who they are", async () => {
    const cluster = (unauthenticated: boolean) =>
      change("aws_msk_cluster", null, { cluster_name: "c", client_authentication: [{ unauthenticated }] });
    expect(await told("authorization-removed", cluster(true))).toEqual([
      "medium: the cluster takes clients that do not say who they are",
    ]);
    expect(await told("authorization-removed", cluster(false))).toEqual([]);
  });

  it("says nothing of what is not known yet, or only moves in the code", async () => {
    const type = "aws_s3_bucket_public_access_block";
    const unknown = Object.fromEntries(flags.map((flag) => [flag, true]));
    expect(await found(change(type, null, { bucket: "b" }, unknown))).toEqual([]);
    const old = { ...change(type, { bucket: "b", ...block() }, null), address: `${type}.old` };
    expect(await found(old, change(type, null, { bucket: "b", ...block() }))).toEqual([]);
  });
});

it("weighs the versions of the account's record more", async () => {
  const suspended = change("aws_s3_bucket_versioning", versioning("Enabled"), versioning("Suspended"));
  const trail = { name: "all", s3_bucket_name: "logs" };
  expect(await found(suspended, change("aws_cloudtrail", trail, trail))).toEqual([expect.stringMatching(/^medium/)]);
  const lets = policy({
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::logs/*",
  });
  const bucket = { bucket: "logs", policy: lets };
  expect(await found(suspended, change("aws_s3_bucket_policy", bucket, bucket))).toEqual([
    expect.stringMatching(/^medium/),
  ]);
});

describe("what somebody may do in a Kubernetes cluster widens with", () => {
  const association = "aws_eks_access_policy_association";
  const may = (policy: string, ...namespaces: readonly string[]) => ({
    cluster_name: "shop",
    principal_arn: "arn:aws:iam::111111111111:role/dev",
    policy_arn: `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${policy}Policy`,
    access_scope: [namespaces.length > 0 ? { type: "namespace", namespaces } : { type: "cluster", namespaces: null }],
  });
  const entry = (...kubernetes_groups: readonly string[]) => ({
    cluster_name: "shop",
    principal_arn: "arn:aws:iam::111111111111:role/dev",
    kubernetes_groups,
  });

  it.each<[what: string, type: string, before: object, after: object, reaches: string | null]>([
    ["the scope", association, may("View", "app"), may("View"), "AccessKubernetesApi on .*/objects/"],
    ["a namespace", association, may("Edit", "app"), may("Edit", "app", "kube-system"), "on .*/objects/kube-system"],
    ["secrets", association, may("View"), may("AdminView"), "AccessKubernetesApi on .*/secrets/"],
    ["changes", association, may("View", "app"), may("Edit", "app"), "MutateViaKubernetesApi on "],
    ["roles", association, may("Edit", "app"), may("Admin", "app"), "on .*/roles/app"],
    ["a group", "aws_eks_access_entry", entry("readers"), entry("admins", "readers"), "on .*/groups/admins"],
    ["nothing: a narrower scope", association, may("Edit"), may("Edit", "app"), null],
    ["nothing: a namespace of a pattern", association, may("View", "app-*"), may("View", "app-a"), null],
    ["nothing: a weaker policy", association, may("ClusterAdmin"), may("AdminView"), null],
    ["nothing: one group less", "aws_eks_access_entry", entry("admins", "readers"), entry("readers"), null],
  ])("%s", async (_, type, before, after, reaches) => {
    const messages = await told("permission-widened", change(type, before, after));
    expect(messages).toEqual(reaches === null ? [] : [expect.stringMatching(reaches)]);
  });

  it("shows who is let in, also where groups and namespaces are not known yet", async () => {
    const vendor = { cluster_name: "shop", principal_arn: "arn:aws:iam::999999999999:role/vendor" };
    const made = change("aws_eks_access_entry", null, vendor, { kubernetes_groups: true });
    const view = { ...may("View"), ...vendor, access_scope: [{ type: "namespace" }] };
    const unknown = { access_scope: [{ namespaces: [true] }] };
    expect(await told("resource-outside-organization", made, change(association, null, view, unknown))).toHaveLength(2);
  });
});

describe("a key that goes", () => {
  const key = { arn: "arn:aws:kms:eu-west-1:111122223333:key/a", key_id: "a", is_enabled: true };
  const store = (kms_key_id: string): Change => ({
    ...change("aws_db_instance", { kms_key_id: key.arn }, { kms_key_id }),
    address: "aws_db_instance.x",
  });
  it.each<[what: string, changes: readonly Change[], says: readonly string[]]>([
    ["unused", [change("aws_kms_key", key, null)], ["low: the key is deleted, and whatever it encrypts is lost"]],
    [
      "used",
      [change("aws_kms_key", key, null), store(key.arn)],
      ["medium: the key is deleted, and whatever it encrypts is lost"],
    ],
    [
      "left",
      [change("aws_kms_key", key, null), store(`${key.arn}b`)],
      ["low: the key is deleted, and whatever it encrypts is lost"],
    ],
    [
      "replaced",
      [change("aws_kms_key", key, { is_enabled: true }, { arn: true, key_id: true })],
      ["low: the key makes room for a new one, and whatever it encrypts is lost"],
    ],
    [
      "switched off",
      [change("aws_kms_key", key, { ...key, is_enabled: false })],
      ["low: the key is switched off, and nothing can be read that it encrypts"],
    ],
  ])("%s", async (_, changes, says) => {
    expect(await found(...changes)).toEqual(says);
  });
});

it("lets the account's block stand in for a bucket's, where it blocks as much", async () => {
  const all = {
    ...{ block_public_acls: true, block_public_policy: true },
    ...{ ignore_public_acls: true, restrict_public_buckets: true },
  };
  const gone = change("aws_s3_bucket_public_access_block", { bucket: "a", ...all }, null);
  const account = (block: object) => change("aws_s3_account_public_access_block", null, block);
  expect(await found(gone, account(all))).toMatchObject([expect.stringMatching(/^low: .* stands in for it$/)]);
  expect(await found(gone, account({ ...all, block_public_policy: false }))).toContain(
    "high: the bucket's public access block is deleted",
  );
});

describe("a Deny of a bucket that the organization takes over", () => {
  const insecure = (of: object, Action = "s3:*") =>
    policy({ Effect: "Deny", Principal: "*", Action, ...of, Condition: { Bool: { "aws:SecureTransport": "false" } } });
  const gone = change(
    "aws_s3_bucket_policy",
    { bucket: "a", policy: insecure({ Resource: ["arn:aws:s3:::a", "arn:aws:s3:::a/*"] }) },
    null,
  );
  const control = (content: string, type = "RESOURCE_CONTROL_POLICY") =>
    change("aws_organizations_policy", null, { id: "p-1", type, content });
  const attached = (target_id: string) =>
    change("aws_organizations_policy_attachment", null, { policy_id: "p-1", target_id });
  const all = insecure({ Resource: "*" });

  it.each<[what: string, changes: readonly Change[], severity: string]>([
    ["at the root", [control(all), attached("r-ab12")], "low"],
    ["at a unit", [control(all), attached("ou-ab12-12345678")], "high"],
    ["in part", [control(insecure({ Resource: "*" }, "s3:GetObject")), attached("r-ab12")], "high"],
    ["by a policy of callers", [control(all, "SERVICE_CONTROL_POLICY"), attached("r-ab12")], "high"],
  ])("%s", async (_, changes, severity) => {
    const says = expect.stringMatching(new RegExp(`^${severity}: the resource's policy is deleted`));
    expect(await found(gone, ...changes)).toEqual([says]);
  });
});

it("knows an administrator by either type of resource", async () => {
  const own = { admin_account_id: "222233334444" };
  const type = "aws_securityhub_organization_admin_account";
  const to = (account_id: string) =>
    change("aws_organizations_delegated_administrator", null, {
      account_id,
      service_principal: "securityhub.amazonaws.com",
    });
  expect(await told("delegated-admin-added", change(type, own, null), to("222233334444"))).toEqual([]);
  expect(await told("delegated-admin-added", change(type, own, null), to("333344445555"))).toHaveLength(1);
  const says = "the delegated administration of Security Hub is deleted";
  expect(await told("monitoring-weakened", change(type, own, null), to("222233334444"))).toEqual([
    `low: ${says}, and aws_organizations_delegated_administrator.x stands in for it`,
  ]);
  expect(await told("monitoring-weakened", change(type, own, null), to("333344445555"))).toEqual([`high: ${says}`]);
});

describe("another thumbprint of an OIDC provider", () => {
  it.each([
    ["https://git.acme.example", 1],
    ["https://token.actions.githubusercontent.com", 0],
    ["token.actions.githubusercontent.com/acme", 0],
    ["https://token.actions.githubusercontent.com.acme.example", 1],
  ])("of %s", async (url, count) => {
    const provider = (thumbprint: string) => ({ url, client_id_list: ["sts"], thumbprint_list: [thumbprint] });
    const messages = await told(
      "trust-provider-changed",
      change("aws_iam_openid_connect_provider", provider("aa"), provider("bb")),
    );
    expect(messages).toHaveLength(count);
  });
});

describe("who administers the organization's policies by its own policy", () => {
  const type = "aws_organizations_resource_policy";
  const lets = (Action: string | string[], kind = "*") => ({
    content: policy({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::555555555555:root" },
      Action,
      Resource: ["account/*", "ou/*", "root/*", `policy/o-ab12cd34ef/${kind}/*`].map(
        (what) => `arn:aws:organizations::111111111111:${what}`,
      ),
    }),
  });
  const reading = ["organizations:Describe*", "organizations:List*"];
  const administered = async (before: object | null, after: object) =>
    (await told("delegated-admin-added", change(type, before, after))).join();
  const says = "makes account 555555555555 the administrator of the organization's";

  it.each<[what: string, before: object | null, after: object, says: string]>([
    [
      "all policies",
      null,
      lets("organizations:*Policy"),
      `high: ${says} service control policies and the like: it can call organizations:DetachPolicy`,
    ],
    [
      "policies that a reader gets to change",
      lets(reading),
      lets([...reading, "organizations:UpdatePolicy"]),
      `high: ${says} service control policies and the like: it can call organizations:UpdatePolicy`,
    ],
    [
      "backup policies",
      null,
      lets(["organizations:DetachPolicy", ...reading], "backup_policy"),
      `medium: ${says} policies: it can call organizations:DetachPolicy`,
    ],
    ["nothing, and it reads", null, lets(reading), ""],
    ["what it did before", lets("organizations:*"), lets(["organizations:*"]), ""],
  ])("%s", async (_, before, after, says) => {
    expect(await administered(before, after)).toBe(says);
  });

  it("the same at another address", async () => {
    const { content } = lets("organizations:*");
    const there = { ...change(type, null, { content }), address: `${type}.y` };
    expect(await told("delegated-admin-added", change(type, { content }, null), there)).toEqual([]);
  });
});

describe("a VPC endpoint lets more pass", () => {
  const type = "aws_vpc_endpoint_policy";
  const ours = { organizationId: "o-ab12cd34ef", accounts: new Set(["111111111111"]) };
  const passes = (Principal: unknown, more: object = {}) => ({
    policy: policy({ Effect: "Allow", Principal, Action: "s3:*", Resource: "*", ...more }),
  });
  const app = { AWS: "arn:aws:iam::111111111111:role/app" };
  const given = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });
  const organization = passes("*", given("aws:PrincipalOrgID", "o-ab12cd34ef"));
  const bucket = { Resource: ["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"] };

  it.each<[what: string, was: object, is: object, world: object, severity: string]>([
    ["of the organization", passes(app), organization, ours, "medium"],
    ["of an account", passes(app), passes({ AWS: "111111111111" }), ours, "medium"],
    [
      "of an account, by a condition",
      passes(app),
      passes("*", given("aws:PrincipalAccount", "111111111111")),
      ours,
      "medium",
    ],
    ["of everyone", passes(app), passes("*"), ours, "high"],
    ["of another organization", passes(app), passes("*", given("aws:PrincipalOrgID", "o-0123456789")), ours, "high"],
    ["to any bucket", passes(app, bucket), organization, ours, "high"],
    ["of nobody knows whom", passes(app), organization, {}, "high"],
  ])("%s", async (_, was, is, world, severity) => {
    const { findings } = await analyze([planOf([change(type, was, is)])], { rules, world, toolVersion: "0.0.0" });
    const about = findings.filter(({ rule }) => rule === "guardrail-removed");
    expect(about.map(({ severity }) => severity)).toEqual([severity]);
  });
});
