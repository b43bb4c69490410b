import { describe, expect, test } from "vitest";
import type { AccessGraph, Role, Trust } from "../../../lib/access/graph.ts";
import { pathsTo } from "../../../lib/access/reach/paths.ts";
import { type RoleFilter, roleRows } from "../../../lib/access/reach/role-rows.ts";
import { good } from "../../fixtures/manifests/bad.ts";
import { graphOf } from "./graph-of.ts";

const [management, prod, dev] = ["111111111111", "222222222222", "333333333333"];
const manifest = (text: string, from = good) => graphOf(from + text);
const withSet = (set: string) => good.replace("managedPolicies: ReadOnlyAccess", set);
const enter = "access:\n  - { groups: developers, permissionSets: read-only, to: shop-dev }\n";
const assume = (...roles: string[]) =>
  `{ actions: sts:AssumeRole, resources: [${roles.map((arn) => `"${arn}"`).join(", ")}] }`;
const arn = (account: string | undefined, role: string) => `arn:aws:iam::${account}:role/${role}`;

/** `who -> step -> step: answer because`. */
const told = async (graph: AccessGraph, filter: RoleFilter = {}) =>
  (await roleRows(graph, filter)).map(
    ({ who, steps, answer, because }) =>
      `${[who, ...steps.map(({ role, account }) => `${role} in ${account}`)].join(" -> ")}: ${answer}, ${because}`,
  );

const reader = "  reader: { in: shop-prod, trust: { account: shop-dev, permissionSet: read-only } }\n";

describe("people of a permission set", () => {
  const inline = (...roles: string[]) => withSet(`allow: [${assume(...roles)}]`);

  test("assume a role that trusts them, when their own policies let them", async () => {
    const graph = manifest(`${enter}roles:\n${reader}`, inline(arn(prod, "reader")));
    expect(await told(graph)).toEqual([
      "read-only in shop-dev -> reader in shop-prod: yes, the role trusts it, and its own policies allow it",
    ]);
    expect(await roleRows(graph)).toMatchObject([
      { people: [{ type: "GROUP", key: "developers" }], kind: "permissionSet" },
    ]);
  });

  test("are told when the role trusts them and their policies do not let them", async () => {
    expect(await told(manifest(`${enter}roles:\n${reader}`, inline(arn(prod, "other"))))).toEqual([
      "read-only in shop-dev -> reader in shop-prod: no, its own policies do not allow it",
    ]);
  });

  test("may do it by a policy of AWS", async () => {
    const rows = (policy: string) => told(manifest(`${enter}roles:\n${reader}`, withSet(`managedPolicies: ${policy}`)));
    expect(await rows("AdministratorAccess")).toEqual([expect.stringContaining(": yes, ")]);
    expect(await rows("ReadOnlyAccess")).toEqual([expect.stringContaining(": no, ")]);
  });

  test("are undecided where a policy is made elsewhere", async () => {
    const [row] = await told(manifest(`${enter}roles:\n${reader}`, withSet("customerManagedPolicies: assume-some")));
    expect(row).toContain(`undecided, it depends on arn:aws:iam::${dev}:policy/assume-some`);
  });

  test("are stopped by their boundary", async () => {
    const set = `allow: [${assume(arn(prod, "reader"))}], permissionsBoundary: ReadOnlyAccess`;
    expect(await told(manifest(`${enter}roles:\n${reader}`, withSet(set)))).toEqual([
      expect.stringContaining("no, its permissions boundary does not allow it"),
    ]);
  });

  test.each([
    ["a service control policy of their own account", "scp", "shop-dev", "no, service control policy"],
    ["a service control policy of the role's account is not asked", "scp", "shop-prod", "yes, "],
    ["a resource control policy of the role's account", "rcp", "shop-prod", "no, resource control policy"],
    ["a resource control policy of their own account is not asked", "rcp", "shop-dev", "yes, "],
  ])("%s", async (_, type, account, expected) => {
    const id = account === "shop-dev" ? dev : prod;
    const attached = inline(arn(prod, "reader")).replace(`id: "${id}",`, `id: "${id}", policies: cap,`);
    const cap = `policies:\n  cap: { type: ${type}, deny: { actions: sts:AssumeRole } }\n`;
    expect(await told(manifest(`${enter}${cap}roles:\n${reader}`, attached))).toEqual([
      expect.stringContaining(`: ${expected}`),
    ]);
  });

  test("go on from role to role", async () => {
    const graph = manifest(
      `${enter}roles:\n${reader.replace("trust:", `allow: [${assume(arn(dev, "last"))}], trust:`)}` +
        "  last: { in: shop-dev, trust: { account: shop-prod, role: reader } }\n",
      inline(arn(prod, "reader")),
    );
    expect(await told(graph, { role: ["last"] })).toEqual([
      "read-only in shop-dev -> reader in shop-prod -> last in shop-dev: yes, the role trusts it, and its own policies allow it",
      "reader in shop-prod -> last in shop-dev: yes, the role trusts it, and its own policies allow it",
    ]);
    const people = ["group", "user"].map((kind) => ({
      [kind]: [kind === "group" ? "developers" : "amin"],
      role: ["last"],
    }));
    for (const filter of people) expect(await told(graph, filter)).toHaveLength(1);
    expect(await told(graph, { account: ["shop-prod"] })).toHaveLength(1);
    expect(await told(graph, { unit: ["workloads/nonprod"] })).toHaveLength(2);
    expect(await told(graph, { permissionSet: ["read-only"] })).toHaveLength(2);
  });
});

