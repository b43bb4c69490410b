/** What an editor completes and checks by: complete, true to the grammar, and never stricter than `validate`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { template } from "../../../cli/template.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { type BadManifest, good } from "../../fixtures/manifests/bad.ts";

type Node = Record<string, unknown>;

const root = new URL("../../../", import.meta.url).pathname;
const schema: Node = JSON.parse(readFileSync(join(root, "schema/manifest.schema.json"), "utf8"));
const ajv = formats.default(new Ajv({ allErrors: true, allowUnionTypes: true, inlineRefs: false }));
const validate = ajv.compile(schema);
const wrong = (value: unknown) =>
  validate(value) ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath);

const blocks = (name: string) =>
  [...readFileSync(join(root, "docs", name), "utf8").matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);
const examples = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
  // templates of conformance packs are CloudFormation
  .filter((name) => /\.ya?ml$/.test(name) && !name.includes("/packs/"))
  .sort()
  .map((name) => ({ name: `examples/${name}`, text: readFileSync(join(root, "examples", name), "utf8") }));
const documented = ["manifest.md", "access.md"].flatMap((name) =>
  blocks(name)
    .map((text, index) => ({ name: `docs/${name}, block ${index + 1}`, text }))
    .filter(({ text }) => parse(text) !== null),
);

describe("every field", () => {
  const definitions = schema.definitions as Record<string, Node>;
  const resolved = (node: Node): Node => {
    const ref = typeof node.$ref === "string" ? definitions[node.$ref.replace("#/definitions/", "")] : undefined;
    return ref === undefined ? node : resolved(ref);
  };
  const isNode = (value: unknown): value is Node =>
    typeof value === "object" && value !== null && !Array.isArray(value);

  /** Every field of the schema with its path, as far as definitions; these are walked by themselves. */
  function fieldsOf(node: unknown, path: string): [string, Node][] {
    if (Array.isArray(node)) return node.flatMap((one, index) => fieldsOf(one, `${path}/${index}`));
    if (!isNode(node)) return [];
    return Object.entries(node).flatMap(([keyword, value]) => {
      if (["default", "examples", "enum", "const", "required", "not"].includes(keyword)) return [];
      const own =
        keyword === "properties" && isNode(value)
          ? Object.entries(value).map(([name, field]): [string, Node] => [`${path}/properties/${name}`, field as Node])
          : [];
      return [...own, ...fieldsOf(value, `${path}/${keyword}`)];
    });
  }
  const fields = fieldsOf(schema, "").map(([path, node]): [string, Node] => [path, resolved(node)]);
  const failing = (fails: (node: Node) => boolean) => fields.flatMap(([path, node]) => (fails(node) ? [path] : []));

  test("has a description", () => {
    expect(fields.length).toBeGreaterThan(500);
    expect(failing(({ description }) => typeof description !== "string" || !/^[^\n]+\.$/.test(description))).toEqual(
      [],
    );
  });

  test("of a closed set lists it", () => {
    expect(failing((node) => /"pattern":"\^\(?[\w-]+(\|[\w-]+)+\)?\$/.test(JSON.stringify(node)))).toEqual([]);
  });

  test("shows the default that its description speaks of", () => {
    const said = /\b(\d+[a-z]?|true|false) when left out/;
    expect(failing(({ description, default: usual }) => said.test(String(description)) && usual === undefined)).toEqual(
      [],
    );
  });

  test("has a default and examples that it takes", () => {
    const untrue = fields.flatMap(([path, node]) => {
      const values = [...("default" in node ? [node.default] : []), ...((node.examples as unknown[]) ?? [])];
      if (values.length === 0) return [];
      const check = ajv.compile({ ...node, definitions });
      return values.flatMap((value) => (check(value) ? [] : [`${path}: ${JSON.stringify(value)}`]));
    });
    expect(untrue).toEqual([]);
  });

  test("of an entry that there is a default for may be written with no value", () => {
    const inherited = (section: string, below: Node): [string, string[]][] => {
      const names = Object.keys((resolved(below).properties ?? {}) as Node);
      return [[section, names]];
    };
    const defaults = (resolved((schema.properties as Node).defaults as Node).properties ?? {}) as Record<string, Node>;
    const { monitoring, ...sections } = defaults;
    const taken = [
      ...Object.entries(sections).flatMap(([section, node]) => inherited(section, node)),
      ...Object.entries((monitoring?.properties ?? {}) as Record<string, Node>).flatMap(([section, node]) =>
        inherited(`monitoring/${section}`, node),
      ),
    ];
    expect(taken.length).toBeGreaterThan(8);
    const atField = (section: string, entry: Node) => {
      const [outer = "", within] = section.split("/");
      const entries = outer === "access" ? [entry] : { some: entry };
      return { [outer]: within === undefined ? entries : { [within]: entries } };
    };
    for (const [section, names] of taken) {
      for (const name of names) {
        const at = `/${section}/${section === "access" ? 0 : "some"}/${name}`;
        expect(wrong(atField(section, { [name]: null })), `${section}: ${name}`).not.toContain(at);
      }
    }
    expect(wrong({ accounts: { a: { email: null } } })).toContain("/accounts/a/email");
  });
});

