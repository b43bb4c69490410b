/** A resource that denies less lets its account's own policies do more, though its policy allows nothing. */
import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { planOf, policy } from "./plans.ts";

const deny = (Condition: object) => ({
  ...{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::a", "arn:aws:s3:::a/*"], Condition },
});
const tls = deny({ Bool: { "aws:SecureTransport": "false" } });
const ours = deny({ StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } });
const more = deny({ StringNotEquals: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5", "o-b2c3d4e5f6"] } });

it.each<[string, object[], object[], boolean]>([
  ["a Deny that goes", [tls, ours], [tls], true],
  ["a Deny with an exception more", [ours], [more], true],
  ["a Deny with an exception less", [more], [ours], false],
  ["a Deny that comes", [tls], [tls, ours], false],
  ["Denies in another order", [tls, ours], [{ ...ours, Sid: "Ours" }, tls], false],
])("%s", async (_, before, after, expected) => {
  const plan = planOf([
    {
      address: "aws_s3_bucket_policy.a",
      type: "aws_s3_bucket_policy",
      before: { policy: policy(...before) },
      after: { policy: policy(...after) },
    },
  ]);
  const { findings } = await analyze([plan], { rules, world: {}, toolVersion: "0.0.0" });
  const found = findings.filter(({ rule }) => rule === "guardrail-removed").map(({ message }) => message);
  expect(found).toEqual(expected ? [expect.stringContaining("no longer denies")] : []);
});
