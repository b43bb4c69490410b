/** Who may assume a role. */
import { z } from "zod";
import { accountId, exactlyOne, key, oneOrMany, refuse, text } from "../fields.ts";
import { sentence } from "./shared.ts";

const githubSubject = z
  .strictObject({
    repository: text(/^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/, "is not a repository; write owner/name").meta({
      description: "owner/name, or owner@id/name@id, which survives a rename.",
      examples: ["securecart/shop"],
    }),
    environment: text(/^[^\s:*?]+$/, "is not the name of an environment")
      .optional()
      .describe("Jobs of this environment."),
    branch: text(/^[^\s:?]+$/, "is not the name of a branch")
      .optional()
      .describe("Runs on this branch."),
    tag: text(/^[^\s:?]+$/, "is not the name of a tag")
      .optional()
      .describe("Runs on this tag."),
    pullRequest: z
      .literal(true)
      .optional()
      .describe("Runs on any pull request of the repository: give read access only."),
  })
  .check(
    exactlyOne(
      'say which runs: one of "environment", "branch", "tag" and "pullRequest: true"',
      ({ environment, branch, tag, pullRequest }) => ({ environment, branch, tag, pullRequest }),
    ),
  );

export const trust = z
  .union([
    z
      .strictObject({
        account: oneOrMany(key).describe("Account keys."),
        users: z.literal(true).describe("IAM users of the account, if their own policies let them."),
        mfa: z.boolean().default(true).describe("Whether they need MFA; false needs a reason."),
        reason: sentence.optional().describe("Why MFA is not needed."),
      })
      .check(refuse('"mfa: false" needs a "reason"', ({ mfa, reason }) => !mfa && reason === undefined))
      .describe("IAM users of other accounts, with MFA."),
    z
      .strictObject({
        account: key.describe("Account key."),
        role: oneOrMany(key).describe("Keys of roles of this manifest that are in the account."),
      })
      .describe("Roles of another account."),
    z
      .strictObject({
        account: key.describe("Account key."),
        permissionSet: oneOrMany(key).describe("Permission set keys."),
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
      .strictObject({ github: oneOrMany(githubSubject).describe("Workflow runs.") })
      .describe("GitHub Actions, without stored keys."),
  ])
  .describe("Who may assume the role.");
