import { describe, expect, test } from "vitest";
import { accessRows } from "../../../lib/access/explain.ts";
import { controlLevels, guardrails } from "../../../lib/access/guardrails.ts";
import { good } from "../../fixtures/manifests/bad.ts";
import { graphOf } from "./graph-of.ts";

const text = good
  .replace("managementAccount: management", "managementAccount: management, policies: [at-root, tls]")
  .replace("      prod: {}", "      prod: { policies: [at-prod, at-root] }")
  .replace("    units:\n", "    policies: at-workloads\n    units:\n")
  .replace("tags: { env: prod }", "tags: { env: prod }, policies: at-account");
const deny = (key: string) => `  ${key}: { type: scp, deny: { actions: "s3:*" } }\n`;
const graph = graphOf(
  `${text}policies:\n${["at-root", "at-prod", "at-workloads", "at-account"].map(deny).join("")}` +
    `  tls: { type: rcp, deny: { actions: "s3:*" } }\n` +
    "access:\n  - { groups: developers, permissionSets: read-only, to: [{ all: true }, management] }\n",
);

describe("organization policies that cap an account", () => {
  test("come from the root, the units from the top, and the account itself, each once", () => {
    expect(guardrails(graph).get("shop-prod")).toEqual({
      serviceControlPolicies: ["at-root", "at-workloads", "at-prod", "at-account"],
      resourceControlPolicies: ["tls"],
    });
    expect(guardrails(graph).get("shop-dev")?.serviceControlPolicies).toEqual(["at-root", "at-workloads"]);
  });

  test("do not bind the management account", () => {
    expect(guardrails(graph).get("management")).toBeNull();
    const management = graph.accounts.find(({ key }) => key === "management")!;
    expect(controlLevels(graph)(management)).toEqual({ serviceControlPolicies: [], resourceControlPolicies: [] });
  });

  test("are on the level they are attached to, beside AWS's own", () => {
    const account = graph.accounts.find(({ key }) => key === "shop-prod")!;
    const { serviceControlPolicies, resourceControlPolicies } = controlLevels(graph)(account);
    expect(serviceControlPolicies.map((level) => level.length)).toEqual([2, 2, 3, 2]);
    expect(resourceControlPolicies.map((level) => level.length)).toEqual([2, 1, 1, 1]);
  });
});

test("rows know their unit, and a filter by unit takes all accounts below it", () => {
  const below = (unit: string) => accessRows(graph, { unit: [unit] }).map(({ account, unit }) => [account, unit]);
  expect(below("workloads")).toEqual([
    ["shop-dev", "workloads/nonprod"],
    ["shop-prod", "workloads/prod"],
  ]);
  expect(below("workloads/prod")).toEqual([["shop-prod", "workloads/prod"]]);
  expect(accessRows(graph, { account: ["management"] })[0]).toMatchObject({ unit: null, guardrails: null });
});
