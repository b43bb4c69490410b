import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { type Plan, readPlan } from "../../analyzer/plan.ts";
import type { Rule } from "../../analyzer/rule.ts";
import { rules } from "../../analyzer/rules.ts";
import { planOf, policy } from "./plans.ts";

const choosy = rules.filter((rule) => rule.on === "policy" && rule.concerns !== undefined);
/** The same rules, asked of every policy. */
const eager = choosy.map((rule): Rule => {
  const { concerns: _, ...rest } = rule as Rule & { concerns?: unknown };
  return rest as Rule;
});

const world = { organizationId: null, accounts: null };
const findingsBy = async (rules: readonly Rule[], plan: Plan) =>
  (await analyze([plan], { rules, world, toolVersion: "0.0.0" })).findings;

describe("a rule that is not asked about a policy", () => {
  const fixtures = join(import.meta.dirname, "..", "fixtures", "rules");

  it("would have said nothing of any fixture", async () => {
    let told = 0;
    for (const id of readdirSync(fixtures)) {
      const result = readPlan(readFileSync(join(fixtures, id, "plan.json")), "plan.json");
      if ("problem" in result) throw new Error(result.problem.message);
      const expected = await findingsBy(eager, result.plan);
      expect(await findingsBy(choosy, result.plan)).toEqual(expected);
      told += expected.length;
    }
    expect(told).toBeGreaterThan(100);
  });

  it("would have said nothing of policies of any actions", { timeout: 60_000 }, async () => {
    const action = fc.constantFrom(
      ...["*", "*:*", "s3:*", "S3:*", "iam:*", "i*:*", "iam:Pass*", "iam:PassRole", "sts:AssumeRole", "sts:*", "s*"],
      ...["s3:GetObject", "s3:DeleteObjects", "dynamodb:PutItem", "ec2:*", "kms:Decrypt", "nothing:AtAll", "${a}"],
    );
    const resource = fc.constantFrom("*", "arn:aws:iam::*:role/*", "arn:aws:s3:::shop/*", "arn:aws:iam::*:role/admin");
    const list = (one: fc.Arbitrary<string>) => fc.array(one, { minLength: 1, maxLength: 3 });
    const statement = fc
      .record({
        Effect: fc.constantFrom("Allow", "Allow", "Deny"),
        actions: list(action),
        resources: list(resource),
        not: fc.boolean(),
      })
      .map(({ Effect, actions, resources, not }) => ({
        Effect,
        [not ? "NotAction" : "Action"]: actions,
        Resource: resources,
      }));
    const document = fc.array(statement, { minLength: 1, maxLength: 3 }).map((statements) => policy(...statements));
    await fc.assert(
      fc.asyncProperty(document, document, async (before, after) => {
        const change = { address: "aws_iam_policy.p", type: "aws_iam_policy" };
        const plan = planOf([{ ...change, before: { policy: before }, after: { policy: after } }]);
        expect(await findingsBy(choosy, plan)).toEqual(await findingsBy(eager, plan));
      }),
      { numRuns: 300 },
    );
  });
});
