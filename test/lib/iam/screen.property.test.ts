import fc from "fast-check";
import { expect, it } from "vitest";
import { callersOf } from "../../../lib/iam/caller-class.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import { derivedContext } from "../../../lib/iam/principal.ts";
import { couldBeMet } from "../../../lib/iam/screen.ts";
import { allows } from "../../../lib/iam/statement.ts";

const numRuns = Number(process.env.GATEHOUSE_PROPERTY_RUNS ?? 3000);

const own = "111111111111";
const other = "222222222222";
const [user, role] = callersOf(own);

/** Conditions whose keys the caller decides, and one that he does not. */
const condition = fc.constantFrom(
  { StringEquals: { "aws:PrincipalOrgID": "o-one" } },
  { StringNotEquals: { "aws:PrincipalOrgID": ["o-one", "o-two"] } },
  { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-two" } },
  { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/*` } },
  { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${own}:role/*` } },
  { StringEquals: { "aws:PrincipalAccount": other } },
  { StringEquals: { "aws:PrincipalType": "User" } },
  { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
  { Null: { "aws:MultiFactorAuthAge": "false" } },
  { "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": "o-one/*" } },
  { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-one/*" } },
  { StringEquals: { "aws:username": "ann" } },
  { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/${aws:username}" } },
  { Bool: { "aws:SecureTransport": "true" } },
);

const principal = fc.constantFrom("*", { AWS: own }, { AWS: other }, { AWS: `arn:aws:iam::${own}:user/ann` });

const statement = fc.tuple(principal, fc.array(condition, { maxLength: 3 })).map(([Principal, conditions]) => ({
  Effect: "Allow",
  Principal,
  Action: "s3:GetObject",
  Resource: "*",
  Condition: Object.fromEntries(conditions.flatMap((each) => Object.entries(each))),
}));

const requests = fc.record({
  caller: fc.constantFrom(
    { who: user!, caller: { kind: "user", account: own, name: `arn:aws:iam::${own}:user/ann` } as const, mfa: true },
    { who: user!, caller: { kind: "user", account: own, name: `arn:aws:iam::${own}:user/bob` } as const, mfa: true },
    { who: role!, caller: { kind: "role", account: own, name: `arn:aws:iam::${own}:role/app` } as const, mfa: false },
  ),
  organization: fc.constantFrom(null, "o-one", "o-two"),
  withMfa: fc.boolean(),
});

it("lets every caller through who is let in", () => {
  let kept = 0;
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 2 }), requests, (statements, request) => {
      const { policy } = parsePolicy({ Version: "2012-10-17", Statement: statements }, "resource");
      const { who, caller, mfa } = request.caller;
      const context = new Map(derivedContext(caller)).set("aws:securetransport", ["true"]);
      if (request.organization) {
        context.set("aws:principalorgid", [request.organization]);
        context.set("aws:principalorgpaths", [`${request.organization}/r-1/`]);
      }
      if (mfa && request.withMfa) {
        context.set("aws:multifactorauthpresent", ["true"]);
        context.set("aws:multifactorauthage", ["60"]);
      }
      const could = couldBeMet([policy], [who], []);
      if (!could) kept++;
      const isAllowed = allows([policy], { caller, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context });
      expect(isAllowed && !could).toBe(false);
    }),
    { numRuns },
  );
  // it has to be of use as well
  expect(kept).toBeGreaterThan(numRuns / 20);
});
