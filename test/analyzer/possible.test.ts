/** An action on buckets never names an object: what such a request would be allowed, nobody gains; and actions exist. */
import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { planOf, policy } from "./plans.ts";

const bucket = "arn:aws:s3:::invoices";
const objects = "arn:aws:s3:::invoices/*";
const both = [bucket, objects];

type Says = readonly [action: string | readonly string[], resource: string | readonly string[], condition?: object];

const allow = ([Action, Resource, Condition]: Says) => ({
  ...{ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) },
});

async function told(rule: string, type: string, before: readonly object[], after: readonly object[]) {
  const plan = planOf([
    { address: `${type}.a`, type, before: { policy: policy(...before) }, after: { policy: policy(...after) } },
  ]);
  const { findings } = await analyze([plan], { rules, world: {}, toolVersion: "0.0.0" });
  return findings.filter((finding) => finding.rule === rule).map(({ message }) => message);
}

it.each<[string, Says[], Says[], string | null]>([
  [
    "two statements in one",
    [
      ["s3:GetObject", objects],
      ["s3:ListBucket", bucket],
    ],
    [[["s3:GetObject", "s3:ListBucket"], both]],
    null,
  ],
  [
    "one statement in two",
    [[["s3:GetObject", "s3:ListBucket"], both]],
    [
      ["s3:GetObject", objects],
      ["s3:ListBucket", bucket],
    ],
    null,
  ],
  [
    "the bucket beside its objects, for an action on objects",
    [["s3:GetObject", objects]],
    [["s3:GetObject", both]],
    null,
  ],
  [
    "two in one, and an action more",
    [
      ["s3:GetObject", objects],
      ["s3:ListBucket", bucket],
    ],
    [[["s3:GetObject", "s3:ListBucket", "s3:PutObject"], both]],
    "s3:PutObject",
  ],
  [
    "two in one, and no condition any more",
    [
      ["s3:GetObject", objects],
      ["s3:ListBucket", bucket, { StringLike: { "s3:prefix": ["reports/*"] } }],
    ],
    [[["s3:GetObject", "s3:ListBucket"], both]],
    "s3:ListBucket",
  ],
  [
    "a pattern of actions, of which some are on buckets",
    [["s3:GetObject", objects]],
    [["s3:Get*", bucket]],
    "s3:GetBucketPolicy",
  ],
  ["every action, on the bucket alone", [["s3:GetObject", objects]], [["s3:*", bucket]], "s3:ListBucket"],
  [
    "an action that the catalogue does not have yet",
    [["s3:GetObject", objects]],
    [[["s3:GetObject", "s3:FoldObject"], objects]],
    "s3:FoldObject",
  ],
])("permissions: %s", async (_, before, after, expected) => {
  const found = await told("permission-widened", "aws_iam_policy", before.map(allow), after.map(allow));
  expect(found).toEqual(expected === null ? [] : [expect.stringContaining(expected)]);
});

const deny = (Action: string | readonly string[], Resource: string | readonly string[]) => ({
  ...{ Effect: "Deny", Principal: "*", Action, Resource, Condition: { Bool: { "aws:SecureTransport": "false" } } },
});

it.each<[string, object[], object[], string | null]>([
  [
    "split by what they are about",
    [deny(["s3:GetObject", "s3:ListBucket"], both)],
    [deny("s3:GetObject", objects), deny("s3:ListBucket", bucket)],
    null,
  ],
  [
    "one action less",
    [deny(["s3:GetObject", "s3:ListBucket"], both)],
    [deny("s3:GetObject", objects)],
    "s3:ListBucket",
  ],
  ["all actions on objects alone", [deny("s3:*", both)], [deny("s3:*", objects)], "s3:ListBucket"],
])("denies: %s", async (_, before, after, expected) => {
  const found = await told("guardrail-removed", "aws_s3_bucket_policy", before, after);
  expect(found).toEqual(expected === null ? [] : [expect.stringContaining(expected)]);
});

it.each([
  ["appsync:Get*", "now allows appsync:GetApi "],
  ["dynamodb:*Backup*", "now allows dynamodb:CreateBackup "],
  ["madeup:Get*", "now allows madeup:GetAny "],
])("shows an action that exists for %s", async (pattern, message) => {
  const found = await told(
    "permission-widened",
    "aws_iam_policy",
    [allow(["s3:GetObject", objects])],
    [allow(["s3:GetObject", objects]), allow([pattern, "*"])],
  );
  expect(found).toEqual([expect.stringContaining(message)]);
});
