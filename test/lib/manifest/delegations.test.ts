/** What a team's file may say. `rules.yaml` and `base.yaml` belong to the platform, `teams/shop/x.yaml` to the team. */
import { describe, expect, test } from "vitest";
import { codeOwners } from "../../../lib/access/code-owners.ts";
import { isTeamFile } from "../../../lib/manifest/delegation-files.ts";
import { readManifest } from "../../../lib/manifest/read.ts";

const base = `gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
units: { workloads: { units: { shop: {}, data: {} } } }
accounts:
  management: { email: m@example.com, id: "111111111111" }
  shop-prod: { email: s@example.com, id: "222222222222", unit: workloads/shop, tags: { team: shop } }
  data-prod: { email: d@example.com, id: "333333333333", unit: workloads/data, tags: { team: data } }
identity: { groups: { developers: {}, shop-devs: {}, admins: {} } }
managedPolicies:
  edge: { in: { all: true }, allow: { actions: "s3:*", resources: "*" } }
permissionSets:
  read-only: { managedPolicies: ReadOnlyAccess }
  administrator: { managedPolicies: AdministratorAccess }
`;

const rules = `delegations:
  shop:
    files: teams/shop/**
    owners: "@securecart/shop"
    mayDeclare:
      accounts: shop-*
      units: workloads/shop
      tags: { team: shop }
      groups: shop-*
      permissionSets: shop-*
      roles: shop-*
      in: { tags: { team: shop } }
      boundary: edge
      longestSession: 4h
    mayGrant:
      groups: [developers, shop-*]
      permissionSets: [read-only, shop-*]
      to: { tags: { team: shop } }
      longest: 90d
`;

const read = (team: string, more: { name: string; text: string }[] = [], rule = rules) =>
  readManifest(
    [
      { name: "base.yaml", text: base },
      { name: "rules.yaml", text: rule },
      { name: "teams/shop/x.yaml", text: team },
      ...more,
    ],
    { asOf: "2026-11-22", policyFiles: new Map() },
  );

const errors = (team: string, more: { name: string; text: string }[] = [], rule = rules) =>
  read(team, more, rule)
    .problems.filter(({ severity }) => severity === "error")
    .map(({ place, code, message }) => `${place?.file}:${place?.line}:${place?.column} ${code} ${message}`);

const boundary = "permissionsBoundary: { customerManagedPolicy: edge }";
const trust = "trust: { service: lambda }, allow: { actions: s3:GetObject, resources: '*' }";

test("the path of a role is the team's, because guardrails exempt by path", () => {
  const role = (path: string) => `roles: { shop-images: { path: ${path}, in: shop-prod, ${trust}, ${boundary} } }\n`;
  const message = 'teams/shop/x.yaml:1:31 delegation-name team "shop" may not have a role at path';
  expect(errors(role("/platform/"))).toEqual([`${message} "/platform/": it has to have none`]);
  const below = rules.replace("      boundary: edge\n", "      boundary: edge\n      path: /shop/\n");
  expect(errors(role("/shop/web/"), [], below)).toEqual([]);
  expect(errors(role("/shopping/"), [], below)).toEqual([`${message} "/shopping/": it has to begin with /shop/`]);
  expect(errors(role("/"), [], below)).toEqual([`${message} "/": it has to begin with /shop/`]);
});

test("what is delegated may stand there", () => {
  expect(
    errors(`gatehouse: 1
accounts: { shop-dev: { email: sd@example.com, id: "444444444444", unit: workloads/shop, tags: { team: shop } } }
identity: { groups: { shop-leads: {} } }
permissionSets: { shop-deployer: { session: 4h, managedPolicies: ReadOnlyAccess, ${boundary} } }
roles: { shop-images: { in: shop-prod, ${trust}, ${boundary} } }
access:
  - { groups: [developers, shop-leads], permissionSets: [read-only, shop-deployer], to: [shop-prod, shop-dev], until: 2027-02-20 }
  - { groups: developers, permissionSets: read-only, to: { units: workloads/shop }, until: 2027-01-31 }
`),
  ).toEqual([]);
});

