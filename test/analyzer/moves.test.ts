import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";

const told = async () => {
  const file = join(import.meta.dirname, "..", "fixtures", "plans", "addresses", "plan.json");
  const result = readPlan(readFileSync(file), "plan.json");
  if ("problem" in result) throw new Error(result.problem.message);
  const world = { organizationId: null, accounts: new Set(["111122223333"]) };
  const { findings } = await analyze([result.plan], { rules, world, toolVersion: "0.0.0" });
  return findings.map(({ rule, address, change }) => `${rule} ${address} ${change}`).sort();
};

it("calls unchanged what stands at another address for the same holder or on the same resource", async () => {
  expect((await told()).filter((line) => line.includes(".stays_"))).toEqual([
    "admin-access aws_iam_role_policy.stays_named unchanged",
    'admin-access aws_iam_role_policy_attachment.stays_key["new"] unchanged',
    "resource-outside-organization aws_lambda_permission.stays_function unchanged",
    "resource-public aws_s3_bucket_policy.stays_attribute unchanged",
    "resource-public aws_s3_bucket_policy.stays_bucket unchanged",
    "service-admin aws_iam_policy_attachment.stays_type unchanged",
    "service-admin aws_iam_role_policy_attachment.stays_attributes unchanged",
    "wildcard-resource aws_iam_role_policy.stays_attributes unchanged",
    "wildcard-resource aws_iam_role_policy.stays_renamed unchanged",
    "wildcard-resource aws_iam_role_policy.stays_split_1 unchanged",
    "wildcard-resource aws_iam_role_policy.stays_split_2 unchanged",
  ]);
});

it("calls introduced what somebody else has now, or what is open on another resource", async () => {
  expect((await told()).filter((line) => line.includes(".comes_"))).toEqual([
    "pass-role-any aws_iam_role_policy.comes_holder introduced",
    "pass-role-any aws_iam_role_policy.comes_holder_before fixed",
    "privilege-escalation aws_iam_policy_attachment.comes_more introduced",
    "resource-outside-organization aws_lambda_permission.comes_function introduced",
    "resource-outside-organization aws_lambda_permission.comes_function_before fixed",
    "resource-public aws_sqs_queue_policy.comes_queue introduced",
    "resource-public aws_sqs_queue_policy.comes_queue_before fixed",
    "service-admin aws_iam_policy_attachment.comes_more introduced",
    "service-admin aws_iam_role_policy_attachment.comes_more fixed",
  ]);
});
