/** A resource that denies less lets its account's own policies do more, though its policy allows nothing. */
import { describe, expect, it } from "vitest";
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

describe("what the Deny was about", () => {
  const said = async (type: string, before: object[], after: object[]) => {
    const change = { address: `${type}.a`, type, before: { policy: policy(...before) } };
    const plan = planOf([{ ...change, after: { policy: policy(...after) } }]);
    const { findings } = await analyze([plan], { rules, world: {}, toolVersion: "0.0.0" });
    return findings.filter(({ rule }) => rule === "guardrail-removed").map(({ message }) => message);
  };
  const version = deny({ NumericLessThan: { "s3:TlsVersion": "1.2" } });
  const mfa = deny({ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } });

  it.each<[string, object[], object[], string]>([
    ["TLS", [tls, ours], [ours], "requests without TLS, such as s3:GetObject on arn:aws:s3:::a/example"],
    ["its version", [tls, version], [tls], "requests with an old version of TLS, such as s3:GetObject on"],
    ["MFA", [tls, mfa], [tls], "requests without MFA, such as s3:GetObject on"],
    ["who asks", [tls, ours], [tls], "arn:aws:iam::999999999999:user/someone s3:GetObject on"],
    ["both", [tls, ours], [], "arn:aws:iam::999999999999:user/someone s3:GetObject on"],
  ])("%s", async (_, before, after, expected) => {
    const kept = { Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "s3:GetObject", Resource: "*" };
    const [message] = await said("aws_s3_bucket_policy", [kept, ...before], [kept, ...after]);
    expect(message).toContain(`the resource's policy no longer denies ${expected}`);
  });

  it("is shown with what the resource's own service does", async () => {
    const everything = { ...tls, Action: "*", Resource: "*" };
    const kept = { Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "*", Resource: "*" };
    expect(await said("aws_efs_file_system_policy", [kept, everything], [kept])).toEqual([
      expect.stringContaining("requests without TLS, such as elasticfilesystem:ClientMount on"),
    ]);
  });
});
