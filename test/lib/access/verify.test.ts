import { describe, expect, test } from "vitest";
import { verify } from "../../../lib/access/verify.ts";
import { good } from "../../fixtures/manifests/bad.ts";
import { graphOf } from "./graph-of.ts";

/** amin is a developer, bea a contractor and an auditor. */
const base = good
  .replace(
    "developers: { members: amin }",
    "developers: { members: amin }\n    contractors: { members: bea }\n    auditors: { members: bea }",
  )
  .replace(
    "email: amin@example.com }",
    "email: amin@example.com }\n    bea: { givenName: Bea, familyName: L, email: bea@example.com }",
  )
  .replace(
    "managedPolicies: ReadOnlyAccess }",
    "managedPolicies: ReadOnlyAccess }\n  administrator: { managedPolicies: AdministratorAccess }",
  );
const grant = (groups: string, set: string, to: string, more = "") =>
  `  - { groups: ${groups}, permissionSets: ${set}, to: ${to}${more} }\n`;
const assertion = (said: string) => `assertions:\n  it holds: { ${said} }\n`;
const role = (key: string, to: string, trust: string, more = "") => `  ${key}: { in: ${to}, trust: ${trust}${more} }\n`;

async function said(text: string, from = base): Promise<string[]> {
  const problems = await verify(graphOf(from + text));
  return problems.map(({ severity, code, message }) => `${severity} ${code} ${message}`);
}

const broken = (what: string) => [`error assertion-broken "it holds" is broken: ${what}`];

describe("never", () => {
  const prod = `access:\n${grant("developers", "read-only", "shop-prod")}${grant("auditors", "read-only", "shop-prod")}`;

  test.each<[string, string, string[]]>([
    ["holds for who is not there", "never: { groups: developers, to: shop-dev }", []],
    [
      "names the group",
      "never: { groups: developers, to: { units: workloads/prod } }",
      broken('group "developers" has "read-only" in "shop-prod"'),
    ],
    [
      "follows members into their other groups",
      "never: { groups: contractors, to: shop-prod }",
      broken('user "bea" of group "auditors" has "read-only" in "shop-prod"'),
    ],
    [
      "follows users through groups",
      "never: { users: amin, to: shop-prod }",
      broken('user "amin" of group "developers" has "read-only" in "shop-prod"'),
    ],
    [
      "asks only about the permission sets that are named",
      "never: { groups: developers, permissionSets: administrator }",
      [],
    ],
    [
      "without people is about everybody",
      "never: { permissionSets: read-only, to: shop-prod }",
      [
        ...broken('group "auditors" has "read-only" in "shop-prod"'),
        ...broken('group "developers" has "read-only" in "shop-prod"'),
      ],
    ],
    [
      "without accounts is about all of them",
      "never: { groups: developers }",
      broken('group "developers" has "read-only" in "shop-prod"'),
    ],
  ])("%s", async (_, never, expected) => {
    expect(await said(prod + assertion(never))).toEqual(expected);
  });

  test("shows the grant that breaks it", async () => {
    const [problem] = await verify(graphOf(base + prod + assertion("never: { groups: developers }")));
    expect(problem?.place).toMatchObject({ line: 29, column: 3 });
    expect(problem?.related).toEqual([{ place: expect.objectContaining({ line: 26 }), message: "by this grant" }]);
  });

  test("says once what one grant does in many accounts", async () => {
    const text = `access:\n${grant("developers", "read-only", "[{ all: true }, management]")}`;
    const problems = await said(text + assertion("never: { groups: developers }"));
    expect(problems.filter((one) => one.includes("assertion"))).toEqual(
      broken('group "developers" has "read-only" in "management", "shop-dev", "shop-prod"'),
    );
  });

  describe("through roles", () => {
    const enter = `access:\n${grant("developers", "administrator", "shop-dev")}`;
    const into = role("deploy", "shop-prod", "{ account: shop-dev, permissionSet: administrator }");
    const last = role("last", "shop-prod", "{ account: shop-prod, role: deploy }");

    test("finds the people who can assume them", async () => {
      expect(await said(`${enter}roles:\n${into}${assertion("never: { groups: developers, to: shop-prod }")}`)).toEqual(
        broken('group "developers", as "administrator" in "shop-dev", gets into role "deploy" in "shop-prod"'),
      );
    });

    test("finds them behind other roles", async () => {
      const text = `${enter}roles:\n${into}${last}`;
      expect(await said(text + assertion("never: { users: amin, roles: last }"))).toEqual(
        broken(
          'user "amin" of group "developers", as "administrator" in "shop-dev", gets into role "last" through deploy in shop-prod in "shop-prod"',
        ),
      );
      expect(await said(text + assertion("never: { groups: contractors, to: shop-prod }"))).toEqual([]);
    });

    test("is not about roles when permission sets are named", async () => {
      const text = `${enter}roles:\n${into}`;
      expect(
        await said(text + assertion("never: { groups: developers, permissionSets: administrator, to: shop-prod }")),
      ).toEqual([]);
    });

    test("says what it cannot know", async () => {
      const unknown = base.replace("managedPolicies: AdministratorAccess", "customerManagedPolicies: elsewhere");
      const text = `${enter}roles:\n${into}${assertion("never: { groups: developers, to: shop-prod }")}`;
      expect(await said(text, unknown)).toEqual([
        'warning assertion-undecided "it holds" may be broken: group "developers", as "administrator" in "shop-dev", gets into role "deploy" in "shop-prod"; it depends on arn:aws:iam::333333333333:policy/elsewhere',
      ]);
    });
  });
});

