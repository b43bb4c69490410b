/** What opens no more than stood there before is nothing new, whichever rule speaks of it. */
import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { planOf, policy } from "./plans.ts";

const world = { organizationId: "o-a1b2c3d4e5", accounts: new Set(["111111111111", "222222222222"]) };

async function brought(type: string, attribute: string, before: object, after: object): Promise<readonly string[]> {
  const sides = {
    before: { name: "a", [attribute]: policy(before) },
    after: { name: "a", [attribute]: policy(after) },
  };
  const { findings } = await analyze([planOf([{ address: `${type}.a`, type, ...sides }])], {
    ...{ rules, world, toolVersion: "0.0.0" },
  });
  return findings
    .filter(({ change }) => change === "introduced" || change === "worsened")
    .map(({ rule }) => rule)
    .sort();
}

const allow = (Action: string | readonly string[], Resource = "*", Condition?: object) => ({
  ...{ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) },
});
const notAction = (...actions: readonly string[]) => ({ Effect: "Allow", NotAction: actions, Resource: "*" });
const mfa = { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } };

it.each<[string, object, object, string[]]>([
  ["everything, then all but IAM", allow("*"), notAction("iam:*"), []],
  ["everything, then what passes a role", allow("*"), allow(["iam:PassRole", "ec2:RunInstances"]), []],
  ["STS, then the assuming of roles", allow("sts:*"), allow("sts:AssumeRole"), []],
  ["all but IAM, then two services", notAction("iam:*"), allow(["ec2:*", "s3:*"]), []],
  ["a service, then some of it", allow("dynamodb:*"), allow(["dynamodb:GetItem", "dynamodb:PutItem"]), []],
  ["a service, then another one", allow("dynamodb:*"), allow("s3:*"), ["permission-widened", "service-admin"]],
  [
    "all but IAM, then IAM",
    notAction("iam:*"),
    allow("iam:*"),
    ["permission-widened", "privilege-escalation", "service-admin"],
  ],
  [
    "no condition, then one that does not hold people back",
    allow("ec2:*"),
    allow("ec2:*", "*", mfa),
    ["mfa-ineffective"],
  ],
  // what is wrong already is not worse for what is beside it
  [
    "writing to all buckets, then also reading of instances",
    allow("s3:PutObject"),
    allow(["s3:PutObject", "ec2:DescribeInstances"]),
    ["permission-widened"],
  ],
  [
    "writing to all buckets, then also to all tables",
    allow("s3:PutObject"),
    allow(["s3:PutObject", "dynamodb:PutItem"]),
    ["permission-widened", "wildcard-resource"],
  ],
  [
    "a way to more, then also to look",
    allow(["iam:PassRole", "ec2:RunInstances"]),
    allow(["iam:PassRole", "ec2:RunInstances", "iam:GetRole"]),
    ["permission-widened"],
  ],
  [
    "some policies of roles, then of all",
    allow("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/app-*"),
    allow("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/*"),
    ["permission-widened", "privilege-escalation"],
  ],
])("permissions: %s", async (_, before, after, expected) => {
  expect(await brought("aws_iam_policy", "policy", before, after)).toEqual(expected);
});

const states = { Service: "states.amazonaws.com" };
const GITHUB = "token.actions.githubusercontent.com";
const workflow = (...subjects: string[]) => ({
  ...trust({ Federated: `arn:aws:iam::111111111111:oidc-provider/${GITHUB}` }),
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com", [`${GITHUB}:sub`]: subjects } },
});
const trust = (principal: unknown, Condition?: object) => ({
  ...{ Effect: "Allow", Action: "sts:AssumeRole", Principal: principal, ...(Condition && { Condition }) },
});
const role = (account: string) => `arn:aws:iam::${account}:role/x`;
const ours = { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } };
const theirs = { StringEquals: { "aws:PrincipalOrgID": "o-zzzzzzzzzz" } };
const vendor = { AWS: "arn:aws:iam::999999999999:role/vendor" };
const id = (value: string) => ({ StringEquals: { "sts:ExternalId": value } });

