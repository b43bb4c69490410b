/** How Terraform runs. */
import { z } from "zod";
import { region, tags, text } from "../fields.ts";
import { bucketName } from "./shared.ts";

const roleName = text(/^[\w+=,.@-]{1,64}$/, "is not a role name");
const setting = z.union([z.string(), z.boolean()]);

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
  .describe("How Terraform runs.");
