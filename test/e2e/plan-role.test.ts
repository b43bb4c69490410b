/** A plan made with the role that only reads, and that saved plan applied with the other. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTools, openWorkspace, terraformRoles, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { type Emulator, emulatorMissing, startEmulator } from "../emulator/start.ts";
import { graphOf } from "../lib/access/graph-of.ts";

const { stacks } = synthesize(
  graphOf(`gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333" }
terraform: { planRole: ${terraformRoles.plan} }
roles:
  ${terraformRoles.plan}: { in: shop, trust: { account: management, role: ci }, presets: terraform-plan }
  ci:
    in: management
    trust: { github: { repository: a/b, environment: plan } }
    assumeRoles: ${terraformRoles.plan}
`),
);
const shop = stacks.find(({ name }) => name === "account-shop")?.json ?? "";

/** Who the provider is, asked while planning and while applying. */
const who = {
  data: {
    aws_caller_identity: {
      planning: {},
      // not read before the role is made
      applying: { depends_on: [`aws_iam_role.${terraformRoles.plan}`] },
    },
  },
};

const tools = findTools();
const missing = "missing" in tools ? tools.missing : emulatorMissing();

describe.skipIf(missing !== null)(missing === null ? "plan role" : `plan role (skipped: ${missing})`, () => {
  let emulator: Emulator;
  let workspace: Workspace;
  beforeAll(async () => {
    if ("missing" in tools) return;
    emulator = await startEmulator("111111111111");
    workspace = openWorkspace(tools, shop, { kind: "emulator", url: emulator.url });
    writeFileSync(join(workspace.folder, "who.tf.json"), JSON.stringify(who));
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(async () => {
    workspace?.remove();
    await emulator?.stop();
  });

  it("plans as the one, applies as the other, and the second plan is empty", async () => {
    expect(await workspace.plan()).toMatchObject({ code: 2, stderr: "" });
    expect(await workspace.apply()).toMatchObject({ code: 0, stderr: "" });
    const { resources }: { resources: { name: string; instances: { attributes: { arn: string } }[] }[] } = JSON.parse(
      workspace.state(),
    );
    const callers = ["planning", "applying"].map(
      (name) => resources.find((one) => one.name === name)?.instances[0]?.attributes.arn.split("/")[1],
    );
    expect(callers).toEqual([terraformRoles.plan, terraformRoles.apply]);
    const again = await workspace.plan();
    expect(again.code, again.stdout + again.stderr).toBe(0);
  });
});
