import { describe, expect, test } from "vitest";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { stackList } from "../../stacks/plan-order.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { graphOf } from "../lib/access/graph-of.ts";
import { account, bare, management } from "./graph.ts";

type Resources = Record<string, Record<string, Record<string, unknown>>>;

function resources(graph: AccessGraph, name: string): Resources {
  const [stack] = synthesize(graph, { only: [name] }).stacks;
  return JSON.parse(stack?.json ?? "{}").resource;
}

const security = { name: "Ada", title: "On call", email: "ada@example.com", phone: "+49 30 1234567" };

describe("accounts", () => {
  const graph: AccessGraph = {
    ...bare,
    accounts: [
      { ...management, contacts: [{ type: "BILLING", ...security }] },
      account("shop", { contacts: [{ type: "SECURITY", ...security }], deletionProtection: false }),
    ],
  };
  const { aws_account_alternate_contact: contacts, ...rest } = resources(graph, "organization");

  test("have contacts, the management account without naming itself", () => {
    expect(contacts).toEqual({
      "management--billing": {
        alternate_contact_type: "BILLING",
        email_address: "ada@example.com",
        name: "Ada",
        phone_number: "+49 30 1234567",
        title: "On call",
        depends_on: ["aws_organizations_organization.this"],
      },
      "shop--security": expect.objectContaining({
        alternate_contact_type: "SECURITY",
        account_id: "${aws_organizations_account.shop.id}",
      }),
    });
    expect(rest.aws_organizations_organization?.this?.aws_service_access_principals).toEqual(["account.amazonaws.com"]);
  });

  test("may be removed once their protection is off", () => {
    expect(rest.aws_organizations_account?.shop?.lifecycle).not.toHaveProperty("prevent_destroy");
  });
});

test("delegated administrators are registered, and their services trusted", () => {
  const delegatedAdministrators = [{ service: "fms.amazonaws.com", account: "security", place: management.place }];
  const organization = { ...bare.organization, delegatedAdministrators };
  const made = resources(
    { ...bare, organization, accounts: [management, account("security", { id: "222222222222" })] },
    "organization",
  );
  expect(made.aws_organizations_delegated_administrator).toEqual({
    [Object.keys(made.aws_organizations_delegated_administrator ?? {})[0]!]: {
      service_principal: "fms.amazonaws.com",
      account_id: "222222222222",
      depends_on: ["aws_organizations_account.security"],
    },
  });
  expect(made.aws_organizations_organization?.this?.aws_service_access_principals).toEqual(["fms.amazonaws.com"]);
});

test("policies of every type are written, and their types enabled", () => {
  const graph = graphOf(`gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: m, policies: [a, b, c, d, e, f] }
accounts: { m: { email: m@example.com, id: "111111111111" } }
policies:
  a: { type: scp, preset: require-imdsv2 }
  b: { type: rcp, preset: data-perimeter-identities }
  c: { type: tag, document: { tags: { team: { tag_key: { "@@assign": team } } } } }
  d: { type: backup, document: { plans: {} } }
  e: { type: ai-opt-out, preset: ai-opt-out }
  f: { type: declarative, preset: no-public-images }
`);
  const made = resources(graph, "organization");
  expect(made.aws_organizations_organization?.this?.enabled_policy_types).toEqual([
    "AISERVICES_OPT_OUT_POLICY",
    "BACKUP_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "RESOURCE_CONTROL_POLICY",
    "SERVICE_CONTROL_POLICY",
    "TAG_POLICY",
  ]);
  expect(Object.keys(made.aws_organizations_policy_attachment ?? {})).toHaveLength(6);
  expect(JSON.parse(String(made.aws_organizations_policy?.c?.content))).toEqual({
    tags: { team: { tag_key: { "@@assign": "team" } } },
  });
});

const budgeted = `
budgets:
  usual:
    in: { all: true }
    amount: 500.5
    alerts: [{ at: 100, forecast: true }, { at: 80 }]
    emails: [finance@example.com, b@example.com]
`;

