/** What an attacker tried, each with the answer that AWS's documentation gives. */
import { describe, expect, it } from "vitest";
import { diffPolicies } from "../../../lib/iam/diff.ts";
import { evaluate } from "../../../lib/iam/evaluate.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import { readCaller } from "../../../lib/iam/principal.ts";
import { stranger } from "../../../lib/iam/questions.ts";
import { ask } from "../../../lib/iam/witness.ts";
import { identity, resource, trust } from "./policies.ts";

const open = (Condition: object, Principal: unknown = "*") =>
  resource({ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: "*", Condition });
const forStrangers = (Condition: object) => {
  const policy = open(Condition);
  return ask({ policies: [policy], ...stranger([policy]) }).kind;
};
const letsStrangersIn = (Condition: object) => forStrangers(Condition) === "witness";

describe("a pattern pins nobody", () => {
  it.each<[string, object]>([
    ["an account by its first digit", { StringLike: { "aws:PrincipalAccount": "4*" } }],
    ["an account but for a digit", { StringLike: { "aws:PrincipalAccount": "11112222333?" } }],
    ["a role of such accounts", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::4*:role/x" } }],
    ["a source account", { StringLike: { "aws:SourceAccount": "4*" } }],
    ["a source", { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:4*:*" } }],
    ["an organization", { StringLike: { "aws:PrincipalOrgID": "o-a*" } }],
    ["a path of some organization", { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a*/r-x/*" } }],
    ["an endpoint", { StringLike: { "aws:SourceVpce": "vpce-1*" } }],
    ["federated users of any account", { StringLike: { "aws:PrincipalArn": "arn:aws:sts::*:federated-user/*" } }],
    ["whoever's id begins alike", { StringLike: { "aws:userid": "AROA*" } }],
    ["a kind of caller", { StringEquals: { "aws:PrincipalType": "FederatedUser" } }],
    [
      "roles in one of two partitions",
      { ArnLike: { "aws:PrincipalArn": ["arn:aws-cn:iam::*:role/x", "arn:aws:iam::1:x"] } },
    ],
    ["roles in another partition", { ArnLike: { "aws:PrincipalArn": "arn:aws-eusc:iam::*:role/x" } }],
    [
      "the internet in pieces",
      { IpAddress: { "aws:SourceIp": Array.from({ length: 256 }, (_, i) => `${i}.0.0.0/8`) } },
    ],
    ["a key with a blank that users name", { StringEquals: { "kms:EncryptionContext:App Name": "shop" } }],
  ])("%s", (_, condition) => {
    expect(letsStrangersIn(condition)).toBe(true);
  });

  it.each<[string, object]>([
    ["the resource's own account", { StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } }],
    ["the resource's own organization", { StringEquals: { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" } }],
    ["the same, the other way round", { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } }],
    ["the sessions of one role, by its id", { StringLike: { "aws:userid": "AROAEXAMPLEID12345678:*" } }],
    ["a lattice's network", { StringEquals: { "vpc-lattice-svcs:SourceVpc": "vpc-0123456789abcdef0" } }],
  ])("%s keeps strangers out", (_, condition) => {
    expect(forStrangers(condition)).toBe("none");
  });
});

describe("comparison", () => {
  const allow = (Condition?: object) =>
    identity({ Effect: "Allow", Action: "s3:*", Resource: "*", ...(Condition && { Condition }) });
  const role = (Condition: object) => ({ Effect: "Allow", Action: "s3:*", Resource: "*", Condition });
  const session = (more: object) =>
    resource({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:sts::111111111111:assumed-role/R/s" },
      Action: "s3:*",
      Resource: "*",
      ...more,
    });

  it.each<[string, Parameters<typeof diffPolicies>[0], Parameters<typeof diffPolicies>[1], boolean]>([
    [
      "accounts by pattern",
      [allow({ StringEquals: { "aws:PrincipalAccount": "111111111111" } })],
      [allow({ StringLike: { "aws:PrincipalAccount": "4*" } })],
      true,
    ],
    [
      "a partition",
      [allow({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/x" } })],
      [allow({ ArnLike: { "aws:PrincipalArn": "arn:aws-iso:iam::*:role/x" } })],
      true,
    ],
    [
      "a role session that says it has no MFA",
      [identity({ Effect: "Deny", Action: "*", Resource: "*" })],
      [
        identity(
          role({
            ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/x" },
            Bool: { "aws:MultiFactorAuthPresent": "false" },
          }),
        ),
      ],
      true,
    ],
    [
      "small numbers",
      [allow({ NumericLessThan: { "x:n": "0.0000003" } })],
      [allow({ NumericLessThan: { "x:n": "0.0000005" } })],
      true,
    ],
    [
      "large numbers",
      [allow({ NumericLessThan: { "x:n": "1000000000000000" } })],
      [allow({ NumericLessThan: { "x:n": "2000000000000000" } })],
      true,
    ],
    [
      "*:* is *",
      [identity({ Effect: "Allow", Action: "*:*", Resource: "*" })],
      [identity({ Effect: "Allow", Action: "*", Resource: "*" })],
      false,
    ],
    [
      "true and false are all of a Bool",
      [identity(role({ Bool: { "ec2:Encrypted": ["true", "false"] } }))],
      [allow({ Null: { "ec2:Encrypted": "false" } })],
      false,
    ],
    [
      "a member has both id and paths",
      [allow({ Null: { "aws:PrincipalOrgID": "false" } })],
      [allow({ Null: { "aws:PrincipalOrgPaths": "false" } })],
      false,
    ],
    [
      "whoever used MFA has an age of it",
      [allow({ NumericGreaterThanEquals: { "aws:MultiFactorAuthAge": "0" } })],
      [allow({ Bool: { "aws:MultiFactorAuthPresent": "true" }, Null: { "aws:MultiFactorAuthAge": "true" } })],
      false,
    ],
    [
      "a user has one name",
      [allow({ StringEquals: { "aws:username": "alice" } })],
      [allow({ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:user/alice" } })],
      false,
    ],
  ])("%s", (_, before, after, expected) => {
    expect(diffPolicies(before, after).newAccess).toBe(expected);
  });

  it("knows that a session's role may have a path", () => {
    const after = session({
      Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/team/R" } },
    });
    expect(diffPolicies([], [after]).newAccess).toBe(true);
    const other = session({
      Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/team/Q" } },
    });
    expect(diffPolicies([], [other]).newAccess).toBe(false);
  });

  it.each([
    ["overlapping stars", [...Array(20).keys()].map((i) => `*${String.fromCharCode(97 + i)}`).join(""), 20],
    ["distant letters", `*X${"?".repeat(20)}*`, 8],
  ])("gives up early on %s", (_, pattern, count) => {
    const reversed = [...pattern].reverse().join("");
    const many = Array.from({ length: count }, (_, i) => `arn:aws:s3:::${i % 2 ? pattern : reversed}${i}`);
    const policies = [
      identity(
        { Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::*" },
        { Effect: "Deny", Action: "s3:*", NotResource: many },
      ),
    ];
    expect(["witness", "none", "undecided"]).toContain(ask({ policies }).kind);
  });
});

describe("simulation", () => {
  const all = identity({ Effect: "Allow", Action: "*", Resource: "*" });
  const decide = (principal: string, action: string, resource: string, more: object = {}) =>
    evaluate(
      { caller: readCaller(principal)!, action, resource, resourceAccount: "111111111111", context: new Map() },
      {
        identityPolicies: [all],
        resourcePolicy: null,
        permissionsBoundary: null,
        sessionPolicy: null,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...more,
      },
    ).decision;
  const user = "arn:aws:iam::111111111111:user/amin";
  const nothing = identity({ Effect: "Deny", Action: "*", Resource: "*" });

  it.each<[string, string, string, string, object, string]>([
    ["listing keys asks no key policy", user, "kms:ListKeys", "*", {}, "Allowed"],
    ["an alias is no key", user, "kms:CreateAlias", "arn:aws:kms:us-east-1:111111111111:alias/a", {}, "Allowed"],
    ["a key asks its policy", user, "kms:Decrypt", "arn:aws:kms:us-east-1:111111111111:key/k", {}, "ImplicitlyDenied"],
    [
      "tagging a session asks the trust policy",
      user,
      "sts:TagSession",
      "arn:aws:iam::111111111111:role/r",
      {},
      "ImplicitlyDenied",
    ],
    ["everyone may ask who they are", user, "sts:GetCallerIdentity", "*", { identityPolicies: [nothing] }, "Allowed"],
    [
      "the root user assumes no roles",
      "111111111111",
      "sts:AssumeRole",
      "arn:aws:iam::111111111111:role/r",
      { resourcePolicy: trust({ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "sts:AssumeRole" }) },
      "ImplicitlyDenied",
    ],
    [
      "service-linked roles are bound by no SCP",
      "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
      "s3:GetObject",
      "arn:aws:s3:::b/k",
      { serviceControlPolicies: [[nothing]] },
      "Allowed",
    ],
    [
      "RCPs know some services only",
      user,
      "ec2:StartInstances",
      "*",
      {
        resourceControlPolicies: [[resource({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" })]],
        servicesWithRcps: new Set(["s3"]),
      },
      "Allowed",
    ],
    [
      "... and bind those",
      user,
      "s3:GetObject",
      "arn:aws:s3:::b/k",
      {
        resourceControlPolicies: [[resource({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" })]],
        servicesWithRcps: new Set(["s3"]),
      },
      "ExplicitlyDenied",
    ],
    [
      "a federated user without a session policy has nothing",
      "arn:aws:sts::111111111111:federated-user/eve",
      "s3:GetObject",
      "arn:aws:s3:::b/k",
      {},
      "ImplicitlyDenied",
    ],
    [
      "a session in another partition has its role there",
      "arn:aws-us-gov:sts::111111111111:assumed-role/r/s",
      "s3:GetObject",
      "arn:aws-us-gov:s3:::b/k",
      {
        identityPolicies: [
          identity({
            Effect: "Allow",
            Action: "*",
            Resource: "*",
            Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws-us-gov:iam::111111111111:role/r" } },
          }),
        ],
      },
      "Allowed",
    ],
    [
      "Identity Center's roles have their path",
      "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/amin",
      "s3:GetObject",
      "arn:aws:s3:::b/k",
      {
        identityPolicies: [
          identity({
            Effect: "Allow",
            Action: "*",
            Resource: "*",
            Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*" } },
          }),
        ],
      },
      "Allowed",
    ],
  ])("%s", (_, principal, action, target, more, expected) => {
    expect(decide(principal, action, target, more)).toBe(expected);
  });
});

describe("documents", () => {
  it.each([
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"String\\nEquals":{"aws:x":"b"}}}]}',
    `{"Statement":${"[".repeat(100_000)}`,
    '{"__proto__":{"Effect":"Allow"},"constructor":1,"Statement":[{"__proto__":1}]}',
    "\u0000",
    '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"__proto__":{"toString":"x"}}}}',
  ])("%.60s is a problem, not a crash", (text) => {
    expect(parsePolicy(text, "identity").problems.length).toBeGreaterThan(0);
  });

  it("takes API Gateway's short form of its own ARN", () => {
    const { policy, problems } = parsePolicy(
      {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: "arn:aws:execute-api:us-east-1:111111111111:abc/prod/GET/x",
          },
          {
            Effect: "Deny",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: "execute-api:/*",
            Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
          },
        ],
      },
      "resource",
    );
    expect(problems).toEqual([]);
    expect(ask({ policies: [policy], ...stranger([policy]) }).kind).toBe("none");
  });
});

describe("a list of twenty thousand resources", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `arn:aws:s3:::bucket-${i}/*`);
  const reads = (Resource: readonly string[]) => identity({ Effect: "Allow", Action: "s3:GetObject", Resource });

  it("is compared without trying each with each", () => {
    const [shorter, longer] = [reads(names.slice(1)), reads(names)];
    expect(diffPolicies([shorter], [longer])).toMatchObject({
      newAccess: true,
      witness: { resource: "arn:aws:s3:::bucket-0/example" },
    });
    expect(diffPolicies([longer], [shorter]).newAccess).toBe(false);
  });

  it("does not hide what one of them says otherwise", () => {
    const wide = [...names.slice(1), "arn:aws:s3:::bucket-0*"];
    expect(diffPolicies([reads(names)], [reads(wide)]).newAccess).toBe(true);
    expect(diffPolicies([reads(wide)], [reads(names)]).newAccess).toBe(false);
  });
});
