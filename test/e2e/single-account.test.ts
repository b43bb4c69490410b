/** One account without an organization: planned and applied to the emulator, with nothing left to do. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadManifest } from "../../cli/load.ts";
import { readManifest } from "../../lib/manifest/read.ts";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { type Emulator, emulatorMissing, startEmulator } from "../emulator/start.ts";

const { files, policyFiles } = loadManifest("examples/single-account", join(import.meta.dirname, "..", ".."));
const { graph, problems } = readManifest(files, { asOf: "2026-01-01", policyFiles });
if (graph === null) throw new Error(problems.map(({ message }) => message).join("\n"));
const { stacks } = synthesize(graph);

const tools = findTools();
const missing = "missing" in tools ? tools.missing : emulatorMissing();

describe.skipIf(missing !== null)(missing === null ? "single account" : `single account (skipped: ${missing})`, () => {
  let emulator: Emulator;
  let workspace: Workspace;
  beforeAll(async () => {
    if ("missing" in tools) return;
    emulator = await startEmulator(graph.accounts[0]?.id ?? "");
    workspace = openWorkspace(tools, stacks[0]?.json ?? "", { kind: "emulator", url: emulator.url });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(async () => {
    workspace?.remove();
    await emulator?.stop();
  });

  it.each(stacks)("$name is applied, and the second plan is empty", async ({ json, resources }) => {
    workspace.use(json);
    expect(await workspace.plan()).toMatchObject({ code: 2, stderr: "" });
    const { code, stdout, stderr } = await workspace.apply();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Resources: ${resources} added, 0 changed, 0 destroyed.`);
    const again = await workspace.plan();
    expect(again.code, again.stdout + again.stderr).toBe(0);
  });
});
