/** What `terraform.pipeline` makes: a role that cannot write, and one that only what is merged may assume. */
import { describe, expect, test } from "vitest";
import type { AccessGraph } from "../../../lib/access/graph.ts";
import { pipelineRoles } from "../../../lib/access/pipeline.ts";
import { decide, free } from "../../../lib/access/reach/decide.ts";
import { loadManagedPolicies, permissionsOf } from "../../../lib/access/reach/permissions.ts";
import { trustPolicy } from "../../../lib/access/trust-policy.ts";
import { verify } from "../../../lib/access/verify.ts";
import { readCase } from "../../../lib/iam/case.ts";
import { loadCatalog } from "../../../lib/iam/catalog.ts";
import { evaluate } from "../../../lib/iam/evaluate.ts";
import { good } from "../../fixtures/manifests/bad.ts";
import { graphOf } from "./graph-of.ts";

const backend = "backend: { s3: { bucket: a-state, region: us-east-1 } }";
const withPipeline = (pipeline: string, roles = "") =>
  graphOf(`${good}terraform: { ${backend}, pipeline: ${pipeline} }\n${roles}`);
const web = "roles: { web: { in: shop-prod, trust: { service: ec2 }, presets: session-manager } }\n";
const github = withPipeline("{ github: { repository: shop/access } }", web);
const gitlab = withPipeline("{ gitlab: { project: shop/platform/access } }", web);

const roleOf = ({ roles }: AccessGraph, name: string) => {
  const role = roles.find(({ key }) => key === name);
  if (role === undefined) throw new Error(`there is no role ${name}`);
  return role;
};

test("nothing is to be said against it", async () => {
  expect(await verify(github)).toEqual([]);
  expect(await verify(gitlab)).toEqual([]);
});

test("the role to plan is in every account that Terraform enters, and in no other", () => {
  const accounts = ({ roles }: AccessGraph) =>
    roles.filter(({ key }) => key === pipelineRoles.member).map(({ account }) => account);
  expect(accounts(github)).toEqual(["shop-prod"]);
  expect(accounts(withPipeline("{ github: { repository: shop/access } }"))).toEqual([]);
});

// -------------------------------------------------------------------------------------------------------- who comes in

const issuers = { github: "token.actions.githubusercontent.com", gitlab: "gitlab.com" };
const audiences = { github: "sts.amazonaws.com", gitlab: "https://gitlab.com" };

/** What AWS answers a run whose token has this subject. */
function assume(forge: keyof typeof issuers, name: string, subject: string, audience = audiences[forge]): string {
  const graph = forge === "github" ? github : gitlab;
  const read = readCase({
    request: {
      principal: `arn:aws:iam::111111111111:oidc-provider/${issuers[forge]}`,
      action: "sts:AssumeRoleWithWebIdentity",
      resource: `arn:aws:iam::111111111111:role/${name}`,
      context: { [`${issuers[forge]}:sub`]: subject, [`${issuers[forge]}:aud`]: audience },
    },
    resourcePolicy: trustPolicy(roleOf(graph, name).trust, "111111111111"),
  });
  if ("problems" in read) throw new Error(read.problems.join("; "));
  return evaluate(read.case.call, read.case.layers).decision;
}

/** https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims, https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
const runs: readonly (readonly [
  forge: "github" | "gitlab",
  what: string,
  subject: string,
  plan: boolean,
  apply: boolean,
])[] = [
  ["github", "the protected environment", "repo:shop/access:environment:production", false, true],
  ["github", "another environment", "repo:shop/access:environment:production-2", false, false],
  ["github", "a pull request", "repo:shop/access:pull_request", true, false],
  ["github", "main", "repo:shop/access:ref:refs/heads/main", true, false],
  ["github", "another branch", "repo:shop/access:ref:refs/heads/feature", false, false],
  ["github", "a branch that begins so", "repo:shop/access:ref:refs/heads/main-2", false, false],
  ["github", "a tag", "repo:shop/access:ref:refs/tags/main", false, false],
  ["github", "a fork's pull request, run in the fork", "repo:mallory/access:pull_request", false, false],
  ["github", "a fork's environment", "repo:mallory/access:environment:production", false, false],
  ["github", "another repository of the owner", "repo:shop/website:environment:production", false, false],
  ["github", "a repository that begins so", "repo:shop/access-2:environment:production", false, false],
  ["github", "another owner that ends so", "repo:my-shop/access:environment:production", false, false],
  ["gitlab", "the protected branch", "project_path:shop/platform/access:ref_type:branch:ref:main", true, true],
  ["gitlab", "a merge request", "project_path:shop/platform/access:ref_type:branch:ref:feature", true, false],
  ["gitlab", "a branch that begins so", "project_path:shop/platform/access:ref_type:branch:ref:main-2", true, false],
  ["gitlab", "a tag", "project_path:shop/platform/access:ref_type:tag:ref:main", false, false],
  ["gitlab", "a fork", "project_path:mallory/access:ref_type:branch:ref:main", false, false],
  ["gitlab", "another project", "project_path:shop/platform/website:ref_type:branch:ref:main", false, false],
  ["gitlab", "a project below it", "project_path:shop/platform/access/x:ref_type:branch:ref:main", false, false],
];

describe.each(runs)("%s: %s", (forge, _, subject, plan, apply) => {
  test.each([
    ["plans", pipelineRoles.plan, plan],
    ["applies", pipelineRoles.apply, apply],
  ])("%s: %s", (_, name, allowed) => {
    expect(assume(forge, name, subject)).toBe(allowed ? "Allowed" : "ImplicitlyDenied");
  });
});

test("a token that is made for somebody else is refused", () => {
  const subject = "repo:shop/access:environment:production";
  expect(assume("github", pipelineRoles.apply, subject, "https://github.com/shop")).toBe("ImplicitlyDenied");
});

test("another environment and another branch can be the protected ones, as a GitLab of one's own", () => {
  const other = withPipeline("{ github: { repository: shop/access, environment: aws, branch: trunk } }");
  expect(roleOf(other, pipelineRoles.apply).trust).toMatchObject({ subjects: ["repo:shop/access:environment:aws"] });
  expect(roleOf(other, pipelineRoles.plan).trust).toMatchObject({
    subjects: ["repo:shop/access:pull_request", "repo:shop/access:ref:refs/heads/trunk"],
  });
  const own = withPipeline('{ gitlab: { project: shop/access, url: "https://git.shop.example" } }');
  expect(roleOf(own, pipelineRoles.apply).trust).toMatchObject({
    issuer: "git.shop.example",
    audience: "https://git.shop.example",
  });
});

// ------------------------------------------------------------------------------------------------------ what they may

async function mayOf(name: string) {
  const role = roleOf(github, name);
  const permissions = permissionsOf(github, await loadManagedPolicies(github)).role(role);
  const callers = [{ kind: "role", account: "111111111111", name: `arn:aws:iam::111111111111:role/${name}` }] as const;
  return (action: string, resource: string | null = null) =>
    decide({ callers, permissions, bound: free, action, resource, where: [], granted: false }).answer;
}

/** Services of the resources that stacks are made of. */
const services = [
  "access-analyzer",
  "account",
  "budgets",
  "cloudtrail",
  "cloudwatch",
  "config",
  "eks",
  "events",
  "guardduty",
  "iam",
  "identitystore",
  "kms",
  "lambda",
  "logs",
  "organizations",
  "rolesanywhere",
  "s3",
  "securityhub",
  "sns",
  "sso",
  "sts",
];

