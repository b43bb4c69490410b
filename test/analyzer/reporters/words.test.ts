import { describe, expect, it } from "vitest";
import { describeWitness } from "../../../analyzer/reporters/words.ts";
import type { Witness } from "../../../lib/finding.ts";
import { visible } from "../../../lib/visible.ts";

describe("describeWitness", () => {
  it.each<[string, Partial<Witness>]>([
    ["anyone on the internet can call sts:AssumeRole", { principal: "anonymous" }],
    [
      "user amin of account 123456789012 can call sts:AssumeRole without MFA",
      { principal: "arn:aws:iam::123456789012:user/amin", context: { "aws:MultiFactorAuthPresent": null } },
    ],
    [
      "role session ops/run-1 of account 123456789012 can call sts:AssumeRole with MFA",
      {
        principal: "arn:aws:sts::123456789012:assumed-role/ops/run-1",
        context: { "aws:MultiFactorAuthPresent": "true" },
      },
    ],
    ["account 123456789012 can call sts:AssumeRole", { principal: "arn:aws:iam::123456789012:root" }],
    ["the service s3.amazonaws.com can call sts:AssumeRole", { principal: "s3.amazonaws.com" }],
    [
      "anyone signed in at token.actions.githubusercontent.com can call sts:AssumeRole",
      { principal: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
    ],
    [
      "anyone on the internet can call s3:GetObject on arn:aws:s3:::a/b without aws:PrincipalOrgID, with aws:SourceIp 192.0.2.1",
      {
        principal: "anonymous",
        action: "s3:GetObject",
        resource: "arn:aws:s3:::a/b",
        context: { "aws:PrincipalOrgID": null, "aws:SourceIp": "192.0.2.1" },
      },
    ],
  ])("says: %s", (sentence, witness) => {
    const full = { principal: "", action: "sts:AssumeRole", resource: null, context: {}, ...witness };
    expect(describeWitness(full, "trust-anyone")).toBe(sentence);
  });

  it("does not say of what nothing denies any more that it is allowed", () => {
    const witness = {
      principal: "arn:aws:iam::123456789012:user/a",
      action: "s3:GetObject",
      resource: null,
      context: {},
    };
    expect(describeWitness(witness, "guardrail-removed")).toBe(
      "user a of account 123456789012 is no longer denied s3:GetObject",
    );
  });
});

describe("visible", () => {
  it.each([
    ["a\u001b[31mb", "a\\u{1b}[31mb"],
    ["a\u009b2Jb", "a\\u{9b}2Jb"],
    ["a\r\nb", "a b"],
    ["a\u202eb", "a\\u{202e}b"],
    ["a\u2028b", "a\\u{2028}b"],
    ["über 日本 ✓", "über 日本 ✓"],
  ])("writes %j as %j", (raw, written) => {
    expect(visible(raw)).toBe(written);
  });
});