describe("what validates is valid", () => {
  test.each([...examples, ...documented])("$name", ({ text }) => {
    expect(wrong(parse(text))).toEqual([]);
  });

  test.each<[string, string[]]>([
    ["what init writes", [template]],
    [
      "an owner taken away",
      [
        good,
        `defaults: { access: { owner: a team } }
access:
  - groups: developers
    permissionSets: read-only
    to: shop-dev
    owner:
`,
      ],
    ],
    [
      "variables for texts, numbers, choices, and true and false",
      [
        good,
        'variables: { state: active, yes: true, size: 16, when: 4h, end: "2027-01-31", stage: prod }\n',
        `permissionSets: { deployer: { managedPolicies: ReadOnlyAccess, session: "\${var.when}" } }
accounts: { shop-test: { email: t@example.com, unit: "workloads/\${var.stage}", state: "\${var.state}" } }
passwordPolicy: { in: shop-dev, minimumLength: "\${var.size}", requireSymbols: "\${var.yes}" }
access: [{ groups: developers, permissionSets: [read-only, deployer], to: shop-dev, until: "\${var.end}" }]
`,
      ],
    ],
  ])("%s", (_, texts) => {
    const files = texts.map((text, index) => ({ name: `${index}.yaml`, text }));
    const { problems } = readManifest(files, { asOf: "2026-11-22", policyFiles: new Map() });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    for (const text of texts) expect(wrong(parse(text))).toEqual([]);
  });

  test("with a variable for any of its values", () => {
    const withVariable = (value: unknown, chosen: (count: number) => boolean, state = { count: 0 }): unknown => {
      if (Array.isArray(value)) return value.map((one) => withVariable(one, chosen, state));
      if (value === null || typeof value !== "object") return chosen(state.count++) ? "${var.some}" : value;
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [
          key,
          // where no variable may stand
          ["variables", "include", "file", "bundle"].includes(key) ? one : withVariable(one, chosen, state),
        ]),
      );
    };
    const manifests = examples
      .filter(({ text }) => /schema\/manifest\.schema\.json/.test(text))
      .map(({ text }) => parse(text));
    fc.assert(
      fc.property(fc.constantFrom(...manifests), fc.nat(400), (manifest, at) => {
        expect(wrong(withVariable(manifest, (count) => count === at))).toEqual([]);
      }),
    );
    for (const manifest of manifests) expect(wrong(withVariable(manifest, () => true))).toEqual([]);
  });
});

