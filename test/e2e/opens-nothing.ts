/** What every stack of an example has to pass, offline. */
import { expect } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { type Plan, readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import type { Source } from "../../analyzer/source/source.ts";
import type { Organization } from "../../analyzer/world.ts";
import { atLeast } from "../../lib/finding.ts";
import type { Workspace } from "../../scripts/terraform.ts";
import type { SynthesizedStack } from "../../stacks/synthesize.ts";

/**
 * The stack is valid, plans as many resources as it has, no policy of the plan is unknown, and the analyzer finds nothing
 * of medium or above.
 * @param sourceOf the manifest, as `--manifest` gives it
 */
export async function expectOpensNothing(
  workspace: Workspace,
  { json, resources }: SynthesizedStack,
  world: Organization,
  sourceOf?: (plan: Plan) => Source,
): Promise<void> {
  workspace.use(json);
  expect(await workspace.validate()).toMatchObject({ code: 0, stderr: "" });
  const plan = await workspace.plan();
  expect(plan).toMatchObject({ code: 2, stderr: "" });
  expect(plan.stdout).toContain(`Plan: ${resources} to add, 0 to change, 0 to destroy.`);

  const read = readPlan((await workspace.show()).stdout, "plan.json");
  if ("problem" in read) throw new Error(read.problem.message);
  const source = sourceOf?.(read.plan);
  const report = await analyze([read.plan], { rules, world, toolVersion: "test", ...(source && { source }) });
  expect(report.coverage.unknown).toEqual([]);
  expect(report.findings.filter(({ severity }) => atLeast(severity, "medium"))).toEqual([]);
}