it.each<[string, object, object, string[]]>([
  [
    "the organization, then two of its roles",
    trust("*", ours),
    trust({ AWS: [role("111111111111"), role("222222222222")] }),
    [],
  ],
  [
    "the organization, then a role of another one",
    trust("*", ours),
    trust({ AWS: role("999999999999") }),
    ["trust-no-external-id", "trust-outside-organization", "trust-widened"],
  ],
  [
    "another organization, then a role of ours",
    trust("*", theirs),
    trust({ AWS: role("111111111111") }),
    ["trust-widened"],
  ],
  ["everyone, then a vendor", trust("*"), trust(vendor, id("acme-7731")), []],
  [
    "everyone beside an account, then the account",
    trust({ AWS: ["111111111111", "*"] }),
    trust({ AWS: "111111111111" }),
    [],
  ],
  ["an account, then one role of it", trust({ AWS: "999999999999" }), trust(vendor), []],
  ["a vendor, then with another external id", trust(vendor, id("acme-7731")), trust(vendor, id("9c1d-77b2")), []],
  [
    "a vendor, then with any external id",
    trust(vendor, id("acme-7731")),
    trust(vendor),
    ["trust-no-external-id", "trust-outside-organization", "trust-widened"],
  ],
  [
    "a stranger, then also a role of ours",
    trust({ AWS: "999999999999" }),
    trust({ AWS: ["999999999999", role("111111111111")] }),
    ["trust-widened"],
  ],
  [
    "a stranger, then also another one",
    trust({ AWS: "999999999999" }),
    trust({ AWS: ["999999999999", "888888888888"] }),
    ["trust-no-external-id", "trust-outside-organization", "trust-widened"],
  ],
  [
    "a user, then also a service",
    trust({ AWS: "arn:aws:iam::111111111111:user/a" }),
    trust({ AWS: "arn:aws:iam::111111111111:user/a", Service: "lambda.amazonaws.com" }),
    ["trust-widened"],
  ],
  [
    "a user, then also another one",
    trust({ AWS: "arn:aws:iam::111111111111:user/a" }),
    trust({ AWS: ["arn:aws:iam::111111111111:user/a", "arn:aws:iam::111111111111:user/b"] }),
    ["trust-missing-mfa", "trust-widened"],
  ],
  [
    "a repository by its name, then also by its ids",
    workflow("repo:acme/shop:ref:refs/heads/main"),
    workflow("repo:acme/shop:ref:refs/heads/main", "repo:acme@123/shop@456:ref:refs/heads/main"),
    [],
  ],
  [
    "a repository by its name, then also another one by its ids",
    workflow("repo:acme/shop:ref:refs/heads/main"),
    workflow("repo:acme/shop:ref:refs/heads/main", "repo:acme@123/blog@456:ref:refs/heads/main"),
    ["trust-widened"],
  ],
  [
    "a service for an account, then for one resource of it",
    trust(states, { StringEquals: { "aws:SourceAccount": "111111111111" } }),
    trust(states, { ArnEquals: { "aws:SourceArn": "arn:aws:states:eu-west-1:111111111111:stateMachine:a" } }),
    [],
  ],
  [
    "a service for an account, then for a resource of another one",
    trust(states, { StringEquals: { "aws:SourceAccount": "111111111111" } }),
    trust(states, { ArnEquals: { "aws:SourceArn": "arn:aws:states:eu-west-1:222222222222:stateMachine:a" } }),
    ["trust-widened"],
  ],
  [
    "one role, then another one",
    trust({ AWS: "arn:aws:iam::111111111111:role/a" }),
    trust(vendor, id("acme-7731")),
    ["trust-outside-organization", "trust-widened"],
  ],
])("trust: %s", async (_, before, after, expected) => {
  expect(await brought("aws_iam_role", "assume_role_policy", before, after)).toEqual(expected);
});

it.each<[string, readonly string[], readonly string[], string[]]>([
  ["tags for the session", ["sts:AssumeRole"], ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], []],
  ["the way in", ["sts:TagSession"], ["sts:AssumeRole", "sts:TagSession"], ["trust-widened"]],
])("trust in a service, and %s", async (_, before, after, expected) => {
  const pods = (Action: readonly string[]) => ({ ...trust({ Service: "pods.eks.amazonaws.com" }), Action });
  expect(await brought("aws_iam_role", "assume_role_policy", pods(before), pods(after))).toEqual(expected);
});

