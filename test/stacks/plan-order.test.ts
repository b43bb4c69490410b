import { describe, expect, it } from "vitest";
import type { AccessGraph, Trust } from "../../lib/access/graph.ts";
import { planStacks, stackList } from "../../stacks/plan-order.ts";
import { account, bare, full, role } from "./graph.ts";

const trusts = (arn: string): { trust: Trust } => ({ trust: { kind: "roles", arns: [arn] } });
const accounts = [...bare.accounts, account("a", { id: "444444444444" }), account("b", { id: "555555555555" })];

const names = (graph: AccessGraph) => stackList(graph).map(({ name }) => name);

describe("stackList", () => {
  it("lists what the manifest asks for, organization first", () => {
    expect(names(full)).toEqual(["organization", "identity-center", "account-shop", "monitoring", "monitoring-shop"]);
    expect(names(bare)).toEqual(["organization"]);
  });

  it("says where each stack is applied, what it holds and what it waits for", () => {
    expect(stackList(full)[2]).toEqual({
      name: "account-shop",
      kind: "roles",
      account: "shop",
      dependsOn: ["organization"],
      counts: { roles: 2, identityProviders: 1 },
    });
  });

  it("puts an account after the one whose role it trusts", () => {
    const roles = [role("deploy", "a", trusts("arn:aws:iam::555555555555:role/pipeline")), role("pipeline", "b")];
    const graph = { ...bare, accounts, roles };
    expect(names(graph)).toEqual(["organization", "account-b", "account-a"]);
    expect(stackList(graph)[2]?.dependsOn).toEqual(["account-b", "organization"]);
  });

  it("does not order by roles that the manifest does not make", () => {
    const roles = [role("deploy", "a", trusts("arn:aws:iam::999999999999:role/pipeline")), role("pipeline", "b")];
    expect(names({ ...bare, accounts, roles })).toEqual(["organization", "account-a", "account-b"]);
  });

  it("reports roles that trust each other in a circle", () => {
    const roles = [
      role("one", "a", trusts("arn:aws:iam::555555555555:role/two")),
      role("two", "b", trusts("arn:aws:iam::444444444444:role/one")),
    ];
    const { stacks, problems } = planStacks({ ...bare, accounts, roles });
    expect(problems).toMatchObject([
      { code: "cyclic-trust", severity: "error", message: expect.stringMatching(/a, b$/) },
    ]);
    expect(stacks).toHaveLength(3);
  });
});
