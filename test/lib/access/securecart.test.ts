import { describe, expect, test } from "vitest";
import { accessRows } from "../../../lib/access/explain.ts";
import { guardrails } from "../../../lib/access/guardrails.ts";
import { secureCart } from "./graph-of.ts";

const { graph, problems } = secureCart();

test("the example has nothing wrong, nor doubtful", () => {
  expect(problems).toEqual([]);
  expect(graph.accounts.filter(({ state }) => state === "active")).toHaveLength(11);
  expect(graph.accounts.every(({ id }) => id !== null)).toBe(true);
});

test("production is reached by people who need it, never as administrator", () => {
  const production = accessRows(graph, { account: ["shop-prod"] }).map((row) => [row.principal, row.permissionSet]);
  expect(production).toEqual([
    ["developers", "deployer"],
    ["devops", "operator"],
    ["product", "usage-reader"],
    ["security", "auditor"],
    ["support", "order-reader"],
  ]);
});

test("no permission set but the administrator's has a wildcard of a whole service, or IAM", () => {
  const allowed = (document: (typeof graph.permissionSets)[number]["inlinePolicy"]) =>
    (document?.Statement ?? []).flatMap(({ Effect, Action }) => (Effect === "Allow" ? (Action as string[]) : []));
  const wide = [...graph.permissionSets, ...graph.roles].flatMap(({ key, inlinePolicy }) =>
    allowed(inlinePolicy)
      .filter((action) => action.endsWith("*") || action.startsWith("iam:"))
      .map((action) => `${key} ${action}`),
  );
  expect(wide).toEqual([]);
  const administrators = accessRows(graph, { permissionSet: ["administrator"] }).map(({ account }) => account);
  expect(administrators).toEqual(["data-dev", "sandbox", "shared-network", "shop-dev", "shop-staging", "tooling"]);
});

describe("why", () => {
  test("each row says the grant, the way to the account, the place and the end", () => {
    expect(accessRows(graph, { group: ["developers"], account: ["data-prod"] })).toEqual([
      {
        account: "data-prod",
        accountName: "SecureCart Data Production",
        accountId: "123456789012",
        unit: "workloads/prod",
        principalType: "GROUP",
        principal: "developers",
        principalName: "SecureCart-Developers",
        permissionSet: "data-reader",
        permissionSetName: "SecureCart-DataReader",
        via: "accounts: data-prod",
        why: "accounts: data-prod",
        place: expect.objectContaining({ file: "examples/securecart/access.yaml" }),
        until: "2027-01-31",
        reason: "Peak season on-call for the recommendation service",
        owner: "shop@securecart.example",
        deferred: false,
        guardrails: guardrails(graph).get("data-prod"),
      },
    ]);
    const [operator] = accessRows(graph, { permissionSet: ["operator"] });
    expect(operator).toMatchObject({ account: "data-prod", why: "units: workloads/prod -> data-prod" });
    const [deployer] = accessRows(graph, { permissionSet: ["deployer"] });
    expect(deployer?.why).toBe("tags: team=shop -> workloads/nonprod -> shop-dev");
  });

  test("a user is followed through all groups", () => {
    const bea = new Set(accessRows(graph, { user: ["bea"] }).map(({ principal }) => principal));
    expect([...bea].sort()).toEqual(["developers", "devops"]);
    expect(accessRows(graph, { user: ["nobody"] })).toEqual([]);
  });

  test("the management account is reached only by who is named for it", () => {
    expect(accessRows(graph, { account: ["management"] }).map(({ principal, via }) => [principal, via])).toEqual([
      ["cto", "accounts: management"],
      ["finance", "accounts: management"],
      ["security", "accounts: management"],
    ]);
  });
});

test("once its end has passed a grant is gone", () => {
  const later = secureCart("2027-02-01");
  expect(later.problems.map(({ code }) => code).sort()).toEqual(["grant-expired", "grant-expired", "trust-nobody"]);
  expect(accessRows(later.graph, { group: ["developers"], account: ["data-prod"] })).toEqual([]);
});
