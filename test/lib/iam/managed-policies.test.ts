import { expect, it } from "vitest";
import { compile } from "../../../lib/iam/glob.ts";
import { managedPolicy } from "../../../lib/iam/managed-policies.ts";
import { ask } from "../../../lib/iam/witness.ts";

const action = (name: string) => [compile(name, { dialect: "string", fold: true })];

it.each([
  ["arn:aws:iam::aws:policy/AdministratorAccess", "iam:CreateUser", "witness"],
  ["arn:aws:iam::aws:policy/ReadOnlyAccess", "iam:CreateUser", "none"],
  ["arn:aws:iam::aws:policy/PowerUserAccess", "iam:CreateUser", "none"],
  ["arn:aws:iam::aws:policy/IAMFullAccess", "iam:CreateUser", "witness"],
  ["arn:aws-us-gov:iam::aws:policy/AmazonS3FullAccess", "s3:DeleteBucket", "witness"],
  ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents", "witness"],
])("%s is judged by its content: %s %s", async (arn, name, expected) => {
  const policy = await managedPolicy(arn);
  expect(policy).not.toBeNull();
  expect(ask({ policies: [policy!], actions: action(name) }).kind).toBe(expected);
});

it.each([
  "arn:aws:iam::aws:policy/NoSuchPolicyAtAll",
  "arn:aws:iam::111122223333:policy/AdministratorAccess",
  "arn:aws:iam::aws:policy/../../x",
  "",
])("does not know %s", async (arn) => {
  expect(await managedPolicy(arn)).toBeNull();
});
