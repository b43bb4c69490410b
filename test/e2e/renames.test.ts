/** A renamed key in a real plan, from the state that applying the old one leaves: moves, and nothing destroyed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appliedState } from "../../scripts/applied-state.ts";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { graphOf } from "../lib/access/graph-of.ts";

const stack = (role: string) => {
  const graph = graphOf(`gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333" }
roles:
  ${role}
    in: shop
    trust: { service: ec2 }
    managedPolicies: ReadOnlyAccess
    allow: { actions: s3:GetObject, resources: "*" }
`);
  return synthesize(graph).stacks.find(({ name }) => name === "account-shop")?.json ?? "";
};

const tools = findTools();
const name = "missing" in tools ? `renames (skipped: ${tools.missing})` : "renames";

describe.skipIf("missing" in tools)(name, () => {
  let workspace: Workspace;
  let state: string;
  beforeAll(async () => {
    if ("missing" in tools) return;
    workspace = openWorkspace(tools, stack("ci:"), { kind: "offline" });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
    expect(await workspace.plan()).toMatchObject({ code: 2, stderr: "" });
    const plan: unknown = JSON.parse((await workspace.show()).stdout);
    state = appliedState(plan, JSON.parse((await workspace.run("providers", "schema", "-json")).stdout));
  });
  afterAll(() => workspace?.remove());

  const planOf = async (role: string) => {
    workspace.use(stack(role));
    writeFileSync(join(workspace.folder, "terraform.tfstate"), state);
    return (await workspace.plan()).stdout;
  };

  it("moves everything under a key that says what it was", async () => {
    const plan = await planOf("build:\n    renamedFrom: ci\n    name: ci");
    expect(plan).toContain("(moved from aws_iam_role.ci)");
    expect(plan).toContain("aws_iam_role_policy.ci has moved to aws_iam_role_policy.build");
    expect(plan).toMatch(/Plan: 0 to add, \d+ to change, 0 to destroy/);
  });

  it("destroys it when nobody says so", async () => {
    expect(await planOf("build:\n    name: ci")).toContain("Plan: 4 to add, 0 to change, 4 to destroy");
  });
});