const grant = (fields: string) => `access: [{ groups: developers, permissionSets: read-only, ${fields} }]\n`;
const role = (key: string, fields: string) => `roles: { ${key}: { ${fields} } }\n`;

test.each<[title: string, team: string, said: string[]]>([
  [
    "a grant in another team's account",
    grant("to: data-prod, until: 2027-01-31"),
    ['1:63 delegation-target team "shop" may not grant in account "data-prod"'],
  ],
  [
    "a grant in everything",
    grant("to: { all: true }, until: 2027-01-31"),
    ['1:59 delegation-target team "shop" may not grant in account "data-prod"'],
  ],
  [
    "a grant in the management account",
    grant("to: management, until: 2027-01-31"),
    ['1:63 delegation-target team "shop" may not grant in account "management"'],
  ],
  [
    "a permission set that is not theirs to grant",
    "access: [{ groups: developers, permissionSets: administrator, to: shop-prod, until: 2027-01-31 }]\n",
    ['1:48 delegation-grant team "shop" may not grant permission set "administrator"'],
  ],
  [
    "another group",
    "access: [{ groups: admins, permissionSets: read-only, to: shop-prod, until: 2027-01-31 }]\n",
    ['1:20 delegation-grant team "shop" may not grant to group "admins"'],
  ],
  [
    "a grant without an end",
    grant("to: shop-prod"),
    ['1:10 delegation-end team "shop" may not grant without an end: write "until", at most 2027-02-20'],
  ],
  [
    "a grant that ends too late",
    grant("to: shop-prod, until: 2027-02-21"),
    ['1:81 delegation-end team "shop" may not grant beyond 2027-02-20'],
  ],
  [
    "a role without the boundary",
    role("shop-x", `in: shop-prod, ${trust}`),
    [
      '1:10 delegation-boundary team "shop" may not leave out the permissions boundary: write permissionsBoundary: { customerManagedPolicy: edge }',
    ],
  ],
  [
    "a role with another boundary",
    role("shop-x", `in: shop-prod, ${trust}, permissionsBoundary: AdministratorAccess`),
    [
      '1:134 delegation-boundary team "shop" may not leave out the permissions boundary: write permissionsBoundary: { customerManagedPolicy: edge }',
    ],
  ],
  [
    "a role in another team's account",
    role("shop-x", `in: { units: workloads }, ${trust}, ${boundary}`),
    ['1:20 delegation-target team "shop" may not have roles in account "data-prod"'],
  ],
  [
    "a role whose key is not theirs",
    role("pipeline", `in: shop-prod, ${trust}, ${boundary}`),
    ['1:10 delegation-name team "shop" may not define a role "pipeline": it has to be shop-*'],
  ],
  [
    "a role whose name is not theirs",
    role("shop-x", `in: shop-prod, name: OrganizationAccountAccessRole, ${trust}, ${boundary}`),
    ['1:41 delegation-name team "shop" may not define a role "OrganizationAccountAccessRole": it has to be shop-*'],
  ],
  [
    "a role that takes the place of another",
    role("shop-x", `in: shop-prod, renamedFrom: pipeline, ${trust}, ${boundary}`),
    ['1:48 delegation-name team "shop" may not define a role "pipeline": it has to be shop-*'],
  ],
  [
    "a role that trusts somebody outside",
    role(
      "shop-x",
      `in: shop-prod, trust: { thirdParty: "999999999999", externalId: abc }, managedPolicies: ReadOnlyAccess, ${boundary}`,
    ),
    [
      '1:56 delegation-trust team "shop" may not have a role that trusts by "thirdParty": service, role, permissionSet is what it may',
    ],
  ],
  [
    "a role with long sessions",
    role("shop-x", `in: shop-prod, session: 5h, ${trust}, ${boundary}`),
    ['1:44 delegation-session team "shop" may not have sessions of more than 4h'],
  ],
  [
    "an account elsewhere, without the tag",
    'accounts: { shop-x: { email: x@example.com, id: "444444444444", unit: workloads/data } }\n',
    [
      '1:13 delegation-account team "shop" may not have an account without the tag team: shop',
      '1:71 delegation-account team "shop" may not have an account in unit "workloads/data": it has to be in workloads/shop',
    ],
  ],
  [
    "a mistyped group: one mistake, not two",
    "access: [{ groups: shop-dev, permissionSets: read-only, to: shop-prod, until: 2027-01-31 }]\n",
    ['1:20 unknown-group unknown group "shop-dev"; did you mean "shop-devs"?'],
  ],
])("%s", (_, team, said) => {
  expect(errors(team)).toEqual(said.map((one) => `teams/shop/x.yaml:${one}`));
});