it("a way to more that somebody else's trust opens is new, though the statement stood", async () => {
  const account = "arn:aws:iam::111111111111";
  const admin = (principal: object) => ({
    ...{ name: "admin", arn: `${account}:role/admin`, assume_role_policy: policy(trust(principal)), inline_policy: [] },
    managed_policy_arns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
  });
  const service = { Service: "ec2.amazonaws.com" };
  const app = {
    name: "app",
    arn: `${account}:role/app`,
    assume_role_policy: policy(trust(service)),
    inline_policy: [],
  };
  const inline = { name: "p", role: "app", policy: policy(allow("sts:AssumeRole", `${account}:role/admin`)) };
  const plan = planOf([
    {
      ...{ address: "aws_iam_role.admin", type: "aws_iam_role" },
      before: admin(service),
      after: admin({ AWS: `${account}:role/app` }),
    },
    { address: "aws_iam_role.app", type: "aws_iam_role", actions: ["no-op"], before: app, after: app },
    {
      ...{ address: "aws_iam_role_policy.p", type: "aws_iam_role_policy", actions: ["no-op"] },
      before: inline,
      after: inline,
    },
  ]);
  const { findings } = await analyze([plan], { rules, world, toolVersion: "0.0.0" });
  expect(findings).toContainEqual(expect.objectContaining({ rule: "privilege-escalation", change: "introduced" }));
});

it("an administrator who becomes less has no new ways to more", async () => {
  const both = [allow("*"), allow(["iam:PutUserPolicy", "iam:AttachUserPolicy"])];
  const sides = { before: { name: "a", policy: policy(...both) }, after: { name: "a", policy: policy(both[1]!) } };
  const { findings } = await analyze([planOf([{ address: "aws_iam_policy.a", type: "aws_iam_policy", ...sides }])], {
    ...{ rules, world, toolVersion: "0.0.0" },
  });
  expect(findings.map(({ rule, change }) => `${rule} ${change}`)).toEqual(
    expect.arrayContaining(["admin-access fixed", "privilege-escalation unchanged"]),
  );
});

it("an administrator who gets a boundary has no new ways to more", async () => {
  const role = {
    ...{ name: "app", arn: "arn:aws:iam::111111111111:role/app", inline_policy: [] },
    assume_role_policy: policy(trust({ Service: "ec2.amazonaws.com" })),
  };
  const inline = { name: "p", role: "app", policy: policy(allow("*")) };
  const plan = planOf([
    {
      ...{ address: "aws_iam_role.app", type: "aws_iam_role", before: role },
      after: { ...role, permissions_boundary: "arn:aws:iam::aws:policy/PowerUserAccess" },
    },
    {
      ...{ address: "aws_iam_role_policy.p", type: "aws_iam_role_policy", actions: ["no-op"] },
      before: inline,
      after: inline,
    },
  ]);
  const { findings } = await analyze([plan], { rules, world, toolVersion: "0.0.0" });
  expect(findings).toContainEqual(expect.objectContaining({ rule: "admin-access", change: "fixed" }));
  expect(findings.filter(({ change }) => change === "introduced" || change === "worsened")).toEqual([]);
});

it("whoever becomes an administrator has lost none of the ways to more", async () => {
  const inline = { name: "p", role: "app", policy: policy(allow("*")) };
  const boundary = (...actions: readonly string[]) => ({
    ...{ name: "b", path: "/", arn: "arn:aws:iam::111111111111:policy/b" },
    policy: policy(...actions.map((action) => allow(action))),
  });
  const role = { name: "app", arn: "arn:aws:iam::111111111111:role/app", permissions_boundary: boundary().arn };
  const still = (address: string, type: string, values: object) => ({
    ...{ address, type, actions: ["no-op"], before: values, after: values },
  });
  const plan = planOf([
    {
      ...{ address: "aws_iam_policy.b", type: "aws_iam_policy" },
      before: boundary("s3:*", "lambda:UpdateFunctionCode"),
      after: boundary("*"),
    },
    still("aws_iam_role.app", "aws_iam_role", role),
    still("aws_iam_role_policy.p", "aws_iam_role_policy", inline),
  ]);
  const { findings } = await analyze([plan], { rules, world, toolVersion: "0.0.0" });
  expect(findings).toContainEqual(expect.objectContaining({ rule: "admin-access", change: "introduced" }));
  expect(findings.filter(({ change }) => change === "fixed")).toEqual([]);
});
