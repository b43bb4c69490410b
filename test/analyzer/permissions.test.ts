/** What the permission rules say of single policies: one line each, the traps that fixtures would drown in. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { planOf, policy } from "./plans.ts";

const ids = [
  "admin-access",
  "assume-role-any",
  "not-action-allow",
  "pass-role-any",
  "privilege-escalation",
  "service-admin",
  "wildcard-resource",
];
const own = rules.filter(({ id }) => ids.includes(id));

/** Findings as `rule` or `rule severity` where it is not the rule's usual one. */
async function said(...statements: readonly object[]): Promise<readonly string[]> {
  const change = { address: "aws_iam_policy.x", type: "aws_iam_policy", actions: ["create"] };
  const plan = planOf([{ ...change, after: { policy: policy(...statements) } }]);
  const { findings } = await analyze([plan], { rules: own, world: {}, toolVersion: "0.0.0" });
  return findings
    .map(({ rule, severity }) => {
      const usual = own.find(({ id }) => id === rule)?.severity;
      return severity === usual ? rule : `${rule} ${severity}`;
    })
    .sort();
}

const allow = (Action: unknown, Resource: unknown = "*", Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const deny = (Action: unknown, Resource: unknown = "*", Condition?: object) => ({
  ...allow(Action, Resource, Condition),
  Effect: "Deny",
});

type Case = [name: string, statements: readonly object[], expected: readonly string[]];

describe("everything, and all of a service", () => {
  it.each<Case>([
    ["everything", [allow("*")], ["admin-access"]],
    ["everything but what is denied", [allow("*"), deny("s3:*")], ["admin-access"]],
    ["everything that bears a tag", [allow("*", "*", { StringEquals: { "aws:ResourceTag/team": "shop" } })], []],
    ["everything on one bucket", [allow("*", ["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"])], []],
    ["all of S3, by everything on all buckets", [allow("*", "arn:aws:s3:::*")], ["service-admin"]],
    ["all of STS", [allow("sts:*")], ["privilege-escalation", "service-admin high"]],
    ["IAM in capitals", [allow("IAM:*")], ["privilege-escalation", "service-admin high"]],
    ["all of IAM on one path", [allow("iam:*", "arn:aws:iam::111122223333:role/shop/*")], ["privilege-escalation"]],
    ["logs, all of it", [allow("logs:*", "arn:aws:logs:*:*:*")], ["service-admin"]],
    ["prices", [allow("pricing:*")], []],
    ["letters to AWS", [allow(["support:*", "support-console:*"])], []],
    ["a shell", [allow("cloudshell:*")], ["service-admin low"]],
  ])("%s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

describe("a statement beside it that uses a variable", () => {
  const variables = [
    "userid",
    "username",
    "PrincipalType",
    "PrincipalArn",
    "PrincipalAccount",
    "SourceIp",
    "CurrentTime",
  ];
  const beside = (variable: string) =>
    allow("dynamodb:GetItem", `arn:aws:dynamodb:eu-west-1:111122223333:table/\${aws:${variable}}`);
  it.each(variables)("hides nothing of what the others allow: aws:%s", async (variable) => {
    expect(await said(beside(variable), allow("iam:PutUserPolicy"))).toEqual(["privilege-escalation"]);
    expect(await said(beside(variable), allow("*"))).toEqual(["admin-access"]);
    const apart = [allow("iam:PassRole", "*"), allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "*")];
    expect(await said(beside(variable), ...apart)).toContain("privilege-escalation");
  });
  it("hides nothing where addresses are compared as well", async () => {
    const here = { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } };
    const own = allow("s3:GetObject", "arn:aws:s3:::homes/${aws:SourceIp}/*");
    expect(await said(own, allow("iam:PutUserPolicy", "*", here))).toContain("privilege-escalation");
  });
});

describe("a condition on the resource's account", () => {
  const anyRole = "arn:aws:iam::111122223333:role/*";
  const attach = allow("iam:AttachRolePolicy", anyRole);
  const own = "${aws:PrincipalAccount}";
  const elsewhere = { StringNotEquals: { "aws:ResourceAccount": own } };
  it.each<Case>([
    ["in a Deny about S3", [attach, deny("s3:*", "*", elsewhere)], ["privilege-escalation"]],
    ["in a Deny about everything", [attach, deny("*", "*", elsewhere)], ["privilege-escalation"]],
    [
      "in an Allow about S3",
      [attach, allow("s3:GetObject", "arn:aws:s3:::shop/*", { StringEquals: { "aws:ResourceAccount": own } })],
      ["privilege-escalation"],
    ],
    [
      "in an Allow about another account's S3",
      [attach, allow("s3:GetObject", "arn:aws:s3:::x/*", { StringEquals: { "aws:ResourceAccount": "444455556666" } })],
      ["privilege-escalation"],
    ],
    [
      "in a Deny of a request without it",
      [attach, deny("*", "*", { Null: { "aws:ResourceAccount": "true" } })],
      ["privilege-escalation"],
    ],
    [
      "in a Deny about one account",
      [allow("iam:AttachRolePolicy"), deny("iam:*", "*", { StringEquals: { "aws:ResourceAccount": "444455556666" } })],
      ["privilege-escalation"],
    ],
    [
      "that leaves no resource",
      [attach, deny("iam:*", "*", { StringNotEquals: { "aws:ResourceAccount": "444455556666" } })],
      [],
    ],
    [
      "where roles are assumed",
      [allow("sts:AssumeRole", "arn:aws:iam::*:role/*"), deny("s3:*", "*", elsewhere)],
      ["assume-role-any"],
    ],
    [
      "where roles are passed",
      [allow("iam:PassRole", anyRole), allow("ec2:RunInstances"), deny("*", "*", elsewhere)],
      ["pass-role-any", "privilege-escalation", "wildcard-resource"],
    ],
  ])("binds its own requests, and keeps them in the caller's account: %s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

describe("iam:PassRole and sts:AssumeRole", () => {
  it.each<Case>([
    ["any role", [allow("iam:PassRole")], ["pass-role-any"]],
    ["any role, by a pattern in the middle", [allow("iam:P*ole")], ["pass-role-any"]],
    ["a role by its name", [allow("iam:PassRole", "arn:aws:iam::111122223333:role/shop")], []],
    ["any role below a path", [allow("iam:PassRole", "arn:aws:iam::*:role/shop/*")], []],
    [
      "any role to one service",
      [allow("iam:PassRole", "*", { StringLike: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } })],
      ["pass-role-any medium"],
    ],
    [
      "any role for one function",
      [
        allow("iam:PassRole", "*", {
          ArnLike: { "iam:AssociatedResourceArn": "arn:aws:lambda:eu-west-1:111122223333:function:shop" },
        }),
      ],
      [],
    ],
    [
      "assuming any role of an account",
      [allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/*")],
      ["assume-role-any"],
    ],
    ["assuming one role in any account", [allow("sts:AssumeRole", "arn:aws:iam::*:role/deploy")], []],
    ["assuming oneself", [allow("sts:AssumeRole", "arn:aws:iam::*:role/${aws:PrincipalTag/role}")], []],
    [
      "assuming with web identity is no permission of the caller",
      [allow(["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"])],
      [],
    ],
  ])("%s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

describe("a boundary that has to be set", () => {
  const boundary = "arn:aws:iam::111122223333:policy/team";
  const make = (Condition: object) =>
    allow(["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"], "*", Condition);
  const is = (operator: string, value: string) => ({ [operator]: { "iam:PermissionsBoundary": value } });
  const team = "arn:aws:iam::111122223333:role/team-*";
  const teamMake = (Condition: object) => allow(["iam:CreateRole", "iam:AttachRolePolicy"], team, Condition);
  it.each<Case>([
    ["is a limit", [make(is("StringEquals", boundary))], []],
    ["is none, where it may be any", [make(is("StringLike", "arn:aws:iam::*:policy/*"))], ["privilege-escalation"]],
    [
      "is none, where it keeps nothing back",
      [make(is("StringEquals", "arn:aws:iam::aws:policy/AdministratorAccess"))],
      ["privilege-escalation"],
    ],
    [
      "is none, where it only has to be there",
      [make({ Null: { "iam:PermissionsBoundary": "false" } })],
      ["privilege-escalation"],
    ],
    [
      "is none, where it may be written anew",
      [make(is("StringEquals", boundary)), allow("iam:CreatePolicyVersion", boundary)],
      ["privilege-escalation"],
    ],
    [
      "is none, where one of those that it may be may be written",
      [
        allow(
          ["iam:PutUserPermissionsBoundary", "iam:AttachUserPolicy"],
          "*",
          is("StringLike", "arn:aws:iam::111122223333:policy/*"),
        ),
        allow("iam:CreatePolicy", "arn:aws:iam::111122223333:policy/shop-*"),
      ],
      ["privilege-escalation"],
    ],
    [
      "is a limit, where those that it may be are not among what may be written",
      [
        allow(
          ["iam:PutUserPermissionsBoundary", "iam:AttachUserPolicy"],
          "*",
          is("StringLike", "arn:aws:iam::111122223333:policy/boundary-*"),
        ),
        allow(["iam:CreatePolicy", "iam:CreatePolicyVersion"], "arn:aws:iam::111122223333:policy/shop-*"),
      ],
      [],
    ],
    [
      "is none, where it may be taken off what was made",
      [teamMake(is("StringEquals", boundary)), allow("iam:DeleteRolePermissionsBoundary", team)],
      ["privilege-escalation"],
    ],
    [
      "is none, where another may take its place",
      [teamMake(is("StringEquals", boundary)), allow("iam:PutRolePermissionsBoundary", team)],
      ["privilege-escalation"],
    ],
    [
      "is a limit, where only the same may take its place",
      [
        teamMake(is("StringEquals", boundary)),
        allow("iam:PutRolePermissionsBoundary", team, is("StringEquals", boundary)),
      ],
      [],
    ],
    [
      "is a limit, where it may be taken off others, which may gain something else",
      [
        teamMake(is("StringEquals", boundary)),
        allow("iam:DeleteRolePermissionsBoundary", team.replace("team", "other")),
      ],
      ["privilege-escalation medium"],
    ],
    [
      "is a limit, where another policy may be written anew",
      [make(is("StringEquals", boundary)), allow("iam:CreatePolicyVersion", `${boundary}-other`)],
      [],
    ],
  ])("%s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

describe("two calls on the same target", () => {
  const on = (type: string, ...actions: readonly string[]) =>
    allow(
      actions.map((action) => `iam:${action}`),
      `arn:aws:iam::111122223333:${type}/app/*`,
    );
  const own = { ArnLike: { "iam:PolicyARN": "arn:aws:iam::111122223333:policy/*" } };
  const aws = { ArnLike: { "iam:PolicyARN": "arn:aws:iam::aws:policy/job-function/*" } };
  it.each<Case>([
    [
      "trust and permissions of a role",
      [on("role", "UpdateAssumeRolePolicy", "PutRolePolicy")],
      ["privilege-escalation"],
    ],
    ["permissions of a role", [on("role", "PutRolePolicy")], ["privilege-escalation medium"]],
    [
      "trust of one role, permissions of another",
      [
        allow("iam:UpdateAssumeRolePolicy", "arn:aws:iam::111122223333:role/a/*"),
        allow("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/b/*"),
      ],
      ["privilege-escalation medium", "privilege-escalation medium"],
    ],
    ["permissions and keys of a user", [on("user", "PutUserPolicy", "CreateAccessKey")], ["privilege-escalation"]],
    ["permissions and members of a group", [on("group", "PutGroupPolicy", "AddUserToGroup")], ["privilege-escalation"]],
    [
      "writing a policy of the account, and attaching it",
      [allow("iam:CreatePolicy", "arn:aws:iam::111122223333:policy/team/*"), allow("iam:AttachRolePolicy", "*", own)],
      ["privilege-escalation"],
    ],
    ["attaching policies of the account", [allow("iam:AttachRolePolicy", "*", own)], []],
    [
      "writing a policy, and attaching those for jobs",
      [allow("iam:CreatePolicy", "arn:aws:iam::111122223333:policy/team/*"), allow("iam:AttachRolePolicy", "*", aws)],
      [],
    ],
  ])("%s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

describe("a condition on a tag, in the hands of whoever may give the tag", () => {
  const team = { StringEquals: { "aws:ResourceTag/Team": "shop" } };
  const attach = allow("iam:AttachRolePolicy", "*", team);
  it.each<Case>([
    ["a limit as long as nobody tags", [attach], []],
    ["none", [attach, allow("iam:TagRole")], ["privilege-escalation"]],
    [
      "none, by IAM's own key",
      [allow("iam:PutUserPolicy", "*", { StringEquals: { "iam:ResourceTag/Team": "shop" } }), allow("iam:Tag*")],
      ["privilege-escalation"],
    ],
    ["a limit, where only what bears the tag may be tagged", [attach, allow("iam:TagRole", "*", team)], []],
    ["a limit, where something else may be tagged", [attach, allow(["iam:TagUser", "iam:TagPolicy"])], []],
    [
      "a limit, where named roles may be tagged",
      [attach, allow("iam:TagRole", "arn:aws:iam::111122223333:role/shop-*")],
      [],
    ],
    [
      "none, where the tag is the one that may be given",
      [attach, allow("iam:TagRole", "*", { StringEquals: { "aws:RequestTag/Team": ["shop", "web"] } })],
      ["privilege-escalation"],
    ],
    [
      "a limit, where another value may be given",
      [attach, allow("iam:TagRole", "*", { StringEquals: { "aws:RequestTag/Team": "web" } })],
      [],
    ],
    [
      "a limit, where other keys may be given",
      [attach, allow("iam:TagRole", "*", { "ForAllValues:StringEquals": { "aws:TagKeys": ["CostCenter"] } })],
      [],
    ],
    [
      "none, where the caller's own tag has to be met",
      [
        allow("iam:AttachRolePolicy", "*", { StringEquals: { "aws:ResourceTag/Team": "${aws:PrincipalTag/Team}" } }),
        allow("iam:TagRole"),
      ],
      ["privilege-escalation"],
    ],
    [
      "none, where it is the caller's own tag",
      [allow("iam:AttachRolePolicy", "*", { StringEquals: { "aws:PrincipalTag/Team": "shop" } })],
      ["privilege-escalation"],
    ],
    [
      "a limit, where tags are given as something is made",
      [
        allow("ec2:ModifyInstanceAttribute", "*", team),
        allow(["ec2:StopInstances", "ec2:StartInstances"], "*", team),
        allow("ec2:CreateTags", "*", { StringEquals: { "ec2:CreateAction": "RunInstances" } }),
      ],
      [],
    ],
    [
      "a limit, where AWS alone gives the tag",
      [
        allow("iam:AttachRolePolicy", "*", { StringLike: { "aws:ResourceTag/aws:cloudformation:stack-name": "shop" } }),
        allow("iam:TagRole"),
      ],
      [],
    ],
    ["a limit, where tagging is denied", [attach, allow("iam:TagRole"), deny("iam:Tag*")], []],
    [
      "none, for the role that is assumed",
      [allow("sts:AssumeRole", "*", team), allow("iam:TagRole")],
      ["privilege-escalation medium"],
    ],
    [
      "nothing that matters where any role may be assumed",
      [allow("sts:AssumeRole"), allow("iam:TagRole", "*", team)],
      ["assume-role-any"],
    ],
    [
      "none, for the role that is passed",
      [
        allow("iam:PassRole", "*", team),
        allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:shop-*"),
        allow("iam:TagRole"),
      ],
      ["privilege-escalation"],
    ],
    [
      "none, for what runs already",
      [allow("lambda:UpdateFunctionCode", "*", team), allow("lambda:TagResource")],
      ["privilege-escalation medium"],
    ],
  ])("is %s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

describe("privilege-escalation", () => {
  it.each<Case>([
    [
      "creating users gives nothing yet",
      [allow(["iam:CreateUser", "iam:CreateRole", "iam:CreatePolicy"], "arn:aws:iam::*:*/shop/*")],
      [],
    ],
    ["a policy by its name", [allow("iam:CreatePolicyVersion", "arn:aws:iam::111122223333:policy/shop")], []],
    ["one's own keys", [allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")], []],
    ["one's own keys below a path", [allow("iam:*AccessKey*", "arn:aws:iam::*:user/*/${aws:username}")], []],
    [
      "one's own policies",
      [allow("iam:AttachUserPolicy", "arn:aws:iam::*:user/${aws:username}")],
      ["privilege-escalation"],
    ],
    [
      "keys of those who bear the caller's tag",
      [allow("iam:CreateAccessKey", "*", { StringEquals: { "iam:ResourceTag/team": "${aws:PrincipalTag/team}" } })],
      [],
    ],
    [
      "keys of all whom no tag protects",
      [allow("iam:CreateAccessKey", "*", { StringNotEquals: { "iam:ResourceTag/admin": "true" } })],
      ["privilege-escalation"],
    ],
    [
      "any policy but the administrator's",
      [
        allow("iam:AttachRolePolicy"),
        deny("iam:AttachRolePolicy", "*", {
          ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
        }),
      ],
      ["privilege-escalation"],
    ],
    [
      "any policy but those that give all others",
      [
        allow("iam:AttachRolePolicy"),
        deny("iam:AttachRolePolicy", "*", {
          ArnEquals: {
            "iam:PolicyARN": ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/IAMFullAccess"],
          },
        }),
      ],
      [],
    ],
    [
      "a boundary that may be missing",
      [
        allow("iam:PutRolePolicy", "*", {
          StringEqualsIfExists: { "iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/team" },
        }),
      ],
      ["privilege-escalation"],
    ],
    [
      "functions without roles",
      [allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:shop-*")],
      [],
    ],
    [
      "a role to a service that starts nothing",
      [
        allow("iam:PassRole", "*", { StringEquals: { "iam:PassedToService": "rds.amazonaws.com" } }),
        allow("lambda:CreateFunction", "arn:aws:lambda:*:*:function:shop-*"),
        allow("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:shop-*"),
      ],
      ["pass-role-any medium"],
    ],
    [
      "a role, with its function",
      [
        allow("iam:PassRole"),
        allow("lambda:CreateFunction", "arn:aws:lambda:*:*:function:shop-*"),
        allow("lambda:AddPermission", "arn:aws:lambda:*:*:function:shop-*"),
      ],
      ["pass-role-any", "privilege-escalation"],
    ],
    [
      "an instance that must bear a tag",
      [allow("iam:PassRole"), allow("ec2:RunInstances", "*", { StringEquals: { "aws:RequestTag/team": "shop" } })],
      ["pass-role-any", "privilege-escalation"],
    ],
    [
      "another function's code",
      [allow("lambda:UpdateFunctionCode")],
      ["privilege-escalation medium", "wildcard-resource"],
    ],
    [
      "a cluster's administrator",
      [
        allow("eks:CreateAccessEntry", "arn:aws:eks:*:*:cluster/prod"),
        allow("eks:AssociateAccessPolicy", "arn:aws:eks:*:*:access-entry/prod/*"),
      ],
      ["privilege-escalation medium"],
    ],
    [
      "a cluster's readers",
      [
        allow("eks:CreateAccessEntry", "arn:aws:eks:*:*:cluster/prod"),
        allow("eks:AssociateAccessPolicy", "arn:aws:eks:*:*:access-entry/prod/*", {
          StringEquals: { "eks:policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" },
        }),
      ],
      [],
    ],
    ["the metadata of any provider", [allow("iam:UpdateSAMLProvider")], ["privilege-escalation"]],
    ["the metadata of one", [allow("iam:UpdateSAMLProvider", "arn:aws:iam::*:saml-provider/shop")], []],
    ["one's own functions' code", [allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:shop-*")], []],
    [
      "sessions on tagged instances",
      [allow("ssm:StartSession", "arn:aws:ec2:*:*:instance/*", { StringLike: { "ssm:resourceTag/team": ["shop"] } })],
      [],
    ],
    [
      "two thirds of changing an instance",
      [allow(["ec2:ModifyInstanceAttribute", "ec2:StartInstances"], "arn:aws:ec2:*:*:instance/*")],
      [],
    ],
    [
      "what holds only with a key that no service sends",
      [allow("iam:AttachRolePolicy", "*", { StringEquals: { "iam:PermissionBoundary": "arn:aws:iam::1:policy/b" } })],
      [],
    ],
    ["everything says it all", [allow("*"), allow("iam:PutUserPolicy")], ["admin-access"]],
  ])("%s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

it.each([
  ["organizations:DetachPolicy", "*", 1],
  ["organizations:Update*", "*", 1],
  ["organizations:DisablePolicyType", "*", 1],
  ["organizations:DetachPolicy", "arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1", 0],
  ["organizations:ListPolicies", "*", 0],
])("guardrail-control counts the organization's policies: %s on %s", async (name, on, count) => {
  const change = { address: "aws_iam_policy.x", type: "aws_iam_policy", actions: ["create"] };
  const plan = planOf([{ ...change, after: { policy: policy(allow(name, on)) } }]);
  const chosen = rules.filter(({ id }) => id === "guardrail-control");
  const { findings } = await analyze([plan], { rules: chosen, world: {}, toolVersion: "0.0.0" });
  expect(findings.map(({ message }) => message)).toEqual(
    Array(count).fill(expect.stringContaining("can turn off the organization's policies")),
  );
});

it("privilege-escalation says first what is sure", async () => {
  const statements = [
    allow("iam:PassRole", "arn:aws:iam::*:role/shop-*"),
    allow("iam:PassRole", "*", { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } }),
    allow(["ec2:RunInstances", "sagemaker:CreateTrainingJob"]),
  ];
  const change = { address: "aws_iam_policy.x", type: "aws_iam_policy", actions: ["create"] };
  const plan = planOf([{ ...change, after: { policy: policy(...statements) } }]);
  const { findings } = await analyze([plan], { rules: own, world: {}, toolVersion: "0.0.0" });
  const [found] = findings.filter(({ rule }) => rule === "privilege-escalation");
  expect(found?.message).toMatch(
    /^can give itself more permissions by iam:PassRole with sagemaker:CreateTrainingJob, by /,
  );
  expect(found?.witness?.resource).toContain("nobody-named-this");
});

describe("wildcard-resource", () => {
  const glue = (action: string | string[], ...names: string[]) =>
    allow(
      action,
      names.map((name) => `arn:aws:glue:eu-west-1:111111111111:${name}`),
    );
  const tables = (...names: string[]) => glue(["glue:GetTable", "glue:UpdateTable"], "catalog", ...names);

  it.each<Case>([
    ["a secret", [allow("secretsmanager:GetSecretValue")], ["wildcard-resource"]],
    [
      "all secrets of a region",
      [allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:*:secret:*")],
      ["wildcard-resource"],
    ],
    ["what a search domain holds", [allow("es:ESHttpGet", "arn:aws:es:*:*:domain/*")], ["wildcard-resource"]],
    ["what a search domain of a name holds", [allow("es:ESHttpGet", "arn:aws:es:*:*:domain/shop/*")], []],
    ["rows of every keyspace", [allow("cassandra:Select")], ["wildcard-resource"]],
    ["rows of every time series", [allow("timestream:Select")], ["wildcard-resource"]],
    ["every graph", [allow("neptune-db:ReadDataViaQuery")], ["wildcard-resource"]],
    ["every private key", [allow("acm:ExportCertificate")], ["wildcard-resource"]],
    ["every topic", [allow("kafka-cluster:ReadData")], ["wildcard-resource"]],
    ["all source code", [allow("codecommit:GitPull")], ["wildcard-resource"]],
    ["tables of one database, in the catalog that all are in", [tables("database/lake", "table/lake/*")], []],
    ["every table", [tables("database/lake", "table/*/*")], ["wildcard-resource"]],
    ["every database", [tables("database/*", "table/lake/*")], ["wildcard-resource"]],
    ["how the catalog is encrypted", [glue("glue:PutDataCatalogEncryptionSettings", "catalog")], ["wildcard-resource"]],
    ["every log, as dashboards read them", [allow("logs:FilterLogEvents")], []],
    ["one's own traces", [allow(["logs:CreateLogStream", "logs:PutLogEvents"])], []],
    [
      "whatever bears a tag, of any value",
      [allow("secretsmanager:GetSecretValue", "*", { StringLike: { "aws:ResourceTag/project": "*" } })],
      ["wildcard-resource"],
    ],
    [
      "what bears the tag of whoever makes it",
      [allow("ssm:StartSession", "*", { Null: { "ssm:resourceTag/team": "false" } })],
      [],
    ],
    [
      "what bears a tag of some value",
      [allow("secretsmanager:GetSecretValue", "*", { StringLike: { "aws:ResourceTag/project": "shop-*" } })],
      [],
    ],
    ["network interfaces", [allow(["ec2:AttachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"])], []],
    ["who may use the bills", [allow("billing:Get*")], []],
    [
      "secrets that a function rotates",
      [
        {
          ...allow("secretsmanager:GetSecretValue"),
          Condition: {
            StringEquals: {
              "secretsmanager:resource/AllowRotationLambdaArn": "arn:aws:lambda:eu-west-1:111111111111:function:rotate",
            },
          },
        },
      ],
      [],
    ],
    [
      "secrets of an application",
      [allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:shop/*")],
      [],
    ],
    ["a caller's own prefix", [allow("s3:*Object", "arn:aws:s3:::home/${aws:username}/*")], []],
    ["buckets by prefix", [allow("s3:PutObject", "arn:aws:s3:::shop-*")], []],
    ["wildcards that read settings", [allow(["s3:GetBucket*", "s3:List*", "ec2:Describe*", "rds:Describe*"])], []],
    ["an action in other letters", [allow("S3:deleteobject")], ["wildcard-resource"]],
    [
      "a hosted zone, whose id AWS makes up",
      [allow("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/*")],
      [],
    ],
    ["all zones", [allow("route53:ChangeResourceRecordSets")], ["wildcard-resource"]],
    [
      "instances with one role",
      [
        allow("ec2:TerminateInstances", "*", {
          ArnEquals: { "ec2:InstanceProfile": "arn:aws:iam::111122223333:instance-profile/batch" },
        }),
      ],
      [],
    ],
    ["what is denied again", [allow("s3:PutObject"), deny("s3:PutObject")], []],
    [
      "what only TLS guards",
      [allow("s3:PutObject", "*", { Bool: { "aws:SecureTransport": "true" } })],
      ["wildcard-resource"],
    ],
    [
      "one's own items",
      [
        allow("dynamodb:GetItem", "*", {
          "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:PrincipalTag/id}"] },
        }),
      ],
      ["wildcard-resource"],
    ],
    [
      "logging",
      [allow(["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], "arn:aws:logs:*:*:*")],
      [],
    ],
    [
      "an agent",
      [allow(["ssm:UpdateInstanceInformation", "ssmmessages:CreateDataChannel", "ec2messages:GetMessages"])],
      [],
    ],
    [
      "one finding for many actions",
      [allow(["s3:PutObject", "sqs:SendMessage", "sns:Publish", "kms:Decrypt", "dynamodb:Scan"])],
      ["wildcard-resource"],
    ],
    [
      "a service role that AWS links",
      [allow("iam:CreateServiceLinkedRole", "*", { StringLike: { "iam:AWSServiceName": "es.amazonaws.com" } })],
      [],
    ],
  ])("%s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

it.each<[resource: string, condition: object | null, words: string]>([
  ["*", null, "every resource of the account"],
  ["arn:aws:sqs:eu-west-1:111122223333:*", null, "all of arn:aws:sqs:eu-west-1:111122223333:*"],
  ["*", { StringNotEquals: { "aws:ResourceAccount": "111122223333" } }, "every resource that its conditions leave"],
  ["*/*", null, "all of arn:*:*:*:*:*/*"],
])("wildcard-resource says no more than the statement: %s %o", async (resource, condition, words) => {
  const statement = allow(["sqs:SendMessage", "s3:GetObject"], resource, condition ?? undefined);
  const change = { address: "aws_iam_policy.x", type: "aws_iam_policy", actions: ["create"] };
  const plan = planOf([{ ...change, after: { policy: policy(statement) } }]);
  const { findings } = await analyze([plan], { rules: own, world: {}, toolVersion: "0.0.0" });
  expect(findings.map(({ message }) => message.split(" on ")[1])).toEqual([words]);
});

describe("not-action-allow", () => {
  it.each<Case>([
    [
      "all but IAM",
      [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
      ["not-action-allow", "privilege-escalation medium"],
    ],
    ["all but IAM, on one queue", [{ Effect: "Allow", NotAction: "iam:*", Resource: "arn:aws:sqs:*:*:orders" }], []],
    [
      "all of S3 but a little",
      [{ Effect: "Allow", NotAction: "s3:DeleteBucket", Resource: "arn:aws:s3:::*" }],
      ["not-action-allow medium"],
    ],
    ["a guard", [{ Effect: "Deny", NotAction: ["iam:*", "sts:*"], Resource: "*" }], []],
    [
      "all but IAM, on what bears a tag",
      [
        {
          Effect: "Allow",
          NotAction: "iam:*",
          Resource: "*",
          Condition: { StringEquals: { "aws:ResourceTag/team": "shop" } },
        },
      ],
      [],
    ],
  ])("%s", async (_, statements, expected) => {
    expect(await said(...statements)).toEqual(expected);
  });
});

describe("an administrator's role in JSON that is written as text", () => {
  const arn = "arn:aws:iam::111111111111:role/admin";
  const admin = { name: "admin", arn, inline_policy: [{ name: "all", policy: policy(allow("*")) }] };
  const used = async (after: object, after_unknown: object = {}): Promise<readonly string[]> => {
    const [role, job] = ["aws_iam_role", "aws_batch_job_definition"];
    const plan = planOf([
      { address: `${role}.admin`, type: role, actions: ["no-op"], before: admin, after: admin },
      { address: `${job}.x`, type: job, actions: ["create"], after, after_unknown },
    ]);
    const { findings } = await analyze([plan], {
      rules: rules.filter(({ id }) => id === "admin-role-used"),
      world: {},
      toolVersion: "0.0.0",
    });
    return findings.map(({ message }) => message);
  };
  const says = ["gets the role admin, which is an administrator"];

  it.each<[what: string, job: object, expected: readonly string[]]>([
    ["of a container", { container_properties: JSON.stringify({ jobRoleArn: arn }) }, says],
    ["of its host", { container_properties: JSON.stringify({ executionRoleArn: arn }) }, says],
    ["of tasks", { ecs_properties: JSON.stringify({ taskProperties: [{ taskRoleArn: arn }] }) }, says],
    [
      "of nodes",
      { node_properties: JSON.stringify({ nodeRangeProperties: [{ container: { jobRoleArn: arn } }] }) },
      says,
    ],
    ["another one's", { container_properties: JSON.stringify({ jobRoleArn: `${arn}-not` }) }, []],
    ["that cannot be read", { container_properties: "{" }, []],
  ])("%s", async (_, job, expected) => {
    expect(await used(job)).toEqual(expected);
  });

  it("is not known yet", async () => {
    expect(await used({}, { container_properties: true })).toEqual([]);
  });
});
