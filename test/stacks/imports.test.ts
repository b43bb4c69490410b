/** `terraform.imports`: what exists already becomes `import` blocks, and what cannot is refused. */
import { describe, expect, test } from "vitest";
import { importIds } from "../../lib/manifest/import-ids.ts";
import { readManifest } from "../../lib/manifest/read.ts";
import * as aws from "../../stacks/aws.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { good } from "../fixtures/manifests/bad.ts";

const manifest = (imports: string) => `${good}roles:
  web: { in: shop-prod, trust: { service: ec2 }, managedPolicies: ReadOnlyAccess }
terraform:
  imports:
${imports}`;

function read(imports: string) {
  const { graph, problems } = readManifest([{ name: "access.yaml", text: manifest(imports) }], {
    asOf: "2026-11-22",
    policyFiles: new Map(),
  });
  const all = graph === null ? problems : synthesize(graph).problems;
  return { graph, says: all.map(({ code, message, hint, place }) => [`${place?.line} ${code} ${message}`, hint]) };
}

test("becomes blocks of the stack that makes it", () => {
  const { graph } = read(`    organization:
      aws_organizations_organization.this: o-a1b2c3d4e5
      aws_organizations_account.shop-prod: "222222222222"
      aws_organizations_organizational_unit.workloads--prod: ou-ab12-cdef3456
    account-shop-prod:
      aws_iam_role_policy_attachment.web--ReadOnlyAccess: web/arn:aws:iam::aws:policy/ReadOnlyAccess
`);
  const blocks = synthesize(graph!).stacks.map(({ name, json }) => [name, JSON.parse(json).import]);
  expect(Object.fromEntries(blocks)).toMatchObject({
    organization: [
      { to: "aws_organizations_account.shop-prod", id: "222222222222" },
      { to: "aws_organizations_organization.this", id: "o-a1b2c3d4e5" },
      { to: "aws_organizations_organizational_unit.workloads--prod", id: "ou-ab12-cdef3456" },
    ],
    "account-shop-prod": [
      {
        to: "aws_iam_role_policy_attachment.web--ReadOnlyAccess",
        id: "web/arn:aws:iam::aws:policy/ReadOnlyAccess",
      },
    ],
    "identity-center": undefined,
  });
});

describe("is refused", () => {
  test.each<[string, string, string, string | null]>([
    [
      "a stack that is not there",
      "account-shop-prd: { aws_iam_role.web: web }",
      '25 import-unknown there is no stack "account-shop-prd"; did you mean "account-shop-prod"?',
      null,
    ],
    [
      "a resource that the stack does not make",
      "account-shop-prod: { aws_iam_role.wep: web }",
      '25 import-unknown stack account-shop-prod makes no aws_iam_role.wep; did you mean "aws_iam_role.web"?',
      null,
    ],
    [
      "a type that no stack makes",
      "account-shop-prod: { aws_iam_rol.web: web }",
      '25 import-type no stack makes resources of the type "aws_iam_rol"; did you mean "aws_iam_role"?',
      null,
    ],
    [
      "a type that cannot be imported",
      "account-shop-prod: { aws_iam_group_membership.web: web }",
      '25 import-type the AWS provider cannot import "aws_iam_group_membership"',
      "leave it out: applying it takes over what is there",
    ],
    [
      "an id of another shape",
      "organization: { aws_organizations_organizational_unit.workloads: workloads }",
      '25 import-id "workloads" is not what "aws_organizations_organizational_unit" is imported by',
      "expected: ou-ab12-cdef3456",
    ],
    [
      "one thing as two",
      "organization: { aws_organizations_account.shop-prod: '222222222222', aws_organizations_account.shop-dev: '222222222222' }",
      '25 imported-twice "222222222222" is imported as aws_organizations_account.shop-prod already: one thing, one resource',
      null,
    ],
  ])("%s", (_, imports, message, hint) => {
    expect(read(`    ${imports}\n`).says).toEqual([[message, hint]]);
  });
});

test("there is a row for every type that stacks make", () => {
  const types = Object.entries(aws).flatMap(([name, { tfResourceType }]) =>
    name.startsWith("Data") || name === "AwsProvider" ? [] : tfResourceType,
  );
  expect(Object.keys(importIds)).toEqual(types.sort());
});

test.each([
  ["aws_ssoadmin_permission_set", "PS,IN"],
  ["aws_ssoadmin_managed_policy_attachment", "arn:aws:iam::aws:policy/ReadOnlyAccess,PS,IN"],
  ["aws_ssoadmin_customer_managed_policy_attachment", "extra,/teams/,PS,IN"],
  ["aws_ssoadmin_account_assignment", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6,GROUP,333333333333,AWS_ACCOUNT,PS,IN"],
  ["aws_identitystore_group", "d-1234567890/f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
  ["aws_identitystore_user", "d-1234567890/1234567890-f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
  ["aws_organizations_policy_attachment", "r-ab12:p-a1b2c3d4"],
  ["aws_iam_role_policy", "web:web"],
  ["aws_cloudwatch_log_metric_filter", "/securecart/cloudtrail:root-use"],
])("%s is imported by an id such as the provider's documentation has", (type, like) => {
  const id = like
    .replace("PS", "arn:aws:sso:::permissionSet/ssoins-2938j0x8920sbj72/ps-80383020jr9302rk")
    .replace("IN", "arn:aws:sso:::instance/ssoins-2938j0x8920sbj72");
  expect(importIds[type]?.shape.test(id)).toBe(true);
});