describe("always", () => {
  const text = `access:\n${grant("auditors", "read-only", "shop-prod")}`;
  test.each<[string, string, string[]]>([
    ["holds", "always: { groups: auditors, permissionSets: [administrator, read-only], to: shop-prod }", []],
    ["holds for users through groups", "always: { users: bea, to: shop-prod }", []],
    [
      "says what is missing",
      "always: { groups: auditors, permissionSets: read-only, to: { all: true } }",
      broken('group "auditors" has no "read-only" in "shop-dev"'),
    ],
    [
      "says whom it is missing to",
      "always: { groups: [auditors, developers], to: shop-prod }",
      broken('group "developers" has no permission set in "shop-prod"'),
    ],
    [
      "asks for the named permission set",
      "always: { groups: auditors, permissionSets: administrator, to: shop-prod }",
      broken('group "auditors" has no "administrator" in "shop-prod"'),
    ],
  ])("%s", async (_, always, expected) => {
    expect(await said(text + assertion(always))).toEqual(expected);
  });
});

describe("only", () => {
  const text = `access:\n${grant("developers", "administrator", "shop-prod")}${grant("auditors", "read-only", "shop-prod")}`;
  const roles = `roles:
${role("web", "shop-prod", "{ service: ec2 }")}${role("vendor", "shop-prod", '{ thirdParty: "444444444444", externalId: abc }')}`;
  test.each<[string, string, string[]]>([
    ["holds", "only: { groups: developers, permissionSets: administrator, to: shop-prod }", []],
    ["lets users have it through a group of theirs alone", "only: { users: amin, permissionSets: administrator }", []],
    [
      "names who has it as well",
      "only: { groups: auditors, permissionSets: administrator }",
      broken('group "developers" has "administrator" in "shop-prod"'),
    ],
  ])("%s", async (_, only, expected) => {
    expect(await said(text + assertion(only))).toEqual(expected);
  });

  test("without permission sets is about every way in, but services in their own account", async () => {
    const people = "groups: [developers, auditors], to: shop-prod";
    expect(await said(text + roles + assertion(`only: { ${people} }`))).toEqual(
      broken('vendor account 444444444444 gets into role "vendor" in "shop-prod"'),
    );
    expect(await said(text + roles + assertion(`only: { ${people}, roles: vendor }`))).toEqual([]);
  });
});

test("with an external source, who is in a group is not known here", async () => {
  const external = base.replace("source: identity-store", "source: external").replaceAll(/\{ members: \w+ \}/g, "{}");
  const text = `access:\n${grant("developers", "read-only", "shop-prod")}`;
  expect(await said(text + assertion("never: { users: bea, to: shop-prod }"), external)).toEqual([
    'warning assertion-undecided "it holds" cannot be decided for users: only the identity provider knows the groups they are in',
  ]);
});

