/** A role of every kind through Terraform: valid, planned whole, and nothing for the analyzer to find. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import { loadManifest } from "../../cli/load.ts";
import { worldOf } from "../../cli/world.ts";
import { atLeast } from "../../lib/finding.ts";
import { readManifest } from "../../lib/manifest/read.ts";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";

const { files, policyFiles } = loadManifest("examples/trust-kinds", process.cwd());
const { graph } = readManifest(files, { asOf: "2026-01-01", policyFiles });
if (graph === null) throw new Error("the example is not valid");
const accounts = synthesize(graph).stacks.filter(({ name }) => name.startsWith("account-"));

const tools = findTools();
const name = "missing" in tools ? `roles of every kind (skipped: ${tools.missing})` : "roles of every kind";

describe.skipIf("missing" in tools)(name, () => {
  let workspace: Workspace;
  beforeAll(async () => {
    if ("missing" in tools) return;
    workspace = openWorkspace(tools, accounts[0]?.json ?? "", { kind: "offline" });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(() => workspace?.remove());

  it.each(accounts.map((stack) => [stack.name, stack] as const))(
    "%s is valid, plans, and opens nothing",
    async (_, { json, resources }) => {
      workspace.use(json);
      expect(await workspace.validate()).toMatchObject({ code: 0, stderr: "" });
      const plan = await workspace.plan();
      expect(plan).toMatchObject({ code: 2, stderr: "" });
      expect(plan.stdout).toContain(`Plan: ${resources} to add, 0 to change, 0 to destroy.`);

      const read = readPlan((await workspace.show()).stdout, "plan.json");
      if ("problem" in read) throw new Error(read.problem.message);
      const report = await analyze([read.plan], { rules, world: worldOf(graph), toolVersion: "test" });
      expect(report.coverage.unknown).toEqual([]);
      expect(report.findings.filter(({ severity }) => atLeast(severity, "medium"))).toEqual([]);
    },
  );
});
