/** People's access that changes stacks, applied to the emulator: taken over from state to state, and nothing destroyed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { startOrganization } from "../emulator/organization.ts";
import { type Emulator, emulatorMissing } from "../emulator/start.ts";
import { graphOf } from "../lib/access/graph-of.ts";

const graph = ({ shards = "", grant = "" } = {}) =>
  graphOf(`gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333" }
  data: { email: aws+data@x.example, id: "777777777777" }
identity:
  source: identity-store
  groups: { developers: { name: Developers } }
permissionSets:
  reader:
    managedPolicies: ReadOnlyAccess
    permissionsBoundary: PowerUserAccess
    allow: { actions: ecs:UpdateService, resources: "*" }
  auditor: { managedPolicies: SecurityAudit }
access:
  - { groups: developers, permissionSets: [reader, auditor], to: [shop, data] }
${grant}
${shards}
`);

const first = graph();
const cut = graph({ shards: "terraform: { shards: 2 }" });
const granted = graph({ grant: "  - { groups: developers, permissionSets: reader, to: management }" });

const tools = findTools();
const missing = "missing" in tools ? tools.missing : emulatorMissing();

describe.skipIf(missing !== null)(missing === null ? "moves between states" : `skipped: ${missing}`, () => {
  let emulator: Emulator;
  let workspace: Workspace;
  const states = new Map<string, string>();
  beforeAll(async () => {
    if ("missing" in tools) return;
    emulator = await startOrganization(first);
    workspace = openWorkspace(tools, synthesize(first).stacks[0]?.json ?? "", { kind: "emulator", url: emulator.url });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(async () => {
    workspace?.remove();
    await emulator?.stop();
  });

  /** Applies the stacks in their order; gives the last line of each plan. */
  async function apply(now: typeof first, before?: typeof first): Promise<string[]> {
    const planned: string[] = [];
    const people = synthesize(now, before === undefined ? {} : { movedFrom: before }).stacks.filter(({ name }) =>
      name.startsWith("identity-center"),
    );
    for (const { name, json } of people) {
      workspace.use(json, states.get(name));
      const { code, stdout, stderr } = await workspace.plan();
      expect({ name, code: code === 1, stderr }).toEqual({ name, code: false, stderr: "" });
      const summary = /^(?:Plan: .*|No changes.*)$/m.exec(stdout)?.[0];
      planned.push(
        `${name}: ${summary} ${stdout.match(/^ *# aws_\S+ will no longer be managed/gm)?.length ?? 0} forgotten`,
      );
      const applied = await workspace.apply();
      expect({ code: applied.code, stderr: applied.stderr }).toMatchObject({ code: 0 });
      states.set(name, workspace.state());
    }
    return planned;
  }

  it("is applied as one stack", async () => {
    expect(await apply(first)).toEqual(["identity-center: Plan: 11 to add, 0 to change, 0 to destroy. 0 forgotten"]);
  });

  it("is cut into shards", async () => {
    expect(await apply(cut, first)).toEqual([
      "identity-center: Plan: 0 to add, 0 to change, 0 to destroy. 4 forgotten",
      "identity-center-0: Plan: 2 to import, 0 to add, 0 to change, 0 to destroy. 0 forgotten",
      "identity-center-1: Plan: 2 to import, 0 to add, 0 to change, 0 to destroy. 0 forgotten",
    ]);
  });

  it("is put together again; the shards are written once more", async () => {
    expect(await apply(first, cut)).toEqual([
      "identity-center: Plan: 4 to import, 0 to add, 0 to change, 0 to destroy. 0 forgotten",
      "identity-center-0: Plan: 0 to add, 0 to change, 0 to destroy. 2 forgotten",
      "identity-center-1: Plan: 0 to add, 0 to change, 0 to destroy. 2 forgotten",
    ]);
  });

  it("is granted in the management account for the first time: the set moves with all that belongs to it", async () => {
    expect(await apply(granted, first)).toEqual([
      "identity-center: Plan: 0 to add, 0 to change, 0 to destroy. 6 forgotten",
      "identity-center-management: Plan: 6 to import, 1 to add, 0 to change, 0 to destroy. 0 forgotten",
    ]);
  });
});