describe("chains", () => {
  const chained = (trusts: Readonly<Record<string, string>>) =>
    Object.entries(trusts)
      .map(([key, by]) => `  ${key}: { in: shop-dev, allow: [${assume(arn(dev, "*"))}], trust: ${by} }\n`)
      .join("");
  const role = (key: string) => `{ account: shop-dev, role: ${key} }`;

  test("end where they were before", async () => {
    const text = chained({ a: role("[c, d]"), b: role("a"), c: role("b"), d: "{ service: ec2 }" });
    expect(await told(manifest(`roles:\n${text}`), { role: ["c"], account: ["shop-dev"] })).toEqual([
      expect.stringContaining("a in shop-dev -> b in shop-dev -> c in shop-dev"),
      expect.stringContaining("b in shop-dev -> c in shop-dev"),
      expect.stringContaining("d in shop-dev -> a in shop-dev -> b in shop-dev -> c in shop-dev"),
      expect.stringContaining("service ec2.amazonaws.com -> d in shop-dev -> a in shop-dev"),
    ]);
  });

  test("are as short as possible", async () => {
    const text = chained({ a: "{ service: ec2 }", b: role("a"), c: role("[a, b]") });
    const [row] = await told(manifest(`roles:\n${text}`), { role: ["c"] });
    expect(row).toMatch(/^a in shop-dev -> c in shop-dev: yes/);
  });

  test("of any length are found", async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `r${index}`);
    const trusts = keys.map((key, index) => [key, index === 0 ? "{ service: ec2 }" : role(keys[index - 1]!)]);
    const rows = await roleRows(manifest(`roles:\n${chained(Object.fromEntries(trusts))}`), { role: ["r199"] });
    expect(rows.find(({ kind }) => kind === "service")?.steps).toHaveLength(200);
  });
});

test("in its own account a trust policy that names the role is enough, unless the role's policies deny it", async () => {
  const roles = (own: string) =>
    manifest(
      `roles:\n  a: { in: shop-dev, trust: { service: ec2 }${own} }\n  b: { in: shop-dev, trust: { account: shop-dev, role: a } }\n`,
    );
  const from = (own: string) => told(roles(own), { role: ["b"] });
  expect((await from(""))[0]).toBe("a in shop-dev -> b in shop-dev: yes, the role trusts it");
  expect((await from(", deny: { actions: sts:AssumeRole }"))[0]).toBe(
    "a in shop-dev -> b in shop-dev: no, its own policies deny it",
  );
});

