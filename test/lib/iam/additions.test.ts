/** What is new in a statement, as statements of its own: all of it, and nothing else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { additions } from "../../../lib/iam/additions.ts";
import { diffPolicies } from "../../../lib/iam/diff.ts";
import { type Policy, withStatements } from "../../../lib/iam/policy.ts";
import { identity, resource } from "./policies.ts";

const allow = (more: object) => ({ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...more });
const only = (policy: Policy) => policy.statements[0]!;

describe("additions", () => {
  const cases: [string, object, object, unknown][] = [
    ["an action", { Action: ["s3:GetObject"] }, { Action: ["s3:GetObject", "s3:Put*"] }, [["s3:Put*"]]],
    ["an action that stood there in other letters", { Action: "s3:getobject" }, { Action: "s3:GetObject" }, []],
    ["an action that a pattern held", { Action: "s3:*" }, { Action: ["s3:GetObject", "ec2:Run*"] }, [["ec2:Run*"]]],
    ["less than there was", { Action: ["s3:GetObject", "s3:PutObject"] }, { Action: "s3:GetObject" }, []],
    ["nothing of exceptions that are fewer", { NotAction: ["iam:*", "s3:*"] }, { NotAction: ["iam:*"] }, null],
  ];
  it.each(cases)("tells %s", (_, before, after, expected) => {
    const side = (more: object) => only(identity({ Effect: "Allow", Resource: "*", ...more }));
    const found = additions(side(before), side(after));
    expect(found?.map(({ actions }) => actions.values) ?? null).toEqual(expected);
  });

  it("does not tell what comes in where a condition is gone, or means its values together", () => {
    const when = (operator: string, ...values: string[]) =>
      only(identity(allow({ Condition: { [operator]: { "aws:username": values } } })));
    expect(additions(when("StringEquals", "a"), only(identity(allow({}))))).toBe(null);
    expect(additions(when("StringEquals", "a"), when("StringLike", "a"))).toBe(null);
    expect(additions(when("StringNotEquals", "a", "b"), when("StringNotEquals", "a"))).toBe(null);
    expect(additions(when("ForAllValues:StringEquals", "a"), when("ForAllValues:StringEquals", "a", "b"))).toBe(null);
    expect(additions(when("StringEqualsIfExists", "a"), when("StringEqualsIfExists", "a", "b"))).toBe(null);
    expect(additions(when("StringEquals", "a"), when("StringEquals", "a", "b"))).toHaveLength(1);
  });

  const some = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
  const statement = fc
    .record({
      AWS: some("111111111111", "222222222222", "arn:aws:iam::111111111111:role/a", "arn:aws:iam::222222222222:user/b"),
      Action: some("s3:GetObject", "s3:getObject*", "s3:*", "s3:Put*", "ec2:RunInstances", "*"),
      Resource: some("*", "arn:aws:s3:::a/*", "arn:aws:s3:::a*", "arn:aws:s3:::b/?", "arn:aws:s3:::b/c"),
      conditions: fc.uniqueArray(
        fc.tuple(
          fc.constantFrom("StringEquals", "StringLike", "StringNotEquals", "StringLikeIfExists", "IpAddress"),
          fc.constantFrom(["1.0.0.0/8"], ["1.0.0.0/8", "2.0.0.0/8"], ["1.2.0.0/16"]),
        ),
        { maxLength: 2, selector: ([operator]) => operator },
      ),
    })
    .map(({ AWS, Action, Resource, conditions }) => {
      const keyOf = (operator: string) => (operator === "IpAddress" ? "aws:SourceIp" : "aws:PrincipalTag/team");
      const blocks = conditions.map(([operator, values]) => [operator, { [keyOf(operator)]: values }]);
      return { Effect: "Allow", Principal: { AWS }, Action, Resource, Condition: Object.fromEntries(blocks) };
    });

  it("gives all that is new, and nothing that AFTER does not allow", { timeout: 60_000 }, () => {
    let told = 0;
    fc.assert(
      fc.property(statement, statement, (one, other) => {
        const [before, after] = [resource(one), resource(other)];
        const added = additions(only(before), only(after));
        if (added === null) return;
        told++;
        const pieces = withStatements(after, added);
        expect(diffPolicies([before, pieces], [after]).newAccess).toBe(false);
        expect(diffPolicies([after], [pieces]).newAccess).toBe(false);
      }),
      { numRuns: 2000 },
    );
    expect(told).toBeGreaterThan(200);
  });
});
