/** How people's access is cut into stacks. */
import { describe, expect, test } from "vitest";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { peopleStacks } from "../../stacks/people.ts";
import { planStacks, stackList } from "../../stacks/plan-order.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { graphOf } from "../lib/access/graph-of.ts";
import { account, assignment, bare, full, permissionSet } from "./graph.ts";

type Blocks = Record<string, Record<string, Record<string, unknown>>>;
function stack(graph: AccessGraph, name: string): { resource: Blocks; data?: Blocks } {
  const { stacks } = synthesize(graph, { only: [name] });
  return JSON.parse(stacks[0]?.json ?? "null");
}

/** As many accounts, with one grant each. */
function many(count: number, shards: number | null = null): AccessGraph {
  const keys = Array.from({ length: count }, (_, index) => `a${String(index).padStart(5, "0")}`);
  return {
    ...bare,
    accounts: [...bare.accounts, ...keys.map((key, index) => account(key, { id: String(200_000_000_000 + index) }))],
    identity: { ...bare.identity, source: "external", groups: full.identity.groups },
    permissionSets: [permissionSet("developer")],
    assignments: keys.map((key) => assignment("developers", "developer", key)),
    terraform: { ...bare.terraform, shards },
  };
}

describe("what is assigned in the management account", () => {
  const graph: AccessGraph = {
    ...full,
    permissionSets: [permissionSet("auditor"), ...full.permissionSets],
    assignments: [
      assignment("developers", "auditor", "management"),
      assignment("developers", "auditor", "shop"),
      assignment("developers", "developer", "shop"),
    ],
  };

  test("has its permission sets wholly in a stack of its own", () => {
    expect(stackList(graph).filter(({ kind }) => kind === "identity-center")).toMatchObject([
      { name: "identity-center", counts: { groups: 1, users: 1, permissionSets: 1, assignments: 1 } },
      {
        name: "identity-center-management",
        dependsOn: ["identity-center", "organization"],
        counts: { permissionSets: 1, assignments: 2 },
      },
    ]);
    expect(Object.keys(stack(graph, "identity-center").resource.aws_ssoadmin_permission_set ?? {})).toEqual([
      "developer",
    ]);
    const { resource, data } = stack(graph, "identity-center-management");
    expect(Object.keys(resource)).toEqual(["aws_ssoadmin_account_assignment", "aws_ssoadmin_permission_set"]);
    expect(Object.keys(resource.aws_ssoadmin_account_assignment ?? {})).toEqual([
      "developers--auditor--management",
      "developers--auditor--shop",
    ]);
    expect(Object.keys(data?.aws_identitystore_group ?? {})).toEqual(["developers"]);
  });

  test("makes no second stack when there is nothing", () => {
    expect(stackList(full).map(({ name }) => name)).not.toContain("identity-center-management");
  });
});

describe("many assignments", () => {
  test("stand in one stack as long as they fit", () => {
    expect(peopleStacks(many(1999))).toMatchObject({ stacks: [{ counts: { assignments: 1999 } }], problems: [] });
  });

  test("are cut by account into stacks that fit, with the advice to fix their number", () => {
    const { stacks, problems } = peopleStacks(many(5000));
    const [first, ...shards] = stacks;
    expect(first).toMatchObject({ name: "identity-center", counts: { permissionSets: 1, assignments: 0 } });
    expect(shards.map(({ name }) => name)).toEqual([0, 1, 2, 3].map((index) => `identity-center-${index}`));
    for (const { counts, dependsOn } of shards) {
      expect(counts.assignments).toBeGreaterThan(1000);
      expect(counts.assignments).toBeLessThanOrEqual(2000);
      expect(dependsOn).toEqual(["identity-center", "organization"]);
    }
    expect(shards.reduce((sum, { counts }) => sum + (counts.assignments ?? 0), 0)).toBe(5000);
    expect(problems).toMatchObject([{ code: "shards-not-fixed", hint: "write terraform: { shards: 4 }, or more" }]);
  });

  test("keep their stack when others come, where the number is fixed", () => {
    const home = (graph: AccessGraph) =>
      new Map(
        peopleStacks(graph).stacks.flatMap(({ name }) =>
          Object.keys(stack(graph, name).resource?.aws_ssoadmin_account_assignment ?? {}).map((id) => [id, name]),
        ),
      );
    const before = home(many(40, 4));
    const after = home(many(60, 4));
    expect([before.size, after.size]).toEqual([40, 60]);
    for (const [id, name] of before) expect(after.get(id)).toBe(name);
    expect(planStacks(many(40, 4)).problems).toEqual([]);
  });

  test("look up what the first stack makes", () => {
    const graph = many(40, 4);
    const { resource, data } = stack(graph, "identity-center-2");
    expect(Object.keys(resource)).toEqual(["aws_ssoadmin_account_assignment"]);
    expect(data?.aws_ssoadmin_permission_set?.developer).toMatchObject({ name: "developer" });
    expect(Object.values(resource.aws_ssoadmin_account_assignment ?? {})[0]).toMatchObject({
      permission_set_arn: "${data.aws_ssoadmin_permission_set.developer.arn}",
      principal_id: "${data.aws_identitystore_group.developers.group_id}",
    });
  });

  test("that a fixed number leaves in too large a stack are warned about", () => {
    expect(peopleStacks(many(4200, 2)).problems).toMatchObject([{ code: "stack-too-large", severity: "warning" }]);
  });
});

test("policies of an account come before the sets that need them there; attributes become principal tags", () => {
  const graph = graphOf(`gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: m@example.com, id: "111111111111" }
  shop: { email: p@example.com, id: "222222222222" }
  data: { email: d@example.com, id: "333333333333" }
identity:
  instanceArn: arn:aws:sso:::instance/ssoins-1234567890abcdef
  identityStoreId: d-1234567890
  attributes: { team: "\${path:enterprise.department}", costCenter: "\${path:enterprise.costCenter}" }
  groups: { developers: {} }
managedPolicies: { base: { in: { all: true }, path: /teams/, deny: { actions: "iam:*" } } }
permissionSets: { developer: { customerManagedPolicies: base } }
access: [{ groups: developers, permissionSets: developer, to: shop }]
`);
  const info = stackList(graph).find(({ name }) => name === "identity-center");
  expect(info?.dependsOn).toEqual(["account-shop", "organization"]);
  const { resource } = stack(graph, "identity-center");
  expect(resource.aws_ssoadmin_instance_access_control_attributes?.this?.attribute).toEqual([
    { key: "costCenter", value: [{ source: ["$${path:enterprise.costCenter}"] }] },
    { key: "team", value: [{ source: ["$${path:enterprise.department}"] }] },
  ]);
});
