import { describe, expect, it } from "vitest";
import type { Trust } from "../../../lib/access/graph.ts";
import { trustPolicy } from "../../../lib/access/trust-policy.ts";

const here = "333333333333";
const issuer = "token.actions.githubusercontent.com";
const statements = (trust: Trust) => trustPolicy(trust, here).Statement;
const root = (account: string) => `arn:aws:iam::${account}:root`;

describe("trustPolicy", () => {
  it("asks users of an account for MFA", () => {
    expect(statements({ kind: "users", accountIds: ["222222222222", "111111111111"], mfa: true })).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: [root("111111111111"), root("222222222222")] },
        Action: "sts:AssumeRole",
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      },
    ]);
  });

  it("leaves MFA out where the manifest gave a reason", () => {
    expect(statements({ kind: "users", accountIds: ["111111111111"], mfa: false })).toEqual([
      { Effect: "Allow", Principal: { AWS: root("111111111111") }, Action: "sts:AssumeRole" },
    ]);
  });

  it("names other roles exactly", () => {
    const arn = "arn:aws:iam::222222222222:role/pipeline";
    expect(statements({ kind: "roles", arns: [arn] })).toEqual([
      { Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" },
    ]);
  });

  it("narrows an account to a permission set's roles, with and without region, and asks for no MFA", () => {
    const trust: Trust = { kind: "permissionSet", accountId: "111111111111", permissionSetNames: ["LogAnalyst"] };
    const path = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com";
    expect(statements(trust)).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: root("111111111111") },
        Action: "sts:AssumeRole",
        Condition: {
          ArnLike: {
            "aws:PrincipalArn": [`${path}/AWSReservedSSO_LogAnalyst_*`, `${path}/*/AWSReservedSSO_LogAnalyst_*`],
          },
        },
      },
    ]);
  });

  it("asks a vendor for the external id", () => {
    expect(statements({ kind: "thirdParty", accountId: "999999999999", externalId: "x-1" })).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: root("999999999999") },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": "x-1" } },
      },
    ]);
  });

  it("ties services that act for others to this account, and no others", () => {
    const services = ["lambda.amazonaws.com", "scheduler.amazonaws.com", "ec2.amazonaws.com"];
    expect(statements({ kind: "service", services })).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] },
        Action: "sts:AssumeRole",
      },
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": here } },
      },
    ]);
  });

  it("pins audience and subject of GitHub Actions", () => {
    const subject = "repo:example/shop:environment:production";
    expect(statements({ kind: "github", issuer, subjects: [subject], audience: "sts.amazonaws.com" })).toEqual([
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${here}:oidc-provider/token.actions.githubusercontent.com` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subject,
          },
        },
      },
    ]);
  });

  it("uses wildcards only where the subject has one", () => {
    const subjects = ["repo:example/shop:ref:refs/heads/release-*", "repo:example/shop:ref:refs/heads/main"];
    expect(statements({ kind: "github", issuer, subjects, audience: "sts.amazonaws.com" })[0]?.Condition).toEqual({
      StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
      StringLike: { "token.actions.githubusercontent.com:sub": [...subjects].sort() },
    });
  });
});
