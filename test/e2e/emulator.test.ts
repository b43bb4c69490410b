/** SecureCart applied to an emulated organization, in order; a second plan has nothing to do. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { type Emulator, emulatorMissing, startEmulator } from "../emulator/start.ts";
import { managementId, stacks } from "./securecart.ts";

const tools = findTools();
const missing = "missing" in tools ? tools.missing : emulatorMissing();

/** One account that others trust, and the one with the most kinds of roles; the rest differ in nothing that is new. */
const applied = ["organization", "identity-center", "account-tooling", "account-shop-prod", "monitoring"];

describe.skipIf(missing !== null)(missing === null ? "emulator" : `emulator (skipped: ${missing})`, () => {
  let emulator: Emulator;
  let workspace: Workspace;
  beforeAll(async () => {
    if ("missing" in tools) return;
    emulator = await startEmulator(managementId);
    workspace = openWorkspace(tools, stacks[0]?.json ?? "", { kind: "emulator", url: emulator.url });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(async () => {
    workspace?.remove();
    await emulator?.stop();
  });

  it.each(applied)("%s is applied, and the second plan is empty", async (name) => {
    const stack = stacks.find((candidate) => candidate.name === name);
    if (stack === undefined) throw new Error(`SecureCart has no stack ${name}`);
    workspace.use(stack.json);
    expect(await workspace.plan()).toMatchObject({ code: 2, stderr: "" });
    const { code, stdout, stderr } = await workspace.apply();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Resources: ${stack.resources} added, 0 changed, 0 destroyed.`);
    const again = await workspace.plan();
    expect(again.code, again.stdout + again.stderr).toBe(0);
  });
});