describe("lockouts", () => {
  const manage = `access:\n${grant("developers", "administrator", "management")}`;
  const codes = async (text: string, from = base) =>
    (await verify(graphOf(from + text))).map(({ code, message }) => `${code} ${message}`);

  test("Identity Center as the only way into the management account", async () => {
    expect(await codes(manage)).toEqual([expect.stringMatching(/^no-break-glass Identity Center is the only way/)]);
    expect(await codes(`${manage}breakGlass: { users: { first: { owner: a@example.com } } }\n`)).toEqual([]);
  });

  test("nobody who may assign permission sets", async () => {
    const only = manage.replace("administrator", "read-only");
    expect(await codes(only)).toContainEqual(expect.stringMatching(/^identity-center-unadministered /));
    expect(await codes(`${only}breakGlass: { users: { first: { owner: a@example.com } } }\n`)).toEqual([]);
  });

  test.each([
    ["may change access", "allow: { actions: 'sso:*', resources: '*' }", false],
    ["may read only", "managedPolicies: ReadOnlyAccess", true],
    ["may assign, and change no permission set", "allow: { actions: 'sso:*AccountAssignment', resources: '*' }", true],
    [
      "may do everything, within a boundary that reads",
      "managedPolicies: AdministratorAccess, permissionsBoundary: ReadOnlyAccess",
      true,
    ],
  ])("a pipeline in the management account that %s", async (_, permissions, isShutOut) => {
    const trust = "trust: { github: { repository: a/b, environment: production } }";
    const pipeline = `roles: { push: { in: management, ${trust}, ${permissions} } }\n`;
    const found = await codes(`${manage.replace("administrator", "read-only")}${pipeline}`);
    expect(found.some((one) => one.startsWith("identity-center-unadministered "))).toBe(isShutOut);
  });

  const pipeline = `roles:
  push:
    in: shop-prod
    trust: { github: { repository: a/b, environment: production } }
    allow: { sid: Enter, actions: sts:AssumeRole, resources: "arn:aws:iam::*:role/deploy" }
`;
  const capped = (policy: string) => {
    const from = base.replace("tags: { env: prod }", "tags: { env: prod }, policies: cap");
    return codes(`${pipeline}policies:\n  cap: { type: scp, ${policy} }\n`, from);
  };

  test.each<[string, string, string[]]>([
    [
      "denies what the pipeline's role is for",
      "deny: { actions: sts:AssumeRole }",
      [
        'pipeline-locked-out role "push" in "shop-prod" needs sts:AssumeRole (statement Enter), and service control policy "cap" denies it',
      ],
    ],
    [
      "denies what Terraform does there",
      'deny: { actions: "iam:Create*" }',
      [
        'pipeline-locked-out role "OrganizationAccountAccessRole" in "shop-prod" needs iam:CreateRole, and service control policy "cap" denies it',
      ],
    ],
    [
      "exempts the role",
      'deny: { actions: "iam:Create*", conditions: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/OrganizationAccountAccessRole" } } }',
      [],
    ],
    ["denies the root user", "preset: deny-root-user", []],
    ["denies other Regions", "preset: region-allow-list", []],
    ["denies other services", 'deny: { actions: "ec2:*" }', []],
  ])("a guardrail that %s", async (_, policy, expected) => {
    expect(await capped(policy)).toEqual(expected);
  });

  test("says once what many accounts have in common", async () => {
    const from = base.replace("managementAccount: management", "managementAccount: management, policies: cap");
    const text = `roles:\n${role("r", "{ all: true }", "{ service: ec2 }")}policies:\n  cap: { type: scp, deny: { actions: iam:CreateRole } }\n`;
    expect(await codes(text, from)).toEqual([
      'pipeline-locked-out role "OrganizationAccountAccessRole" in "shop-dev" and 1 more needs iam:CreateRole, and service control policy "cap" denies it',
    ]);
  });
});
