import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const allow = (...Action: readonly string[]) => ({ Effect: "Allow", Action, Resource: "*" });
const boundary = "arn:aws:iam::111122223333:policy/boundary";

const from = (type: string, attribute: string, before: string, after: string): Change => {
  const values = (document: string) => ({ arn: boundary, name: "x", path: "/", [attribute]: document });
  return { address: `${type}.x`, type, before: values(before), after: values(after) };
};
const identity = (before: readonly string[], after: readonly string[]) => [
  from("aws_iam_policy", "policy", policy(allow(...before)), policy(allow(...after))),
];
const bound: Change = {
  ...{ address: "aws_iam_role.bound", type: "aws_iam_role", actions: ["no-op"] },
  before: { name: "bound", path: "/", permissions_boundary: boundary },
  after: { name: "bound", path: "/", permissions_boundary: boundary },
};
const vendor = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::222233334444:role/ci" } };
const trust = (...Action: readonly string[]) => policy({ ...vendor, Action });
const asking = (Condition: object) => policy({ ...vendor, Action: ["sts:AssumeRole"], Condition });

it.each<[string, string, readonly Change[], readonly string[]]>([
  [
    "names and settings are read besides",
    "permission-widened",
    identity(["ec2:DescribeInstances"], ["ec2:DescribeInstances", "ec2:DescribeVpcs", "iam:GetRole"]),
    ["low now allows ec2:DescribeVpcs"],
  ],
  [
    "something else is done beside what is read",
    "permission-widened",
    identity(["ec2:DescribeInstances"], ["ec2:DescribeInstances", "ec2:DescribeVpcs", "sqs:SendMessage"]),
    ["medium now allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:example"],
  ],
  [
    "the names of objects are read",
    "permission-widened",
    identity(["s3:ListAllMyBuckets"], ["s3:ListAllMyBuckets", "s3:ListBucket"]),
    ["medium now allows s3:ListBucket on arn:aws:s3:::example"],
  ],
  [
    "a role that is let in brings tags",
    "trust-widened",
    [from("aws_iam_role", "assume_role_policy", trust("sts:AssumeRole"), trust("sts:AssumeRole", "sts:TagSession"))],
    ["low now lets arn:aws:iam::222233334444:role/ci call sts:TagSession"],
  ],
  [
    "an external id is not asked for any more",
    "trust-widened",
    [
      from(
        "aws_iam_role",
        "assume_role_policy",
        asking({ StringEquals: { "sts:ExternalId": "x-1" } }),
        trust("sts:AssumeRole"),
      ),
    ],
    [
      "medium now lets arn:aws:iam::222233334444:role/ci call sts:AssumeRole, and asks nobody for sts:ExternalId any more",
    ],
  ],
  [
    "another external id will do as well",
    "trust-widened",
    [
      from(
        "aws_iam_role",
        "assume_role_policy",
        asking({ StringEquals: { "sts:ExternalId": "x-1" } }),
        asking({ StringLike: { "sts:ExternalId": "x-*" } }),
      ),
    ],
    ["medium now lets arn:aws:iam::222233334444:role/ci call sts:AssumeRole"],
  ],
  [
    "a boundary lets one more service through",
    "boundary-removed",
    [bound, ...identity(["s3:*"], ["s3:*", "cloudwatch:PutMetricData"])],
    ["medium as a permissions boundary, now lets cloudwatch:PutMetricData through"],
  ],
  [
    "a boundary lets more of IAM through",
    "boundary-removed",
    [bound, ...identity(["s3:*"], ["s3:*", "iam:PassRole"])],
    ["high as a permissions boundary, now lets iam:PassRole through"],
  ],
])("weighs what comes, where %s", async (_, rule, changes, expected) => {
  const { findings } = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "0.0.0" });
  const told = findings.filter((finding) => finding.rule === rule);
  expect(told.map(({ severity, message }) => `${severity} ${message}`)).toEqual(expected);
});
