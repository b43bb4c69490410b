/** Who may assume a role. */
import { z } from "zod";
import { accountId, accountKey, iamGroupKey, oneOrMany, permissionSetKey, roleKey, text } from "../fields.ts";
import { offNeedsReason } from "../together.ts";
import {
  bitbucketRun,
  certificate,
  cognitoIdentity,
  eksToken,
  githubRun,
  gitlabRun,
  oidcToken,
  podIdentity,
  samlAssertion,
  terraformRun,
} from "./federation.ts";
import { sentence } from "./shared.ts";

export const trust = z
  .union([
    z
      .strictObject({
        account: oneOrMany(accountKey).describe("Account keys."),
        users: z.literal(true).describe("IAM users of the account, if their own policies let them."),
        mfa: z.boolean().default(true).describe("Whether they need MFA; false needs a reason."),
        reason: sentence.optional().describe("Why MFA is not needed."),
      })
      .check(offNeedsReason("mfa"))
      .describe("IAM users of other accounts, with MFA."),
    z
      .strictObject({
        account: accountKey.describe("Account key."),
        iamGroup: oneOrMany(iamGroupKey).describe("Keys of groups of iam.groups that are in the account."),
      })
      .describe("Members of IAM groups of another account, with MFA."),
    z
      .strictObject({
        account: accountKey.describe("Account key."),
        role: oneOrMany(roleKey).describe("Keys of roles of this manifest that are in the account."),
      })
      .describe("Roles of another account."),
    z
      .strictObject({
        account: accountKey.describe("Account key."),
        permissionSet: oneOrMany(permissionSetKey).describe("Permission set keys."),
      })
      .describe("People who came in through Identity Center; they do MFA there."),
    z
      .strictObject({
        thirdParty: accountId.describe("The vendor's account id."),
        externalId: text(
          /^[\w+=,.@:/-]{2,1224}$/,
          "is not an external id; at least 2 letters, digits and + = , . @ : / _ -",
        ).describe("The id the vendor gave you for your account."),
      })
      .describe("A vendor's account, with an external id."),
    z
      .strictObject({
        service: oneOrMany(
          text(/^[a-z0-9-]+(\.[a-z0-9.-]+)?$/, "is not a service; write ec2 or ec2.amazonaws.com"),
        ).describe("Services, such as ec2, lambda, ecs-tasks."),
      })
      .describe("AWS services."),
    z
      .strictObject({ github: oneOrMany(githubRun).describe("Workflow runs.") })
      .describe("GitHub Actions, without stored keys."),
    z.strictObject({ gitlab: gitlabRun.describe("Pipelines of a project.") }).describe("GitLab CI/CD."),
    z
      .strictObject({ terraformCloud: terraformRun.describe("Runs of workspaces.") })
      .describe("HCP Terraform and Terraform Enterprise."),
    z.strictObject({ bitbucket: bitbucketRun.describe("Pipelines of repositories.") }).describe("Bitbucket Pipelines."),
    z.strictObject({ oidc: oidcToken.describe("Tokens of an OIDC provider.") }).describe("Any other OIDC provider."),
    z.strictObject({ saml: samlAssertion.describe("Assertions of a SAML provider.") }).describe("SAML 2.0."),
    z
      .strictObject({ cognito: cognitoIdentity.describe("Identities of an identity pool.") })
      .describe("Amazon Cognito identity pools."),
    z
      .strictObject({ eks: eksToken.describe("Service accounts of a cluster.") })
      .describe("Pods of EKS, by IAM roles for service accounts."),
    z
      .strictObject({ podIdentity: podIdentity.describe("A service account.") })
      .describe("Pods of EKS, by EKS Pod Identity."),
    z
      .strictObject({ rolesAnywhere: certificate.describe("Holders of certificates.") })
      .describe("Machines outside AWS, by IAM Roles Anywhere."),
  ])
  .describe("Who may assume the role.");
