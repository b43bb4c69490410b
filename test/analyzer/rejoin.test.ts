/** What is deleted at one address and made at another is one object, and is judged as what happens to it. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const world = { organizationId: null, accounts: new Set(["111111111111", "222222222222"]) };
const renamed = (type: string, before: object, after: object, more: Partial<Change> = {}): readonly Change[] => [
  { address: `${type}.old`, type, actions: ["delete"], before },
  { address: `${type}.new`, type, actions: ["create"], after, ...more },
];
async function said(changes: readonly Change[], more: object = {}) {
  const { findings, plans } = await analyze([planOf(changes, more)], { rules, world, toolVersion: "0.0.0" });
  expect(plans[0]?.resourceChanges).toBe(changes.length);
  return findings.map(({ rule, change, address }) => `${change} ${rule} ${address}`).sort();
}

const allow = (...actions: readonly string[]) =>
  policy({ Effect: "Allow", Action: actions, Resource: "arn:aws:dynamodb:eu-west-1:111111111111:table/orders" });
const lets = (...names: readonly string[]) =>
  policy({
    ...{ Effect: "Allow", Action: "sts:AssumeRole" },
    Principal: { AWS: names.map((name) => `arn:aws:iam::111111111111:role/${name}`) },
  });
const everything = policy({ Effect: "Allow", Action: "*", Resource: "*" });

describe("a resource that only its address changes of", () => {
  it.each<[string, object, object, string[]]>([
    [
      "aws_iam_role_policy",
      { role: "web", name: "data", policy: allow("dynamodb:GetItem") },
      { role: "web", name: "data", policy: allow("dynamodb:GetItem", "dynamodb:Scan") },
      ["introduced permission-widened aws_iam_role_policy.new"],
    ],
    [
      "aws_iam_policy",
      { name: "data", policy: allow("dynamodb:GetItem") },
      { name: "data", policy: allow("dynamodb:GetItem", "dynamodb:Scan") },
      ["introduced permission-widened aws_iam_policy.new"],
    ],
    [
      "aws_iam_policy",
      { name: "data", policy: everything },
      { name: "data", policy: everything },
      ["unchanged admin-access aws_iam_policy.new"],
    ],
    [
      "aws_iam_policy",
      { name: "a", policy: everything },
      { name: "b", policy: everything },
      ["fixed admin-access aws_iam_policy.old", "introduced admin-access aws_iam_policy.new"],
    ],
    [
      "aws_iam_role",
      { name: "app", assume_role_policy: lets("a") },
      { name: "app", assume_role_policy: lets("a", "b") },
      ["introduced trust-widened aws_iam_role.new"],
    ],
    [
      "aws_iam_role",
      { name: "app", assume_role_policy: lets("a"), permissions_boundary: "arn:aws:iam::111111111111:policy/team" },
      { name: "app", assume_role_policy: lets("a") },
      ["introduced boundary-removed aws_iam_role.new"],
    ],
    [
      "aws_s3_bucket_policy",
      {
        bucket: "data",
        policy: policy({ ...JSON.parse(lets("a")).Statement[0], Action: "s3:GetObject", Resource: "*" }),
      },
      {
        bucket: "data",
        policy: policy({ ...JSON.parse(lets("b")).Statement[0], Action: "s3:GetObject", Resource: "*" }),
      },
      ["introduced permission-widened aws_s3_bucket_policy.new"],
    ],
  ])("%s", async (type, before, after, expected) => {
    expect(await said(renamed(type, before, after))).toEqual(expected);
  });
});

it("says nothing where the plan may be about several accounts", async () => {
  const aliased = (expressions: object) => ({
    configuration: {
      provider_config: { aws: { name: "aws" }, "aws.other": { name: "aws", alias: "other", expressions } },
    },
  });
  const changes = renamed("aws_iam_policy", { name: "a", policy: everything }, { name: "a", policy: everything });
  const region = aliased({ region: { constant_value: "us-east-1" } });
  const account = aliased({ assume_role: [{ role_arn: { constant_value: "arn:aws:iam::222222222222:role/deploy" } }] });
  expect(await said(changes, region)).toEqual(["unchanged admin-access aws_iam_policy.new"]);
  expect(await said(changes, account)).toContain("introduced admin-access aws_iam_policy.new");
});

it("takes no two for one", async () => {
  const changes = [
    ...renamed(
      "aws_iam_role_policy",
      { role: "web", name: "x", policy: everything },
      { role: "web", name: "x", policy: everything },
    ),
    {
      address: "aws_iam_role_policy.third",
      type: "aws_iam_role_policy",
      actions: ["create"],
      after: { role: "web", name: "x", policy: everything },
    },
  ];
  expect((await said(changes)).length).toBeGreaterThan(1);
});
