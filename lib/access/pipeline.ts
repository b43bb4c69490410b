/**
 * What a pipeline comes in as: the roles that `terraform.pipeline` stands for, as if they were written in the manifest.
 *
 * Two are in the management account, made by the stack `bootstrap`: one for pull requests, which reads, and one for what
 * is merged. The third is in every account that Terraform enters, for the first to go on as.
 */
import type { Context } from "../manifest/context.ts";
import { role } from "../manifest/schema/roles.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { AccessGraph, Pipeline } from "./graph.ts";
import { enteredAccounts } from "./plan-role.ts";
import { oidcTrust } from "./resolve-trust.ts";

/** Keys, which are names as well: the manifest has no others of these. */
export const pipelineRoles = {
  plan: "gatehouse-pipeline-plan",
  apply: "gatehouse-pipeline-apply",
  member: "gatehouse-plan",
} as const;

type Written = NonNullable<Manifest["terraform"]["pipeline"]>;

/** The manifest with the pipeline's roles in it; they stand where the pipeline does. */
export function withPipelineRoles(context: Context): Context {
  const { manifest } = context;
  const { pipeline } = manifest.terraform;
  if (pipeline === undefined) return context;
  const added = rolesOf(pipeline, manifest);
  return {
    ...context,
    manifest: {
      ...manifest,
      roles: { ...manifest.roles, ...added },
      terraform: { ...manifest.terraform, planRole: pipelineRoles.member },
    },
    keyAt: (path) => context.keyAt(path[0] === "roles" && `${path[1]}` in added ? ["terraform", "pipeline"] : path),
  };
}

function rolesOf(pipeline: Written, manifest: Manifest): Manifest["roles"] {
  const { managementAccount } = manifest.organization;
  const trust = trustOf(pipeline);
  return {
    [pipelineRoles.plan]: role.parse({
      description: "Plans what pull requests change; reads",
      in: managementAccount,
      trust: trust.plan,
      presets: "terraform-plan",
      allow: {
        sid: "EnterAccounts",
        actions: "sts:AssumeRole",
        resources: `arn:aws:iam::*:role/${pipelineRoles.member}`,
        // a role of that name in somebody else's account is another role
        conditions: { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } },
      },
    }),
    [pipelineRoles.apply]: role.parse({
      description: "Applies what is merged",
      in: managementAccount,
      trust: trust.apply,
      managedPolicies: "AdministratorAccess",
      deny: denied(pipeline, manifest),
    }),
    [pipelineRoles.member]: role.parse({
      description: "Reads what Terraform has made, to plan",
      in: { all: true },
      trust: { account: managementAccount, role: pipelineRoles.plan },
      presets: "terraform-plan",
    }),
  };
}

/** Whom each role lets in. Anybody who may push to the repository can plan; what applies has been reviewed. */
function trustOf({ github, gitlab }: Written): { plan: unknown; apply: unknown } {
  if (github !== undefined) {
    const { repository, environment, branch } = github;
    return {
      plan: {
        github: [
          { repository, pullRequest: true },
          { repository, branch },
        ],
      },
      apply: { github: { repository, environment } },
    };
  }
  // a merge request's pipeline carries the name of its own branch
  return { plan: { gitlab: { ...gitlab, branch: "*" } }, apply: { gitlab } };
}

/** What applies the manifest is an administrator. It does not widen its own entrance, nor lose what it knows. */
function denied(pipeline: Written, manifest: Manifest): unknown[] {
  const id = manifest.accounts[manifest.organization.managementAccount]?.id ?? "";
  const { issuer = "" } = oidcOf(pipeline, manifest) ?? {};
  const bucket = stateBucket(manifest);
  const gate = [pipelineRoles.plan, pipelineRoles.apply].map((name) => `role/${name}`);
  return [
    {
      sid: "KeepEntrance",
      notActions: ["iam:Get*", "iam:List*"],
      resources: [...gate, `oidc-provider/${issuer}`].map((resource) => `arn:aws:iam::${id}:${resource}`),
    },
    {
      sid: "NoLongLivedKeys",
      actions: ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateServiceSpecificCredential"],
    },
    ...(bucket === null
      ? []
      : [
          {
            sid: "KeepState",
            actions: [
              "s3:DeleteBucket",
              "s3:DeleteBucketPolicy",
              "s3:DeleteObjectVersion",
              "s3:PutBucketPolicy",
              "s3:PutBucketPublicAccessBlock",
              "s3:PutBucketVersioning",
              "s3:PutEncryptionConfiguration",
              "s3:PutLifecycleConfiguration",
            ],
            resources: [`arn:aws:s3:::${bucket.name}`, `arn:aws:s3:::${bucket.name}/*`],
          },
        ]),
  ];
}

/** What the stack `bootstrap` makes; `null` without a pipeline. */
export function resolvePipeline(manifest: Manifest): Pipeline | null {
  const { pipeline } = manifest.terraform;
  const token = pipeline === undefined ? null : oidcOf(pipeline, manifest);
  if (pipeline === undefined || token === null) return null;
  return {
    forge: pipeline.github === undefined ? "gitlab" : "github",
    branch: pipeline.github?.branch ?? pipeline.gitlab?.branch ?? "main",
    environment: pipeline.github?.environment ?? null,
    roles: [pipelineRoles.apply, pipelineRoles.plan],
    issuer: token.issuer,
    bucket: stateBucket(manifest),
  };
}

function oidcOf(pipeline: Written, manifest: Manifest) {
  return oidcTrust(role.shape.trust.parse(trustOf(pipeline).apply), manifest);
}

function stateBucket({ terraform: { backend } }: Manifest): Pipeline["bucket"] {
  if (backend === "local" || !("s3" in backend)) return null;
  const { bucket: name, region } = backend.s3;
  return { name, region };
}

/** Without those roles to plan in accounts that have nothing else: Terraform does not enter them. */
export function withoutIdlePlanRoles(graph: AccessGraph): AccessGraph {
  if (graph.terraform.pipeline === null) return graph;
  const others = graph.roles.filter(({ key }) => key !== pipelineRoles.member);
  const entered = new Set(enteredAccounts({ ...graph, roles: others }).map(({ key }) => key));
  const roles = graph.roles.filter(({ key, account }) => key !== pipelineRoles.member || entered.has(account));
  return { ...graph, roles };
}