describe("what no team may ever write", () => {
  test.each([
    ["organization", "organization: { regions: [eu-west-1] }", "organization.regions"],
    ["another unit", "units: { mine: {} }", "units.mine"],
    ["policies", "policies: { p: { type: scp, preset: deny-root-user } }", "policies.p"],
    ["where groups come from", "identity: { source: identity-store }", "identity.source"],
    ["defaults", "defaults: { roles: { session: 2h } }", "defaults.roles"],
    ["templates", "templates: { t: { unit: workloads } }", "templates.t"],
    ["variables", "variables: { v: 1 }", "variables.v"],
    [
      "its own rules",
      "delegations: { mine: { files: teams/**, mayGrant: { permissionSets: '*', to: { all: true } } } }",
      "delegations.mine",
    ],
    ["how Terraform runs", "terraform: { executionRole: Mine }", "terraform.executionRole"],
    ["monitoring", "monitoring: { alerts: { emails: a@example.com } }", "monitoring.alerts"],
    [
      "managed policies",
      "managedPolicies: { shop-edge: { in: shop-prod, allow: { actions: '*', resources: '*' } } }",
      "managedPolicies.shop-edge",
    ],
  ])("%s", (_, team, path) => {
    expect(
      errors(`${team}
`),
    ).toContainEqual(expect.stringContaining(`delegation-section team "shop" may not write "${path}"`));
  });

  test("an include reaches no further", () => {
    const said = errors("include: ../../free.yaml\n", [{ name: "free.yaml", text: "access: []\n" }]);
    expect(said).toEqual(['teams/shop/x.yaml:1:1 delegation-section team "shop" may not write "include"']);
  });

  test("another team's unit from below", () => {
    expect(errors("units: { workloads: { units: { mine: {} } } }\n")[0]).toMatch(/duplicate-key/);
  });

  test("anchors and merge keys hide nothing", () => {
    const said = errors(
      "access:\n  - &g { groups: developers, permissionSets: read-only, to: shop-prod, until: 2027-01-31 }\n  - { <<: *g, to: data-prod }\n  - { <<: *g, permissionSets: administrator }\n",
    );
    expect(said).toEqual([
      'teams/shop/x.yaml:3:19 delegation-target team "shop" may not grant in account "data-prod"',
      'teams/shop/x.yaml:4:31 delegation-grant team "shop" may not grant permission set "administrator"',
    ]);
  });

  test("nor do variables of the platform", () => {
    const more = [{ name: "v.yaml", text: "variables: { set: administrator, acc: data-prod }\n" }];
    const said = errors(
      'access: [{ groups: developers, permissionSets: "${var.set}", to: "${var.acc}", until: 2027-01-31 }]\n',
      more,
    );
    expect(said.map((one) => one.split(" ")[1])).toEqual(["delegation-grant", "delegation-target"]);
  });
});

test("the platform's defaults give a team its boundary", () => {
  const more = [
    { name: "d.yaml", text: "defaults: { roles: { permissionsBoundary: { customerManagedPolicy: edge } } }\n" },
  ];
  expect(errors(role("shop-x", `in: shop-prod, ${trust}`), more)).toEqual([]);
});

test("what is not delegated at all is named by its kind", () => {
  const few = "delegations:\n  shop: { files: teams/shop/**, mayDeclare: { groups: shop-* } }\n";
  expect(errors(grant("to: shop-prod"), [], few)).toEqual([
    'teams/shop/x.yaml:1:10 delegation-section team "shop" may not grant',
  ]);
});

