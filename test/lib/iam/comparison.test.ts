/** Pairs as reviewers meet them: who a reference lets in, and whether a candidate goes beyond it. */
import { expect, it } from "vitest";
import { diffPolicies } from "../../../lib/iam/diff.ts";
import type { PolicyKind } from "../../../lib/iam/policy.ts";
import { policyOf } from "./policies.ts";

const S = (...statements: object[]) => statements;
const t = (name: string, kind: PolicyKind, reference: object[], candidate: object[], newAccess: boolean) =>
  it(`${name}: ${newAccess ? "goes beyond" : "stays inside"}`, () => {
    expect(diffPolicies([policyOf(kind, ...reference)], [policyOf(kind, ...candidate)]).newAccess).toBe(newAccess);
  });

const T = { Effect: "Allow", Action: "sts:AssumeRole" };
const other = { Effect: "Allow", Principal: "*", NotAction: "sts:AssumeRole" };
const eAcc = S(
  { ...T, Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": ["111111111111"] } } },
  other,
);
t(
  "the allowed account's root",
  "trust",
  eAcc,
  S({ ...T, Principal: { AWS: "arn:aws:iam::111111111111:root" } }),
  false,
);
t(
  "a role of the allowed account",
  "trust",
  eAcc,
  S({ ...T, Principal: { AWS: "arn:aws:iam::111111111111:role/x" } }),
  false,
);
t(
  "a service beside a user of the account",
  "trust",
  eAcc,
  S({ ...T, Principal: { AWS: "arn:aws:iam::111111111111:user/x", Service: "ec2.amazonaws.com" } }),
  true,
);
t("another account", "trust", eAcc, S({ ...T, Principal: { AWS: "222222222222" } }), true);
t(
  "a session of the allowed account",
  "trust",
  eAcc,
  S({ ...T, Principal: { AWS: "arn:aws:sts::111111111111:assumed-role/r/s" } }),
  false,
);
const gh = "token.actions.githubusercontent.com";
const fed = {
  Effect: "Allow",
  Principal: { Federated: `arn:aws:iam::111111111111:oidc-provider/${gh}` },
  Action: "sts:AssumeRoleWithWebIdentity",
};
const eGh = S({
  ...fed,
  Condition: { StringEquals: { [`${gh}:aud`]: "sts.amazonaws.com" }, StringLike: { [`${gh}:sub`]: "repo:org/*" } },
});
t(
  "one repository of the organization",
  "trust",
  eGh,
  S({
    ...fed,
    Condition: {
      StringEquals: { [`${gh}:aud`]: "sts.amazonaws.com", [`${gh}:sub`]: "repo:org/r:ref:refs/heads/main" },
    },
  }),
  false,
);
t(
  "any repository",
  "trust",
  eGh,
  S({ ...fed, Condition: { StringEquals: { [`${gh}:aud`]: "sts.amazonaws.com" } } }),
  true,
);
t(
  "a list with a foreign organization",
  "trust",
  eGh,
  S({
    ...fed,
    Condition: {
      StringEquals: { [`${gh}:aud`]: "sts.amazonaws.com" },
      StringLike: { [`${gh}:sub`]: ["repo:org/a:*", "repo:org2/*"] },
    },
  }),
  true,
);
t(
  "a subject, if there is one",
  "trust",
  eGh,
  S({
    ...fed,
    Condition: {
      StringEquals: { [`${gh}:aud`]: "sts.amazonaws.com" },
      StringLikeIfExists: { [`${gh}:sub`]: "repo:org/a:*" },
    },
  }),
  true,
);
const eOrg = S({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } },
});
t(
  "the same organization",
  "resource",
  eOrg,
  S({
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::b/*",
    Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } },
  }),
  false,
);
t(
  "a role that need not be in the organization",
  "resource",
  eOrg,
  S({
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111111111111:role/x" },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::b/*",
  }),
  true,
);
t(
  "a role in the organization",
  "resource",
  eOrg,
  S({
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111111111111:role/x" },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::b/*",
    Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } },
  }),
  false,
);
t(
  "the organization by a Deny",
  "resource",
  eOrg,
  S(
    { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" },
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "*",
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-abc1234567" } },
    },
  ),
  false,
);
const all = { Effect: "Allow", Action: "*", Resource: "*" };
const eB = S(all, {
  Effect: "Deny",
  Action: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
  Resource: "*",
  Condition: { StringNotEquals: { "iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/B" } },
});
t(
  "with the boundary",
  "identity",
  eB,
  S({
    Effect: "Allow",
    Action: "iam:CreateRole",
    Resource: "*",
    Condition: { StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/B" } },
  }),
  false,
);
t("without the boundary", "identity", eB, S({ Effect: "Allow", Action: "iam:CreateRole", Resource: "*" }), true);
t(
  "with boundaries of a like name",
  "identity",
  eB,
  S({
    Effect: "Allow",
    Action: "iam:*",
    Resource: "*",
    Condition: { StringLike: { "iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/B*" } },
  }),
  true,
);
t(
  "with the boundary, as an ARN",
  "identity",
  eB,
  S({
    Effect: "Allow",
    Action: "iam:CreateRole",
    Resource: "*",
    Condition: { ArnEquals: { "iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/B" } },
  }),
  false,
);
const eTag = S(all, {
  Effect: "Deny",
  Action: "ec2:RunInstances",
  Resource: "*",
  Condition: { "ForAllValues:StringNotEquals": { "aws:TagKeys": ["team"] } },
});
t(
  "with the tag key",
  "identity",
  eTag,
  S({
    Effect: "Allow",
    Action: "ec2:RunInstances",
    Resource: "*",
    Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": ["team"] } },
  }),
  false,
);
const federated = (operator: string) =>
  S({
    Effect: "Allow",
    Principal: { Federated: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      [operator]: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main",
      },
    },
  });
t("claims that have one value", "trust", federated("ForAllValues:StringEquals"), federated("StringEquals"), false);
t("claims that may lack", "trust", federated("StringEquals"), federated("ForAllValues:StringEquals"), true);
t("without the tag key", "identity", eTag, S({ Effect: "Allow", Action: "ec2:RunInstances", Resource: "*" }), true);
const eReg = S(all, {
  Effect: "Deny",
  NotAction: ["iam:*", "sts:*"],
  Resource: "*",
  Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1"] } },
});
t(
  "in the region",
  "identity",
  eReg,
  S({
    Effect: "Allow",
    Action: "ec2:*",
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
  }),
  false,
);
t("a global service", "identity", eReg, S({ Effect: "Allow", Action: "iam:*", Resource: "*" }), false);
t(
  "in any region",
  "identity",
  eReg,
  S({ Effect: "Allow", Action: "ec2:*", Resource: "arn:aws:ec2:eu-west-1:*:*" }),
  true,
);
const eSt = S(
  { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" },
  {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
);
t(
  "with TLS",
  "resource",
  eSt,
  S({
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "true" } },
  }),
  false,
);
t("without TLS", "resource", eSt, S({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }), true);
const eExt = S(
  { ...T, Principal: { AWS: "222222222222" }, Condition: { StringEquals: { "sts:ExternalId": "abc" } } },
  other,
);
t(
  "with the external id",
  "trust",
  eExt,
  S({
    ...T,
    Principal: { AWS: "arn:aws:iam::222222222222:role/v" },
    Condition: { StringEquals: { "sts:ExternalId": "abc" } },
  }),
  false,
);
t("without the external id", "trust", eExt, S({ ...T, Principal: { AWS: "arn:aws:iam::222222222222:role/v" } }), true);
const eSrc = S({
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: "*",
  Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } },
});
t(
  "for our account and topic",
  "resource",
  eSrc,
  S({
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: "arn:aws:sqs:us-east-1:111111111111:q",
    Condition: {
      StringEquals: { "aws:SourceAccount": "111111111111" },
      ArnLike: { "aws:SourceArn": "arn:aws:sns:*:111111111111:t" },
    },
  }),
  false,
);
t(
  "for any account",
  "resource",
  eSrc,
  S({ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" }),
  true,
);
const ePa = S({
  Effect: "Allow",
  Principal: { AWS: "111111111111" },
  Action: "s3:*",
  Resource: "*",
  Condition: { ArnLike: { "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/team-*"] } },
});
t(
  "roles of the pattern",
  "resource",
  ePa,
  S({
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam::111111111111:role/team-a", "arn:aws:iam::111111111111:role/team-b"] },
    Action: "s3:GetObject",
    Resource: "*",
  }),
  false,
);
t(
  "a role under a path",
  "resource",
  ePa,
  S({
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam::111111111111:role/x/team-a"] },
    Action: "s3:GetObject",
    Resource: "*",
  }),
  true,
);
t(
  "someone else than who is left out",
  "resource",
  S({ Effect: "Allow", NotPrincipal: { AWS: "222222222222" }, Action: "s3:*", Resource: "*" }),
  S({ Effect: "Allow", Principal: { AWS: "333333333333" }, Action: "s3:*", Resource: "*" }),
  false,
);
const ROOT = "arn:aws:iam::111111111111:root";
const role = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const onAll = { Action: "s3:*", Resource: "*" };
const toOwn = { Effect: "Allow", Principal: { AWS: ROOT }, ...onAll };
const butFor = (...AWS: string[]) => S(toOwn, { Effect: "Deny", NotPrincipal: { AWS }, ...onAll });
const butWhere = (operator: string, key: string, ...values: string[]) =>
  S(toOwn, { Effect: "Deny", Principal: "*", ...onAll, Condition: { [operator]: { [key]: values } } });
t(
  "a role beside the one that a Deny leaves out",
  "resource",
  butFor(ROOT, role("a")),
  butFor(ROOT, role("a"), role("b")),
  true,
);
t("another role in place of the one left out", "resource", butFor(ROOT, role("a")), butFor(ROOT, role("b")), true);
t("one role fewer left out", "resource", butFor(ROOT, role("a"), role("b")), butFor(ROOT, role("a")), false);
t("a role beside the root left out", "resource", butFor(ROOT), butFor(ROOT, role("a")), true);
t("the account by its number", "resource", butFor(ROOT, role("a")), butFor("111111111111", role("a")), false);
t("a root besides", "resource", butFor(role("a")), butFor(ROOT, role("a")), true);
t(
  "a user of the account left out, without the account",
  "resource",
  butFor(ROOT),
  butFor("arn:aws:iam::111111111111:user/bob"),
  true,
);
const arns = [ROOT, role("a")];
const gov = [ROOT, role("a")].map((arn) => arn.replace("arn:aws:", "arn:aws-us-gov:"));
t(
  "the same Deny by a condition",
  "resource",
  butFor(...arns),
  butWhere("ArnNotEquals", "aws:PrincipalArn", ...arns),
  false,
);
t(
  "the same Deny by NotPrincipal",
  "resource",
  butWhere("ArnNotEquals", "aws:PrincipalArn", ...arns),
  butFor(...arns),
  false,
);
t("another partition", "resource", butWhere("ArnNotEquals", "aws:PrincipalArn", ...gov), butFor(...gov), false);
t(
  "all of the account left out by a condition",
  "resource",
  butFor(...arns),
  butWhere("StringNotEquals", "aws:PrincipalAccount", "111111111111"),
  true,
);
const organization = "o-a1b2c3d4e5";
for (const whose of ["Principal", "Source", "Resource", "Vpce"]) {
  const where = (operator: string, key: string, value: string) =>
    S({ Effect: "Allow", Principal: "*", ...onAll, Condition: { [operator]: { [`aws:${whose}${key}`]: value } } });
  const inIt = where("StringEquals", "OrgID", organization);
  const inUnit = where("ForAnyValue:StringLike", "OrgPaths", `${organization}/r-ab12/ou-ab12-11111111/*`);
  const anywhere = where("ForAnyValue:StringLike", "OrgPaths", `${organization}/*`);
  const another = where("ForAnyValue:StringLike", "OrgPaths", "o-b2c3d4e5f6/*");
  t(`a unit of the organization (${whose})`, "resource", inIt, inUnit, false);
  t(`the organization of a unit (${whose})`, "resource", inUnit, inIt, true);
  t(`the organization by its paths (${whose})`, "resource", inIt, anywhere, false);
  t(`the organization by its id (${whose})`, "resource", anywhere, inIt, false);
  t(`another organization's paths (${whose})`, "resource", inIt, another, true);
  const perhaps = where("ForAllValues:StringLike", "OrgPaths", `${organization}/*`);
  t(`the organization's paths, or none (${whose})`, "resource", inIt, perhaps, true);
}
t(
  "a pattern that meets what is left out",
  "identity",
  S({ Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::secret/*" }),
  S({ Effect: "Allow", Action: "s3:*", Resource: ["arn:aws:s3:::a/*", "arn:aws:s3:::sec*/*"] }),
  true,
);
t(
  "everything, in two halves",
  "identity",
  S({ Effect: "Allow", Action: "s3:Get*", Resource: "*" }, { Effect: "Allow", NotAction: "s3:Get*", Resource: "*" }),
  S(all),
  false,
);
t(
  "a range in two halves",
  "identity",
  S({
    Effect: "Allow",
    Action: "s3:*",
    Resource: "*",
    Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"] } },
  }),
  S({ Effect: "Allow", Action: "s3:*", Resource: "*", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
  false,
);
t(
  "below one's own home",
  "identity",
  S({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::home/${aws:username}/*" }),
  S({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::home/${aws:username}/docs/*" }),
  false,
);
t(
  "every home",
  "identity",
  S({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::home/${aws:username}/*" }),
  S({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::home/*" }),
  true,
);
t(
  "one's own team",
  "identity",
  S({
    Effect: "Allow",
    Action: "ec2:*",
    Resource: "*",
    Condition: { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
  }),
  S({
    Effect: "Allow",
    Action: "ec2:StopInstances",
    Resource: "*",
    Condition: { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
  }),
  false,
);
t(
  "every team",
  "identity",
  S({
    Effect: "Allow",
    Action: "ec2:*",
    Resource: "*",
    Condition: { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
  }),
  S({ Effect: "Allow", Action: "ec2:StopInstances", Resource: "*" }),
  true,
);

const byService = (name: string, Action: string) =>
  S({
    ...{ Effect: "Allow", Principal: "*", Action, Resource: "arn:aws:s3:::b/*" },
    Condition: { StringLike: { "aws:PrincipalServiceName": name } },
  });
t("a service that a condition names", "resource", eOrg, byService("cloudtrail.amazonaws.com", "s3:PutObject"), true);
t(
  "another action for services of any name",
  "resource",
  byService("*.amazonaws.com", "s3:GetObject"),
  byService("config.amazonaws.com", "s3:PutObject"),
  true,
);
t(
  "one of the services by pattern",
  "resource",
  byService("*.amazonaws.com", "s3:PutObject"),
  byService("config.amazonaws.com", "s3:PutObject"),
  false,
);
