/** What others made before is taken over: the plan imports it and adds nothing, and when it is applied nothing is left. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTools, openWorkspace, type Workspace } from "../../scripts/terraform.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { type Emulator, emulatorMissing, startEmulator } from "../emulator/start.ts";
import { graphOf } from "../lib/access/graph-of.ts";

const manifest = `gatehouse: 1
organization: { homeRegion: us-east-1, managementAccount: management, policies: deny-leave }
units: { workloads: {} }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333", unit: workloads }
policies:
  deny-leave: { type: scp, deny: { actions: organizations:LeaveOrganization } }
terraform:
  imports:
    organization:
`;

/** What somebody did by hand; prints what AWS answered, as lines of the manifest. */
const byHand = `
import boto3, json, sys
manage = boto3.client("organizations", region_name="us-east-1", endpoint_url=sys.argv[1],
                      aws_access_key_id="emulated", aws_secret_access_key="emulated")
organization = manage.create_organization(FeatureSet="ALL")["Organization"]["Id"]
root = manage.list_roots()["Roots"][0]["Id"]
manage.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
unit = manage.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"]["Id"]
account = manage.create_account(Email="aws+shop@x.example", AccountName="shop")["CreateAccountStatus"]["AccountId"]
manage.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
denied = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
policy = manage.create_policy(Name="deny-leave", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(
    {"Version": "2012-10-17", "Statement": [denied]}))["Policy"]["PolicySummary"]["Id"]
manage.attach_policy(PolicyId=policy, TargetId=root)
print(f"""      aws_organizations_organization.this: {organization}
      aws_organizations_organizational_unit.workloads: {unit}
      aws_organizations_account.shop: "{account}"
      aws_organizations_policy.deny-leave: {policy}
      aws_organizations_policy_attachment.deny-leave--root: {root}:{policy}""")
`;

const tools = findTools();
const missing = "missing" in tools ? tools.missing : emulatorMissing();

describe.skipIf(missing !== null)(missing === null ? "imports" : `imports (skipped: ${missing})`, () => {
  let emulator: Emulator;
  let workspace: Workspace;
  beforeAll(async () => {
    if ("missing" in tools) return;
    emulator = await startEmulator("111111111111", { "aws+shop@x.example": "333333333333" });
    const imports = execFileSync("python3", ["-c", byHand, emulator.url], { encoding: "utf8" });
    const { stacks, problems } = synthesize(graphOf(manifest + imports));
    expect(problems).toEqual([]);
    const json = stacks.find(({ name }) => name === "organization")?.json ?? "";
    workspace = openWorkspace(tools, json, { kind: "emulator", url: emulator.url });
    expect(await workspace.init()).toMatchObject({ code: 0, stderr: "" });
  });
  afterAll(async () => {
    workspace?.remove();
    await emulator?.stop();
  });

  it("are planned as such, applied, and do nothing from then on", async () => {
    const plan = await workspace.plan();
    expect(plan).toMatchObject({ code: 2, stderr: "" });
    expect(plan.stdout).toMatch(/Plan: 5 to import, 0 to add, \d to change, 0 to destroy/);
    expect(await workspace.apply()).toMatchObject({ code: 0, stderr: "" });
    const again = await workspace.plan();
    expect(again.code, again.stdout + again.stderr).toBe(0);
  });
});
