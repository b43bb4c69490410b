/** The tables of the reference, each row through the engine and through nothing else. */
import { describe, expect, it } from "vitest";
import { callersOf } from "../../../lib/iam/caller-class.ts";
import { outsider, stranger, withoutMfa } from "../../../lib/iam/questions.ts";
import { ask } from "../../../lib/iam/witness.ts";
import { resource, trust } from "./policies.ts";

const ACCOUNT = "111111111111";

describe("who is let in without MFA", () => {
  const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const allow = (Condition?: object) => ({
    Effect: "Allow",
    Principal: root,
    Action: "sts:AssumeRole",
    ...(Condition && { Condition }),
  });
  const deny = (Condition: object) => ({ Effect: "Deny", Principal: "*", Action: "sts:AssumeRole", Condition });
  const present = "aws:MultiFactorAuthPresent";
  const age = "aws:MultiFactorAuthAge";

  /** [long-term access keys, temporary credentials without MFA] */
  it.each<[string, object[], boolean, boolean]>([
    ["no condition", [allow()], true, true],
    ["Allow + Bool true", [allow({ Bool: { [present]: "true" } })], false, false],
    ["Allow + NumericLessThan age", [allow({ NumericLessThan: { [age]: "3600" } })], false, false],
    ["Allow + BoolIfExists true", [allow({ BoolIfExists: { [present]: "true" } })], true, false],
    ["Allow + NumericLessThanIfExists age", [allow({ NumericLessThanIfExists: { [age]: 3600 } })], true, true],
    ["Allow + Null false", [allow({ Null: { [present]: "false" } })], false, true],
    ["Allow + Bool false", [allow({ Bool: { [present]: "false" } })], false, true],
    ["Allow + BoolIfExists false", [allow({ BoolIfExists: { [present]: false } })], true, true],
    ["Allow + ForAllValues:Bool true", [allow({ "ForAllValues:Bool": { [present]: "true" } })], true, false],
    ["Allow + ForAnyValue:Bool true", [allow({ "ForAnyValue:Bool": { [present]: "true" } })], false, false],
    ["Deny + BoolIfExists false", [allow(), deny({ BoolIfExists: { [present]: "false" } })], false, false],
    ["Deny + Bool false", [allow(), deny({ Bool: { [present]: "false" } })], true, false],
    ["Deny + Null true", [allow(), deny({ Null: { [present]: "true" } })], false, true],
    ["Deny + StringNotEquals true", [allow(), deny({ StringNotEquals: { [present]: "true" } })], false, false],
    ["a key that cannot exist", [allow({ BoolIfExists: { "aws: MultiFactorAuthPresent": "true" } })], true, true],
  ])("%s", (_, statements, longTerm, temporary) => {
    const users = callersOf(ACCOUNT).filter(({ kind }) => kind === "user");
    const answers = withoutMfa().map((where) => ask({ policies: [trust(...statements)], callers: users, where }).kind);
    expect(answers).toEqual([longTerm, temporary].map((open) => (open ? "witness" : "none")));
  });

  it("finds that nobody can meet a demand for MFA that is made of roles", () => {
    const arn = { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/*` } };
    const policies = [trust(allow({ ...arn, Bool: { [present]: "true" } }))];
    expect(ask({ policies }).kind).toBe("none");
    expect(ask({ policies: [trust(allow(arn))] }).kind).toBe("witness");
  });

  it("knows that the age is only there when MFA was used", () => {
    const [before, after] = [{ Bool: { [present]: "true" } }, { NumericLessThan: { [age]: "3600" } }].map(allow);
    expect(ask({ policies: [trust(after!)], notAllowedBy: [trust(before!)] }).kind).toBe("none");
    expect(ask({ policies: [trust(before!)], notAllowedBy: [trust(after!)] }).kind).toBe("witness");
  });
});

describe("whom a wildcard principal lets in", () => {
  const open = (Condition: object | null, ...more: object[]) =>
    resource(
      {
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "s3:GetObject",
        Resource: "*",
        ...(Condition && { Condition }),
      },
      ...more,
    );
  const lets = (policy: ReturnType<typeof open>) =>
    ask({ policies: [policy], ...stranger([policy]) }).kind === "witness";

  it.each<[string, string, string, string | string[]]>([
    ["the organization", "StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"],
    ["a path in the organization", "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"],
    ["an account", "StringEquals", "aws:PrincipalAccount", ACCOUNT],
    ["a role", "ArnLike", "aws:PrincipalArn", `arn:aws:iam::${ACCOUNT}:role/*`],
    ["a source account", "StringEquals", "aws:SourceAccount", ACCOUNT],
    ["a source ARN with its account", "ArnLike", "aws:SourceArn", `arn:aws:sns:us-east-1:${ACCOUNT}:topic`],
    ["a source organization", "StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5"],
    ["source organization paths", "ForAnyValue:StringLike", "aws:SourceOrgPaths", "o-a1b2c3d4e5/*"],
    ["a VPC", "StringEquals", "aws:SourceVpc", "vpc-0123456789abcdef0"],
    ["an endpoint", "StringEquals", "aws:SourceVpce", "vpce-0123456789abcdef0"],
    ["an endpoint's account", "StringEquals", "aws:VpceAccount", ACCOUNT],
    ["an endpoint's organization", "StringEquals", "aws:VpceOrgID", "o-a1b2c3d4e5"],
    ["a narrow network", "IpAddress", "aws:SourceIp", "203.0.113.0/24"],
    ["private addresses", "IpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.168.0.0/16"]],
    ["the caller of KMS", "StringEquals", "kms:CallerAccount", ACCOUNT],
    ["a signed function URL", "StringEquals", "lambda:FunctionUrlAuthType", "AWS_IAM"],
    ["a mount target", "Bool", "elasticfilesystem:AccessedViaMountTarget", "true"],
  ])("%s keeps strangers out", (_, operator, key, value) => {
    expect(lets(open({ [operator]: { [key]: value } }))).toBe(false);
    // beside a strong key, a weak one does no harm
    expect(
      lets(
        open({
          [operator]: { [key]: value },
          Bool: { "aws:SecureTransport": "true", ...(operator === "Bool" ? { [key]: value } : {}) },
        }),
      ),
    ).toBe(false);
  });

  it.each<[string, string, string, string | string[]]>([
    ["TLS", "Bool", "aws:SecureTransport", "true"],
    ["a user agent", "StringLike", "aws:UserAgent", "secret-*"],
    ["a referer", "StringLike", "aws:Referer", "https://securecart.example/*"],
    ["a time", "DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z"],
    ["a service in between", "Bool", "aws:ViaAWSService", "false"],
    ["called via", "ForAllValues:StringEquals", "aws:CalledVia", "athena.amazonaws.com"],
    ["a kind of principal", "StringEquals", "aws:PrincipalType", ["User", "AssumedRole"]],
    ["the resource's account", "StringEquals", "aws:ResourceAccount", ACCOUNT],
    ["a user name", "StringEquals", "aws:username", "deployer"],
    ["a tag on the caller", "StringEquals", "aws:PrincipalTag/team", "shop"],
    ["everywhere", "IpAddress", "aws:SourceIp", "0.0.0.0/0"],
    ["half of everywhere", "IpAddress", "aws:SourceIp", "128.0.0.0/1"],
    ["not one account", "StringNotEquals", "aws:PrincipalAccount", ACCOUNT],
    ["the organization, if there is one", "StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5"],
    ["all of no organizations", "ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"],
    ["some organization", "Null", "aws:PrincipalOrgID", "false"],
    ["a role of any account", "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy"],
    ["a bucket that anyone may own one day", "ArnLike", "aws:SourceArn", "arn:aws:s3:::images"],
    ["buckets that anyone may own", "ArnLike", "aws:SourceArn", "arn:aws:s3:::images-*"],
    ["one wide value in a list", "StringLike", "aws:PrincipalOrgID", ["o-a1b2c3d4e5", "o-*"]],
  ])("%s lets strangers in", (_, operator, key, value) => {
    expect(lets(open({ [operator]: { [key]: value } }))).toBe(true);
  });

  it("a bucket's ARN together with its account keeps strangers out", () => {
    const ArnLike = { "aws:SourceArn": "arn:aws:s3:::images" };
    expect(lets(open({ ArnLike, StringEquals: { "aws:SourceAccount": ACCOUNT } }))).toBe(false);
  });

  it("a Deny keeps strangers out only when it covers everyone else", () => {
    const deny = (Condition: object) => ({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*", Condition });
    expect(lets(open(null, deny({ StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })))).toBe(false);
    expect(lets(open(null, deny({ StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })))).toBe(false);
    expect(lets(open(null, deny({ "ForAnyValue:StringNotEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })))).toBe(
      true,
    );
    expect(lets(open(null, deny({ StringEquals: { "aws:PrincipalOrgID": "o-0other" } })))).toBe(true);
  });

  it("an account that a Deny leaves out is open to its root user, and to those who are left out beside it", () => {
    const butFor = (...AWS: string[]) =>
      open(null, { Effect: "Deny", NotPrincipal: { AWS }, Action: "s3:*", Resource: "*" });
    const letIn = (...AWS: string[]) => {
      const policies = [butFor(...AWS)];
      const kinds = ["user", "role", "root"];
      const callers = callersOf(ACCOUNT).filter(({ kind }) => kinds.includes(kind));
      return callers.filter((who) => ask({ policies, callers: [who] }).kind === "witness").map(({ kind }) => kind);
    };
    expect(letIn(ACCOUNT)).toEqual(["root"]);
    expect(letIn(`arn:aws:iam::${ACCOUNT}:root`)).toEqual(["root"]);
    expect(letIn(ACCOUNT, `arn:aws:iam::${ACCOUNT}:role/a`)).toEqual(["role", "root"]);
    expect(letIn(`arn:aws:iam::${ACCOUNT}:user/a`)).toEqual(["user"]);
    expect(lets(butFor(ACCOUNT))).toBe(false);
    const policies = [butFor(ACCOUNT)];
    expect(ask({ policies, ...outsider(ACCOUNT, policies) }).kind).toBe("witness");
  });
});
