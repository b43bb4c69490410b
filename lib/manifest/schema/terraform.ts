/** How Terraform runs. */
import { z } from "zod";
import { region, tags, text } from "../fields.ts";
import { exactlyOne, notBoth } from "../together.ts";
import { branch, githubRun, gitlabRun } from "./federation.ts";
import { bucketName } from "./shared.ts";

const roleName = text(/^[\w+=,.@-]{1,64}$/, "is not a role name");
const setting = z.union([z.string(), z.boolean()]);

/** Whose runs plan and apply. */
const pipeline = z
  .strictObject({
    github: z
      .strictObject({
        repository: githubRun.shape.repository,
        environment: githubRun.shape.environment
          .unwrap()
          .default("production")
          .describe("The protected environment that applies; production when left out."),
        branch: branch.default("main").describe("The branch that is applied; main when left out."),
      })
      .optional()
      .describe("Workflows of GitHub Actions."),
    gitlab: z
      .strictObject({
        project: gitlabRun.shape.project,
        branch: branch.default("main").describe("The protected branch that is applied; main when left out."),
        url: gitlabRun.shape.url,
      })
      .optional()
      .describe("Pipelines of GitLab CI/CD."),
  })
  .check(exactlyOne('say whose: "github" or "gitlab"', ["github", "gitlab"]))
  .describe(
    "The stack bootstrap makes what this pipeline needs: state bucket, identity provider, a role that plans and one that applies.",
  );

export const terraform = z
  .strictObject({
    backend: z
      .union([
        z.literal("local"),
        z.strictObject({
          s3: z
            .object({ bucket: bucketName.describe("State bucket."), region: region.describe("Its Region.") })
            .catchall(setting)
            .describe("Settings of Terraform's S3 backend; the key of each stack is set for you."),
        }),
        z.strictObject({
          cloud: z.record(z.string(), z.unknown()).describe("HCP Terraform: organization, workspaces."),
        }),
      ])
      .default("local")
      .describe("Where state is kept."),
    executionRole: roleName
      .default("OrganizationAccountAccessRole")
      .describe("Role that Terraform assumes in member accounts."),
    planRole: roleName
      .optional()
      .describe(
        "Name of the role under `roles` that Terraform assumes there to plan: the variable execution_role then says which " +
          "of the two it is.",
      ),
    pipeline: pipeline.optional(),
    shards: z
      .int()
      .min(1, "must be at least 1")
      .max(1024, "is more than 1024")
      .optional()
      .describe(
        "Stacks that account assignments are cut into, by account; as few as will do when left out. Changing it moves assignments between states.",
      ),
    defaultTags: tags,
    imports: z
      .record(
        text(/^[a-z][\w-]*$/, "is not the name of a stack"),
        z.record(
          text(/^aws_\w+\.[\w-]+$/, "is not the address of a resource; write it as in aws_iam_role.deploy"),
          z.string().min(1, "must not be empty").max(2048, "is longer than 2048 characters"),
        ),
      )
      .default({})
      .meta({
        description:
          "What exists already and is taken over: by stack and address, the id that the AWS provider imports it by.",
        examples: [{ organization: { "aws_organizations_organization.this": "o-a1b2c3d4e5" } }],
      }),
  })
  .check(notBoth("planRole", "pipeline"))
  .describe("How Terraform runs.");
