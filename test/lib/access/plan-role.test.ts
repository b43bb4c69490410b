import { describe, expect, test } from "vitest";
import { decide, free } from "../../../lib/access/reach/decide.ts";
import { loadManagedPolicies, permissionsOf } from "../../../lib/access/reach/permissions.ts";
import { verify } from "../../../lib/access/verify.ts";
import { good } from "../../fixtures/manifests/bad.ts";
import { graphOf } from "./graph-of.ts";

const plan = (fields = "presets: terraform-plan", where = "{ all: true }") =>
  `  tf-plan: { in: ${where}, trust: { account: management, role: github-plan }, ${fields} }\n`;
const github = (key: string, from: string, fields: string) =>
  `  ${key}: { in: management, trust: { github: { repository: a/b, ${from} } }, ${fields} }\n`;
const planner = github("github-plan", "pullRequest: true", "presets: terraform-plan, assumeRoles: tf-plan");
const terraform = `terraform:
  planRole: tf-plan
  backend: { s3: { bucket: a-state, region: us-east-1 } }
`;

const said = async (roles: string) =>
  (await verify(graphOf(`${good}${terraform}roles:\n${roles}`))).map(({ code, message }) => `${code} ${message}`);

describe("the role that plans", () => {
  test("reads, in every account that Terraform enters", async () => {
    expect(await said(planner + plan())).toEqual([]);
  });

  const missing = 'has a stack, and no role of the name "tf-plan" with path / that could plan it';
  test.each<[string, string, string[]]>([
    ["is nowhere", github("github-plan", "branch: main", "presets: view-only"), []],
    [
      "is not where another role is",
      `${planner + plan("presets: terraform-plan", "shop-dev")}  web: { in: shop-prod, trust: { service: ec2 } }\n`,
      [`plan-role-missing account "shop-prod" ${missing}`],
    ],
    [
      "has a path, and is not found",
      planner + plan("presets: terraform-plan, path: /ci/"),
      [`plan-role-missing account "shop-dev" and 1 more ${missing}`],
    ],
    [
      "may do anything",
      planner + plan("managedPolicies: AdministratorAccess"),
      ['plan-role-writes role "tf-plan" is there to plan, and may call iam:CreatePolicyVersion'],
    ],
    [
      "may change what reading does not need",
      planner + plan('presets: terraform-plan, allow: { actions: ["ec2:*"], resources: "*" }'),
      ['plan-role-writes role "tf-plan" is there to plan, and may call ec2:AcceptAddressTransfer'],
    ],
    [
      "may hand on what it may",
      planner + plan('allow: { actions: sts:AssumeRole, resources: "arn:aws:iam::*:role/admin" }'),
      ['plan-role-writes role "tf-plan" is there to plan, and may call sts:AssumeRole'],
    ],
    [
      "is kept to reading by a deny",
      planner +
        plan(
          'presets: terraform-plan, allow: { actions: "sns:Publish", resources: "*" }, deny: { actions: "sns:Publish" }',
        ),
      [],
    ],
    [
      "has a policy that is made elsewhere",
      planner + plan("customerManagedPolicies: { name: theirs, path: / }"),
      [
        'plan-role-writes role "tf-plan" is there to plan, and what arn:aws:iam::333333333333:policy/theirs lets it do is not known here',
      ],
    ],
  ])("that %s", async (_, roles, expected) => {
    expect(await said(roles)).toEqual(expected);
  });

  test("is asked for nothing where there is none", async () => {
    const graph = graphOf(`${good}roles:\n${planner}${plan("managedPolicies: AdministratorAccess")}`);
    expect((await verify(graph)).map(({ code }) => code)).toEqual([]);
  });
});

describe("the role that applies", () => {
  const open = (from: string) =>
    `execution-role-open GitHub Actions repo:a/b:${from} gets into role "github-apply" in "management", and so to "OrganizationAccountAccessRole", which applies`;
  test.each<[string, string, string[]]>([
    ["an environment", "environment: production", []],
    ["a branch", "branch: main", []],
    ["pull requests", "pullRequest: true", [open("pull_request")]],
    ["any branch", 'branch: "*"', [open("ref:refs/heads/*")]],
  ])("is reached from %s", async (_, from, expected) => {
    expect(await said(planner + plan() + github("github-apply", from, "presets: terraform-apply"))).toEqual(expected);
  });

  test("is reached through another role", async () => {
    const relay = `  relay: { in: shop-dev, trust: { github: { repository: a/b, pullRequest: true } }, assumeRoles: entry }
  entry: { in: management, trust: { account: shop-dev, role: relay }, presets: terraform-apply }
`;
    expect(await said(planner + plan() + relay)).toEqual([
      'execution-role-open GitHub Actions repo:a/b:pull_request gets into role "entry" in "management", and so to "OrganizationAccountAccessRole", which applies',
    ]);
  });
});

