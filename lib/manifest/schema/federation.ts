/** Who comes in by a token, an assertion or a certificate that somebody else vouches for: parts of the grammar of trust. */
import { z } from "zod";
import { identityProviderKey, oneOrMany, region, text, trustAnchorKey } from "../fields.ts";
import { atLeastOne, exactlyOne, offNeedsReason } from "../together.ts";
import { sentence } from "./shared.ts";

export const branch = text(/^[^\s:?]+$/, "is not the name of a branch");
const tag = text(/^[^\s:?]+$/, "is not the name of a tag");
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const bareUuid = text(
  new RegExp(`^\\{?${uuid.source}\\}?$`),
  "is not a UUID, such as 4f1c2f5e-0000-4000-8000-000000000000",
).transform((value) => value.replace(/[{}]/g, ""));

/** https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims */
export const githubRun = z
  .strictObject({
    repository: text(/^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/, "is not a repository; write owner/name").meta({
      description: "owner/name, or owner@id/name@id, which survives a rename.",
      examples: ["securecart/shop"],
    }),
    environment: text(/^[^\s:*?]+$/, "is not the name of an environment")
      .optional()
      .describe("Jobs of this environment."),
    branch: branch.optional().describe("Runs on this branch."),
    tag: tag.optional().describe("Runs on this tag."),
    pullRequest: z
      .literal(true)
      .optional()
      .describe("Runs on any pull request of the repository: give read access only."),
  })
  .check(
    exactlyOne('say which runs: one of "environment", "branch", "tag" and "pullRequest: true"', [
      "environment",
      "branch",
      "tag",
      "pullRequest",
    ]),
  );

/** GitLab's subject holds no environment. https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
export const gitlabRun = z
  .strictObject({
    project: text(/^[\w.-]+(\/[\w.-]+)+$/, "is not the path of a project; write group/project").meta({
      description: "Path of the project, groups included.",
      examples: ["securecart/shop"],
    }),
    branch: oneOrMany(branch).optional().describe("Pipelines on these branches."),
    tag: oneOrMany(tag).optional().describe("Pipelines on these tags."),
    url: text(/^https:\/\/[\w.-]+(:\d+)?$/, "is not the address of a GitLab; write it as in https://gitlab.com")
      .default("https://gitlab.com")
      .describe("Address of the GitLab, when it is not https://gitlab.com."),
    audience: z
      .string()
      .min(1, "must not be empty")
      .optional()
      .describe('The "aud" of the job\'s id_tokens; the address of the GitLab when left out.'),
  })
  .check(atLeastOne('say which pipelines: "branch" or "tag"', ["branch", "tag"]));

const terraformName = text(/^[\w -]+$/, "is not a name in HCP Terraform: letters, digits, blanks, _ and -");

/** https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration */
export const terraformRun = z.strictObject({
  organization: terraformName.describe("Organization in HCP Terraform."),
  project: terraformName.describe("Project of the workspaces."),
  workspace: oneOrMany(terraformName).describe("Workspaces."),
  phase: oneOrMany(z.enum(["plan", "apply"])).describe(
    "What the role is for: give plan a role that cannot change anything.",
  ),
  hostname: text(/^[a-z0-9.-]+$/, "is not a host name")
    .default("app.terraform.io")
    .describe("Host, when it is not app.terraform.io."),
  audience: z
    .string()
    .min(1, "must not be empty")
    .default("aws.workload.identity")
    .describe("Value of TFC_AWS_WORKLOAD_IDENTITY_AUDIENCE; aws.workload.identity when left out."),
});

/** https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/ */
export const bitbucketRun = z.strictObject({
  workspace: text(/^[\w-]+$/, "is not the name of a workspace").describe("Workspace, as in its address."),
  workspaceUuid: bareUuid.describe("UUID of the workspace; it is part of the audience."),
  repositoryUuid: oneOrMany(bareUuid).describe("UUIDs of the repositories."),
  environmentUuid: bareUuid.optional().describe("UUID of the deployment environment; any step when left out."),
});

export const oidcToken = z.strictObject({
  provider: identityProviderKey.describe("Key of an OIDC provider of identityProviders."),
  audience: z.string().min(1, "must not be empty").describe("For whom the token is made: its aud."),
  subject: oneOrMany(
    text(/^[^\s*?]{3}/, "does not say who comes: it has to begin with at least three characters that are no wildcard"),
  ).meta({
    description: "Who comes: the sub of the token. * and ? stand for more than one.",
    examples: ["system:deployer"],
  }),
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html */
export const samlAssertion = z.strictObject({
  provider: identityProviderKey.describe("Key of a SAML provider of identityProviders."),
  audience: oneOrMany(text(/^https:\/\/\S+$/, "is not an https address"))
    .default(["https://signin.aws.amazon.com/saml"])
    .describe("Sign-in addresses; https://signin.aws.amazon.com/saml when left out."),
});

/** https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html */
export const cognitoIdentity = z
  .strictObject({
    identityPool: oneOrMany(
      text(
        new RegExp(`^[a-z]{2}(-[a-z]+)+-\\d:${uuid.source}$`),
        "is not the id of an identity pool; it looks like us-east-1:4f1c2f5e-0000-4000-8000-000000000000",
      ),
    ).describe("Ids of identity pools."),
    authenticated: z.boolean().default(true).describe("Whether people have to sign in; false needs a reason."),
    reason: sentence.optional().describe("Why guests may have the role."),
  })
  .check(offNeedsReason("authenticated"));

const namespace = text(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "is not the name of a Kubernetes namespace");
const serviceAccount = text(
  /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  "is not the name of a Kubernetes service account",
);

/** IAM roles for service accounts. https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
export const eksToken = z.strictObject({
  provider: identityProviderKey.describe("Key of the cluster's OIDC provider of identityProviders."),
  namespace: namespace.describe("Kubernetes namespace."),
  serviceAccount: oneOrMany(serviceAccount).describe("Kubernetes service accounts."),
});

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
export const podIdentity = z.strictObject({
  cluster: text(/^[A-Za-z0-9][\w-]{0,99}$/, "is not the name of an EKS cluster")
    .optional()
    .describe(
      "EKS cluster of the role's account, to which the role is then associated; any of its clusters when left out.",
    ),
  region: region.optional().describe("Region of the cluster; the home Region when left out."),
  namespace: namespace.describe("Kubernetes namespace."),
  serviceAccount: serviceAccount.describe("Kubernetes service account."),
});

const attribute = oneOrMany(
  text(/^[^\s*?/][^*?/]*$/, "is not a value of a certificate; wildcards mean nothing here"),
).optional();

/** https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html */
export const certificate = z
  .strictObject({
    trustAnchor: trustAnchorKey.describe("Key of a trust anchor of trustAnchors."),
    subject: z
      .strictObject({
        CN: attribute.describe("Common name."),
        OU: attribute.describe("Organizational unit."),
        O: attribute.describe("Organization."),
        L: attribute.describe("Locality."),
        ST: attribute.describe("State."),
        C: attribute.describe("Country."),
      })
      .default({})
      .describe("What the subject of the certificate has to say; all of it."),
    san: z
      .strictObject({
        DNS: attribute.describe("DNS name."),
        URI: oneOrMany(text(/^[^\s*?]+$/, "is not a URI"))
          .optional()
          .describe("URI, such as a SPIFFE id."),
      })
      .default({})
      .describe("What its subject alternative name has to say."),
  })
  .check(atLeastOne('say whose certificates: "subject" or "san" needs at least one attribute', ["subject", "san"]));
