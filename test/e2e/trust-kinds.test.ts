/** A role of every kind through Terraform: valid, planned whole, and nothing for the analyzer to find. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadManifest } from "../../cli/load.ts";
import { worldOf } from "../../cli/world.ts";
import { readManifest } from "../../lib/manifest/read.ts";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { expectOpensNothing } from "./opens-nothing.ts";

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

  it.each(accounts.map((stack) => [stack.name, stack] as const))("%s is valid, plans, and opens nothing", (_, stack) =>
    expectOpensNothing(workspace, stack, worldOf(graph)),
  );
});
