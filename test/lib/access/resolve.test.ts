import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { AccessGraph } from "../../../lib/access/graph.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";
import { graphOf, secureCart } from "./graph-of.ts";

const reach = (graph: AccessGraph, list = graph.assignments) =>
  list.map(({ principal, permissionSet, account, origins }) => [
    principal.key,
    permissionSet,
    account,
    ...origins.map(({ via }) => via),
  ]);

const granted = (to: string, more = "") =>
  reach(graphOf(`${good}access:\n  - { groups: developers, permissionSets: read-only, to: ${to}${more} }\n`)).map(
    ([, , account, via]) => [account, via],
  );

describe("a grant reaches", () => {
  test.each<[string, string, string[][]]>([
    ["an account by key", "shop-dev", [["shop-dev", "accounts: shop-dev"]]],
    [
      "everything below a unit",
      "{ units: workloads }",
      [
        ["shop-dev", "units: workloads"],
        ["shop-prod", "units: workloads"],
      ],
    ],
    ["one unit and not its sibling", "{ units: workloads/prod }", [["shop-prod", "units: workloads/prod"]]],
    ["accounts with a tag", "{ tags: { env: [prod, qa] } }", [["shop-prod", "tags: env=prod|qa"]]],
    [
      "all but the management account",
      "{ all: true }",
      [
        ["shop-dev", "all"],
        ["shop-prod", "all"],
      ],
    ],
    [
      "the management account when named",
      "[{ all: true, except: { units: workloads } }, management]",
      [["management", "accounts: management"]],
    ],
    ["no account that is left out", "{ all: true, except: { tags: { env: prod } } }", [["shop-dev", "all"]]],
  ])("%s", (_, to, expected) => {
    expect(granted(to)).toEqual(expected);
  });

  test("only those with all tags", () => {
    const tagged = good
      .replace("tags: { env: prod }", "tags: { env: prod, tier: gold }")
      .replace("unit: workloads/nonprod }", "unit: workloads/nonprod, tags: { env: prod } }");
    const grant = "  - { groups: developers, permissionSets: read-only, to: { tags: { env: prod, tier: gold } } }\n";
    expect(graphOf(`${tagged}access:\n${grant}`).assignments.map(({ account }) => account)).toEqual(["shop-prod"]);
  });

  test("never the management account by a unit or a tag", () => {
    const inUnit = good.replace('"111111111111" }', '"111111111111", unit: workloads, tags: { env: prod } }');
    for (const to of ["{ units: workloads }", "{ tags: { env: prod } }", "{ all: true }"]) {
      const graph = graphOf(`${inUnit}access:\n  - { groups: developers, permissionSets: read-only, to: ${to} }\n`);
      expect(graph.assignments.map(({ account }) => account)).not.toContain("management");
    }
  });

  test("an account without an id later", () => {
    const waiting = good.replace(' id: "333333333333",', "");
    const graph = graphOf(
      `${waiting}access:\n  - { groups: developers, permissionSets: read-only, to: { units: workloads } }\n`,
    );
    expect(reach(graph)).toEqual([["developers", "read-only", "shop-prod", "units: workloads"]]);
    expect(reach(graph, graph.deferred)).toEqual([["developers", "read-only", "shop-dev", "units: workloads"]]);
  });

  test("an account once, with every reason", () => {
    const graph = graphOf(`${good}access:
  - { groups: [developers, developers], permissionSets: read-only, to: { units: workloads/prod }, reason: first }
  - { groups: developers, permissionSets: read-only, to: { tags: { env: prod } }, until: 2027-01-31, owner: o }
`);
    expect(graph.assignments).toMatchObject([
      {
        account: "shop-prod",
        origins: [
          { via: "units: workloads/prod", reason: "first", until: null, place: { line: 22 } },
          { via: "tags: env=prod", reason: null, until: "2027-01-31", owner: "o", place: { line: 23 } },
        ],
      },
    ]);
  });
});

