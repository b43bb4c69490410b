/** Every SecureCart stack through Terraform, without credentials or network, and its plan through the analyzer. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../analyzer/plan.ts";
import type { Locatable, Source } from "../../analyzer/source/source.ts";
import { manifestPlaces } from "../../cli/manifest-places.ts";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { expectOpensNothing } from "./opens-nothing.ts";
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
  it.each(alone.map((stack) => [stack.name, stack] as const))("%s is valid, plans, and opens nothing", (_, stack) =>
    expectOpensNothing(workspace, stack, world, sourceOf),
  );
});