describe("budgets", () => {
  const graph = graphOf(`gatehouse: 1
organization: { homeRegion: us-east-1, managementAccount: m }
accounts:
  m: { email: m@example.com, id: "111111111111" }
  shop: { email: shop@example.com, id: "222222222222" }
  new: { email: new@example.com }
${budgeted}`);

  test("are one for each account, by its id", () => {
    expect(resources(graph, "budgets").aws_budgets_budget).toEqual({
      "usual--shop": {
        name: "usual-222222222222",
        budget_type: "COST",
        limit_amount: "500.5",
        limit_unit: "USD",
        time_unit: "MONTHLY",
        cost_filter: [{ name: "LinkedAccount", values: ["222222222222"] }],
        notification: [
          {
            comparison_operator: "GREATER_THAN",
            notification_type: "ACTUAL",
            subscriber_email_addresses: ["b@example.com", "finance@example.com"],
            threshold: 80,
            threshold_type: "PERCENTAGE",
          },
          expect.objectContaining({ notification_type: "FORECASTED", threshold: 100 }),
        ],
      },
    });
  });

  test("wait for an account that has no id yet", () => {
    expect(synthesize(graph).problems).toMatchObject([
      { code: "account-id-unknown", message: 'account "new" has no id yet; left out: budgets' },
    ]);
  });
});

describe("a single account", () => {
  const graph = graphOf(`gatehouse: 1
organization: { mode: single-account, homeRegion: us-east-1, managementAccount: only }
accounts: { only: { email: only@example.com, id: "111111111111" } }
roles: { web: { in: { all: true }, trust: { service: ec2 } } }
${budgeted}`);

  test("has no organization stack, and nothing waits for one", () => {
    expect(stackList(graph).map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ["account-only", []],
      ["budgets", []],
    ]);
  });

  test("is reached by selections, and its whole bill is budgeted", () => {
    expect(Object.keys(resources(graph, "account-only").aws_iam_role ?? {})).toEqual(["web"]);
    const { "usual--only": budget } = resources(graph, "budgets").aws_budgets_budget ?? {};
    expect(budget).not.toHaveProperty("cost_filter");
  });

  const contacts = 'contacts: { security: { name: Ada, title: On call, email: ada@example.com, phone: "1" } }';
  const withContacts = (id: string) =>
    graphOf(`gatehouse: 1
organization: { mode: single-account, homeRegion: us-east-1, managementAccount: only }
accounts: { only: { email: only@example.com, ${id}${contacts} } }
`);

  test("sets its own contacts, in its own stack", () => {
    const { stacks, problems } = synthesize(withContacts('id: "111111111111", '));
    expect(problems).toEqual([]);
    expect(stacks.map(({ name, json }) => [name, JSON.parse(json).resource])).toEqual([
      [
        "account-only",
        {
          aws_account_alternate_contact: {
            security: {
              alternate_contact_type: "SECURITY",
              name: "Ada",
              title: "On call",
              email_address: "ada@example.com",
              phone_number: "1",
            },
          },
        },
      ],
    ]);
  });

  test("waits with them for its id", () => {
    expect(synthesize(withContacts(""))).toMatchObject({ stacks: [], problems: [{ code: "account-id-unknown" }] });
  });
});

test("what is renamed is moved: budgets, contacts and delegations follow their account", () => {
  const manifest = (key: string, renamed: string) => `gatehouse: 1
organization: { homeRegion: us-east-1, managementAccount: m, delegatedAdministrators: { fms.amazonaws.com: ${key} } }
accounts:
  m: { email: m@example.com, id: "111111111111" }
  ${key}:
    name: Shop
    email: shop@example.com
    id: "222222222222"
    contacts: { security: { name: Ada, title: On call, email: a@example.com, phone: "1" } }
    ${renamed}
budgets: { usual: { in: ${key}, amount: 1, emails: a@example.com } }
`;
  const [before, after] = [graphOf(manifest("shop", "")), graphOf(manifest("store", "renamedFrom: shop"))];
  for (const name of ["organization", "budgets"]) {
    const [stack] = synthesize(after, { only: [name] }).stacks;
    const { moved = [], resource } = JSON.parse(stack?.json ?? "{}");
    const addresses = (of: Resources) =>
      Object.entries(of).flatMap(([type, bodies]) => Object.keys(bodies).map((id) => `${type}.${id}`));
    const old = addresses(resources(before, name)).map(
      (address) => moved.find(({ from }: { from: string }) => from === address)?.to ?? address,
    );
    expect(old.sort()).toEqual(addresses(resource).sort());
  }
  expect(resources(after, "budgets").aws_budgets_budget?.["usual--store"]?.name).toBe("usual-222222222222");
});