describe("roles", () => {
  const rolesOf = (roles: string) => graphOf(`${good}roles:\n${roles}`).roles;

  test.each<[string, string, object]>([
    [
      "users, with MFA",
      "{ account: shop-dev, users: true }",
      { kind: "users", accountIds: ["333333333333"], mfa: true },
    ],
    [
      "users of several accounts, without MFA for a reason",
      "{ account: [shop-dev, management], users: true, mfa: false, reason: legacy }",
      { kind: "users", accountIds: ["111111111111", "333333333333"], mfa: false },
    ],
    [
      "a role",
      "{ account: shop-dev, role: other }",
      { kind: "roles", arns: ["arn:aws:iam::333333333333:role/ci/Other"] },
    ],
    [
      "people of a permission set",
      "{ account: shop-dev, permissionSet: read-only }",
      { kind: "permissionSet", accountId: "333333333333", permissionSetNames: ["read-only"] },
    ],
    [
      "a vendor",
      '{ thirdParty: "444444444444", externalId: abc }',
      { kind: "thirdParty", accountId: "444444444444", externalId: "abc" },
    ],
    [
      "services",
      "{ service: [lambda, ecs-tasks, states.us-east-1.amazonaws.com] }",
      {
        kind: "service",
        services: ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com", "states.us-east-1.amazonaws.com"],
      },
    ],
    [
      "GitHub Actions",
      "{ github: [{ repository: a/b, environment: production }, { repository: a/b, branch: main }, { repository: a/b, tag: v* }, { repository: a/b, pullRequest: true }] }",
      {
        kind: "github",
        issuer: "token.actions.githubusercontent.com",
        audience: "sts.amazonaws.com",
        subjects: [
          "repo:a/b:environment:production",
          "repo:a/b:pull_request",
          "repo:a/b:ref:refs/heads/main",
          "repo:a/b:ref:refs/tags/v*",
        ],
      },
    ],
  ])("trust %s", (_, trust, expected) => {
    const other = "  other: { name: Other, path: /ci/, in: shop-dev, trust: { service: ec2 } }\n";
    const roles = rolesOf(`${other}  r: { in: shop-prod, trust: ${trust} }\n`);
    expect(roles.find(({ key }) => key === "r")?.trust).toEqual(expected);
  });

  test("have an instance profile when EC2 may assume them", () => {
    const roles = rolesOf(
      "  a: { in: shop-dev, trust: { service: ec2 } }\n  b: { in: shop-dev, trust: { service: lambda } }\n",
    );
    expect(roles.map(({ key, instanceProfile }) => [key, instanceProfile])).toEqual([
      ["a", true],
      ["b", false],
    ]);
  });

  test("are one for each account, with what they may do", () => {
    const roles = rolesOf(`  r:
    in: { units: workloads }
    trust: { service: ec2 }
    session: 90m
    managedPolicies: [AWSLambdaBasicExecutionRole, ReadOnlyAccess]
    permissionsBoundary: { customerManagedPolicy: { name: limit, path: /sec/ } }
    allow: { sid: Read, actions: "s3:Get*", resources: "arn:aws:s3:::b/*", conditions: { Bool: { aws:SecureTransport: true } } }
    deny: { actions: "iam:*" }
`);
    expect(roles.map(({ account, permissionsBoundary }) => [account, permissionsBoundary])).toEqual([
      ["shop-dev", "arn:aws:iam::333333333333:policy/sec/limit"],
      ["shop-prod", "arn:aws:iam::222222222222:policy/sec/limit"],
    ]);
    expect(roles[0]).toMatchObject({
      name: "r",
      maxSessionDuration: 5400,
      managedPolicies: [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      ],
      inlinePolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Read",
            Effect: "Allow",
            Action: ["s3:Get*"],
            Resource: ["arn:aws:s3:::b/*"],
            Condition: { Bool: { "aws:SecureTransport": [true] } },
          },
          { Effect: "Deny", Action: ["iam:*"], Resource: ["*"] },
        ],
      },
    });
  });

  test("that need an account id which is not known yet wait", () => {
    const waiting = good.replace(' id: "333333333333",', "");
    const graph = graphOf(`${waiting}roles:
  a: { in: { units: workloads }, trust: { service: ec2 } }
  b: { in: shop-prod, trust: { account: shop-dev, users: true } }
`);
    expect(graph.roles.map(({ key, account }) => [key, account])).toEqual([["a", "shop-prod"]]);
  });
});