/** Asked of single resources below. */
const narrow: ReadonlySet<string> = new Set(["s3:DeleteObject", "s3:PutObject", "sts:AssumeRole"]);

describe.each([pipelineRoles.plan, pipelineRoles.member])("the role %s", async (name) => {
  const may = await mayOf(name);

  test.each(services)("changes nothing of %s", async (service) => {
    const catalog = await loadCatalog([`${service}:*`]);
    const writes = catalog
      .actionsLike(`${service}:*`)
      .filter(({ accessLevel }) => accessLevel !== "List" && accessLevel !== "Read")
      .map((action) => action.name);
    expect(writes.length).toBeGreaterThan(0);
    expect(writes.filter((action) => !narrow.has(action) && may(action) !== "no")).toEqual([]);
  });

  test("writes the lock of a state, and no state", () => {
    const state = "arn:aws:s3:::a-state/gatehouse/organization.tfstate";
    expect(may("s3:GetObject", state)).toBe("yes");
    for (const action of ["s3:PutObject", "s3:DeleteObject"]) {
      expect([action, may(action, state), may(action, `${state}.tflock`)]).toEqual([action, "no", "yes"]);
      expect(may(action, "arn:aws:s3:::another/gatehouse/organization.tfstate.tflock")).toBe("no");
    }
  });

  test("goes on as nobody who may write", () => {
    for (const role of ["OrganizationAccountAccessRole", pipelineRoles.apply]) {
      expect(may("sts:AssumeRole", `arn:aws:iam::222222222222:role/${role}`)).toBe("no");
    }
    const further = name === pipelineRoles.plan ? "yes" : "no";
    expect(may("sts:AssumeRole", `arn:aws:iam::222222222222:role/${pipelineRoles.member}`)).toBe(further);
  });
});

describe("the role that applies", async () => {
  const may = await mayOf(pipelineRoles.apply);
  const own = "arn:aws:iam::111111111111";

  test.each([
    ["organizations:CreateAccount", null],
    ["sso:CreateAccountAssignment", null],
    ["sts:AssumeRole", "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"],
    ["s3:PutObject", "arn:aws:s3:::a-state/gatehouse/organization.tfstate"],
    ["iam:UpdateAssumeRolePolicy", `${own}:role/github-deploy`],
    // a plan in its own name reads the bootstrap as well
    ["iam:GetRole", `${own}:role/${pipelineRoles.apply}`],
  ])("may call %s on %s", (action, resource) => {
    expect(may(action, resource)).toBe("yes");
  });

  test.each([
    ["iam:UpdateAssumeRolePolicy", `${own}:role/${pipelineRoles.apply}`],
    ["iam:PutRolePolicy", `${own}:role/${pipelineRoles.plan}`],
    ["iam:DeleteRolePolicy", `${own}:role/${pipelineRoles.apply}`],
    ["iam:AddClientIDToOpenIDConnectProvider", `${own}:oidc-provider/token.actions.githubusercontent.com`],
    ["iam:CreateAccessKey", `${own}:user/anybody`],
    ["s3:DeleteBucket", "arn:aws:s3:::a-state"],
    ["s3:DeleteObjectVersion", "arn:aws:s3:::a-state/gatehouse/organization.tfstate"],
    ["s3:PutBucketPolicy", "arn:aws:s3:::a-state"],
  ])("may not call %s on %s", (action, resource) => {
    expect(may(action, resource)).toBe("no");
  });
});