/** What the AWS provider calls to refresh the resources that stacks are made of. */
const reads = {
  "access-analyzer": "GetAnalyzer ListTagsForResource",
  account: "GetAlternateContact",
  budgets: "ListTagsForResource ViewBudget",
  cloudtrail: "DescribeTrails GetEventSelectors GetInsightSelectors GetTrailStatus ListTags",
  cloudwatch: "DescribeAlarms GetDashboard ListTagsForResource",
  config:
    "DescribeConfigRules DescribeConfigurationAggregators DescribeConfigurationRecorderStatus DescribeConfigurationRecorders DescribeConformancePackStatus DescribeConformancePacks DescribeDeliveryChannels DescribeRetentionConfigurations ListTagsForResource",
  eks: "DescribePodIdentityAssociation ListTagsForResource",
  events: "DescribeRule ListTagsForResource ListTargetsByRule",
  guardduty:
    "DescribeOrganizationConfiguration GetDetector ListDetectors ListOrganizationAdminAccounts ListTagsForResource",
  iam: "GetAccountPasswordPolicy GetGroup GetGroupPolicy GetInstanceProfile GetOpenIDConnectProvider GetPolicy GetPolicyVersion GetRole GetRolePolicy GetSAMLProvider GetUser GetUserPolicy ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies ListRolePolicies",
  identitystore: "DescribeGroup DescribeGroupMembership DescribeUser GetGroupId GetUserId ListGroups",
  kms: "DescribeKey GetKeyPolicy GetKeyRotationStatus ListAliases ListResourceTags",
  lambda: "GetPolicy",
  logs: "DescribeLogGroups DescribeMetricFilters ListTagsForResource",
  organizations:
    "DescribeAccount DescribeOrganization DescribeOrganizationalUnit DescribePolicy ListAWSServiceAccessForOrganization ListAccounts ListDelegatedAdministrators ListParents ListRoots ListTagsForResource ListTargetsForPolicy",
  rolesanywhere: "GetProfile GetTrustAnchor ListTagsForResource",
  s3: "GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration ListBucket ListTagsForResource",
  securityhub:
    "DescribeHub DescribeOrganizationConfiguration GetEnabledStandards GetFindingAggregator GetMembers ListOrganizationAdminAccounts",
  sns: "GetSubscriptionAttributes GetTopicAttributes ListTagsForResource",
  sso: "DescribeInstanceAccessControlAttributeConfiguration DescribePermissionSet GetInlinePolicyForPermissionSet GetPermissionsBoundaryForPermissionSet ListAccountAssignments ListCustomerManagedPolicyReferencesInPermissionSet ListInstances ListManagedPoliciesInPermissionSet ListPermissionSets ListTagsForResource",
};

const secrets = [
  "athena:GetQueryResults",
  "codecommit:GetFile",
  "dynamodb:GetItem",
  "ec2:GetPasswordData",
  "kms:Decrypt",
  "logs:GetLogEvents",
  "s3:GetObject",
  "secretsmanager:GetSecretValue",
  "sqs:ReceiveMessage",
  "ssm:GetParameter",
  "ssm:GetParameters",
];

describe("the preset terraform-plan", async () => {
  const graph = graphOf(`${good}${terraform}roles:\n${planner}${plan()}`);
  const role = graph.roles.find(({ key }) => key === "tf-plan")!;
  const permissions = permissionsOf(graph, await loadManagedPolicies(graph)).role(role);
  const callers = [{ kind: "role", account: "222222222222", name: "arn:aws:iam::222222222222:role/tf-plan" }] as const;
  const may = (action: string, resource: string | null = null) =>
    decide({ callers, permissions, bound: free, action, resource, where: [], granted: false }).answer;

  test.each(Object.entries(reads))("refreshes what is of %s", (service, actions) => {
    const refused = actions.split(" ").filter((action) => may(`${service}:${action}`) !== "yes");
    expect(refused).toEqual([]);
  });

  test.each(secrets)("does not allow %s", (action) => {
    expect(may(action, "arn:aws:s3:::customers/*")).toBe("no");
    if (action !== "s3:GetObject") expect(may(action)).toBe("no");
  });

  test("reads the state and locks it, and writes none", () => {
    const state = "arn:aws:s3:::a-state/gatehouse/account-shop-prod.tfstate";
    expect([may("s3:GetObject", state), may("s3:PutObject", state), may("s3:PutObject", `${state}.tflock`)]).toEqual([
      "yes",
      "no",
      "yes",
    ]);
  });
});
