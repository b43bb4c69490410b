/** `terraform.pipeline`: what it makes has names of its own, and forgets nothing between two runs. */
import { pipelineRoles } from "../../access/pipeline.ts";
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import { error } from "../problems.ts";

/** `reserved-name`, `pipeline-without-state`. */
export function checkPipeline({ manifest, at, keyAt }: Context): Problem[] {
  const { pipeline, backend } = manifest.terraform;
  if (pipeline === undefined) return [];
  const reserved: ReadonlySet<string> = new Set(Object.values(pipelineRoles));
  const taken = Object.entries(manifest.roles).flatMap(([key, { name }]) => {
    const isKey = reserved.has(key);
    // IAM ignores case
    if (!isKey && !reserved.has((name ?? key).toLowerCase())) return [];
    const place = isKey ? keyAt(["roles", key]) : at(["roles", key, "name"]);
    return [error("reserved-name", place, `role "${isKey ? key : name}" has a name of the pipeline's own roles`)];
  });
  if (backend !== "local") return taken;
  const message = "a pipeline forgets what is beside the stack when its run ends, and this is where states are kept";
  const hint = "keep them in S3: backend: { s3: { bucket: ..., region: ... } }; the stack bootstrap makes the bucket";
  return [...taken, error("pipeline-without-state", keyAt(["terraform", "pipeline"]), message, { hint })];
}
