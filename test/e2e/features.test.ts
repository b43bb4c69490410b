/** Every feature of the manifest, applied to the emulator: what docs/terraform.md says was seen to be so. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allFeatures } from "../../scripts/features.ts";
import { applicable, notApplied, resourceTypes } from "../../scripts/proof.ts";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { startOrganization } from "../emulator/organization.ts";
import { type Emulator, emulatorMissing } from "../emulator/start.ts";

const graph = allFeatures();
const { stacks } = synthesize(graph);

const tools = findTools();
const missing = "missing" in tools ? tools.missing : emulatorMissing();

describe.skipIf(missing !== null)(missing === null ? "features" : `features (skipped: ${missing})`, () => {
  let emulator: Emulator;
  let workspace: Workspace;
  const applied = new Set<string>();
  beforeAll(async () => {
    if ("missing" in tools) return;
    emulator = await startOrganization(graph);
    workspace = openWorkspace(tools, stacks[0]?.json ?? "", { kind: "emulator", url: emulator.url });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(async () => {
    workspace?.remove();
    await emulator?.stop();
  });

  const planned = new Set<string>();

  it.each(stacks)("$name is planned and applied, and the second plan is empty", async ({ json, resources }) => {
    workspace.use(json);
    const plan = await workspace.planChanges();
    expect(plan).toMatchObject({ code: 2, stderr: "" });
    const { changes } = plan;
    expect(changes.filter(({ action }) => action !== "create")).toEqual([]);
    expect(changes).toHaveLength(resources);
    for (const { type } of changes) planned.add(type);
    if ([...resourceTypes([{ json }])].some((type) => Object.hasOwn(notApplied, type))) {
      workspace.use(applicable(json));
      expect(await workspace.plan()).toMatchObject({ code: 2, stderr: "" });
    }
    const { code, stderr } = await workspace.apply();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const again = await workspace.plan();
    expect(again.code, again.stdout + again.stderr).toBe(0);
    for (const { mode, type } of JSON.parse(workspace.state()).resources) {
      applied.add(mode === "data" ? `data.${type}` : type);
    }
  });

  it("has applied every type of resource but those that are said not to be, and has planned those", () => {
    const expected = [...resourceTypes(stacks)].filter((type) => !Object.hasOwn(notApplied, type));
    expect([...applied].sort()).toEqual(expected);
    expect(Object.keys(notApplied).filter((type) => !planned.has(type))).toEqual([]);
  });
});