const entry = "{ email: a@example.com }";
test.each<[string, string, string]>([
  ["an unknown section", "acounts: {}", ""],
  ["another version of the grammar", "gatehouse: 2", "/gatehouse"],
  [
    "an unknown key of the organization",
    "organization: { homeRegion: us-east-1, managementAccount: m, mood: x }",
    "/organization",
  ],
  [
    "an unknown mode",
    "organization: { homeRegion: us-east-1, managementAccount: m, mode: solo }",
    "/organization/mode",
  ],
  ["a Region that is none", "organization: { homeRegion: virginia, managementAccount: m }", "/organization/homeRegion"],
  ["an organization without a home Region", "organization: { managementAccount: m }", "/organization"],
  [
    "an id of no organization",
    "organization: { homeRegion: us-east-1, managementAccount: m, id: x-1 }",
    "/organization/id",
  ],
  [
    "a negative count",
    "organization: { homeRegion: us-east-1, managementAccount: m, reservedSlots: { scp: -1 } }",
    "/organization/reservedSlots/scp",
  ],
  [
    "a service that is no principal",
    "organization: { homeRegion: us-east-1, managementAccount: m, trustedServices: [sso] }",
    "/organization/trustedServices/0",
  ],
  ["an unknown key of a unit", "units: { a: { units: { b: { nmae: x } } } }", "/units/a/units/b"],
  ["an account without an address", "accounts: { a: {} }", "/accounts/a"],
  ["an account id of eleven digits", 'accounts: { a: { email: a@example.com, id: "12345678901" } }', "/accounts/a/id"],
  ["an account id without quotes", "accounts: { a: { email: a@example.com, id: 123456789012 } }", "/accounts/a/id"],
  ["an address that is none", "accounts: { a: { email: example.com } }", "/accounts/a/email"],
  ["an unknown state", "accounts: { a: { email: a@example.com, state: retired } }", "/accounts/a/state"],
  ["a key with a blank", `accounts: { "a b": ${entry} }`, "/accounts"],
  [
    "a contact without a phone",
    "accounts: { a: { email: a@example.com, contacts: { billing: { name: A, title: B, email: a@example.com } } } }",
    "/accounts/a/contacts/billing",
  ],
  [
    "yes for true",
    'accounts: { a: { email: a@example.com, deletionProtection: "yes" } }',
    "/accounts/a/deletionProtection",
  ],
  ["a policy of an unknown type", "policies: { p: { type: spc, preset: deny-root-user } }", "/policies/p/type"],
  ["an unknown preset", "policies: { p: { type: scp, preset: deny-all } }", "/policies/p/preset"],
  [
    "a statement with an unknown key",
    "policies: { p: { type: scp, deny: { actions: s3:*, resource: x } } }",
    "/policies/p/deny",
  ],
  [
    "a statement with actions and all but actions",
    "policies: { p: { type: scp, deny: { actions: s3:*, notActions: iam:* } } }",
    "/policies/p/deny",
  ],
  ["a statement without actions", 'policies: { p: { type: scp, deny: { resources: "*" } } }', "/policies/p/deny"],
  [
    "an action without a service",
    "policies: { p: { type: scp, deny: { actions: GetObject } } }",
    "/policies/p/deny/actions",
  ],
  [
    "an unknown condition operator",
    "policies: { p: { type: scp, deny: { actions: s3:*, conditions: { Equals: { a: b } } } } }",
    "/policies/p/deny/conditions",
  ],
  [
    "a budget that is a text",
    "budgets: { b: { in: { all: true }, amount: much, emails: a@example.com } }",
    "/budgets/b/amount",
  ],
  [
    "an unknown period",
    "budgets: { b: { in: { all: true }, amount: 5, period: weekly, emails: a@example.com } }",
    "/budgets/b/period",
  ],
  ["an unknown quota", "limits: { friends: 5 }", "/limits"],
  ["an unknown source of people", "identity: { source: scim }", "/identity/source"],
  ["a user without a name", "identity: { users: { u: { email: a@example.com } } }", "/identity/users/u"],
  ["an ARN that is none", "identity: { instanceArn: ssoins-1 }", "/identity/instanceArn"],
  ["a session without a unit", "permissionSets: { p: { session: 4 } }", "/permissionSets/p/session"],
  ["a session in words", "permissionSets: { p: { session: four hours } }", "/permissionSets/p/session"],
  [
    "a policy without a place",
    "managedPolicies: { p: { allow: { actions: s3:*, resources: '*' } } }",
    "/managedPolicies/p",
  ],
  ["a grant of nothing", "access: [{ groups: g, to: a }]", "/access/0"],
  ["a grant to nowhere", "access: [{ groups: g, permissionSets: p }]", "/access/0"],
  [
    "a date in another order",
    "access: [{ groups: g, permissionSets: p, to: a, until: 31.01.2027 }]",
    "/access/0/until",
  ],
  ["an unknown key of a grant", "access: [{ groups: g, permissionSets: p, to: a, untill: 2027-01-31 }]", "/access/0"],
  [
    "a selection by two things",
    "access: [{ groups: g, permissionSets: p, to: { units: u, tags: { a: b } } }]",
    "/access/0/to",
  ],
  [
    "a selection by nothing",
    "access: [{ groups: g, permissionSets: p, to: { except: { accounts: a } } }]",
    "/access/0/to",
  ],
  ["all: false", "access: [{ groups: g, permissionSets: p, to: { all: false } }]", "/access/0/to/all"],
  ["an empty list", "access: [{ groups: [], permissionSets: p, to: a }]", "/access/0/groups"],
  ["an IAM user in two accounts", "iam: { users: { u: { in: [a, b] } } }", "/iam/users/u/in"],
  ["a break-glass user of nobody", "breakGlass: { users: { u: {} } }", "/breakGlass/users/u"],
  ["a password of five characters", "passwordPolicy: { in: a, minimumLength: 5 }", "/passwordPolicy/minimumLength"],
  ["a role that nobody may assume", "roles: { r: { in: a } }", "/roles/r"],
  ["an unknown kind of trust", "roles: { r: { in: a, trust: { anybody: true } } }", "/roles/r/trust"],
  [
    "a vendor without an external id",
    'roles: { r: { in: a, trust: { thirdParty: "999999999999" } } }',
    "/roles/r/trust",
  ],
  [
    "a repository without an owner",
    "roles: { r: { in: a, trust: { github: { repository: shop, branch: main } } } }",
    "/roles/r/trust/github/repository",
  ],
  [
    "a branch and a tag",
    "roles: { r: { in: a, trust: { github: { repository: a/b, branch: main, tag: v1 } } } }",
    "/roles/r/trust/github",
  ],
  [
    "an unknown permission preset",
    "roles: { r: { in: a, trust: { service: ec2 }, presets: everything } }",
    "/roles/r/presets",
  ],
  [
    "a provider of both kinds",
    "identityProviders: { p: { in: a, oidc: { url: https://a.example }, saml: { file: a.xml } } }",
    "/identityProviders/p",
  ],
  ["a trust anchor without certificates", "trustAnchors: { t: { in: a } }", "/trustAnchors/t"],
  [
    "an action of another service on a bucket",
    "bucketPolicies: { b: { in: a, bucket: abc, allow: { roles: r, actions: iam:GetUser } } }",
    "/bucketPolicies/b/allow/actions",
  ],
  ["an unknown part of monitoring", "monitoring: { trails: {} }", "/monitoring"],
  [
    "a retention that CloudWatch Logs does not know",
    "monitoring: { logGroups: { l: { retention: 91d } } }",
    "/monitoring/logGroups/l/retention",
  ],
  [
    "an unknown statistic",
    "monitoring: { alarms: { a: { namespace: N, metric: M, threshold: 1, statistic: Mean } } }",
    "/monitoring/alarms/a/statistic",
  ],
  [
    "a threshold in words",
    "monitoring: { alarms: { a: { namespace: N, metric: M, threshold: high } } }",
    "/monitoring/alarms/a/threshold",
  ],
  [
    "an unknown protocol",
    "monitoring: { topics: { t: { subscriptions: { protocol: pigeon, endpoint: x } } } }",
    "/monitoring/topics/t/subscriptions/protocol",
  ],
  ["a dashboard without content", "monitoring: { dashboards: { d: {} } }", "/monitoring/dashboards/d"],
  [
    "an unknown feature of GuardDuty",
    "monitoring: { guardDuty: { features: [s4] } }",
    "/monitoring/guardDuty/features/0",
  ],
  [
    "an assertion of two sentences",
    "assertions: { a b: { never: { groups: g }, only: { groups: g } } }",
    "/assertions/a b",
  ],
  ["an unknown backend", "terraform: { backend: floppy }", "/terraform/backend"],
  ["a delegation of no files", "delegations: { d: { owners: '@a/b' } }", "/delegations/d"],
  [
    "a kind of trust that is none",
    "delegations: { d: { files: a/**, mayDeclare: { trust: everybody } } }",
    "/delegations/d/mayDeclare/trust",
  ],
  ["a variable that is a list", "variables: { v: [1] }", "/variables/v"],
  ["an email in a template", "templates: { t: { email: a@example.com } }", "/templates/t"],
  ["a default of what says who an entry is", "defaults: { access: { groups: g } }", "/defaults/access"],
])("%s is seen by the editor", (_, text, path) => {
  expect(wrong(parse(text))).toContain(path);
});

