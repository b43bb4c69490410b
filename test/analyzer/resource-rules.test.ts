/** How bad, and how sure: what a fixture that says yes or no cannot show. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import type { Organization } from "../../analyzer/world.ts";
import { type Change, planOf, policy } from "./plans.ts";

const create = (type: string, after: object): Change => ({ address: `${type}.x`, type, actions: ["create"], after });
const found = async (rule: string, changes: readonly Change[], world: Partial<Organization> = {}) => {
  const { findings } = await analyze([planOf(changes)], { rules, world, toolVersion: "0.0.0" });
  return findings.filter((finding) => finding.rule === rule);
};
const allow = (Principal: unknown, more: object = {}) =>
  policy({ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::images/*", ...more });
const bucket = (document: string) => create("aws_s3_bucket_policy", { bucket: "images", policy: document });

describe("resource-outside-organization", () => {
  const rule = "resource-outside-organization";
  const stranger = bucket(allow({ AWS: "arn:aws:iam::999999999999:root" }));
  const inside = new Set(["111111111111"]);

  it.each<[string, Partial<Organization>, object[]]>([
    ["nobody said who is inside", {}, [{ severity: "info", confidence: "low" }]],
    ["the account is not inside", { accounts: inside }, [{ severity: "high", confidence: "high" }]],
    ["it is on record", { accounts: inside, vendors: new Set(["999999999999"]) }, [{ severity: "low" }]],
    ["it is inside", { accounts: new Set(["999999999999"]) }, []],
  ])("when %s", async (_, world, expected) => {
    expect(await found(rule, [stranger], world)).toMatchObject(expected);
  });

  it("names what the account can change", async () => {
    const both = bucket(allow({ AWS: "999999999999" }, { Action: ["s3:GetObject", "s3:DeleteObject"] }));
    expect(await found(rule, [both], { accounts: inside })).toMatchObject([
      { message: expect.stringMatching(/can call s3:GetObject and s3:DeleteObject$/) },
    ]);
  });

  it("leaves to resource-public what is open to everyone", async () => {
    const everyone = bucket(allow({ AWS: ["*", "999999999999"] }));
    expect(await found(rule, [everyone], { accounts: inside })).toEqual([]);
    expect(await found("resource-public", [everyone], { accounts: inside })).toHaveLength(1);
  });

  it.each<[string, Change]>([
    [
      "a queue's, by the ARN in its policy",
      create("aws_sqs_queue_policy", {
        policy: policy({
          Effect: "Allow",
          Principal: { AWS: "111111111111" },
          Action: "sqs:*",
          Resource: "arn:aws:sqs:eu-west-1:111111111111:orders",
        }),
      }),
    ],
    [
      "a key's, by whom it is left to",
      create("aws_kms_key", {
        policy: policy({ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "kms:*", Resource: "*" }),
      }),
    ],
    [
      "that of the service's source",
      bucket(
        allow(
          { Service: "config.amazonaws.com" },
          { Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } } },
        ),
      ),
    ],
  ])("knows the resource's own account: %s", async (_, change) => {
    expect(await found(rule, [change])).toEqual([]);
  });
});

describe("another organization, of which no account is named", () => {
  const world = { organizationId: "o-a1b2c3d4e5", accounts: new Set(["111111111111"]) };
  const queue = (principal: object | string, condition: object) =>
    create("aws_sqs_queue_policy", {
      policy: policy({
        ...{ Effect: "Allow", Principal: principal, Action: "sqs:SendMessage", Resource: "*" },
        Condition: condition,
      }),
    });
  const service = { Service: "sns.amazonaws.com" };
  const is = (key: string, id: string) => ({ StringEquals: { [key]: id } });

  it.each<[string, Change, boolean]>([
    ["whom a service acts for", queue(service, is("aws:SourceOrgID", "o-zzzzzzzzzz")), true],
    ["whom a service acts for, ours", queue(service, is("aws:SourceOrgID", "o-a1b2c3d4e5")), false],
    ["by its path", queue(service, { "ForAnyValue:StringLike": { "aws:SourceOrgPaths": "o-zzzzzzzzzz/*" } }), true],
    ["whose endpoint it is", queue("*", is("aws:VpceOrgID", "o-zzzzzzzzzz")), true],
    ["whose endpoint it is, ours", queue("*", is("aws:VpceOrgID", "o-a1b2c3d4e5")), false],
  ])("%s", async (_, change, expected) => {
    const findings = await found("resource-outside-organization", [change], world);
    expect(findings.map(({ message }) => message)).toEqual(
      expected ? [expect.stringContaining("organization o-zzzzzzzzzz: outside the organization")] : [],
    );
  });

  it("in a role's trust", async () => {
    const trust = (id: string) =>
      create("aws_iam_role", {
        assume_role_policy: policy({
          ...{ Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" },
          Condition: is("aws:SourceOrgID", id),
        }),
      });
    expect(await found("trust-outside-organization", [trust("o-zzzzzzzzzz")], world)).toHaveLength(1);
    expect(await found("trust-outside-organization", [trust("o-a1b2c3d4e5")], world)).toEqual([]);
  });
});

describe("resource-public", () => {
  const rule = "resource-public";
  const open = bucket(allow("*"));
  const block = create("aws_s3_bucket_public_access_block", { bucket: "images", restrict_public_buckets: true });
  const api = (Action: string) =>
    create("aws_api_gateway_rest_api_policy", {
      policy: policy({
        Effect: "Allow",
        Principal: "*",
        Action,
        Resource: "arn:aws:execute-api:eu-west-1:111111111111:a/*",
      }),
    });

  it.each<[string, readonly Change[], object]>([
    ["a bucket", [open], { severity: "critical", witness: { principal: "anonymous" } }],
    ["a bucket behind its public access block", [open, block], { severity: "medium" }],
    ["an API, as it is without any policy", [api("execute-api:Invoke")], { severity: "medium" }],
    ["an API that may be changed", [api("*")], { severity: "critical" }],
    [
      "the builds of a project",
      [create("aws_codebuild_project", { name: "shop", project_visibility: "PUBLIC_READ" })],
      {
        severity: "high",
        message: expect.stringContaining("anyone, without credentials, can call codebuild:BatchGetBuilds"),
      },
    ],
    ["a function URL", [create("aws_lambda_function_url", { authorization_type: "NONE" })], { severity: "high" }],
  ])("%s", async (_, changes, expected) => {
    expect(await found(rule, changes)).toMatchObject([expected]);
  });

  it.each<[string, object, Record<string, readonly string[]>]>([
    ["one bucket", { ArnLike: { "aws:SourceArn": "arn:aws:s3:::images" } }, { [rule]: ["unnamed.amazonaws.com"] }],
    ["many buckets", { ArnLike: { "aws:SourceArn": "arn:aws:s3:::i*" } }, { [rule]: ["unnamed.amazonaws.com"] }],
    ["a topic of our own", { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:111111111111:t" } }, {}],
    [
      "a topic of another account",
      { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:999999999999:t" } },
      { "resource-outside-organization": ["sns.amazonaws.com"] },
    ],
    [
      "another account",
      { StringEquals: { "aws:SourceAccount": "999999999999" } },
      { "resource-outside-organization": ["unnamed.amazonaws.com"] },
    ],
    [
      "a source, if there is one",
      { StringEqualsIfExists: { "aws:SourceAccount": "111111111111" } },
      { [rule]: ["anonymous"] },
    ],
    [
      "no session by name",
      { StringLike: { "aws:SourceIdentity": "*" } },
      { [rule]: ["arn:aws:iam::999999999999:user/someone"] },
    ],
  ])("only a service says for whom it calls: %s", async (_, Condition, expected) => {
    const queue = create("aws_sqs_queue_policy", {
      policy: policy({ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*", Condition }),
    });
    for (const id of [rule, "resource-service-confused-deputy", "resource-outside-organization"]) {
      const said = await found(id, [queue], { accounts: new Set(["111111111111"]) });
      expect(said.map(({ witness }) => witness?.principal)).toEqual(expected[id] ?? []);
    }
  });

  it("asks for a signature where the service does", async () => {
    const key = create("aws_kms_key", {
      policy: policy({ Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" }),
    });
    expect(await found(rule, [key])).toMatchObject([{ message: "anyone with an AWS account can call kms:Decrypt" }]);
  });

  describe("a key that every signed request carries, with IfExists", () => {
    const statement = (Action: string, key: string, account: string) => ({
      ...{ Effect: "Allow", Principal: "*", Action, Resource: "*" },
      Condition: { StringEqualsIfExists: { [key]: account } },
    });
    const key = (account: string) =>
      create("aws_kms_key", { policy: policy(statement("kms:Decrypt", "kms:CallerAccount", account)) });

    it("keeps others out where no request goes unsigned", async () => {
      expect(await found(rule, [key("111111111111")])).toEqual([]);
      const secret = statement("secretsmanager:GetSecretValue", "aws:PrincipalAccount", "111111111111");
      expect(await found(rule, [create("aws_secretsmanager_secret_policy", { policy: policy(secret) })])).toEqual([]);
    });

    it("lets those in whom it names", async () => {
      const world = { accounts: new Set(["111111111111"]) };
      expect(await found("resource-outside-organization", [key("999999999999")], world)).toHaveLength(1);
    });

    it("keeps nobody out of a queue, which takes requests without credentials", async () => {
      const queue = policy(statement("sqs:SendMessage", "aws:PrincipalAccount", "111111111111"));
      expect(await found(rule, [create("aws_sqs_queue_policy", { policy: queue })])).toMatchObject([
        { message: "anyone, without credentials, can call sqs:SendMessage" },
      ]);
    });
  });

  it.each([
    ["aws_kms_key", "kms:Decrypt", "*"],
    ["aws_kms_key", "kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/*"],
    ["aws_ecr_repository_policy", "ecr:BatchGetImage", "*"],
    ["aws_sns_topic_policy", "sns:Publish", "*"],
  ])("%s: whose the resource is says nothing of who calls", async (type, Action, Resource) => {
    const document = policy({
      ...{ Effect: "Allow", Principal: "*", Action, Resource },
      Condition: { StringEquals: { "aws:ResourceAccount": "111111111111" } },
    });
    expect(await found(rule, [create(type, { policy: document })])).toMatchObject([
      { severity: "critical", confidence: "high", witness: { action: Action } },
    ]);
  });

  const us = "111111111111";
  it.each<[string, string, readonly string[]]>([
    ["a queue of ours", `arn:aws:sqs:eu-west-1:${us}:orders`, []],
    ["a host", "https://hooks.acme.example/*", []],
    ["a domain", "*@acme.example", []],
    ["anything", "*", ["resource-public critical"]],
    ["any host", "https://*", ["resource-public critical"]],
    ["any queue", "arn:aws:sqs:*:*:*", ["resource-public critical"]],
    ["a queue of others", "arn:aws:sqs:eu-west-1:222222222222:q", ["resource-outside-organization high"]],
  ])("who may subscribe %s to a topic", async (_, endpoint, expected) => {
    const document = policy({
      ...{ Effect: "Allow", Principal: "*", Action: "sns:Subscribe", Resource: `arn:aws:sns:eu-west-1:${us}:t` },
      Condition: { StringLike: { "sns:Endpoint": endpoint } },
    });
    const change = create("aws_sns_topic_policy", { policy: document });
    const said = await Promise.all(
      [rule, "resource-outside-organization"].map((id) => found(id, [change], { accounts: new Set([us]) })),
    );
    expect(said.flat().map((finding) => `${finding.rule} ${finding.severity}`)).toEqual(expected);
  });

  it.each([
    ["aws_sqs_queue_policy", "anyone, without credentials, can call sqs:SendMessage"],
    ["aws_secretsmanager_secret_policy", "anyone with an AWS account can call secretsmanager:GetSecretValue"],
    ["aws_efs_file_system_policy", "anyone, without credentials, can call elasticfilesystem:ClientMount"],
    ["aws_ecr_repository_policy", "anyone with an AWS account can call ecr:BatchGetImage"],
  ])("shows what the service of %s does, where everything is allowed", async (type, message) => {
    const open = policy({ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" });
    expect(await found(rule, [create(type, { policy: open })])).toMatchObject([{ message }]);
  });

  it.each<[string, string, unknown, string]>([
    ["aws_ecr_repository_policy", "all of it", "ecr:*", "ecr:BatchGetImage and ecr:PutImage"],
    ["aws_s3_bucket_policy", "both", ["s3:GetObject", "s3:PutObject"], "s3:GetObject and s3:PutObject"],
    ["aws_s3_bucket_policy", "reading", ["s3:GetObject", "s3:GetObjectVersion"], "s3:GetObject"],
    ["aws_sqs_queue_policy", "writing", "sqs:*", "sqs:SendMessage"],
  ])("names what %s lets everyone change: %s", async (type, _, Action, named) => {
    const document = policy({ Effect: "Allow", Principal: "*", Action, Resource: "*" });
    const [finding] = await found(rule, [create(type, { policy: document })]);
    expect(finding?.message).toMatch(new RegExp(`can call ${named}$`));
  });

  it("names nothing that a Deny keeps back", async () => {
    const statement = { Principal: "*", Resource: "arn:aws:s3:::images/*" };
    const document = policy(
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], ...statement },
      { Effect: "Deny", Action: "s3:Put*", ...statement },
    );
    const [finding] = await found(rule, [bucket(document)]);
    expect(finding?.message).toBe("anyone, without credentials, can call s3:GetObject");
  });

  it("tells of a policy that only allows what nobody can ask for", async () => {
    expect(await found(rule, [bucket(allow("*", { Resource: "arn:aws:s3:::images" }))])).toHaveLength(1);
  });

  it.each<[string, string, Change, object]>([
    [
      "s3:GetObject",
      "its pages",
      create("aws_s3_bucket_website_configuration", { bucket: "images" }),
      { severity: "high" },
    ],
    [
      "s3:*",
      "all of it",
      create("aws_s3_bucket_website_configuration", { bucket: "images" }),
      { severity: "critical" },
    ],
    [
      "s3:GetObject",
      "another",
      create("aws_s3_bucket_website_configuration", { bucket: "b" }),
      { severity: "critical" },
    ],
  ])("a website that lets everyone call %s: %s", async (Action, _, website, expected) => {
    expect(await found(rule, [bucket(allow("*", { Action })), website])).toMatchObject([expected]);
    expect(await found(rule, [bucket(allow("*", { Action })), website, block])).toMatchObject([{ severity: "medium" }]);
  });

  it("gets worse when the public access block goes", async () => {
    const values = { bucket: "images", policy: allow("*") };
    const kept = { ...open, actions: ["no-op"], before: values, after: values };
    const gone = { ...block, actions: ["delete"], before: block.after ?? null, after: null };
    expect(await found(rule, [kept, gone])).toMatchObject([{ severity: "critical", change: "worsened" }]);
  });
});

it.each(["macie.amazonaws.com", "storage-lens.s3.amazonaws.com"])(
  "%s writes for whoever configured it, and AWS's own example says for whom",
  async (Service) => {
    const rule = "resource-service-confused-deputy";
    const isOurs = { Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } } };
    expect(await found(rule, [bucket(allow({ Service }))])).toMatchObject([{ severity: "medium" }]);
    expect(await found(rule, [bucket(allow({ Service }, isOurs))])).toEqual([]);
  },
);

describe("data-outside-organization", () => {
  const rule = "data-outside-organization";
  const accounts = new Set(["111111111111"]);
  const logs = create("aws_cloudwatch_log_subscription_filter", {
    destination_arn: "arn:aws:logs:eu-west-1:999999999999:destination:collect",
  });
  const copies = create("aws_s3_bucket_replication_configuration", {
    rule: [{ status: "Enabled", destination: [{ account: "999999999999", bucket: "arn:aws:s3:::copies" }] }],
  });

  const all = (account: string) =>
    create("aws_cloudwatch_log_account_policy", {
      policy_type: "SUBSCRIPTION_FILTER_POLICY",
      policy_document: JSON.stringify({ DestinationArn: `arn:aws:logs:eu-west-1:${account}:destination:collect` }),
    });

  it.each<[string, Change, Partial<Organization>, object[]]>([
    ["copies", copies, { accounts }, [{ severity: "high", confidence: "high" }]],
    ["all logs", all("999999999999"), { accounts }, [{ severity: "medium", confidence: "high" }]],
    ["all logs, to an account of ours", all("111111111111"), { accounts }, []],
    ["logs", logs, { accounts }, [{ severity: "medium", confidence: "high" }]],
    ["a partner on record", copies, { accounts, vendors: new Set(["999999999999"]) }, [{ severity: "low" }]],
    ["nobody said who is inside", copies, {}, []],
  ])("%s", async (_, change, world, expected) => {
    expect(await found(rule, [change], world)).toMatchObject(expected);
  });

  it("is new where the destination was ours before", async () => {
    const before = { rule: [{ status: "Enabled", destination: [{ account: "111111111111" }] }] };
    const changed = { ...copies, actions: ["update"], before };
    expect(await found(rule, [changed], { accounts })).toMatchObject([{ change: "introduced" }]);
    const kept = { ...copies, actions: ["no-op"], before: copies.after ?? null };
    expect(await found(rule, [kept], { accounts })).toMatchObject([{ change: "unchanged" }]);
  });
});

describe("kms-key-unmanaged", () => {
  const lets = (AWS: unknown, Action = "kms:*", more: object = {}) => ({
    Effect: "Allow",
    Principal: { AWS },
    Action,
    Resource: "*",
    ...more,
  });
  const account = lets("arn:aws:iam::111111111111:root");
  const role = (name: string, Action?: string) => lets(`arn:aws:iam::111111111111:role/${name}`, Action);
  const bypass = { bypass_policy_lockout_safety_check: true };
  const key = (before: readonly object[] | null, after: readonly object[], more: object = {}): Change => ({
    address: "aws_kms_key.x",
    type: "aws_kms_key",
    before: { arn: "arn:aws:kms:eu-west-1:111111111111:key/1", policy: before && policy(...before), ...more },
    after: { arn: "arn:aws:kms:eu-west-1:111111111111:key/1", policy: policy(...after), ...more },
  });

  it.each<[string, Change, string[]]>([
    ["the account", key([account], [role("app", "kms:Decrypt")]), ["medium"]],
    ["the account, unchecked", key([account], [role("app", "kms:Decrypt")], bypass), ["high"]],
    ["the account, and a role stays", key([account], [role("ci"), role("app", "kms:Decrypt")]), ["low"]],
    ["the last role", key([role("ci")], [role("ci", "kms:Decrypt")]), ["medium"]],
    ["one role for another", key([role("ci")], [role("cd")]), []],
    ["nobody who could change it before", key([role("app", "kms:Decrypt")], [role("web", "kms:Decrypt")]), []],
    ["AWS's default for another account", key(null, [lets("arn:aws:iam::222222222222:root")]), ["medium"]],
    ["all but who is deleted", key([account], [lets("AROAEXAMPLEEXAMPLEEXA")]), ["medium"]],
    ["all but one action", key([account], [lets("arn:aws:iam::111111111111:root", "kms:PutKeyPolicy")]), []],
    ["what a condition does not ask", key([account], [lets("*", "kms:*", ofOne("111111111111"))]), []],
  ])("when the policy loses %s", async (_, change, expected) => {
    const all = await found("kms-key-unmanaged", [change]);
    expect(all.map(({ severity }) => severity)).toEqual(expected);
  });

  it("waits for what is known only after apply", async () => {
    const change = { ...key([account], [role("app", "kms:Decrypt")]), after_unknown: { policy: true } };
    expect(await found("kms-key-unmanaged", [change])).toEqual([]);
  });
});

const ofOne = (account: string) => ({ Condition: { StringEquals: { "kms:CallerAccount": account } } });
