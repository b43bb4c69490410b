import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";

it("judges every kind of change that real Terraform plans", async () => {
  const file = join(import.meta.dirname, "..", "fixtures", "plans", "changes", "plan.json");
  const result = readPlan(readFileSync(file), "plan.json");
  if ("problem" in result) throw new Error(result.problem.message);
  const report = await analyze([result.plan], {
    rules: rules.filter(({ id }) => id === "admin-access" || id === "policy-unknown"),
    world: { organizationId: null, accounts: null },
    toolVersion: "0.0.0",
  });
  expect(
    Object.fromEntries(report.findings.map(({ address, rule, change }) => [address, `${rule} ${change}`])),
  ).toEqual({
    "aws_iam_policy.deleted": "admin-access fixed",
    "aws_iam_policy.forgotten": "admin-access unchanged",
    "aws_iam_policy.kept": "admin-access unchanged",
    'aws_iam_policy.moved["a.b"]': "admin-access unchanged",
    "aws_iam_policy.pending": "policy-unknown introduced",
    "aws_iam_policy.replaced": "admin-access unchanged",
    "aws_iam_policy.updated": "admin-access introduced",
  });
  expect(report.findings).toHaveLength(7);
  expect(report.coverage).toMatchObject({
    policies: 6,
    evaluated: 5,
    unknown: [{ address: "aws_iam_policy.pending" }],
  });
});
