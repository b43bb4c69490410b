/**
 * SecureCart applied to an emulated organization, in order and across its accounts; a second plan has nothing to do. Then
 * its life goes on: each edit of the manifest plans exactly the changes it means, and leaves nothing to do once applied.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import type { SynthesizedStack } from "../../stacks/synthesize.ts";
import { startOrganization } from "../emulator/organization.ts";
import { type Emulator, emulatorMissing } from "../emulator/start.ts";
import { edited, graph, stacks } from "./securecart.ts";

const tools = findTools();
const missing = "missing" in tools ? tools.missing : emulatorMissing();

interface Edit {
  title: string;
  file: string;
  from: string;
  to: string;
  /** `stack: action address` of everything that is planned. */
  changes: string[];
}

const edits: readonly Edit[] = [
  {
    title: "a grant is added",
    file: "access.yaml",
    from: "access:\n",
    to: `access:
  - groups: support
    permissionSets: usage-reader
    to: shop-staging
    owner: support@securecart.example
`,
    changes: ["identity-center: create aws_ssoadmin_account_assignment.support--usage-reader--shop-staging"],
  },
  {
    title: "an account is moved to another unit",
    file: "accounts.yaml",
    from: "unit: sandbox\n",
    to: "unit: workloads/nonprod\n",
    changes: [
      "organization: update aws_organizations_account.sandbox",
      // the vendor's role is in every workload account
      "account-sandbox: create aws_iam_role.monitoring-vendor",
      "account-sandbox: create aws_iam_role_policy.monitoring-vendor",
    ],
  },
  {
    title: "a permission set is changed",
    file: "permission-sets.yaml",
    from: "session: 4h",
    to: "session: 2h",
    changes: ["identity-center: update aws_ssoadmin_permission_set.administrator"],
  },
];

describe.skipIf(missing !== null)(missing === null ? "emulator" : `emulator (skipped: ${missing})`, () => {
  let emulator: Emulator;
  let workspace: Workspace;
  const states = new Map<string, string>();
  const before = new Map(stacks.map(({ name, json }) => [name, json]));

  /** Plans and applies one stack from the state it was left in; gives what the plan was about to do. */
  async function apply(workspace: Workspace, name: string, json: string): Promise<string[]> {
    workspace.use(json, states.get(name));
    const plan = await workspace.planChanges();
    expect(plan).toMatchObject({ code: 2, stderr: "" });
    const { code, stderr } = await workspace.apply();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const again = await workspace.plan();
    expect(again.code, again.stdout + again.stderr).toBe(0);
    states.set(name, workspace.state());
    return plan.changes.map(({ address, action }) => `${name}: ${action} ${address}`);
  }

  async function create({ name, json, resources }: SynthesizedStack, earlier: readonly unknown[]): Promise<void> {
    await Promise.allSettled(earlier);
    const own = workspace.beside(json);
    try {
      const changes = await apply(own, name, json);
      expect(changes.filter((change) => !change.startsWith(`${name}: create `))).toEqual([]);
      expect(changes).toHaveLength(resources);
    } finally {
      own.remove();
    }
  }

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

  /** Stacks stand after those that they depend on. */
  const ended = new Map<string, Promise<void>>();

  it.concurrent.each(stacks)("$name is applied, and the second plan is empty", (stack) => {
    const end = create(
      stack,
      stack.dependsOn.map((other) => ended.get(other)),
    );
    ended.set(stack.name, end);
    return end;
  });

  it.each(edits)("$title: exactly that is planned, applied, and nothing is left to do", async (edit) => {
    const changes: string[] = [];
    for (const { name, json } of edited(edit.file, edit.from, edit.to)) {
      if (json === before.get(name)) continue;
      before.set(name, json);
      changes.push(...(await apply(workspace, name, json)));
    }
    expect(changes).toEqual(edit.changes);
  });
});
