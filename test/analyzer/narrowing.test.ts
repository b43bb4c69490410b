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
])("permissions: %s", async (_, before, after, expected) => {
  expect(await brought("aws_iam_policy", "policy", before, after)).toEqual(expected);
});

const trust = (principal: unknown, Condition?: object) => ({
  ...{ Effect: "Allow", Action: "sts:AssumeRole", Principal: principal, ...(Condition && { Condition }) },
});
const vendor = { AWS: "arn:aws:iam::999999999999:role/vendor" };
const id = (value: string) => ({ StringEquals: { "sts:ExternalId": value } });

it.each<[string, object, object, string[]]>([
  ["everyone, then a vendor", trust("*"), trust(vendor, id("acme-7731")), []],
  ["an account, then one role of it", trust({ AWS: "999999999999" }), trust(vendor), []],
  ["a vendor, then with another external id", trust(vendor, id("acme-7731")), trust(vendor, id("9c1d-77b2")), []],
  [
    "a vendor, then with any external id",
    trust(vendor, id("acme-7731")),
    trust(vendor),
    ["trust-no-external-id", "trust-outside-organization", "trust-widened"],
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