test("of two delegations of one file, both have to allow", () => {
  const two = `${rules}  all:\n    files: teams/**\n    mayGrant: { groups: shop-*, permissionSets: "*", to: { all: true } }\n`;
  expect(errors(grant("to: shop-prod, until: 2027-01-31"), [], two)).toEqual([
    'teams/shop/x.yaml:1:20 delegation-grant team "all" may not grant to group "developers"',
  ]);
});

test("a message names the rule, and who can help", () => {
  const [problem] = read(grant("to: data-prod, until: 2027-01-31")).problems;
  expect(problem).toMatchObject({
    hint: "what it may is said at rules.yaml:18:7; its owners can move this into a file of theirs, or allow it",
    related: [{ place: { file: "rules.yaml", line: 18 }, message: "the rule" }],
  });
});

test("the management account cannot be delegated", () => {
  expect(
    errors("access: []\n", [], rules.replace("to: { tags: { team: shop } }", "to: [management, shop-prod]")),
  ).toEqual([
    "rules.yaml:18:7 delegation-of-management the management account cannot be delegated: whoever enters it controls the organization",
  ]);
});

test("a delegation of no file is doubtful", () => {
  const { problems } = read("access: []\n", [], rules.replace("teams/shop/**", "team/shop/**"));
  expect(problems.map(({ code }) => code)).toEqual(["delegation-matches-nothing"]);
});

test.each([
  ["teams/shop/**", "rules.yaml", "teams/shop/a/b.yaml", true],
  ["teams/shop/**", "rules.yaml", "Teams/Shop/x.yaml", true],
  ["teams/shop/**", "rules.yaml", "teams/shop/.hidden.yaml", true],
  ["teams/shop/**", "rules.yaml", "teams/shop2/x.yaml", false],
  ["teams/shop-*.yaml", "rules.yaml", "teams/shop-x.yaml/y.yaml", true],
  ["teams/shop.yaml", "rules.yaml", "teams/shop.yaml/a/y.yaml", true],
  ["teams/shop", "rules.yaml", "teams/shop/y.yaml", true],
  ["teams/shop", "rules.yaml", "teams/shop2/y.yaml", false],
  ["teams/*", "rules.yaml", "teams/a/y.yaml", false],
  ["teams/shop-*.yaml", "rules.yaml", "teams/shop-a.yaml", true],
  ["teams/shop-*.yaml", "rules.yaml", "teams/shop-a/b.yaml", false],
  ["shop.yaml", "teams/rules.yaml", "teams/shop.yaml", true],
  ["../teams/**", "rules/rules.yaml", "teams/x.yaml", true],
  ["teams/**", "../m/rules.yaml", "../m/teams/x.yaml", true],
  ["**", "a/rules.yaml", "b/x.yaml", false],
])("%s, written in %s, means %s: %s", (pattern, from, file, expected) => {
  expect(isTeamFile(pattern, from, file)).toBe(expected);
});

test("CODEOWNERS: default first, patterns escaped, teams of one pattern together", () => {
  const place = { file: "r.yaml", line: 1, column: 1, length: 1 };
  const lines = codeOwners(
    [
      { key: "b", files: ["teams/b c/**"], owners: ["@o/b", "b@example.com"], place },
      { key: "a", files: ["teams/a/**", "teams/b c/**"], owners: ["@o/a"], place },
      { key: "none", files: ["teams/none/**"], owners: [], place },
    ],
    ["@o/platform"],
    "access",
    (file) => `access/${file}`,
  );
  expect(lines).toEqual([
    "/access/** @o/platform",
    "/access/teams/a/** @o/a",
    "/access/teams/b\\ c/** @o/a @o/b b@example.com",
  ]);
});

