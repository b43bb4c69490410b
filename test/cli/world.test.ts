/** What the manifest tells the analyzer. */
import { expect, test } from "vitest";
import { worldOf } from "../../cli/world.ts";
import { readCase } from "../../lib/iam/case.ts";
import { evaluate } from "../../lib/iam/evaluate.ts";
import { account, bare, management, policy, role, unit } from "../stacks/graph.ts";

const place = { file: "access.yaml", line: 1, column: 1, length: 1 };
const deny = (key: string, action: string) => ({
  ...{ key, renamedFrom: null, name: key, description: "", type: "SERVICE_CONTROL_POLICY" as const, place },
  document: policy({ Effect: "Deny", Action: action, Resource: "*" }),
});

const world = worldOf({
  ...bare,
  organization: { ...bare.organization, policies: ["at-root"] },
  units: [
    unit("workloads", { policies: ["at-workloads"] }),
    unit("workloads/prod", { policies: ["at-prod", "resources-at-prod"] }),
  ],
  accounts: [
    { ...management, policies: ["at-account"] },
    account("shop", { id: "333333333333", unit: "workloads/prod", policies: ["at-account"] }),
    account("sandbox", { id: "444444444444" }),
    account("planned"),
  ],
  organizationPolicies: [
    deny("at-root", "s3:*"),
    deny("at-workloads", "sqs:*"),
    deny("at-prod", "sns:*"),
    deny("at-account", "kms:*"),
    {
      ...deny("resources-at-prod", "s3:*"),
      type: "RESOURCE_CONTROL_POLICY",
      document: policy({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }),
    },
  ],
  roles: [role("vendor", "shop", { trust: { kind: "thirdParty", accountId: "999999999999", externalId: "x" } })],
});

test("who is inside, who is known, and who leads", () => {
  expect(world).toMatchObject({
    organizationId: "o-a1b2c3d4e5",
    accounts: new Set(["111111111111", "333333333333", "444444444444"]),
    vendors: new Set(["999999999999"]),
    managementAccount: "111111111111",
  });
});

test.each([
  ["shop", "333333333333", ["s3", "sqs", "sns", "kms"]],
  ["sandbox", "444444444444", ["s3"]],
  ["management", "111111111111", []],
])("the policies of the root, of every unit above and of the account itself bind %s", (_, id, denied) => {
  const identityPolicies = [policy({ Effect: "Allow", Action: "*", Resource: "*" })];
  const decided = ["s3:GetObject", "sqs:SendMessage", "sns:Publish", "kms:Decrypt", "ec2:RunInstances"].filter(
    (action) => {
      const request = { principal: `arn:aws:iam::${id}:role/r`, action, resource: "*", resourceAccount: id };
      const read = readCase({ request, identityPolicies });
      if ("problems" in read) throw new Error(read.problems.join());
      const { call, layers } = read.case;
      const serviceControlPolicies = world.serviceControlPolicies.get(id) ?? layers.serviceControlPolicies;
      return evaluate(call, { ...layers, serviceControlPolicies }).decision !== "Allowed";
    },
  );
  expect(decided.map((action) => action.split(":")[0])).toEqual(denied);
});

test("resource control policies bind what is in a member account: those that deny something, by their keys", () => {
  const { resourceControlPolicies } = world;
  expect([...resourceControlPolicies].map(([id, policies]) => [id, policies.map(({ id }) => id)])).toEqual([
    ["333333333333", ["resources-at-prod"]],
  ]);
});

test("without control policies nothing binds", () => {
  expect(worldOf(bare).serviceControlPolicies.size).toBe(0);
  expect(worldOf(bare).resourceControlPolicies.size).toBe(0);
});
