/** Every SecureCart stack through Terraform, without credentials or network, and its plan through the analyzer. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { type Plan, readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import type { Locatable, Source } from "../../analyzer/source/source.ts";
import { manifestPlaces } from "../../cli/manifest-places.ts";
import { atLeast } from "../../lib/finding.ts";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { graph, offlineStacks, world } from "./securecart.ts";

/** The manifest, as \`--manifest\` gives it. */
function sourceOf(plan: Plan): Source {
  const placeOf = manifestPlaces(graph, [plan]);
  const locate = ({ plan, address }: Locatable) => placeOf(plan, address);
  return { locate, declares: (finding) => locate(finding) !== null, documents: null };
}

const tools = findTools();
const name = "missing" in tools ? `offline (skipped: ${tools.missing})` : "offline";

describe.skipIf("missing" in tools)(name, () => {
  let workspace: Workspace;
  beforeAll(async () => {
    if ("missing" in tools) return;
    workspace = openWorkspace(tools, offlineStacks[0]?.json ?? "", { kind: "offline" });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(() => workspace?.remove());

  // what another stack makes is looked up in AWS: the emulator's test plans those
  const alone = offlineStacks.filter(({ json }) => JSON.parse(json).data === undefined);
  it.each(alone.map((stack) => [stack.name, stack] as const))(
    "%s is valid, plans, and opens nothing",
    async (_, { json, resources }) => {
      workspace.use(json);
      expect(await workspace.validate()).toMatchObject({ code: 0, stderr: "" });
      const plan = await workspace.plan();
      expect(plan).toMatchObject({ code: 2, stderr: "" });
      expect(plan.stdout).toContain(`Plan: ${resources} to add, 0 to change, 0 to destroy.`);

      const read = readPlan((await workspace.show()).stdout, "plan.json");
      if ("problem" in read) throw new Error(read.problem.message);
      const report = await analyze([read.plan], { rules, world, toolVersion: "test", source: sourceOf(read.plan) });
      expect(report.coverage.unknown).toEqual([]);
      expect(report.findings.filter(({ severity }) => atLeast(severity, "medium"))).toEqual([]);
    },
  );
});
