import { describe, expect, it } from "vitest";
import {
  actionsLike,
  isAction,
  isConditionKey,
  loadCatalog,
  resourcesOf,
  unknownNames,
} from "../../../lib/iam/catalog.ts";
import { matches } from "../../../lib/iam/glob.ts";
import { identity } from "./policies.ts";

describe("actions", () => {
  it("are found in any letter case, with AWS's own spelling", async () => {
    const find = async (action: string) => (await loadCatalog([action])).actionsLike(action);
    expect(await find("S3:getOBJECT")).toMatchObject([{ name: "s3:GetObject", accessLevel: "Read" }]);
    expect((await find("iam:passrole"))[0]?.resourceTypes).toContain("role");
    expect(await find("s3:GetObjet")).toEqual([]);
    expect(await find("nosuch:Thing")).toEqual([]);
  });

  it.each<[string, boolean]>([
    ["*", true],
    ["s3:*", true],
    ["S3:Get*", true],
    ["*:Describe*", true],
    ["s3:Frobnicate*", false],
    ["ec2:GetObject", false],
    ["s3:GetObjet", false],
    ["iam:Pass?ole", true],
    // AWS writes it in its own instructions, and not in its reference
    ["glue:ShareResource", true],
    ["__proto__:x", false],
    ["../services:x", false],
  ])("%s exists: %s", async (pattern, expected) => {
    expect(await isAction(pattern)).toBe(expected);
  });

  it("are listed by pattern, and only as far as asked for", async () => {
    expect(await actionsLike("sts:assumerole*")).toEqual(
      expect.arrayContaining(["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]),
    );
    expect((await actionsLike("*")).length).toBeGreaterThan(20_000);
  });

  it("know the resources they can be limited to", async () => {
    const globs = await resourcesOf("s3:GetObject");
    expect(globs.some((glob) => matches(glob, "arn:aws:s3:::bucket/key"))).toBe(true);
    expect(globs.some((glob) => matches(glob, "arn:aws:sqs:us-east-1:111111111111:q"))).toBe(false);
    expect(await resourcesOf("s3:ListAllMyBuckets")).toEqual([]);
  });
});

it.each<[string, boolean]>([
  ["aws:MultiFactorAuthPresent", true],
  ["AWS:principalorgid", true],
  ["aws:PrincipalTag/team", true],
  ["s3:prefix", true],
  ["token.actions.githubusercontent.com:sub", true],
  ["oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub", true],
  ["aws: MultiFactorAuthPresent", false],
  ["aws:MultiFactorAuthPresnt", false],
  ["s3:prefx", false],
])("condition key %s exists: %s", async (key, expected) => {
  expect(await isConditionKey(key)).toBe(expected);
});

it("says what a policy names that AWS does not have, and what was probably meant", async () => {
  const policy = identity(
    { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjet"], Resource: "*" },
    { Effect: "Deny", Action: "*", Resource: "*", Condition: { Bool: { "aws:MultiFactorAuthPresnt": "false" } } },
  );
  expect(await unknownNames(policy)).toEqual([
    { kind: "action", statement: 0, name: "s3:GetObjet", nearest: "s3:GetObject" },
    { kind: "condition key", statement: 1, name: "aws:MultiFactorAuthPresnt", nearest: "aws:MultiFactorAuthPresent" },
  ]);
});

it.each([
  ["cloudwatchlogs:DeleteLogGroup", "logs:DeleteLogGroup"],
  ["cloudtrial:StopLogging", "cloudtrail:StopLogging"],
  ["ec3:RunInstances", "ec2:RunInstances"],
  ["cloudwatchlogs:NoSuchThing", null],
  ["milestones:DeleteLogGroup", null],
])("takes %s, of a service that there is not, for %s", async (name, nearest) => {
  const policy = identity({ Effect: "Deny", Action: name, Resource: "*" });
  expect(await unknownNames(policy)).toEqual([{ kind: "action", statement: 0, name, nearest }]);
});
