import { describe, expect, it } from "vitest";
import { extract } from "../../analyzer/extract.ts";
import { type Change, planOf, policy } from "./plans.ts";

const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const write = { Effect: "Allow", Action: "s3:PutObject", Resource: "*" };
const trust = { Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "sts:AssumeRole" };
const anyone = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };

const iamPolicy = (change: Partial<Change>): Change => ({
  address: "aws_iam_policy.p",
  type: "aws_iam_policy",
  ...change,
});
const only = (change: Change, more: object = {}) => extract(planOf([change], more));

describe("extract", () => {
  it.each<[string, string, object, string, string]>([
    ["aws_iam_role", "assume_role_policy", { assume_role_policy: policy(trust) }, "trust", "assume_role_policy"],
    [
      "aws_iam_role",
      "inline_policy[].policy",
      { inline_policy: [{ name: "a", policy: policy(read) }] },
      "identity",
      "inline_policy[0].policy",
    ],
    ["aws_iam_group_policy", "policy", { policy: policy(read) }, "identity", "policy"],
    [
      "aws_ssoadmin_permission_set_inline_policy",
      "inline_policy",
      { inline_policy: policy(read) },
      "identity",
      "inline_policy",
    ],
    [
      "aws_organizations_policy",
      "content",
      { type: "SERVICE_CONTROL_POLICY", content: policy(read) },
      "identity",
      "content",
    ],
    [
      "aws_organizations_policy",
      "content",
      { type: "RESOURCE_CONTROL_POLICY", content: policy(anyone) },
      "resource",
      "content",
    ],
    ["aws_s3_bucket", "policy", { policy: policy(anyone) }, "resource", "policy"],
    ["aws_opensearch_domain", "access_policies", { access_policies: policy(anyone) }, "resource", "access_policies"],
    [
      "aws_cloudwatch_log_resource_policy",
      "policy_document",
      { policy_document: policy(anyone) },
      "resource",
      "policy_document",
    ],
    [
      "aws_s3control_multi_region_access_point_policy",
      "details[].policy",
      { details: [{ name: "m", policy: policy(anyone) }] },
      "resource",
      "details[0].policy",
    ],
  ])("finds %s %s", (type, place, after, kind, attribute) => {
    const { policies, unknown } = only({ address: `${type}.x`, type, after });
    expect(unknown).toEqual([]);
    expect(policies).toMatchObject([{ place, before: [], after: [{ attribute, policy: { kind }, problems: [] }] }]);
  });

  it.each(["TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY"])("leaves a %s alone", (type) => {
    const after = { type, content: '{"tags":{}}' };
    expect(only({ address: "aws_organizations_policy.t", type: "aws_organizations_policy", after }).policies).toEqual(
      [],
    );
  });

  it("takes every block of a list, and no empty value", () => {
    const after = {
      assume_role_policy: "",
      inline_policy: [{ policy: policy(read) }, { policy: "" }, { policy: policy(write) }],
    };
    const { policies } = only({ address: "aws_iam_role.r", type: "aws_iam_role", after });
    expect(policies.flatMap((change) => change.after.map((subject) => subject.attribute))).toEqual([
      "inline_policy[0].policy",
      "inline_policy[2].policy",
    ]);
  });

  it("does not take data sources for resources", () => {
    expect(
      only(iamPolicy({ mode: "data", address: "data.aws_iam_policy.p", after: { policy: policy(read) } })).policies,
    ).toEqual([]);
  });

  it("has only the side before for what is deleted, and both for what is forgotten", () => {
    const before = { policy: policy(read) };
    expect(only(iamPolicy({ actions: ["delete"], before })).policies).toMatchObject([{ before: [{}], after: [] }]);
    expect(only(iamPolicy({ actions: ["forget"], before })).policies).toMatchObject([{ before: [{}], after: [{}] }]);
  });

  it.each<[string, string, object]>([
    ["its own ARN", "111111111111", { arn: "arn:aws:iam::111111111111:policy/p", policy: policy(read) }],
    ["the provider's role", "222222222222", { policy: policy(read) }],
  ])("tells the account by %s", (_, account, after) => {
    const configuration = {
      provider_config: {
        aws: {
          expressions: { assume_role: [{ role_arn: { constant_value: "arn:aws:iam::222222222222:role/apply" } }] },
        },
      },
      root_module: { resources: [{ address: "aws_iam_policy.p", provider_config_key: "aws" }] },
    };
    expect(only(iamPolicy({ after }), { configuration }).policies[0]?.after[0]?.account).toBe(account);
  });

  it("writes a Lambda permission as the statement it makes", () => {
    const after = {
      statement_id: "s3",
      function_name: "checkout",
      action: "lambda:InvokeFunction",
      principal: "s3.amazonaws.com",
      source_arn: "arn:aws:s3:::images",
      source_account: "111111111111",
    };
    const { policies } = only({ address: "aws_lambda_permission.p", type: "aws_lambda_permission", after });
    expect(policies[0]?.after[0]).toMatchObject({
      problems: [],
      policy: {
        statements: [
          {
            sid: "s3",
            effect: "Allow",
            principals: { values: [{ kind: "service", service: "s3.amazonaws.com" }] },
            actions: { values: ["lambda:InvokeFunction"] },
            resources: { values: ["arn:aws:lambda:*:*:function:checkout"] },
            conditions: [
              { operator: "StringEquals", keyId: "aws:sourceaccount", values: ["111111111111"] },
              { operator: "ArnLike", keyId: "aws:sourcearn", values: ["arn:aws:s3:::images"] },
            ],
          },
        ],
      },
    });
  });
});

