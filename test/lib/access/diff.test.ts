import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accessOf, compareAccess } from "../../../lib/access/diff/access.ts";
import { diffGraphs, isSame, type ManifestDiff } from "../../../lib/access/diff.ts";
import { graphOf, secureCart } from "./graph-of.ts";

const base = `gatehouse: 1
organization:
  id: o-a1b2c3d4e5
  homeRegion: us-east-1
  managementAccount: management
  policies: [no-users]
units:
  workloads:
    units:
      prod: { policies: [no-internet] }
      test: {}
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333", unit: workloads/test, tags: { team: shop } }
  data: { email: aws+data@x.example, id: "444444444444", unit: workloads/prod }
policies:
  no-users: { type: scp, deny: { actions: iam:CreateUser, resources: "*" } }
  no-internet: { type: scp, deny: { actions: ec2:CreateInternetGateway, resources: "*" } }
identity:
  source: identity-store
  groups:
    developers: { members: [ada, bob] }
    operators: { members: [bob] }
  users:
    ada: { givenName: Ada, familyName: L, email: ada@x.example }
    bob: { givenName: Bob, familyName: M, email: bob@x.example }
    cid: { givenName: Cid, familyName: N, email: cid@x.example }
permissionSets:
  reader: { managedPolicies: ReadOnlyAccess }
  worker: { allow: { actions: [s3:GetObject, s3:PutObject], resources: "*" } }
access:
  - { groups: developers, permissionSets: reader, to: { units: workloads/test } }
  - { groups: operators, permissionSets: [reader, worker], to: { units: workloads/prod }, until: 2027-01-31, reason: r }
roles:
  ci:
    in: { units: workloads }
    trust: { github: { repository: x/shop, environment: prod } }
    allow: { actions: s3:GetObject, resources: "*" }
monitoring:
  alarms: { cpu: { namespace: AWS/EC2, metric: CPUUtilization, threshold: 75 } }
  alerts: { emails: ops@x.example }
`;
const edit = (...replacements: readonly (readonly [string, string])[]) =>
  replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the manifest has no ${from}`);
    return text.replaceAll(from, to);
  }, base);

const diffOf = (...replacements: readonly (readonly [string, string])[]) =>
  diffGraphs(graphOf(base), graphOf(edit(...replacements)));

const rows = ({ gained, lost }: ManifestDiff["access"]) => ({
  gained: gained.map(({ principal, permissionSet, account }) => `${principal.key} ${permissionSet} ${account}`),
  lost: lost.map(({ principal, permissionSet, account }) => `${principal.key} ${permissionSet} ${account}`),
});
const people = ({ gained, lost }: ManifestDiff["people"]) => ({
  gained: gained.map(({ user, permissionSet, account }) => `${user} ${permissionSet} ${account}`),
  lost: lost.map(({ user, permissionSet, account }) => `${user} ${permissionSet} ${account}`),
});

test("nothing has changed between a manifest and itself", async () => {
  const { graph } = secureCart();
  const diff = await diffGraphs(graph, secureCart().graph);
  expect(isSame(diff)).toBe(true);
  expect(diff.warnings).toEqual([]);
});

describe("access", () => {
  test("a wider grant lets people in, and only those who were out", async () => {
    const diff = await diffOf(["{ units: workloads/test } }", "{ units: workloads } }"]);
    expect(rows(diff.access)).toEqual({ gained: ["developers reader data"], lost: [] });
    // bob is an operator and reads there already
    expect(people(diff.people)).toEqual({ gained: ["ada reader data"], lost: [] });
    expect(diff.access.gained[0]).toMatchObject({ principalName: "developers", until: null, deferred: false });
  });

  test("another end is a change, neither gained nor lost", async () => {
    const diff = await diffOf(["2027-01-31", "2027-03-31"]);
    expect(rows(diff.access)).toEqual({ gained: [], lost: [] });
    expect(diff.access.changed.map(({ before, after }) => [after.permissionSet, before.until, after.until])).toEqual([
      ["reader", "2027-01-31", "2027-03-31"],
      ["worker", "2027-01-31", "2027-03-31"],
    ]);
  });

  test("of several grants the one that ends last counts", async () => {
    const diff = await diffOf([
      "until: 2027-01-31, reason: r }",
      "until: 2027-01-31, reason: r }\n  - { groups: operators, permissionSets: reader, to: data }",
    ]);
    expect(diff.access.changed.map(({ after }) => [after.permissionSet, after.until])).toEqual([["reader", null]]);
  });

  test("who joins a group gains what it has, who leaves loses it", async () => {
    const diff = await diffOf(["[ada, bob]", "[ada, cid]"]);
    expect(rows(diff.access)).toEqual({ gained: [], lost: [] });
    expect(people(diff.people)).toEqual({ gained: ["cid reader shop"], lost: ["bob reader shop"] });
    expect(diff.members.gained.map(({ user }) => user)).toEqual(["cid"]);
    expect(diff.members.lost.map(({ user }) => user)).toEqual(["bob"]);
  });

  test("an account that gets its id is no new access", async () => {
    const before = graphOf(base.replace(' id: "333333333333",', ""));
    const diff = await diffGraphs(before, graphOf(base));
    expect(rows(diff.access)).toEqual({ gained: [], lost: [] });
    expect(diff.access.changed.map(({ before, after }) => [before.deferred, after.deferred])).toEqual([[true, false]]);
  });
});

test("an account that moves loses and inherits grants and guardrails", async () => {
  const diff = await diffOf(['"333333333333", unit: workloads/test', '"333333333333", unit: workloads/prod']);
  expect(diff.accounts).toMatchObject([
    {
      account: "shop",
      change: "moved",
      from: "workloads/test",
      to: "workloads/prod",
      policies: { gained: [{ policy: "no-internet", target: { kind: "unit", key: "workloads/prod" } }], lost: [] },
      access: {
        gained: [{ permissionSet: "reader" }, { permissionSet: "worker" }],
        lost: [{ principal: { key: "developers" } }],
      },
    },
  ]);
});

test("policies attached and detached, with the accounts that feel it", async () => {
  const diff = await diffOf(
    ["policies: [no-users]", "policies: [no-internet]"],
    ["prod: { policies: [no-internet] }", "prod: { policies: [no-users] }"],
  );
  expect(
    diff.attachments.map(({ change, policy, target, accounts }) => [change, policy, target.key, accounts]),
  ).toEqual([
    ["attached", "no-internet", "root", ["data", "shop"]],
    ["attached", "no-users", "workloads/prod", ["data"]],
    ["detached", "no-users", "root", ["data", "shop"]],
    ["detached", "no-internet", "workloads/prod", ["data"]],
  ]);
});

describe("permissions", () => {
  const verdicts = ({ permissions }: ManifestDiff) =>
    permissions.map(({ of, key, what, more, less }) => [of, key, what, more.newAccess, less.newAccess]);

  test.each<[string, readonly [string, string], unknown[]]>([
    [
      "an action more",
      ["[s3:GetObject, s3:PutObject]", '["s3:*"]'],
      ["permission set", "worker", "permissions", true, false],
    ],
    [
      "an action less",
      ["[s3:GetObject, s3:PutObject]", "s3:GetObject"],
      ["permission set", "worker", "permissions", false, true],
    ],
    [
      "other words",
      ["[s3:GetObject, s3:PutObject]", "[s3:putobject, s3:getobject]"],
      ["permission set", "worker", "permissions", false, false],
    ],
    [
      "a managed policy in the place of another",
      ["ReadOnlyAccess", "AdministratorAccess"],
      ["permission set", "reader", "permissions", true, false],
    ],
    [
      "a boundary",
      ["reader: { managed", "reader: { permissionsBoundary: job-function/ViewOnlyAccess, managed"],
      ["permission set", "reader", "permissions", false, true],
    ],
    [
      "a guardrail that denies less",
      ["iam:CreateUser", "iam:CreateGroup"],
      ["organization policy", "no-users", "permissions", true, true],
    ],
    [
      "what a role may do",
      ["allow: { actions: s3:GetObject, resources", 'allow: { actions: "s3:Get*", resources'],
      ["role", "ci", "permissions", true, false],
    ],
    ["who may assume it", ["environment: prod", "branch: main"], ["role", "ci", "trust", true, true]],
  ])("%s", async (_, change, expected) => {
    expect(verdicts(await diffOf(change))).toEqual([expected]);
  });

  test("a witness shows what is new; the same role in several accounts is judged once", async () => {
    const { permissions } = await diffOf(["environment: prod", "branch: main"]);
    expect(permissions[0]).toMatchObject({
      accounts: ["data", "shop"],
      more: { witness: { context: { "token.actions.githubusercontent.com:sub": "repo:x/shop:ref:refs/heads/main" } } },
    });
  });

  test("a policy that stands in the accounts is not judged", async () => {
    const diff = await diffOf(["reader: { managed", "reader: { customerManagedPolicies: extra, managed"]);
    expect(verdicts(diff)).toEqual([["permission set", "reader", "permissions", null, false]]);
    expect(diff.permissions[0]?.more.because).toContain("/extra");
  });
});

test("whatever else is different is said, and only that", async () => {
  const diff = await diffOf(["threshold: 75", "threshold: 80"], ["email: aws+data", "tags: { a: b }, email: aws+data"]);
  expect(diff.settings).toEqual([
    { section: "accounts", key: "data", change: "changed", fields: [{ field: "tags", before: {}, after: { a: "b" } }] },
    {
      section: "monitoring.alarms",
      key: "cpu",
      change: "changed",
      fields: [{ field: "threshold", before: 75, after: 80 }],
    },
  ]);
});

describe("renames", () => {
  const renames: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    account: [["  shop: { email", "  store: { renamedFrom: shop, name: shop, email"]],
    unit: [
      ["prod: { policies", "production: { renamedFrom: prod, name: prod, policies"],
      ["workloads/prod", "workloads/production"],
    ],
    "unit above others": [
      ["  workloads:\n", "  apps:\n    renamedFrom: workloads\n    name: workloads\n"],
      ["workloads/", "apps/"],
      ["units: workloads }", "units: apps }"],
    ],
    group: [
      ["developers: {", "builders: { renamedFrom: developers, name: developers,"],
      ["groups: developers", "groups: builders"],
    ],
    user: [
      ["    ada: {", "    augusta: { renamedFrom: ada,"],
      ["[ada, bob]", "[augusta, bob]"],
    ],
    "permission set": [
      ["reader: {", "viewer: { renamedFrom: reader, name: reader, description: reader,"],
      ["permissionSets: reader", "permissionSets: viewer"],
      ["[reader,", "[viewer,"],
    ],
    policy: [
      ["no-users: {", "no-humans: { renamedFrom: no-users, name: no-users,"],
      ["policies: [no-users]", "policies: [no-humans]"],
    ],
    role: [["  ci:\n", "  build:\n    renamedFrom: ci\n    name: ci\n"]],
    alarm: [["cpu: {", "processor: { renamedFrom: cpu, name: cpu,"]],
  };

  test.each(Object.entries(renames))("%s: declared, nothing is gained, lost or changed", async (_, replacements) => {
    const diff = await diffOf(...replacements);
    expect(diff.renames.length).toBeGreaterThan(0);
    expect(isSame({ ...diff, renames: [] })).toBe(true);
    expect(diff.warnings).toEqual([]);
  });

  test.each(Object.entries(renames))("%s: undeclared, it is warned about", async (_, replacements) => {
    const undeclared = edit(...replacements).replace(/renamedFrom: [\w-]+(,|\n *)/, "");
    const diff = await diffGraphs(graphOf(base), graphOf(undeclared));
    expect(diff.renames).toEqual([]);
    expect(diff.warnings.map(({ code }) => code)).toContain("looks-renamed");
    expect(diff.warnings[0]?.message).toMatch(/Terraform would /);
    expect(diff.warnings[0]?.hint).toMatch(/renamedFrom: [\w-]+$/);
  });

  test("says what would be destroyed, and the line to write", async () => {
    const diff = await diffOf(["  shop: { email", "  store: { email"]);
    expect(diff.warnings).toMatchObject([
      {
        message:
          'account "shop" goes and "store" comes, which has the same id: Terraform would take the account out of the ' +
          "organization, which prevent_destroy refuses, and destroy its 1 assignment and 1 role",
        hint: "if it is a rename, write at accounts.store: renamedFrom: shop",
        place: { file: "access.yaml", line: 14 },
      },
    ]);
  });

  test("that has been applied, and is still declared, is none any more", async () => {
    const renamed = edit(["  shop: { email", "  store: { renamedFrom: shop, email"]);
    expect(isSame(await diffGraphs(graphOf(renamed), graphOf(renamed)))).toBe(true);
  });
});

/** Grants over a few groups, sets and accounts; as YAML lines in any order. */
const grants = fc.uniqueArray(
  fc.record({
    group: fc.constantFrom("developers", "operators"),
    set: fc.constantFrom("reader", "worker"),
    to: fc.constantFrom(
      "shop",
      "data",
      "management",
      "{ units: workloads }",
      "{ units: workloads/prod }",
      "{ tags: { team: shop } }",
      "{ all: true, except: { accounts: shop } }",
    ),
    until: fc.constantFrom("", ", until: 2027-01-31", ", until: 2027-06-30"),
  }),
  { maxLength: 8, selector: ({ group, set, to }) => `${group} ${set} ${to}` },
);
interface GrantLine {
  group: string;
  set: string;
  to: string;
  until: string;
}
const withGrants = (list: readonly GrantLine[]) => {
  const lines = list.map(
    ({ group, set, to, until }) => `  - { groups: ${group}, permissionSets: ${set}, to: ${to}${until} }`,
  );
  return base.replace(/access:\n( {2}- .*\n)+/, lines.length === 0 ? "" : `access:\n${lines.join("\n")}\n`);
};

test("what is gained and lost leads from the one to the other", () => {
  fc.assert(
    fc.property(grants, grants, (a, b) => {
      const [before, after] = [accessOf(graphOf(withGrants(a))), accessOf(graphOf(withGrants(b)))];
      const { gained, lost, changed } = compareAccess(before, after);
      const idOf = ({ principal: { type, key }, permissionSet, account }: (typeof gained)[number]) =>
        `${type} ${key} ${permissionSet} ${account}`;
      const applied = new Map([...before].map(([id, { until }]) => [id, until]));
      for (const row of lost) expect(applied.delete(idOf(row))).toBe(true);
      for (const { before, after } of changed) {
        expect(applied.get(idOf(before))).toBe(before.until);
        applied.set(idOf(after), after.until);
      }
      for (const row of gained) {
        expect(applied.has(idOf(row))).toBe(false);
        applied.set(idOf(row), row.until);
      }
      const wanted = new Map([...after].map(([id, { until }]) => [id, until]));
      expect(new Map([...applied].sort())).toEqual(new Map([...wanted].sort()));
    }),
    { numRuns: 150 },
  );
});

test("what is gained on the way there is lost on the way back", () => {
  fc.assert(
    fc.asyncProperty(grants, grants, async (a, b) => {
      const [before, after] = [graphOf(withGrants(a)), graphOf(withGrants(b))];
      const [there, back] = [await diffGraphs(before, after), await diffGraphs(after, before)];
      expect(rows(there.access)).toEqual({ gained: rows(back.access).lost, lost: rows(back.access).gained });
      expect(people(there.people)).toEqual({ gained: people(back.people).lost, lost: people(back.people).gained });
    }),
    { numRuns: 60 },
  );
});