describe("tags that decide over access", () => {
  /** Policies that compare tags: in a condition, in a variable, among keys, as an attribute, in a preset's document. */
  const abac = {
    name: "abac.yaml",
    text: `managedPolicies:
  own:
    in: { all: true }
    allow:
      - { actions: "s3:*", resources: "*", conditions: { StringEquals: { "AWS:principaltag/Team": shop } } }
      - { actions: "sqs:*", resources: "arn:aws:sqs:*:*:\${aws:PrincipalTag/queue, 'none'}-*" }
      - { actions: "ec2:CreateTags", resources: "*", conditions: { "ForAllValues:StringEquals": { "aws:TagKeys": [stage] } } }
identity: { attributes: { costCenter: "\${path:enterprise.costCenter}" } }
`,
  };
  const role = (tags: string) => `roles: { shop-a: { in: shop-prod, ${trust}, ${boundary}, tags: ${tags} } }\n`;
  const allowed = rules.replace("groups: shop-*", "tagValues: { queue: shop-*, size: [s, m] }\n      groups: shop-*");
  const refusals = (team: string, rule = rules, more = abac) => errors(team, [more], rule);

  test.each([
    ["by a condition, whatever its case", "{ tEAM: data }", "set the tag tEAM: data: it has to be shop"],
    ["by a policy variable", "{ queue: data }", "set the tag queue: data: policies compare it"],
    ["by aws:TagKeys", "{ Stage: prod }", "set the tag Stage: prod: policies compare it"],
    ["by an attribute", "{ costcenter: '1' }", "set the tag costcenter: 1: policies compare it"],
  ])("%s", (_, tags, what) => {
    expect(refusals(role(tags))).toEqual([expect.stringContaining(`delegation-tag team "shop" may not ${what}`)]);
  });

  test("others are free, and those that the delegation names have its values", () => {
    expect(refusals(role("{ colour: red, team: shop }"))).toEqual([]);
    expect(refusals(role("{ queue: shop-orders, size: m }"), allowed)).toEqual([]);
    expect(refusals(role("{ queue: data-orders, SIZE: xl }"), allowed)).toEqual([
      expect.stringContaining('team "shop" may not set the tag queue: data-orders: it has to be shop-*'),
      expect.stringContaining('team "shop" may not set the tag SIZE: xl: it has to be s or m'),
    ]);
  });

  test("permission sets and accounts too", () => {
    const set = `permissionSets: { shop-x: { managedPolicies: ReadOnlyAccess, ${boundary}, tags: { queue: q } } }\n`;
    const account =
      "accounts: { shop-x: { email: x@example.com, unit: workloads/shop, tags: { team: shop, queue: q } } }\n";
    for (const text of [set, account]) {
      expect(refusals(text)).toEqual([expect.stringContaining("may not set the tag queue: q: policies compare it")]);
    }
  });

  test("a template or a variable of others is no way around", () => {
    const others = {
      ...abac,
      text: `${abac.text}templates: { t: { tags: { queue: data } } }\nvariables: { v: data }\n`,
    };
    const account = (more: string) => `accounts: { shop-x: { email: x@example.com, unit: workloads/shop, ${more} } }\n`;
    const said = [
      expect.stringMatching(/^teams\/shop\/x\.yaml:.*may not set the tag queue: data: policies compare it/),
    ];
    expect(refusals(account("template: t, tags: { team: shop }"), rules, others)).toEqual(said);
    expect(refusals(account("tags: { team: shop, queue: '${var.v}' }"), rules, others)).toEqual(said);
  });

  test("defaults are not the team's, and are not taken away", () => {
    const others = { ...abac, text: `${abac.text}defaults: { roles: { tags: { queue: base } } }\n` };
    expect(refusals(role("{}"), rules, others)).toEqual([]);
    expect(refusals(role("{ queue: base }"), rules, others)).toEqual([]);
    expect(refusals(role("{ queue: data }"), rules, others)).toEqual([
      expect.stringContaining("may not set the tag queue: data"),
    ]);
    expect(refusals(role(""), rules, others)).toEqual([expect.stringContaining("may not take away the tag queue")]);
  });

  test("a tag in the document of an organization policy", () => {
    const deny = `policies: { p: { type: scp, deny: { actions: "ec2:*", conditions: { StringNotEquals: { "ec2:ResourceTag/owner": x } } } } }\n`;
    expect(refusals(role("{ owner: x }"), rules, { name: "scp.yaml", text: deny })).toEqual([
      expect.stringContaining("may not set the tag owner: x"),
    ]);
  });
});
