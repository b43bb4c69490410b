/** Cases that a fixture per rule would drown: one line each, what the rule says. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import { atLeast } from "../../lib/finding.ts";
import { type Change, planOf, policy } from "./plans.ts";

const reported = async (type: string, attribute: string, document: string) =>
  (
    await analyze([planOf([{ address: `${type}.x`, type, actions: ["create"], after: { [attribute]: document } }])], {
      rules,
      world: { organizationId: null, accounts: null },
      toolVersion: "0.0.0",
    })
  ).findings.map(({ rule }) => rule);

describe("admin-access", () => {
  const allow = (Action: unknown, Resource: unknown = "*") => ({ Effect: "Allow", Action, Resource });
  it.each<[string, object[], boolean]>([
    ["in another partition", [allow("*", "arn:aws-us-gov:*")], true],
    ["in an ARN written out", [allow("*", "arn:aws-cn:*:*:*:*")], true],
    ["in one account", [allow("*", "arn:aws:*:*:111111111111:*")], true],
    ["in two halves", [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }, allow("iam:*")], true],
    ["with a Deny that is undone", [allow("*"), { Effect: "Deny", Action: "iam:CreateUser", Resource: "*" }], true],
    ["without IAM", [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }], false],
    ["IAM and services that begin alike", [allow(["iam:*", "un*:*"])], false],
  ])("%s", async (_, statements, expected) => {
    expect((await reported("aws_iam_policy", "policy", policy(...statements))).includes("admin-access")).toBe(expected);
  });
});

describe("trust-oidc-subject", () => {
  const github = "token.actions.githubusercontent.com";
  const trusts = async (host: string, condition: (key: (claim: string) => string) => object) =>
    (
      await reported(
        "aws_iam_role",
        "assume_role_policy",
        policy({
          Effect: "Allow",
          Principal: {
            Federated:
              host.includes("/") || host.includes("github") ? `arn:aws:iam::111111111111:oidc-provider/${host}` : host,
          },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: condition((claim) => `${host}:${claim}`),
        }),
      )
    ).includes("trust-oidc-subject");

  it.each<[string, string, Parameters<typeof trusts>[1], boolean]>([
    ["another claim first, open", github, (key) => ({ StringLike: { [key("sub")]: "job_workflow_ref:*" } }), true],
    [
      "an owner that may begin alike",
      github,
      (key) => ({ StringLike: { [key("sub")]: "repository_owner:acme*" } }),
      true,
    ],
    [
      "another claim first, of the owner",
      github,
      (key) => ({ StringLike: { [key("sub")]: "job_workflow_ref:acme/*" } }),
      false,
    ],
    [
      "a repository in other letters",
      github,
      (key) => ({ StringEqualsIgnoreCase: { [key("sub")]: "repo:Acme/Shop:ref:refs/heads/main" } }),
      false,
    ],
    [
      "an enterprise's own issuer",
      `${github}/acme`,
      (key) => ({ StringLike: { [key("sub")]: "repo:acme/shop:ref:refs/heads/*" } }),
      false,
    ],
    ["an application of Amazon", "www.amazon.com", (key) => ({ StringEquals: { [key("app_id")]: "amzn1.x" } }), false],
    ["any application of Amazon", "www.amazon.com", (key) => ({ StringLike: { [key("app_id")]: "*" } }), true],
    [
      "a CircleCI project",
      "oidc.circleci.com/org/1111",
      (key) => ({ StringLike: { [key("sub")]: "org/1111/project/2222/user/*" } }),
      false,
    ],
    [
      "a Bitbucket repository",
      "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
      (key) => ({ StringLike: { [key("sub")]: "{repo}:{env}:*" } }),
      false,
    ],
    [
      "an identity pool, signed in or not",
      "cognito-identity.amazonaws.com",
      (key) => ({ StringEquals: { [key("aud")]: "eu-west-1:pool" } }),
      true,
    ],
    [
      "an identity pool, signed in",
      "cognito-identity.amazonaws.com",
      (key) => ({
        StringEquals: { [key("aud")]: "eu-west-1:pool" },
        "ForAnyValue:StringLike": { [key("amr")]: "authenticated" },
      }),
      false,
    ],
  ])("%s", async (_, host, condition, expected) => {
    expect(await trusts(host, condition)).toBe(expected);
  });
});

it.each<[string, object]>([
  ["any id", { StringLike: { "sts:ExternalId": "*" } }],
  ["some id", { Null: { "sts:ExternalId": "false" } }],
])("trust-missing-mfa is not silenced by %s", async (_, Condition) => {
  const document = policy({ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "sts:AssumeRole", Condition });
  expect(await reported("aws_iam_role", "assume_role_policy", document)).toContain("trust-missing-mfa");
});

it("a plan whose changes are no list is refused", () => {
  const result = readPlan('{"format_version":"1.2","resource_changes":{"a":1}}', "plan.json");
  expect(result).toMatchObject({
    problem: { code: "plan-malformed", message: expect.stringContaining("is not a list") },
  });
});

describe("resource-outside-organization", () => {
  const outsider = "999999999999";
  const arn = (account: string) => `arn:aws:sqs:eu-west-1:${account}:orders`;
  const allow = (Principal: object, more: object) => ({ Effect: "Allow", Principal, Action: "sqs:*", ...more });
  const whole = allow({ AWS: outsider }, { Resource: "*" });
  it.each<[string, object[]]>([
    ["alone", [whole]],
    ["beside a statement about its own queue", [whole, allow({ AWS: "111111111111" }, { Resource: arn(outsider) })]],
    ["on all but its own queue", [allow({ AWS: outsider }, { NotResource: arn(outsider) })]],
  ])("an account outside does not become the resource's own: %s", async (_, statements) => {
    const after = { policy: policy(...statements) };
    const { findings } = await analyze(
      [planOf([{ address: "aws_sqs_queue.x", type: "aws_sqs_queue", actions: ["create"], after }])],
      { rules, world: { accounts: new Set(["111111111111"]) }, toolVersion: "0.0.0" },
    );
    expect(findings.map(({ rule, severity }) => [rule, severity])).toContainEqual([
      "resource-outside-organization",
      "high",
    ]);
  });
});

it("what AWS wrote for instances is in the hands of what runs there, and for a service in AWS's", async () => {
  const type = "aws_iam_role_policy_attachment";
  const said = async (name: string) => {
    const after = { role: "r", policy_arn: `arn:aws:iam::aws:policy/service-role/${name}` };
    const plan = planOf([{ address: `${type}.a`, type, actions: ["create"], after }]);
    const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
    return findings.map(({ rule, severity }) => `${rule} ${severity}`);
  };
  expect(await said("AmazonElasticMapReduceforEC2Role")).toEqual(["service-admin medium"]);
  expect(await said("AmazonElasticMapReduceRole")).toEqual([]);
});

it.each<[string, string, string[]]>([
  ["AmazonEKSComputePolicy", "eks.amazonaws.com", []],
  ["AmazonEKSComputePolicy", "ec2.amazonaws.com", ["pass-role-any medium", "privilege-escalation high"]],
  ["AmazonECSInfrastructureRolePolicyForManagedInstances", "ecs.amazonaws.com", []],
])("what AWS wrote (%s) is in AWS's hands in a role that %s uses for its own work", async (name, Service, expected) => {
  const trust = policy({ Effect: "Allow", Principal: { Service }, Action: ["sts:AssumeRole", "sts:TagSession"] });
  const policy_arn = `arn:aws:iam::aws:policy/${name}`;
  const plan = planOf([
    { address: "aws_iam_role.r", type: "aws_iam_role", after: { name: "r", assume_role_policy: trust } },
    { address: "a.a", type: "aws_iam_role_policy_attachment", after: { role: "r", policy_arn } },
  ]);
  const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
  const said = findings.filter(({ severity }) => atLeast(severity, "medium"));
  expect(said.map(({ rule, severity }) => `${rule} ${severity}`).sort()).toEqual(expected);
});

describe("what AWS wrote for a service is in AWS's hands only where nobody else has it", () => {
  const policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonElasticMapReduceRole";
  const judged = ["pass-role-any high", "privilege-escalation high"];
  const said = async (changes: readonly Change[]) => {
    const { findings } = await analyze([planOf(changes)], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
    const ids = findings.filter(({ severity, address }) => address === "a.a" && atLeast(severity, "medium"));
    return [...new Set(ids.map(({ rule, severity }) => `${rule} ${severity}`))].sort();
  };
  it.each<[string, object, string[]]>([
    ["the service", { Service: "elasticmapreduce.amazonaws.com" }, []],
    ["two services", { Service: ["datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com"] }, []],
    ["instances", { Service: "ec2.amazonaws.com" }, judged],
    ["tasks in China", { Service: "ecs-tasks.amazonaws.com.cn" }, judged],
    [
      "the service and a role",
      { Service: "elasticmapreduce.amazonaws.com", AWS: "arn:aws:iam::111111111111:role/r" },
      judged,
    ],
  ])("in a role of %s", async (_, Principal, expected) => {
    const after = { name: "r", assume_role_policy: policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }) };
    const attached = { address: "a.a", type: "aws_iam_role_policy_attachment", after: { role: "r", policy_arn } };
    expect(await said([{ address: "aws_iam_role.r", type: "aws_iam_role", after }, attached])).toEqual(expected);
  });
  it.each([
    ["user", "aws_iam_user_policy_attachment"],
    ["group", "aws_iam_group_policy_attachment"],
  ])("at a %s", async (kind, type) => {
    expect(await said([{ address: "a.a", type, after: { [kind]: "x", policy_arn } }])).toEqual(judged);
  });
});

it("what a rule says of a policy that AWS wrote is one finding, the same after as before", async () => {
  const type = "aws_iam_user_policy_attachment";
  const attached = { user: "u", policy_arn: "arn:aws:iam::aws:policy/AmazonEC2FullAccess" };
  const said = async (before: object | null) => {
    const plan = planOf([
      { address: `${type}.a`, type, actions: [before ? "update" : "create"], before, after: attached },
    ]);
    const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
    return findings.filter(({ rule }) => rule === "service-admin");
  };
  const [finding, ...others] = await said(null);
  expect(others).toEqual([]);
  expect(finding?.message).toMatch(/actions? of ec2 on every resource; allows every action of elasticloadbalancing/);
  expect(await said(attached)).toMatchObject([{ fingerprint: finding?.fingerprint, change: "unchanged" }]);
});

it("a key that nobody knows is no service's, where no provider is named", async () => {
  const condition = { StringEquals: { "my_sso.example.com:team": "shop" } };
  const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", Condition: condition };
  const change = { address: "aws_iam_policy.a", type: "aws_iam_policy", actions: ["create"] };
  const plan = planOf([{ ...change, after: { policy: policy(statement) } }]);
  const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
  expect(findings.map(({ message }) => message)).toEqual([
    'no service sends "my_sso.example.com:team" (the Allow never holds)',
  ]);
});

it.each<[action: string, message: string]>([
  ["lambda:*", "anyone with an AWS account can call lambda:InvokeFunction"],
  ["lambda:InvokeFunctionUrl", "anyone, without credentials, can call lambda:InvokeFunctionUrl"],
])("a function may have no URL: %s", async (action, message) => {
  const type = "aws_lambda_permission";
  const after = { function_name: "f", action, principal: "*" };
  const plan = planOf([{ address: `${type}.a`, type, actions: ["create"], after }]);
  const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
  expect(findings[0]).toMatchObject({ rule: "resource-public", message });
});

it("AWS's notices of its address ranges are nobody outside", async () => {
  const type = "aws_lambda_permission";
  const permission = (account: string) => ({
    ...{ function_name: "f", action: "lambda:InvokeFunction", principal: "sns.amazonaws.com" },
    source_arn: `arn:aws:sns:us-east-1:${account}:AmazonIpSpaceChanged`,
  });
  const said = async (account: string) => {
    const plan = planOf([{ address: `${type}.a`, type, actions: ["create"], after: permission(account) }]);
    const world = { accounts: new Set(["111111111111"]) };
    return (await analyze([plan], { rules, world, toolVersion: "0.0.0" })).findings.map(({ rule }) => rule);
  };
  expect(await said("806199016981")).toEqual([]);
  expect(await said("999999999999")).toEqual(["resource-outside-organization"]);
});

describe("resource-service-confused-deputy", () => {
  const said = async (type: string, service: string, action: string, condition?: object) => {
    const statement = { Effect: "Allow", Principal: { Service: service }, Action: action, Resource: "*" };
    const after = { policy: policy(condition ? { ...statement, Condition: condition } : statement) };
    const plan = planOf([{ address: `${type}.a`, type, actions: ["create"], after }]);
    const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
    return findings.filter(({ rule }) => rule === "resource-service-confused-deputy").map(({ severity }) => severity);
  };

  it.each([["arn:aws:s3:::uploads"], ["arn:aws:s3:*:*:uploads"]])("one bucket, written %s, is low", async (arn) => {
    const condition = { ArnLike: { "aws:SourceArn": arn } };
    expect(await said("aws_sqs_queue_policy", "s3.amazonaws.com", "sqs:SendMessage", condition)).toEqual(["low"]);
  });

  it.each([["arn:aws:s3:::*"], ["arn:aws:s3:*:*:up*"]])("many buckets, written %s, are not", async (arn) => {
    const condition = { ArnLike: { "aws:SourceArn": arn } };
    expect(await said("aws_sqs_queue_policy", "s3.amazonaws.com", "sqs:SendMessage", condition)).toEqual(["medium"]);
  });

  it("to be told of a key is nothing, to use it is something", async () => {
    expect(await said("aws_kms_key_policy", "cloudtrail.amazonaws.com", "kms:DescribeKey")).toEqual([]);
    expect(await said("aws_kms_key_policy", "cloudtrail.amazonaws.com", "kms:Decrypt")).toEqual(["medium"]);
  });
});

describe("what CloudWatch Logs encrypts with a key", () => {
  it.each([
    ["arn:aws:logs:eu-west-1:111111111111:*", []],
    ["arn:aws:logs:eu-west-1:111111111111:log-group:/app/*", []],
    ["arn:aws:logs:*:*:*", ["medium"]],
    ["arn:aws:logs:eu-west-1:*:log-group:app", ["medium"]],
    ["*", ["medium"]],
  ])("is told by its encryption context, where that names the account: %s", async (arn, expected) => {
    const statement = {
      ...{ Effect: "Allow", Principal: { Service: "logs.eu-west-1.amazonaws.com" }, Action: "kms:Decrypt" },
      ...{ Resource: "*", Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn } } },
    };
    const type = "aws_kms_key_policy";
    const plan = planOf([{ address: `${type}.a`, type, actions: ["create"], after: { policy: policy(statement) } }]);
    const { findings } = await analyze([plan], { rules, world: {}, toolVersion: "0.0.0" });
    // that nobody may change the key's policy is another story
    const told = findings.filter(({ rule }) => rule !== "kms-key-unmanaged");
    expect(told.map(({ severity }) => severity)).toEqual(expected);
  });
});

describe("the policy of one queue", () => {
  const own = "arn:aws:sqs:eu-west-1:111111111111:orders";
  const other = "arn:aws:sqs:eu-west-1:111111111111:others";
  const queue_url = "https://sqs.eu-west-1.amazonaws.com/111111111111/orders";
  const allow = (Resource: unknown, Action: unknown = "sqs:SendMessage") => ({
    ...{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:role/shop" }, Action, Resource },
  });
  const deny = (element: object) => ({
    ...{ Effect: "Deny", Principal: "*", Action: "sqs:*", ...element },
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  it.each<[string, object[], object[], string[]]>([
    ["its ARN, then everything", [allow(own)], [allow("*")], []],
    ["everything, then its ARN", [allow("*")], [allow(own)], []],
    ["a pattern of it, then everything", [allow("arn:aws:sqs:*:*:orders")], [allow("*")], []],
    ["everything but another, then everything", [deny({ NotResource: other })], [deny({ Resource: "*" })], []],
    ["a Deny on everything, then on its ARN", [deny({ Resource: "*" })], [deny({ Resource: own })], []],
    ["another's ARN, then everything", [allow(other)], [allow("*")], ["permission-widened"]],
    ["more actions", [allow(own)], [allow("*", "sqs:*")], ["permission-widened"]],
    [
      "a Deny on everything, then on another's ARN",
      [allow("*"), deny({ Resource: "*" })],
      [allow("*"), deny({ Resource: other })],
      ["guardrail-removed", "permission-widened"],
    ],
  ])("is about it, whatever it writes: %s", async (_, before, after, expected) => {
    const type = "aws_sqs_queue_policy";
    const side = (statements: object[]) => ({ queue_url, policy: policy(...statements) });
    const plan = planOf([{ address: `${type}.a`, type, before: side(before), after: side(after) }]);
    const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
    const brought = findings.filter(({ change }) => change === "introduced" || change === "worsened");
    expect(brought.map(({ rule }) => rule).sort()).toEqual(expected);
  });
});

describe("what Terraform replaces to be about something else", () => {
  const open = policy({ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" });
  const queue = (name: string) => `https://sqs.eu-west-1.amazonaws.com/111111111111/${name}`;
  it.each<[string, string, object, object, string[]]>([
    [
      "aws_sqs_queue_policy",
      "resource-public",
      { queue_url: queue("jobs"), policy: open },
      { queue_url: queue("payments"), policy: open },
      ["introduced"],
    ],
    [
      "aws_sqs_queue_policy",
      "resource-public",
      { queue_url: queue("jobs"), policy: open, id: "old" },
      { queue_url: queue("jobs"), policy: open },
      ["unchanged"],
    ],
    [
      "aws_iam_access_key",
      "iam-user-credentials",
      { user: "reader", status: "Active" },
      { user: "administrator", status: "Active" },
      ["fixed", "introduced"],
    ],
  ])("%s: %s", async (type, rule, before, after, expected) => {
    const { findings } = await analyze(
      [planOf([{ address: `${type}.x`, type, actions: ["delete", "create"], before, after }])],
      { rules, world: { accounts: null }, toolVersion: "0.0.0" },
    );
    const changes = findings.filter((finding) => finding.rule === rule).map(({ change }) => change);
    expect(changes.sort()).toEqual(expected);
  });
});

describe("a resource control policy", () => {
  const all = { Principal: "*", Action: "s3:*", Resource: "*" };
  it.each<[string, object, string, string[]]>([
    ["denies everyone", { ...all, Effect: "Deny" }, "RESOURCE_CONTROL_POLICY", []],
    ["allows nothing", { ...all, Effect: "Allow" }, "RESOURCE_CONTROL_POLICY", ["medium"]],
    [
      "denies nobody by name",
      { ...all, Effect: "Deny", Principal: { AWS: "111111111111" } },
      "RESOURCE_CONTROL_POLICY",
      ["medium"],
    ],
    [
      "has no NotPrincipal",
      { Effect: "Deny", NotPrincipal: "*", Action: "s3:*", Resource: "*" },
      "RESOURCE_CONTROL_POLICY",
      ["medium"],
    ],
    ["is not one of services", { Effect: "Allow", Action: "s3:*", Resource: "*" }, "SERVICE_CONTROL_POLICY", []],
  ])("%s", async (_, statement, kind, expected) => {
    const type = "aws_organizations_policy";
    const after = { name: "p", type: kind, content: policy(statement) };
    const plan = planOf([{ address: `${type}.x`, type, actions: ["create"], after }]);
    const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
    expect(findings.filter(({ rule }) => rule === "policy-malformed").map(({ severity }) => severity)).toEqual(
      expected,
    );
  });
});

describe("what AWS takes, and reads differently from what its author meant", () => {
  const severities = async (statement: object, version = "2012-10-17", id = "policy-malformed") => {
    const document = JSON.stringify({ Version: version, Statement: [{ Resource: "*", ...statement }] });
    const type = "Principal" in statement ? "aws_sqs_queue_policy" : "aws_iam_policy";
    const plan = planOf([{ address: `${type}.x`, type, actions: ["create"], after: { policy: document } }]);
    const world = { organizationId: null, accounts: null };
    const { findings } = await analyze([plan], { rules, world, toolVersion: "0.0.0" });
    return findings.filter(({ rule }) => rule === id).map(({ severity }) => severity);
  };
  const allow = { Effect: "Allow", Action: "s3:GetObject" };
  const deny = { Effect: "Deny", Action: "s3:GetObject" };
  const on = (operator: string, key: string, value: unknown) => ({ Condition: { [operator]: { [key]: value } } });
  const role = "arn:aws:iam::*:role/admin";

  it.each<[string, object, string[]]>([
    ["nobody comes in", { ...allow, ...on("StringEquals", "aws:PrincipalArn", role) }, ["low"]],
    ["nobody is denied", { ...deny, ...on("StringEquals", "aws:PrincipalArn", role) }, ["medium"]],
    ["everyone comes in", { ...allow, ...on("StringNotEquals", "aws:PrincipalArn", role) }, ["medium"]],
    ["the exception is none", { ...deny, ...on("StringNotEqualsIgnoreCase", "aws:userid", "AROAX:*") }, ["low"]],
    ["a pattern for StringLike", { ...allow, ...on("StringLike", "aws:PrincipalArn", role) }, []],
    ["a key whose values may hold a star", { ...allow, ...on("StringEquals", "s3:prefix", "*") }, []],
    ["a variable", { ...allow, ...on("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}") }, []],
    ["an external id", { ...allow, ...on("StringEquals", "sts:ExternalId", "acme@*") }, ["low"]],
  ])("a wildcard in StringEquals: %s", async (_, statement, expected) => {
    expect(await severities(statement)).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    ["an empty one", { ...allow, ...on("StringEquals", "sts:ExternalId", "") }, ["low"]],
    ["one with a blank", { ...allow, ...on("StringEquals", "sts:ExternalId", "acme 42") }, ["low"]],
    ["any but an empty one", { ...allow, ...on("StringNotEquals", "sts:ExternalId", "") }, ["medium"]],
    ["one of the vendor's", { ...allow, ...on("StringEquals", "sts:ExternalId", "acme@42:p/x") }, []],
    ["one that is not known yet", { ...allow, ...on("StringEquals", "sts:ExternalId", "${aws:username}") }, []],
  ])("an external id that nobody has: %s", async (_, statement, expected) => {
    expect(await severities(statement)).toEqual(expected);
  });

  const provider = (path: string) => ({ Federated: `arn:aws:iam::111111111111:${path}` });
  const github = provider("oidc-provider/token.actions.githubusercontent.com");
  it.each<[string, object, string | string[], string[]]>([
    ["a token, as a role", github, "sts:AssumeRole", ["low"]],
    ["a token, as a role with tags", github, ["sts:AssumeRole", "sts:TagSession"], ["low"]],
    ["a token, as an assertion", { Federated: "cognito-identity.amazonaws.com" }, "sts:AssumeRoleWithSAML", ["low"]],
    ["an assertion, as a token", provider("saml-provider/corp"), "sts:AssumeRoleWithWebIdentity", ["low"]],
    ["a role, as a token", { AWS: role.replace("*", "111111111111") }, "sts:AssumeRoleWithWebIdentity", ["low"]],
    ["a service, as an assertion", { Service: "ec2.amazonaws.com" }, "sts:AssumeRoleWithSAML", ["low"]],
    ["one of two", { ...github, AWS: "111111111111" }, "sts:AssumeRoleWithWebIdentity", ["low"]],
    ["each of two", { ...github, AWS: "111111111111" }, ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"], []],
    ["whoever it is", github, "sts:AssumeRole*", []],
    ["a token", github, ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"], []],
    ["tags of a token", github, "sts:TagSession", []],
    ["an assertion", provider("saml-provider/corp"), "sts:AssumeRoleWithSAML", []],
    ["anyone", { AWS: "*" }, "sts:AssumeRoleWithWebIdentity", []],
  ])("an action by which somebody never comes in: %s", async (_, Principal, Action, expected) => {
    const type = "aws_iam_role";
    const after = { assume_role_policy: policy({ Effect: "Allow", Principal, Action }) };
    const plan = planOf([{ address: `${type}.x`, type, actions: ["create"], after }]);
    const world = { organizationId: null, accounts: null };
    const { findings } = await analyze([plan], { rules, world, toolVersion: "0.0.0" });
    expect(findings.filter(({ rule }) => rule === "policy-malformed").map(({ severity }) => severity)).toEqual(
      expected,
    );
  });

  const when = (Condition: object) => ({ Condition });
  it.each<[string, object, string[]]>([
    ["nobody gets in", { ...allow, ...on("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "172.16.0.0/12"]) }, ["low"]],
    ["nobody gets in any more", { ...deny, ...on("NotIpAddress", "aws:SourceIp", ["100.64.0.0/10"]) }, ["medium"]],
    ["nobody, if it is there", { ...deny, ...on("NotIpAddressIfExists", "aws:SourceIp", "fd00::/8") }, ["medium"]],
    ["nobody is denied", { ...deny, ...on("IpAddress", "aws:SourceIp", "192.168.0.0/16") }, ["medium"]],
    ["anybody is allowed", { ...allow, ...on("NotIpAddress", "aws:SourceIp", "192.168.0.0/16") }, ["medium"]],
    [
      "endpoints get in",
      {
        ...deny,
        ...when({ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" }, StringNotEquals: { "aws:SourceVpce": "vpce-1" } }),
      },
      ["low"],
    ],
    ["beside a public one", { ...deny, ...on("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"]) }, []],
    ["more than a private one", { ...deny, ...on("NotIpAddress", "aws:SourceIp", "10.0.0.0/7") }, []],
    ["the private address", { ...allow, ...on("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8") }, []],
  ])("a private range: %s", async (_, statement, expected) => {
    expect(await severities(statement)).toEqual(expected);
  });

  const roles = "arn:aws:iam::*:role/*";
  const everyone = { ...deny, Principal: "*" };
  it.each<[string, object, string[]]>([
    ["every address", { ...deny, ...on("NotIpAddress", "aws:SourceIp", "0.0.0.0/0") }, ["medium"]],
    [
      "every address, in pieces",
      { ...deny, ...on("NotIpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"]) },
      ["medium"],
    ],
    ["half of all addresses", { ...deny, ...on("NotIpAddress", "aws:SourceIp", ["0.0.0.0/1"]) }, []],
    ["every role", { ...deny, ...on("ArnNotLike", "aws:PrincipalArn", roles) }, ["medium"]],
    [
      "every role of China",
      { ...deny, ...on("StringNotLike", "aws:PrincipalArn", "arn:aws-cn:iam::*:role/*") },
      ["medium"],
    ],
    ["every role of a path", { ...deny, ...on("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/ops/*") }, []],
    [
      "every role of one account",
      { ...deny, ...on("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/*") },
      [],
    ],
    [
      "roles, which have no MFA",
      {
        ...deny,
        ...when({ ArnNotLike: { "aws:PrincipalArn": roles }, BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } }),
      },
      [],
    ],
    ["everyone", { ...deny, ...on("StringNotLike", "aws:PrincipalArn", [role, "*"]) }, ["medium"]],
    ["everyone who signs", { ...everyone, ...on("StringNotLike", "aws:PrincipalArn", "*") }, []],
    [
      "everyone who signs, and more",
      { ...everyone, ...on("StringNotLike", "aws:PrincipalArn", [role, "*"]) },
      ["medium"],
    ],
    ["every region", { ...deny, ...on("StringNotLike", "aws:RequestedRegion", ["eu-*", "*"]) }, ["medium"]],
    ["some regions", { ...deny, ...on("StringNotLike", "aws:RequestedRegion", ["eu-*", "us-*"]) }, []],
    ["every region, allowed", { ...allow, ...on("StringNotLike", "aws:RequestedRegion", "*") }, ["low"]],
    ["every organization", { ...everyone, ...on("StringNotLike", "aws:PrincipalOrgID", "*") }, ["medium"]],
    ["every endpoint", { ...everyone, ...on("StringNotLikeIfExists", "aws:SourceVpce", "vpce-*") }, ["medium"]],
    ["whatever has a tag", { ...deny, ...on("StringNotLike", "aws:RequestTag/team", "*") }, []],
  ])("a Deny that exempts %s", async (_, statement, expected) => {
    expect(await severities(statement)).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    ["denied", { ...deny, ...on("Bool", "aws:SecureTransport", true) }, ["medium"]],
    ["denied, if it is there", { ...deny, ...on("BoolIfExists", "aws:SecureTransport", "true") }, ["medium"]],
    ["asked for", { ...deny, ...on("Bool", "aws:SecureTransport", "false") }, []],
    ["allowed", { ...allow, ...on("Bool", "aws:SecureTransport", "true") }, []],
    [
      "denied in an old version",
      { ...deny, ...when({ Bool: { "aws:SecureTransport": true }, NumericLessThan: { "s3:TlsVersion": 1.2 } }) },
      [],
    ],
  ])("TLS is %s", async (_, statement, expected) => {
    expect(await severities(statement)).toEqual(expected);
  });

  const inOrganization = on("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5");
  const service = { Service: "config.amazonaws.com" };
  it.each<[string, object, string[]]>([
    ["a service", { ...allow, Principal: service, ...inOrganization }, ["low"]],
    [
      "a service, by path",
      { ...allow, Principal: service, ...on("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*") },
      ["low"],
    ],
    [
      "a service, if it has any",
      { ...allow, Principal: service, ...on("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5") },
      [],
    ],
    [
      "a service that comes for it",
      { ...allow, Principal: service, ...on("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5") },
      [],
    ],
    ["a service or an account", { ...allow, Principal: { ...service, AWS: "111111111111" }, ...inOrganization }, []],
    ["a Deny", { ...deny, Principal: service, ...inOrganization }, []],
  ])("the organization of %s", async (_, statement, expected) => {
    expect(await severities(statement)).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    ["nobody's folder", { ...allow, Resource: "arn:aws:s3:::home/${aws:username}/*" }, ["low"]],
    ["no folder is denied", { ...deny, Resource: "arn:aws:s3:::home/${aws:username}/*" }, ["medium"]],
    ["no variable", { ...allow, Resource: "arn:aws:s3:::home/$name/*" }, []],
  ])("a variable in a policy of 2008: %s", async (_, statement, expected) => {
    expect(await severities(statement, "2008-10-17")).toEqual(expected);
    expect(await severities(statement)).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ["a region of IAM", { ...allow, Resource: "arn:aws:iam:eu-west-1:111111111111:role/x" }, ["medium"]],
    ["no account of IAM", { ...allow, Resource: "arn:aws:iam:::role/x" }, ["medium"]],
    ["AWS's own policies", { ...allow, Resource: "arn:aws:iam::aws:policy/x" }, []],
    ["five parts", { ...allow, Resource: "arn:aws:iam::role/x" }, ["medium"]],
    ["few parts, and a wildcard", { ...allow, Resource: "arn:aws:s3*" }, []],
    ["no partition", { ...deny, NotResource: "arn:amazon:s3:::x/*", Resource: undefined }, ["medium"]],
    ["another partition", { ...allow, Resource: ["arn:aws-us-gov:s3:::x/*", "arn:*:s3:::x/*"] }, []],
    ["an open brace", { ...allow, Resource: "arn:aws:s3:::x/${aws:username/*" }, ["medium"]],
    ["an open brace in a condition", { ...allow, ...on("StringLike", "s3:prefix", "${aws:username/*") }, ["medium"]],
    ["closed braces", { ...allow, Resource: "arn:aws:s3:::${aws:PrincipalTag/team}/${aws:username}/*" }, []],
  ])("an ARN with %s", async (_, statement, expected) => {
    expect(await severities(statement)).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    ["in an Allow", { ...allow, Resource: "arn:aws:s3:::x/${aws:usernam}/*" }, ["low"]],
    ["in a Deny", { ...deny, Resource: "arn:aws:s3:::x/${aws:usernam}/*" }, ["medium"]],
    ["in a condition", { ...deny, ...on("StringLike", "s3:prefix", "${aws:usernam}/*") }, ["medium"]],
    ["that is another service's", { ...allow, Resource: "arn:aws:s3:::x/${transfer:UserName}/*" }, []],
    ["that there is", { ...allow, Resource: "arn:aws:s3:::x/${aws:PrincipalTag/x}/${AWS:UserName}/*" }, []],
  ])("a variable that nobody has, %s", async (_, statement, expected) => {
    expect(await severities(statement, "2012-10-17", "condition-key-unknown")).toEqual(expected);
  });

  it.each<[string, string, object, number, string[]]>([
    ["a managed policy", "aws_iam_policy", {}, 6_200, ["medium"]],
    ["a managed policy that fits", "aws_iam_policy", {}, 5_900, []],
    ["a user's policy", "aws_iam_user_policy", { user: "x" }, 2_200, ["medium"]],
    ["a role's policy", "aws_iam_role_policy", { role: "x" }, 6_200, []],
    ["a service control policy", "aws_organizations_policy", { type: "SERVICE_CONTROL_POLICY" }, 10_300, ["medium"]],
  ])("the size of %s", async (_, type, about, length, expected) => {
    const Resource = `arn:aws:s3:::${"x".repeat(length)}`;
    // blanks between elements are not counted
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...deny, Resource }] }, null, 20);
    const after = { ...about, [type === "aws_organizations_policy" ? "content" : "policy"]: document };
    const plan = planOf([{ address: `${type}.x`, type, actions: ["create"], after }]);
    const { findings } = await analyze([plan], { rules, world: { accounts: null }, toolVersion: "0.0.0" });
    expect(findings.filter(({ rule }) => rule === "policy-malformed").map(({ severity }) => severity)).toEqual(
      expected,
    );
  });

  it.each<[string, string[]]>([
    ["lambda.amazon.com", ["medium"]],
    ["lambda", ["medium"]],
    ["ec2.aws.com", ["medium"]],
    ["lambda.amazonaws.com", []],
    ["ec2.amazonaws.com.cn", []],
    ["alexa-appkit.amazon.com", []],
  ])("the service principal %s", async (Service, expected) => {
    expect(await severities({ ...allow, Action: "sqs:SendMessage", Principal: { Service } })).toEqual(expected);
  });
});

it.each<[string, object, string[]]>([
  ["a group as a principal", { Principal: { AWS: "arn:aws:iam::111111111111:group/devs" } }, ["medium"]],
  ["a policy as a principal", { Principal: { AWS: "arn:aws:iam::111111111111:policy/x" } }, ["medium"]],
  ["any account's role", { Principal: { AWS: "arn:aws:iam::*:role/x" } }, ["medium"]],
  ["everything of every service", { Principal: { AWS: "111111111111" }, Action: "*:*" }, []],
  ["something of every service", { Action: ["*:Get*", "s3:*"] }, ["medium"]],
  ["services that begin alike", { Action: "s3*:GetObject" }, ["medium"]],
  ["something of every service, denied", { Effect: "Deny", Action: "*:Delete*" }, ["medium"]],
  ["no resource", { Effect: "Allow", Action: "s3:*", Resource: undefined }, ["high"]],
])("what AWS refuses is said once: %s", async (_, statement, expected) => {
  const type = "Principal" in statement ? "aws_sqs_queue_policy" : "aws_iam_policy";
  const after = {
    policy: policy({ Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:*:*:x", ...statement }),
  };
  const plan = planOf([{ address: `${type}.x`, type, actions: ["create"], after }]);
  const world = { organizationId: null, accounts: new Set(["111111111111"]) };
  const { findings } = await analyze([plan], { rules, world, toolVersion: "0.0.0" });
  expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(
    expected.map((severity) => `policy-malformed ${severity}`),
  );
});

it.each<[string, object, boolean]>([
  ["of buckets, for objects", { Action: "s3:DeleteBucket", Resource: "arn:aws:s3:::a/*" }, true],
  ["of objects, for a bucket", { Action: ["s3:PutObject", "s3:DeleteObject"], Resource: "arn:aws:s3:::a" }, true],
  ["of roles, for users", { Action: "iam:DeleteRole", Resource: "arn:aws:iam::*:user/*" }, true],
  ["of which one is about it", { Action: ["s3:DeleteBucket", "s3:PutObject"], Resource: "arn:aws:s3:::a/*" }, false],
  ["of buckets, for both", { Action: "s3:DeleteBucket", Resource: ["arn:aws:s3:::a", "arn:aws:s3:::a/*"] }, false],
  ["of buckets, for some that begin alike", { Action: "s3:DeleteBucket", Resource: "arn:aws:s3:::a*" }, false],
  ["about no resource", { Action: "organizations:LeaveOrganization", Resource: "arn:aws:iam::*:role/*" }, false],
  ["by a pattern", { Action: "s3:Delete*", Resource: "arn:aws:s3:::a" }, false],
])("a Deny of actions %s", async (_, statement, denies) => {
  const document = policy({ Effect: "Deny", ...statement });
  expect((await reported("aws_iam_policy", "policy", document)).includes("action-unknown")).toBe(denies);
});

describe("how bad it is", () => {
  const profile = (values: object): Change => ({
    address: "aws_iam_user_login_profile.x",
    type: "aws_iam_user_login_profile",
    actions: ["create"],
    after: { user: "alice", ...values },
  });
  const withPolicy = (...statements: readonly object[]): Change => ({
    address: "aws_iam_policy.x",
    type: "aws_iam_policy",
    actions: ["create"],
    after: { policy: policy(...statements) },
  });
  const trusting = (account: string): Change => ({
    ...{ address: "aws_iam_role.x", type: "aws_iam_role", actions: ["create"] },
    after: { assume_role_policy: policy({ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" }) },
  });
  const denyWithoutMfa = (...left: readonly string[]) => ({
    Effect: "Deny",
    NotAction: ["iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken", ...left],
    Resource: "*",
    Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
  });
  const aged = {
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: { NumericGreaterThan: { "aws:MultiFactorAuthAge": "28800" } },
  };
  const denied = (operator: string, used: string) => ({
    ...{ Effect: "Deny", Action: "*", Resource: "*" },
    Condition: { [operator]: { "aws:MultiFactorAuthPresent": used } },
  });
  const misspelt = (more: object = {}) => ({
    ...{ Effect: "Deny", Action: "s3:*", Resource: "*" },
    Condition: { StringNotEquals: { "aws:PrincipalOrgID2": "o-a1b2c3d4e5" }, ...more },
  });
  const unknownKey = 'no service sends "aws:PrincipalOrgID2"; did you mean "aws:PrincipalOrgID"?';
  const shutOut = "the condition always holds: the Deny hits everybody";
  const control = (statement: object): Change => ({
    ...{ address: "aws_organizations_policy.x", type: "aws_organizations_policy", actions: ["create"] },
    after: { type: "SERVICE_CONTROL_POLICY", content: policy(statement) },
  });
  const guarded = (...more: readonly object[]) =>
    withPolicy({ Effect: "Allow", Action: "ec2:*", Resource: "*" }, denyWithoutMfa(), ...more);
  const guard = (...left: readonly string[]) =>
    withPolicy(
      { Effect: "Allow", Action: "iam:*MFADevice", Resource: "arn:aws:iam::*:user/${aws:username}" },
      denyWithoutMfa(...left),
    );
  const set = (managed: string): readonly Change[] => [
    {
      address: "aws_ssoadmin_permission_set.x",
      type: "aws_ssoadmin_permission_set",
      actions: ["create"],
      after: { name: "x", arn: "arn:aws:sso:::permissionSet/s/p", session_duration: "PT12H" },
    },
    {
      address: "aws_ssoadmin_managed_policy_attachment.x",
      type: "aws_ssoadmin_managed_policy_attachment",
      actions: ["create"],
      after: { permission_set_arn: "arn:aws:sso:::permissionSet/s/p", managed_policy_arn: managed },
    },
  ];
  it.each<[string, string, readonly Change[], string[]]>([
    ["a password", "iam-user-credentials", [profile({})], ["high gives user alice a console password"]],
    [
      "a password for one sign-in",
      "iam-user-credentials",
      [profile({ password_reset_required: true })],
      ["medium gives user alice a console password, to be changed at the first sign-in"],
    ],
    [
      "a session of an administrator",
      "sso-session-too-long",
      set("arn:aws:iam::aws:policy/AdministratorAccess"),
      ["medium an administrator's session lasts 12 hours"],
    ],
    [
      "a session of somebody who may do nearly everything",
      "sso-session-too-long",
      set("arn:aws:iam::aws:policy/PowerUserAccess"),
      ["medium a session with wide permissions lasts 12 hours"],
    ],
    ["MFA of AWS's own example", "mfa-ineffective", [guard()], []],
    ["MFA that must be recent besides", "mfa-ineffective", [guarded(aged)], []],
    [
      "MFA that must be recent, and nothing else",
      "mfa-ineffective",
      [withPolicy({ Effect: "Allow", Action: "ec2:*", Resource: "*" }, aged)],
      ["high long-term access keys, which carry no MFA key, are not denied ec2:RunInstances"],
    ],
    [
      "a Deny of MFA",
      "mfa-ineffective",
      [withPolicy({ Effect: "Allow", Action: "ec2:*", Resource: "*" }, denied("Bool", "true"))],
      [
        "high long-term access keys, which carry no MFA key, are not denied ec2:RunInstances; the condition is the wrong way round, and keeps out whoever has just used MFA",
      ],
    ],
    [
      "a Deny that forgets who has no key",
      "mfa-ineffective",
      [withPolicy({ Effect: "Allow", Action: "ec2:*", Resource: "*" }, denied("Bool", "false"))],
      ["high long-term access keys, which carry no MFA key, are not denied ec2:RunInstances"],
    ],
    [
      "a Deny for others",
      "mfa-ineffective",
      [withPolicy(denied("Bool", "false"))],
      ["high long-term access keys, which carry no MFA key, are not denied s3:GetObject"],
    ],
    [
      "an Allow without MFA",
      "mfa-ineffective",
      [withPolicy({ ...denied("Bool", "false"), Effect: "Allow", Action: "ec2:RunInstances" })],
      [
        "high temporary credentials without MFA can call ec2:RunInstances; the condition is the wrong way round, and keeps out whoever has just used MFA",
      ],
    ],
    [
      "a control with a key that there is not",
      "condition-key-unknown",
      [control(misspelt())],
      [`high ${unknownKey} (${shutOut}, the organization's own people included)`],
    ],
    [
      "a control with such a key, and another",
      "condition-key-unknown",
      [control(misspelt({ BoolIfExists: { "aws:PrincipalIsAWSService": "false" } }))],
      [
        `high ${unknownKey} (${shutOut} whom its other conditions do not spare, the organization's own people included)`,
      ],
    ],
    [
      "somebody's own policy with such a key",
      "condition-key-unknown",
      [withPolicy(misspelt())],
      [`medium ${unknownKey} (the condition always holds)`],
    ],
    [
      "users of the account that stands for any",
      "trust-missing-mfa",
      [trusting("123456789012")],
      ["high arn:aws:iam::123456789012:user/someone can assume this role without MFA"],
    ],
    [
      "MFA whose device may go without it",
      "mfa-ineffective",
      [guard("iam:DeactivateMFADevice")],
      [
        "high long-term access keys, which carry no MFA key, are not denied iam:DeactivateMFADevice: another device can take the place of the first",
      ],
    ],
  ])("%s", async (_, rule, changes, expected) => {
    const { findings } = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "0.0.0" });
    const told = findings.filter((finding) => finding.rule === rule);
    expect(told.map(({ severity, message }) => `${severity} ${message}`)).toEqual(expected);
  });
});