describe("IAM users", () => {
  const role = "roles:\n  r: { in: shop-prod, trust: { account: shop-dev, users: true } }\n";

  test("of the manifest are decided, with MFA; of the others nobody knows", async () => {
    const users = "iam:\n  users:\n    may: { in: shop-dev, assumeRoles: r }\n    may-not: { in: shop-dev }\n";
    expect(await told(manifest(users + role))).toEqual([
      "IAM user may in shop-dev -> r in shop-prod: yes, the role trusts its account, with MFA, and its own policies allow it",
      "other IAM users of shop-dev -> r in shop-prod: undecided, it depends on policies that are not in the manifest",
    ]);
  });

  test("are what MFA asks for: no role can show it", async () => {
    const roles = (more: string) =>
      `roles:\n  r: { in: shop-prod, trust: { account: shop-dev, users: true${more} } }\n` +
      `  any: { in: shop-dev, trust: { service: ec2 }, allow: [${assume("*")}] }\n`;
    const who = async (more: string) => (await roleRows(manifest(roles(more)), { role: ["r"] })).map(({ who }) => who);
    expect(await who("")).toEqual(["other IAM users of shop-dev"]);
    expect(await who(", mfa: false, reason: legacy")).toEqual([
      "any in shop-dev",
      "service ec2.amazonaws.com",
      "other IAM users of shop-dev",
    ]);
  });

  test("through their groups", async () => {
    const text = `iam:
  groups: { analysts: { in: shop-dev, members: amin, assumeRoles: r } }
  users: { amin: { in: shop-dev }, bea: { in: shop-dev } }
roles:
  r: { in: shop-prod, trust: { account: shop-dev, iamGroup: analysts } }
`;
    expect(await told(manifest(text))).toEqual([
      "IAM user amin in shop-dev -> r in shop-prod: yes, the role trusts it, with MFA, and its own policies allow it",
    ]);
  });
});

describe("whom only a trust policy names", () => {
  const trusts: Record<Exclude<Trust["kind"], "roles" | "permissionSet" | "iamGroup">, [Trust, string]> = {
    users: [{ kind: "users", accountIds: [dev!], mfa: true }, "other IAM users of shop-dev"],
    thirdParty: [{ kind: "thirdParty", accountId: "444444444444", externalId: "x1" }, "vendor account 444444444444"],
    service: [{ kind: "service", services: ["lambda.amazonaws.com"] }, "service lambda.amazonaws.com"],
    github: [oidc("github", "token.actions.githubusercontent.com"), "GitHub Actions some:subject"],
    gitlab: [oidc("gitlab", "gitlab.com"), "GitLab some:subject"],
    terraformCloud: [oidc("terraformCloud", "app.terraform.io"), "HCP Terraform some:subject"],
    bitbucket: [
      oidc("bitbucket", "api.bitbucket.org/2.0/workspaces/a/pipelines-config/identity/oidc"),
      "Bitbucket some:subject",
    ],
    eks: [oidc("eks", "oidc.eks.us-east-1.amazonaws.com/id/A"), "EKS some:subject"],
    oidc: [oidc("oidc", "id.example.com"), "OIDC id.example.com some:subject"],
    saml: [
      {
        kind: "saml",
        providerArn: `arn:aws:iam::${prod}:saml-provider/okta`,
        audiences: ["https://signin.aws.amazon.com/saml"],
      },
      "SAML provider okta",
    ],
    cognito: [
      { kind: "cognito", identityPools: ["us-east-1:pool"], authenticated: false },
      "Cognito guests of us-east-1:pool",
    ],
    podIdentity: [
      {
        kind: "podIdentity",
        region: "us-east-1",
        cluster: "shop",
        clusterArn: `arn:aws:eks:us-east-1:${prod}:cluster/shop`,
        namespace: "web",
        serviceAccount: "images",
      },
      "EKS pods web/images of shop",
    ],
    rolesAnywhere: [
      {
        kind: "rolesAnywhere",
        trustAnchor: "on-premises",
        trustAnchorArn: `arn:aws:rolesanywhere:us-east-1:${prod}:trust-anchor/a`,
        attributes: { "x509Subject/CN": ["backup-host"] },
      },
      "certificate CN=backup-host of on-premises",
    ],
  };

  function oidc(kind: Extract<Trust, { issuer: string }>["kind"], issuer: string): Trust {
    return { kind, issuer, audience: "sts.amazonaws.com", subjects: ["some:subject"] };
  }

  const graph = manifest("roles:\n  r: { in: shop-prod, trust: { service: lambda } }\n");
  const [role] = graph.roles as [Role];

  test.each(Object.entries(trusts))("%s", async (kind, [trust, who]) => {
    const rows = await roleRows({ ...graph, roles: [{ ...role, trust }] });
    const answer = kind === "users" ? "undecided" : "yes";
    expect(rows.map((row) => [row.who, row.kind, row.answer])).toEqual([[who, kind, answer]]);
  });

  test("is stopped by a resource control policy, as a vendor is by one about the organization", async () => {
    const perimeter = {
      ...{ key: "perimeter", renamedFrom: null, name: "perimeter", description: "", place: role.place },
      type: "RESOURCE_CONTROL_POLICY" as const,
      document: {
        Version: "2012-10-17" as const,
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "sts:AssumeRole",
            Resource: "*",
            Condition: {
              StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
              BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
            },
          },
        ],
      },
    };
    const capped = (trust: Trust) => ({
      ...graph,
      organization: { ...graph.organization, policies: ["perimeter"] },
      organizationPolicies: [perimeter],
      roles: [{ ...role, trust }],
    });
    expect(await told(capped(trusts.thirdParty[0]))).toEqual([
      'vendor account 444444444444 -> r in shop-prod: no, resource control policy "perimeter" denies it',
    ]);
    expect((await told(capped(trusts.service[0])))[0]).toContain(": yes, ");
  });
});