describe("keys that go together", async () => {
  const folder = new URL("test/fixtures/manifests/", `file://${root}`);
  const modules = await Promise.all(readdirSync(folder).map((name) => import(new URL(name, folder).href)));
  const bad: BadManifest[] = modules.flatMap((module) => module.bad);
  const together =
    / invalid-value (?!unknown)(.*"\S+" and "\S+" exclude each other|.*\bneeds? (one of )?"|.*\bneed an? "|.* go with "|say |nobody is told)/;
  // what a default, a template or a file of defaults may add, and what a value decides
  const byValidateAlone = [
    /"deletionProtection: false" needs/,
    /"paths" go with a "message"/,
    /"in" and "regions" go with "logGroupName"/,
    /nobody is told: write "emails"/,
  ];

  test.each(
    bad.flatMap(({ title, text, says }) => {
      const mistakes = says.filter((said) => together.test(said) && !byValidateAlone.some((one) => one.test(said)));
      return mistakes.length === 0 ? [] : [{ title, text, mistakes }];
    }),
  )("$title: $mistakes", ({ text }) => {
    expect(wrong(parse(text))).not.toEqual([]);
  });

  const statement = { actions: "s3:GetObject" };
  const policies = (p: Node) => ({ policies: { p: { type: "scp", ...p } } });
  const roles = (r: Node) => ({ roles: { r: { in: "a", trust: { service: "ec2" }, ...r } } });
  const trust = (trust: Node) => roles({ trust });
  const repository = { repository: "a/b" };
  const reason = { reason: "for a while" };
  const managed = (p: Node) => ({ managedPolicies: { p: { in: "a", ...p } } });
  const events = (e: Node) => ({ monitoring: { events: { e } } });
  const filters = (f: Node) => ({
    monitoring: { metricFilters: { f: { pattern: "", metric: { namespace: "N", name: "M" }, ...f } } },
  });
  const alarms = (a: Node) => ({ monitoring: { alarms: { a: { namespace: "N", metric: "M", threshold: 1, ...a } } } });
  const never = (never: Node) => ({ assertions: { s: { never } } });
  const declares = (mayDeclare: Node) => ({ delegations: { d: { files: "a/**", mayDeclare } } });

  test.each<[string, Node[], Node[]]>([
    [
      "a policy",
      [
        policies({ preset: "deny-root-user" }),
        policies({ allow: [{ ...statement, resources: "*" }], deny: statement }),
      ],
      [
        policies({}),
        policies({ preset: "deny-root-user", deny: statement }),
        policies({ deny: statement, document: {} }),
        policies({ document: {}, file: "a.json" }),
      ],
    ],
    [
      "a statement",
      [policies({ deny: { ...statement, notResources: "*" } })],
      [policies({ allow: statement }), policies({ deny: { ...statement, resources: "*", notResources: "*" } })],
    ],
    [
      "permissions",
      [roles({ file: "a.json" }), roles({ deny: statement, managedPolicies: "ReadOnlyAccess" })],
      [roles({ file: "a.json", deny: statement }), { permissionSets: { p: { file: "a.json", deny: statement } } }],
    ],
    [
      "a managed policy",
      [managed({ existing: true }), managed({ deny: statement }), managed({ existing: "${var.yes}" })],
      [managed({}), managed({ existing: true, file: "a.json" }), managed({ existing: false, file: "a.json" })],
    ],
    [
      "a trust",
      [
        trust({ account: "a", users: true, mfa: false, ...reason }),
        trust({ account: "a", users: true, mfa: "${var.mfa}" }),
        trust({ github: { ...repository, branch: "main" } }),
        trust({ gitlab: { project: "a/b", branch: "main", tag: "v1" } }),
      ],
      [
        trust({ account: "a", users: true, mfa: false }),
        trust({ github: repository }),
        trust({ github: [{ ...repository, branch: "main", pullRequest: true }] }),
        trust({ gitlab: { project: "a/b" } }),
        trust({ cognito: { identityPool: "us-east-1:4f1c2f5e-0000-4000-8000-000000000000", authenticated: false } }),
        trust({ rolesAnywhere: { trustAnchor: "a" } }),
      ],
    ],
    [
      "a grant",
      [{ access: [{ users: "u", permissionSets: "p", to: "a" }] }],
      [{ access: [{ permissionSets: "p", to: "a" }] }],
    ],
    [
      "an event",
      [events({ pattern: {} }), events({ apiCalls: { source: "ec2", names: "RunInstances" } })],
      [events({}), events({ pattern: {}, apiCalls: { source: "ec2", names: "RunInstances" } })],
    ],
    [
      "a metric filter",
      [filters({ trail: true }), filters({ logGroupName: "/a", in: "a" })],
      [filters({}), filters({ trail: true, logGroup: "g" })],
    ],
    ["an alarm", [alarms({ percentile: 99 })], [alarms({ percentile: 99, statistic: "Sum" })]],
    ["an assertion", [never({ to: "a", roles: "r" })], [never({}), never({ to: "a" })]],
    [
      "what a team may declare",
      [declares({ accounts: "a" }), declares({ roles: "r", in: "a", boundary: "b" })],
      [declares({ roles: "r", boundary: "b" }), declares({ permissionSets: "p" })],
    ],
    ["whoever is told", [{ monitoring: { topics: { t: {} } } }], [{ monitoring: { alerts: {} } }]],
  ])("%s", (_, right, mistaken) => {
    for (const one of right) expect(wrong(one), JSON.stringify(one)).toEqual([]);
    for (const one of mistaken) expect(wrong(one), JSON.stringify(one)).not.toEqual([]);
  });
});

test("a default with no value is seen by the editor, where it takes nothing away", () => {
  const nulls = [
    { defaults: { access: { owner: null } } },
    { defaults: { monitoring: { alarms: { period: null } } } },
    { templates: { t: { unit: null } } },
  ];
  for (const one of nulls) expect(wrong(one), JSON.stringify(one)).not.toEqual([]);
});

describe("the line that leads the editor to the schema", () => {
  const modeline = /^# yaml-language-server: \$schema=(\S+)\n/;

  test.each(examples)("$name", ({ name, text }) => {
    const [, path = ""] = text.match(modeline) ?? [];
    expect(path).toMatch(/manifest\.schema\.json$/);
    expect(existsSync(resolve(root, dirname(name), path))).toBe(true);
  });
});
