/** Managed policies, IAM groups and users, break-glass users and the password policy in the stack of an account. */
import { describe, expect, test } from "vitest";
import { synthesize } from "../../stacks/synthesize.ts";
import { graphOf } from "../lib/access/graph-of.ts";

const text = `gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: m@example.com, id: "111111111111" }
  shop: { email: p@example.com, id: "222222222222" }
managedPolicies:
  boundary: { in: [shop, management], path: /teams/, allow: { actions: "*", resources: "*" }, deny: { actions: "iam:*" } }
  elsewhere: { in: shop, existing: true }
iam:
  groups:
    analysts: { in: [shop, management], members: [ada, ben], customerManagedPolicies: boundary, assumeRoles: reader }
  users:
    ada: { in: shop, permissionsBoundary: { customerManagedPolicy: boundary } }
    ben: { in: management, mfa: false, reason: a printer, managedPolicies: ReadOnlyAccess }
breakGlass: { users: { one: { owner: Ada, name: emergency-one }, two: { owner: Ben } } }
passwordPolicy: { in: [{ all: true }, management], maxAge: never, reason: passwords are long }
roles:
  reader:
    in: shop
    trust: { account: management, users: true }
    permissionsBoundary: { customerManagedPolicy: boundary }
    managedPolicies: ReadOnlyAccess
`;

const graph = graphOf(text);
function resources(stack: string): Record<string, Record<string, Record<string, unknown>>> {
  const { stacks } = synthesize(graph, { only: [stack] });
  return JSON.parse(stacks[0]?.json ?? "{}").resource;
}

describe("an account's stack", () => {
  const shop = resources("account-shop");
  const management = resources("account-management");

  test("makes the policies that are its own, before what names them", () => {
    expect(Object.keys(shop.aws_iam_policy ?? {})).toEqual(["boundary"]);
    const before = ["aws_iam_policy.boundary"];
    expect(shop.aws_iam_role?.reader?.depends_on).toEqual(expect.arrayContaining(before));
    expect(shop.aws_iam_user?.ada).toMatchObject({
      depends_on: before,
      permissions_boundary: "arn:aws:iam::222222222222:policy/teams/boundary",
    });
    const attachment = shop.aws_iam_group_policy_attachment?.["analysts--222222222222--teams--boundary"];
    expect(attachment?.depends_on).toEqual(expect.arrayContaining(before));
  });

  test("asks for MFA before anything else is given, but where a reason says why not", () => {
    expect(Object.keys(shop.aws_iam_user_policy ?? {})).toEqual(["ada--require-mfa"]);
    expect(shop.aws_iam_group_policy?.analysts?.depends_on).toEqual(["aws_iam_group_policy.analysts--require-mfa"]);
    expect(shop.aws_iam_group_membership?.analysts).toMatchObject({
      users: ["${aws_iam_user.ada.name}"],
      depends_on: ["aws_iam_group_policy.analysts--require-mfa"],
    });
    expect(Object.keys(management.aws_iam_user_policy ?? {})).not.toContain("ben--require-mfa");
    expect(JSON.stringify(shop.aws_iam_group_policy)).toContain("user/$${aws:username}");
    expect(JSON.stringify(shop.aws_iam_user_policy)).toContain("arn:aws:iam::222222222222:user/ada");
  });

  test("lets a group assume exactly the roles that are named", () => {
    expect(String(management.aws_iam_group_policy?.analysts?.policy)).toBe(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AssumeRoles",
            Effect: "Allow",
            Action: ["sts:AssumeRole"],
            Resource: ["arn:aws:iam::222222222222:role/reader"],
          },
        ],
      }),
    );
  });

  test("keeps break-glass users, and lets nobody give them access keys", () => {
    const one = management.aws_iam_user?.["break-glass--one"];
    expect(one).toMatchObject({ name: "emergency-one", lifecycle: { prevent_destroy: true } });
    expect(management.aws_iam_user?.ben).toMatchObject({ force_destroy: true });
    expect(management.aws_iam_user_policy?.["break-glass--one"]?.policy).toContain(
      '"iam:CreateAccessKey"],"Resource":["arn:aws:iam::111111111111:user/emergency-one"]',
    );
    expect(management.aws_iam_user_policy_attachment?.["break-glass--one--AdministratorAccess"]?.depends_on).toContain(
      "aws_iam_user_policy.break-glass--one--require-mfa",
    );
  });

  test("has one password policy, the CIS benchmark's but for what the reason is about", () => {
    const strong = {
      minimum_password_length: 14,
      password_reuse_prevention: 24,
      require_symbols: true,
      require_numbers: true,
      require_uppercase_characters: true,
      require_lowercase_characters: true,
    };
    expect(shop.aws_iam_account_password_policy?.this).toMatchObject(strong);
    expect(shop.aws_iam_account_password_policy?.this).not.toHaveProperty("max_password_age");
    expect(management.aws_iam_account_password_policy?.this).toMatchObject(strong);
  });
});