describe("what is not known yet", () => {
  const configured = (expression: object, more: object = {}) => ({
    configuration: {
      root_module: { resources: [{ address: "aws_iam_policy.p", expressions: { policy: expression } }], ...more },
    },
  });
  const unknownPolicy = iamPolicy({ after: {}, after_unknown: { policy: true } });

  it("is nothing when nobody wrote a policy", () => {
    const more = { configuration: { root_module: { resources: [{ address: "aws_iam_policy.p" }] } } };
    expect(only(unknownPolicy, more)).toEqual({ policies: [], unknown: [], unlisted: [] });
  });

  it("is unknown when the plan carries no configuration", () => {
    expect(only(unknownPolicy).unknown).toMatchObject([
      { address: "aws_iam_policy.p", attribute: "policy", references: [] },
    ]);
  });

  it("names what it waits for, once", () => {
    const more = configured({
      references: ["aws_kms_key.b.arn", "aws_kms_key.b", "aws_kms_key.a.arn", "aws_kms_key.a"],
    });
    expect(only(unknownPolicy, more).unknown).toMatchObject([
      { references: ["aws_kms_key.a.arn", "aws_kms_key.b.arn"] },
    ]);
  });

  it("does not let what stood before count as gone", () => {
    const more = configured({ references: ["aws_kms_key.a.arn"] });
    const { policies } = only({ ...unknownPolicy, before: { policy: policy(read) } }, more);
    expect(policies).toMatchObject([{ before: [{}], after: [], pending: true }]);
  });

  const source = (after: object, after_unknown: object, address = "data.aws_iam_policy_document.d"): Change => ({
    address,
    type: "aws_iam_policy_document",
    mode: "data",
    actions: ["read"],
    after,
    after_unknown: { json: true, ...after_unknown },
  });
  const named = configured({ references: ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"] });

  it("is read from a document whose arguments are all known", () => {
    const statement = {
      sid: "S",
      effect: null,
      actions: ["s3:GetObject"],
      not_actions: null,
      resources: ["arn:aws:s3:::home/&{aws:username}/*"],
      not_resources: null,
      principals: [],
      condition: [
        { test: "Bool", variable: "aws:SecureTransport", values: ["true"] },
        { test: "Bool", variable: "aws:ViaAWSService", values: ["false"] },
      ],
    };
    const { policies, unknown } = extract(planOf([source({ statement: [statement] }, {}), unknownPolicy], named));
    expect(unknown).toEqual([]);
    expect(policies[0]?.after[0]).toMatchObject({
      problems: [],
      policy: {
        version: "2012-10-17",
        statements: [
          {
            sid: "S",
            effect: "Allow",
            actions: { values: ["s3:GetObject"] },
            resources: { values: ["arn:aws:s3:::home/${aws:username}/*"] },
            conditions: [{ keyId: "aws:securetransport" }, { keyId: "aws:viaawsservice" }],
          },
        ],
      },
    });
  });

  it("follows a module's variable to the document of the same module instance", () => {
    const statement = (action: string) => ({ statement: [{ actions: [action], resources: ["*"] }] });
    const inner = 'module.m["a.b"].aws_iam_policy.p';
    const plan = planOf(
      [
        source(statement("s3:GetObject"), {}, 'module.m["a.b"].data.aws_iam_policy_document.d'),
        source(statement("s3:PutObject"), {}, 'module.m["c"].data.aws_iam_policy_document.d'),
        { ...unknownPolicy, address: inner },
      ],
      {
        configuration: {
          root_module: {
            module_calls: {
              m: {
                module: {
                  resources: [
                    {
                      address: "aws_iam_policy.p",
                      expressions: {
                        policy: {
                          references: ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"],
                        },
                      },
                    },
                  ],
                },
              },
            },
          },
        },
      },
    );
    const { policies, unknown } = extract(plan);
    expect(unknown).toEqual([]);
    expect(policies[0]).toMatchObject({
      address: inner,
      after: [{ policy: { statements: [{ actions: { values: ["s3:GetObject"] } }] } }],
    });
  });

  it("ends at modules that refer to each other in a circle", () => {
    const more = configured(
      { references: ["module.a.x", "module.a"] },
      {
        module_calls: {
          a: {
            expressions: { v: { references: ["module.a.x", "module.a"] } },
            module: { outputs: { x: { expression: { references: ["var.v"] } } } },
          },
        },
      },
    );
    expect(only(unknownPolicy, more).unknown).toMatchObject([{ references: [] }]);
  });
});