test("organization policies: presets know Regions, execution role and log buckets; an RCP is about everyone", () => {
  const graph = graphOf(
    `${good}
policies:
  regions: { type: scp, preset: region-allow-list }
  logs: { type: scp, preset: protect-monitoring, description: Ours }
  tls: { type: rcp, deny: { actions: "s3:*", conditions: { BoolIfExists: { aws:SecureTransport: false } } } }
monitoring: { trail: {} }
terraform: { executionRole: Deployer }
`.replace("policies:", "policies:"),
  );
  const byKey = Object.fromEntries(graph.organizationPolicies.map((policy) => [policy.key, policy]));
  expect(JSON.stringify(byKey.regions)).toContain('"aws:RequestedRegion":["us-east-1"]');
  expect(JSON.stringify(byKey.logs)).toContain("role/Deployer");
  expect(JSON.stringify(byKey.logs)).toContain("arn:aws:s3:::cloudtrail-111111111111-us-east-1/*");
  expect(byKey.logs?.description).toBe("Ours");
  expect(byKey.tls).toMatchObject({
    type: "RESOURCE_CONTROL_POLICY",
    document: { Statement: [{ Effect: "Deny", Principal: "*", Action: ["s3:*"], Resource: ["*"] }] },
  });
});

test("permission sets: ISO duration, ARNs, boundary", () => {
  const text = good.replace(
    "managedPolicies: ReadOnlyAccess",
    'session: 90m, managedPolicies: [Billing, job-function/ViewOnlyAccess, "arn:aws:iam::aws:policy/X"], customerManagedPolicies: [b, { name: a, path: /p/ }], permissionsBoundary: PowerUserAccess',
  );
  expect(graphOf(text).permissionSets[0]).toMatchObject({
    sessionDuration: "PT1H30M",
    managedPolicies: [
      "arn:aws:iam::aws:policy/X",
      "arn:aws:iam::aws:policy/job-function/Billing",
      "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
    ],
    customerManagedPolicies: [
      { name: "b", path: "/" },
      { name: "a", path: "/p/" },
    ],
    permissionsBoundary: { managedPolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess" },
  });
});

/** Places are about the source; everything else has to be the same whatever the order it is written in. */
function meaning(graph: AccessGraph): unknown {
  return JSON.parse(
    JSON.stringify(graph, (key, value) => (key === "place" || key === "delegations" ? undefined : value)),
    (key, value) =>
      key === "origins" ? (value as { via: string }[]).map((origin) => JSON.stringify(origin)).sort() : value,
  );
}

test("the order of files, keys and grants does not show", () => {
  const { files, policyFiles, graph } = secureCart();
  const shuffled = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length });
  // delegations are about files by name
  const sections = files
    .flatMap(({ text }) => Object.entries(parse(text) as Record<string, unknown>))
    .filter(([section]) => section !== "delegations");
  fc.assert(
    fc.property(shuffled(sections), fc.integer(), (order, seed) => {
      const names = fc.sample(shuffled(order.map((_, index) => index)), { seed, numRuns: 1 })[0]!;
      const mixed = order.map(([section, value], index) => ({
        name: `examples/securecart/${names[index]}.yaml`,
        text: stringify({ [section]: section === "access" ? [...(value as unknown[])].reverse() : reversed(value) }),
      }));
      const read = readManifest(mixed, { asOf: "2026-11-22", policyFiles });
      expect(read.problems).toEqual([]);
      expect(meaning(read.graph!)).toEqual(meaning(graph));
      expect(JSON.stringify(meaning(read.graph!))).toBe(JSON.stringify(meaning(graph)));
    }),
    { numRuns: 15 },
  );
});

/** Maps with their keys the other way round; policies stay as they are, the order of statements being the writer's. */
function reversed(value: unknown, key = ""): unknown {
  if (
    ["allow", "deny", "document", "pattern"].includes(key) ||
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value)
  ) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner, name)]),
  );
}
