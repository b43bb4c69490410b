import { expect, test } from "vitest";
import { managedPolicyArn } from "../../../lib/manifest/managed-policies.ts";

test.each([
  ["ReadOnlyAccess", "ReadOnlyAccess"],
  ["ViewOnlyAccess", "job-function/ViewOnlyAccess"],
  ["AWSCodeDeployRole", "service-role/AWSCodeDeployRole"],
  ["AWSCodeDeployRoleForECS", "AWSCodeDeployRoleForECS"],
  ["job-function/ViewOnlyAccess", "job-function/ViewOnlyAccess"],
  ["NotThereYet", "NotThereYet"],
])("the ARN of %s has the path that AWS keeps it under", (name, path) => {
  expect(managedPolicyArn(name)).toBe(`arn:aws:iam::aws:policy/${path}`);
});

test("an ARN stays as it is", () => {
  const arn = "arn:aws-cn:iam::aws:policy/ReadOnlyAccess";
  expect(managedPolicyArn(arn)).toBe(arn);
});