describe("every way into an account", () => {
  const text = `${enter.replace("to: shop-dev", "to: [shop-dev, { all: true }]")}
breakGlass: { users: { first: { owner: security@example.com } } }
policies:
  deny-root: { type: scp, preset: deny-root-user }
roles:
  vendor: { in: shop-prod, trust: { thirdParty: "444444444444", externalId: abc } }
  push: { in: shop-dev, trust: { github: { repository: a/b, environment: production } }, allow: [${assume(arn(prod, "deploy"))}] }
  deploy: { in: shop-prod, trust: { account: shop-dev, role: push } }
  inner: { in: shop-prod, trust: { account: shop-prod, role: deploy } }
`;
  const graph = manifest(
    text,
    good.replace("managementAccount: management", "managementAccount: management, policies: deny-root"),
  );
  const ways = async (account: string, of: AccessGraph = graph) =>
    (await pathsTo(of, account)).map(({ kind, who, how, answer }) => `${kind}: ${who}, ${how}: ${answer}`);

  test("people, pipelines through their chain, vendors, the execution role and the root user", async () => {
    expect(await ways("shop-prod")).toEqual([
      "assignment: group developers, read-only: yes",
      "role: GitHub Actions repo:a/b:environment:production, push in shop-dev -> deploy in shop-prod: yes",
      "role: GitHub Actions repo:a/b:environment:production, push in shop-dev -> deploy in shop-prod -> inner in shop-prod: yes",
      "role: vendor account 444444444444, vendor in shop-prod: yes",
      "executionRole: administrators of management, OrganizationAccountAccessRole: yes",
      "executionRole: break-glass user first in management, OrganizationAccountAccessRole in shop-prod: yes",
      "root: root user, p@example.com: no",
    ]);
  });

  test("the management account: break-glass users, and a root user whom nothing binds", async () => {
    expect(await ways("management")).toEqual([
      "breakGlass: break-glass user first, with a password and MFA: yes",
      "root: root user, m@example.com: yes",
    ]);
  });

  test("whoever may assign permission sets could let itself in", async () => {
    const administrator = manifest(
      "access:\n  - { groups: developers, permissionSets: read-only, to: management }\n",
      withSet("managedPolicies: AdministratorAccess"),
    );
    expect(await ways("shop-prod", administrator)).toEqual([
      "identityCenter: developers as read-only in management, through IAM Identity Center: yes",
      "executionRole: administrators of management, OrganizationAccountAccessRole: yes",
      "executionRole: developers as read-only in management, OrganizationAccountAccessRole in shop-prod: yes",
      "root: root user, p@example.com: yes",
    ]);
  });

  test("nothing is said of an account that is not there", async () => {
    expect(await pathsTo(graph, "nowhere")).toEqual([]);
  });
});

test("management is not bound by organization policies", async () => {
  const roles = `roles:
  a: { in: management, trust: { service: lambda }, allow: [${assume(arn(prod, "b"))}] }
  b: { in: shop-prod, trust: { account: management, role: a } }
policies: { cap: { type: scp, deny: { actions: "sts:*" } } }
`;
  const capped = good.replace("managementAccount: management", "managementAccount: management, policies: cap");
  expect((await told(manifest(roles, capped), { role: ["b"] }))[0]).toBe(
    "a in management -> b in shop-prod: yes, the role trusts it, and its own policies allow it",
  );
  expect(management).toBe("111111111111");
});
