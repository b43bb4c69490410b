/** Pipelines that `init` can write, and what they are told of a manifest. */
import type { AccessGraph } from "../../lib/access/graph.ts";
import { atlantis } from "./atlantis.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { filled, type Pipeline, scriptFile } from "./pipeline.ts";
import { script } from "./script.ts";

export const pipelines = { github, gitlab, atlantis } satisfies Readonly<Record<string, Pipeline>>;

/** What a manifest says for a pipeline, as it is added to a new one. */
export function terraformSection({ manifest }: Pipeline): string {
  const whose = manifest === null ? "" : `  pipeline: { ${manifest} }\n`;
  return `# Where Terraform keeps state, and whose pipeline it is: write your own names. Then, once, as an administrator:
# bash ${scriptFile} bootstrap first
terraform:
  backend: { s3: { bucket: example-terraform-state, region: us-east-1 } }
${whose}`;
}

/** The files for a manifest, by path from the root of its repository; or what the manifest does not say, and the way out. */
export function filesFor(
  { accounts, organization, terraform }: AccessGraph,
  kind: keyof typeof pipelines,
): { files: Record<string, string> } | { problem: string; hint: string } {
  const pipeline: Pipeline = pipelines[kind];
  const account = accounts.find(({ management }) => management)?.id ?? null;
  const said = terraform.pipeline;
  if (pipeline.manifest !== null && said?.forge !== kind) {
    const problem = `the manifest does not say which repository's pipeline it is: terraform.pipeline.${kind}`;
    return { problem, hint: `Write: terraform: { backend: { s3: ... }, pipeline: { ${pipeline.manifest} } }` };
  }
  if (account === null) {
    const problem = `account "${organization.managementAccount}" has no id: roles of the pipeline are in it`;
    return { problem, hint: "Write its id." };
  }
  const settings = {
    account,
    region: organization.homeRegion,
    branch: said?.branch ?? "main",
    environment: said?.environment ?? "production",
    gitlab: said === null ? "" : `https://${said.issuer}`,
    executionRole: terraform.executionRole,
    planRole: terraform.planRole ?? terraform.executionRole,
  };
  const shared: Record<string, string> = kind === "atlantis" ? {} : { [scriptFile]: script };
  return { files: filled({ ...pipeline.files, ...shared }, settings) };
}
