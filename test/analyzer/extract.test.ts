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

  describe("tells the account by whom the provider was seen to be", () => {
    const current = "data.aws_caller_identity.current";
    const caller = (address: string, account_id: string) => ({
      address,
      type: "aws_caller_identity",
      values: { account_id },
    });
    const one = caller(current, "111111111111");
    const other = caller(`module.m.${current}`, "222222222222");
    const aliases = { aws: { name: "aws" }, "aws.eu": { name: "aws", alias: "eu" } };
    const mine = { address: "aws_iam_policy.p", provider_config_key: "aws.eu" };
    const asked = { address: current, type: "aws_caller_identity", mode: "data", actions: ["read"] };
    it.each<[string, string | null, readonly object[], object, readonly object[], readonly Change[]]>([
      ["the only one", "111111111111", [one], {}, [], []],
      ["one of several", null, [one], aliases, [], []],
      ["its own of several", "222222222222", [one, other], aliases, [mine], []],
      ["not its own", null, [one], aliases, [mine], []],
      ["two in one place", null, [one, caller("data.aws_caller_identity.b", "222222222222")], {}, [], []],
      ["asked anew during apply", null, [one], {}, [], [asked]],
    ])("%s", (_, account, callers, provider_config, blocks, more) => {
      const inModule = { address: current, provider_config_key: "aws.eu" };
      const root_module = {
        resources: [...blocks, { address: current, provider_config_key: "aws" }],
        module_calls: { m: { module: { resources: [inModule] } } },
      };
      const plan = planOf([iamPolicy({ after: { policy: policy(read) } }), ...more], {
        configuration: { provider_config, root_module },
        prior_state: { values: { root_module: { child_modules: [{ resources: callers }] } } },
      });
      expect(extract(plan).policies[0]?.after[0]?.account).toBe(account);
    });
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
    expect(only(unknownPolicy, more)).toEqual({ policies: [], earlier: [], unknown: [], sensitive: [], unlisted: [] });
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

  const action = (Action: string, Sid?: string) => ({ ...(Sid && { sid: Sid }), actions: [Action], resources: ["*"] });
  const actionsIn = (changes: readonly Change[], more: object) =>
    extract(planOf(changes, more)).policies.flatMap(({ after }) =>
      after.flatMap(({ policy }) => policy.statements.map(({ actions }) => actions.values[0])),
    );

  it("is no grant where only what the provider fills in is missing, and the rest grants nothing", () => {
    const type = "aws_s3_bucket_acl";
    const more = {
      configuration: { root_module: { resources: [{ address: `${type}.x`, expressions: { acl: {} } }] } },
    };
    const acl = (name: string) =>
      only({ address: `${type}.x`, type, after: { acl: name }, after_unknown: { access_control_policy: true } }, more);
    expect(acl("private")).toEqual({ policies: [], earlier: [], unknown: [], sensitive: [], unlisted: [] });
    expect(acl("public-read")).toMatchObject({ policies: [{ after: [{ problems: [] }] }], unknown: [] });
  });

  it("is read through a splat where there is one instance", () => {
    const splat = configured({ references: ["data.aws_iam_policy_document.d"] });
    const instance = (key: number) =>
      source({ statement: [action("s3:GetObject")] }, {}, `data.aws_iam_policy_document.d[${key}]`);
    expect(actionsIn([instance(0), unknownPolicy], splat)).toEqual(["s3:GetObject"]);
    expect(actionsIn([instance(0), instance(1), unknownPolicy], splat)).toEqual([]);
  });

  it("is judged statement by statement, and one entry says which waits for what", () => {
    const statement = [
      { sid: "Known", actions: ["s3:GetObject"], resources: ["*"] },
      {
        actions: ["s3:PutObject"],
        resources: [null],
        condition: [{ test: "StringEquals", variable: "k", values: [] }],
      },
    ];
    const mask = { statement: [{}, { resources: [true], condition: [{ values: true }] }] };
    const references = { references: ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"] };
    const more = {
      configuration: {
        root_module: {
          resources: [
            ...named.configuration.root_module.resources,
            { address: "data.aws_iam_policy_document.d", mode: "data", expressions: { statement: [{}, references] } },
          ],
        },
      },
    };
    const { policies, unknown } = extract(planOf([source({ statement }, mask), unknownPolicy], more));
    expect(policies).toMatchObject([
      { pending: true, after: [{ problems: [], policy: { statements: [{ index: 0 }, { index: 1 }] } }] },
    ]);
    expect(unknown).toMatchObject([
      { attribute: "policy", reason: expect.stringContaining("statement 2"), references: ["aws_s3_bucket.b.arn"] },
    ]);
  });

  it.each<[string, object, readonly string[], number]>([
    // in code: [aws_sqs_queue.orders.arn]
    ["the ARN of an object", { resources: [true] }, ["aws_sqs_queue.orders.arn", "aws_sqs_queue.orders"], 0],
    // in code: ["arn:aws:s3:::${aws_s3_bucket.images.id}/*"]
    ["made of the id of an object", { resources: [true] }, ["aws_s3_bucket.images.id", "aws_s3_bucket.images"], 0],
    // in code: [local.arn]
    ["nobody knows what", { resources: [true] }, ["local.arn"], 1],
    // in code: ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/*"]
    ["a text with something in it", { resources: [true] }, ["data.aws_caller_identity.current.account_id"], 1],
    // in code: compact(["*", aws_sqs_queue.orders.arn])
    [
      "a list of which not even the length is known",
      { resources: true },
      ["aws_sqs_queue.orders.arn", "aws_sqs_queue.orders"],
      1,
    ],
  ])(
    "is judged, and said not to be known in full where its resources may be wildcards: %s",
    (_, mask, references, open) => {
      const statement = { actions: ["iam:*"], resources: [null] };
      const written = { statement: [{ resources: { references } }] };
      const more = {
        configuration: {
          root_module: {
            resources: [
              ...named.configuration.root_module.resources,
              { address: "data.aws_iam_policy_document.d", mode: "data", expressions: written },
            ],
          },
        },
      };
      const { policies, unknown } = extract(
        planOf([source({ statement: [statement] }, { statement: [mask] }), unknownPolicy], more),
      );
      expect(policies).toMatchObject([{ after: [{ policy: { statements: [{ actions: { values: ["iam:*"] } }] } }] }]);
      expect(unknown).toHaveLength(open);
    },
  );

  it("is merged as the data source does: in order, a statement in the place of an earlier one of its Sid", () => {
    const json = (...statements: readonly object[]) => policy(...statements.map((each) => ({ ...read, ...each })));
    const merging = source(
      {
        source_policy_documents: [json({ Action: "a:1", Sid: "A" }, { Action: "a:2" })],
        statement: [action("b:1", "A"), action("b:2")],
        override_policy_documents: [json({ Action: "c:1", Sid: "A" }), json({ Action: "c:2", Sid: "B" })],
      },
      {},
    );
    expect(actionsIn([merging, unknownPolicy], named)).toEqual(["c:1", "a:2", "b:2", "c:2"]);
  });

  it("is merged of documents that wait themselves, where references tell which is which", () => {
    const document = (name: string) => `data.aws_iam_policy_document.${name}`;
    const references = ["one", "two"].flatMap((name) => [`${document(name)}.json`, document(name)]);
    const more = {
      configuration: {
        root_module: {
          resources: [
            ...named.configuration.root_module.resources,
            { address: document("d"), mode: "data", expressions: { source_policy_documents: { references } } },
          ],
        },
      },
    };
    const changes = [
      source(
        { source_policy_documents: [null, policy(write), null] },
        { source_policy_documents: [true, false, true] },
      ),
      source({ statement: [action("one:1")] }, {}, document("one")),
      source({ statement: [action("two:1")] }, {}, document("two")),
      unknownPolicy,
    ];
    expect(actionsIn(changes, more)).toEqual(["one:1", "s3:PutObject", "two:1"]);
    expect(actionsIn(changes.slice(0, 2).concat(unknownPolicy), more)).toEqual([]);
  });

  describe("merges a list that is not known as a whole, as `compact` makes it,", () => {
    const document = (name: string) => `data.aws_iam_policy_document.${name}`;
    const merging = source({}, { source_policy_documents: true });
    const waiting = (name: string) => source({ statement: [action(`${name}:1`)] }, {}, document(name));
    const read = (name: string) => ({
      address: document(name),
      mode: "data",
      type: "aws_iam_policy_document",
      values: { json: policy({ Effect: "Allow", Action: `${name}:1`, Resource: "*" }) },
    });
    const json = (name: string) => [`${document(name)}.json`, document(name)];

    it.each<[string, readonly Change[], readonly object[], readonly string[], readonly string[]]>([
      ["of one that waits", [waiting("one")], [], json("one"), ["one:1"]],
      [
        "of one that waits and one that was read before the plan",
        [waiting("one")],
        [read("two")],
        [...json("two"), ...json("one")],
        ["two:1", "one:1"],
      ],
      ["of all instances", [waiting("one[0]"), waiting("one[1]")], [], [document("one")], ["one[0]:1", "one[1]:1"]],
      ["of one that a condition may leave out", [waiting("one")], [], ["var.wanted", ...json("one")], []],
      [
        "of a Deny that a condition may leave out",
        [source({ statement: [action("one:1"), { ...action("one:2"), effect: "Deny" }] }, {}, document("one"))],
        [],
        ["var.wanted", ...json("one")],
        ["one:2"],
      ],
      [
        "of one that is only made where it is wanted",
        [waiting("one[0]")],
        [],
        ["var.wanted", `${document("one[0]")}.json`, document("one[0]"), document("one")],
        ["one[0]:1"],
      ],
      ["of what the plan does not show", [], [], ["var.policy"], []],
    ])("%s", (_, waits, known, references, expected) => {
      const plan = {
        configuration: {
          root_module: {
            resources: [
              ...named.configuration.root_module.resources,
              { address: document("d"), mode: "data", expressions: { source_policy_documents: { references } } },
            ],
          },
        },
        prior_state: { values: { root_module: { child_modules: [{}], resources: known } } },
      };
      const changes = [merging, ...waits, unknownPolicy];
      expect(actionsIn(changes, plan)).toEqual(expected);
      expect(extract(planOf(changes, plan)).unknown).toMatchObject([{ attribute: "policy" }]);
    });
  });

  it("ends at documents that merge each other in a circle", () => {
    const more = {
      configuration: {
        root_module: {
          resources: [
            ...named.configuration.root_module.resources,
            {
              address: "data.aws_iam_policy_document.d",
              mode: "data",
              expressions: { source_policy_documents: { references: ["data.aws_iam_policy_document.d.json"] } },
            },
          ],
        },
      },
    };
    const merging = source({ source_policy_documents: [null] }, { source_policy_documents: [true] });
    expect(extract(planOf([merging, unknownPolicy], more)).unknown).toMatchObject([{ attribute: "policy" }]);
  });

  it("ends at documents of which each holds the next one twice", () => {
    const documents = 18;
    const name = (index: number) => `data.aws_iam_policy_document.${index === 0 ? "d" : `d${index}`}`;
    const twice = (index: number) => ({ references: [`${name(index + 1)}.json`, name(index + 1)] });
    const unknown = { source_policy_documents: [true], override_policy_documents: [true] };
    const chain = Array.from({ length: documents }, (_, index) => ({
      address: name(index),
      mode: "data",
      expressions: { source_policy_documents: twice(index), override_policy_documents: twice(index) },
    }));
    const changes = chain.map(({ address }) =>
      source({ source_policy_documents: [null], override_policy_documents: [null] }, unknown, address),
    );
    const last = source({ statement: [action("a:1")] }, {}, name(documents));
    const more = {
      configuration: { root_module: { resources: [...named.configuration.root_module.resources, ...chain] } },
    };
    const { unknown: waiting } = extract(planOf([...changes, last, unknownPolicy], more));
    expect(waiting).toMatchObject([{ attribute: "policy" }]);
  });

  it.each<[string, object]>([
    ["the key of the module call", { references: ["data.aws_iam_policy_document.d", "each.key"] }],
    ["an element of what the module call repeats", { references: ["each.value.json", "each.value"] }],
  ])("is read from the instance that a module is given by %s", (_, given) => {
    const address = (key: string) => `module.m[${JSON.stringify(key)}].aws_iam_policy.p`;
    const call = {
      expressions: { document: given },
      for_each_expression: { references: ["data.aws_iam_policy_document.d"] },
      module: {
        resources: [{ address: "aws_iam_policy.p", expressions: { policy: { references: ["var.document"] } } }],
      },
    };
    const instance = (key: string) =>
      source({ statement: [action(`${key}:1`)] }, {}, `data.aws_iam_policy_document.d[${JSON.stringify(key)}]`);
    const changes = [...["one", "two"].map(instance), { ...unknownPolicy, address: address("two") }];
    expect(actionsIn(changes, { configuration: { root_module: { module_calls: { m: call } } } })).toEqual(["two:1"]);
  });

  describe("names resources that are known after apply", () => {
    const arns = (...names: string[]) => ({ references: names.flatMap((name) => [`${name}.arn`, name]) });
    const resourcesIn = (...statements: { effect?: string; actions?: string[]; resources: object }[]) => {
      const written = statements.map(({ effect, actions = ["a:b"] }) => ({ effect, actions, resources: [null] }));
      const more = {
        configuration: {
          root_module: {
            resources: [
              ...named.configuration.root_module.resources,
              { address: "data.aws_iam_policy_document.d", mode: "data", expressions: { statement: statements } },
            ],
          },
        },
      };
      const role = { name: "deploy", path: "/ci/" };
      const changes: Change[] = [
        { address: "aws_iam_role.deploy", type: "aws_iam_role", after: role, after_unknown: { arn: true } },
        {
          ...{ address: "aws_iam_role.made", type: "aws_iam_role" },
          ...{ after: { name_prefix: "made-" }, after_unknown: { arn: true, name: true } },
        },
        {
          ...{ address: "aws_iam_group.people", type: "aws_iam_group" },
          ...{ after: { name: "people" }, after_unknown: { arn: true } },
        },
        { address: "aws_s3_bucket.named", type: "aws_s3_bucket", after: { bucket: "shop-images" } },
        source({ statement: written }, { statement: written.map(() => ({ resources: [true] })) }),
        unknownPolicy,
      ];
      return extract(planOf(changes, more)).policies.flatMap(({ after }) =>
        after.flatMap(({ policy }) => policy.statements.flatMap(({ resources }) => resources?.values ?? [])),
      );
    };

    it.each([
      ["aws_iam_role.deploy", "arn:aws:iam::known-after-apply:role/ci/deploy"],
      ["aws_iam_role.made", "arn:aws:iam::known-after-apply:role/made-known-after-apply(aws_iam_role.made)"],
      ["aws_iam_group.people", "arn:aws:iam::known-after-apply:group/people"],
    ])("by the role or group of the plan that they are: %s", (object, arn) => {
      expect(resourcesIn({ resources: arns(object) })).toEqual([arn]);
    });

    it("by the object that they are of, so that a Deny on another one takes nothing away", () => {
      const [one, same, other] = resourcesIn(
        { resources: arns("aws_sqs_queue.orders") },
        { resources: arns("aws_sqs_queue.orders") },
        { resources: arns("aws_sqs_queue.letters") },
      );
      expect(one).toBe("arn:aws:known-after-apply:::aws_sqs_queue.orders");
      expect([one === same, one === other]).toEqual([true, false]);
    });

    it("by the name of a bucket, and what lies in it", () => {
      const resources = arns("aws_s3_bucket.named");
      const [bucket, objects] = ["arn:aws:s3:::shop-images", "arn:aws:s3:::shop-images/known-after-apply"];
      expect(resourcesIn({ resources, actions: ["s3:*"] })).toEqual([bucket, objects]);
      expect(resourcesIn({ resources, actions: ["s3:GetObject"] })).toEqual([objects]);
      expect(resourcesIn({ resources, actions: ["s3:ListBucket"] })).toEqual([bucket]);
    });

    it("by the instance that is named", () => {
      const [one, other] = ["a", "b"].map((key) => resourcesIn({ resources: arns(`aws_sqs_queue.q["${key}"]`) })[0]);
      expect(one).toMatch(/^arn:aws:known-after-apply:::aws_sqs_queue\.q/);
      expect(one).not.toBe(other);
    });

    it("as a part of that in an unconditional Deny, which would otherwise leave nothing", () => {
      const queue = arns("aws_s3_bucket.images");
      const [allowed, denied] = resourcesIn({ resources: queue }, { effect: "Deny", resources: queue });
      expect(denied).toBe(`${allowed}/known-after-apply`);
    });
  });

  it("knows the claims of a token by their values, where a cluster is made with its roles", () => {
    const provider = "aws_iam_openid_connect_provider.eks";
    const statement = {
      actions: ["sts:AssumeRoleWithWebIdentity"],
      principals: [{ type: "Federated", identifiers: [null] }],
      condition: [
        { test: "StringLike", values: ["system:serviceaccount:*:*"] },
        { test: "StringEquals", values: ["sts.amazonaws.com"] },
      ],
    };
    const unknown = { principals: [{ identifiers: [true] }], condition: [{ variable: true }, { variable: true }] };
    const issuer = { url: { references: ["aws_eks_cluster.c.identity[0].oidc[0].issuer", "aws_eks_cluster.c"] } };
    const trusted = { principals: [{ identifiers: { references: [`${provider}.arn`, provider] } }] };
    const document = { references: ["data.aws_iam_policy_document.d.json"] };
    const resources = [
      { address: provider, expressions: issuer },
      { address: "aws_iam_role.r", expressions: { assume_role_policy: document } },
      { address: "data.aws_iam_policy_document.d", mode: "data", expressions: { statement: [trusted] } },
    ];
    const changes: Change[] = [
      {
        address: provider,
        type: "aws_iam_openid_connect_provider",
        after: {},
        after_unknown: { arn: true, url: true },
      },
      source({ statement: [statement] }, { statement: [unknown] }),
      { address: "aws_iam_role.r", type: "aws_iam_role", after: {}, after_unknown: { assume_role_policy: true } },
    ];
    const result = extract(planOf(changes, { configuration: { root_module: { resources } } }));
    const host = "oidc.eks.known-after-apply.amazonaws.com/id/known-after-apply";
    expect(result.unknown).toEqual([]);
    expect(result.policies[0]?.after[0]?.policy.statements[0]?.conditions).toMatchObject([
      { key: `${host}:sub`, values: ["system:serviceaccount:*:*"] },
      { key: `${host}:aud`, values: ["sts.amazonaws.com"] },
    ]);
  });

  it("waits for nothing that is known when a plan is made", () => {
    const more = configured({ references: ["path.module", "var.key", "terraform.workspace", "aws_kms_key.a.arn"] });
    expect(extract(planOf([unknownPolicy], more)).unknown[0]?.references).toEqual(["aws_kms_key.a.arn"]);
  });

  it("is read from the code, where somebody reads it", () => {
    const document = { Statement: [read, { ...trust, Resource: "${gatehouse.unknown}(aws_s3_bucket.b)/*" }] };
    const documentFor = (address: string, attribute: string) =>
      address === "aws_iam_policy.p" && attribute === "policy" ? { document, references: [] } : undefined;
    const more = configured({ references: ["aws_kms_key.a.arn"] });
    const { policies, unknown } = extract(planOf([unknownPolicy], more), { documentFor });
    expect(unknown).toEqual([]);
    expect(policies[0]?.after[0]?.policy.statements.map(({ actions }) => actions.values)).toEqual([
      ["s3:GetObject"],
      ["sts:AssumeRole"],
    ]);
  });

  it("tells who comes from an identity provider that the plan makes", () => {
    const role: Change = {
      address: "aws_iam_role.r",
      type: "aws_iam_role",
      after_unknown: { assume_role_policy: true },
      after: {},
    };
    const provider: Change = {
      address: "aws_iam_openid_connect_provider.github",
      type: "aws_iam_openid_connect_provider",
      after: { url: "https://token.actions.githubusercontent.com" },
      after_unknown: { arn: true },
    };
    const arn = ["aws_iam_openid_connect_provider.github.arn", "aws_iam_openid_connect_provider.github"];
    const more = {
      configuration: {
        root_module: {
          resources: [
            {
              address: "aws_iam_role.r",
              expressions: { assume_role_policy: { references: ["data.aws_iam_policy_document.d.json"] } },
            },
            {
              address: "data.aws_iam_policy_document.d",
              mode: "data",
              expressions: { statement: [{ principals: [{ identifiers: { references: arn } }] }] },
            },
          ],
        },
      },
    };
    const statement = [
      { actions: ["sts:AssumeRoleWithWebIdentity"], principals: [{ type: "Federated", identifiers: [null] }] },
    ];
    const document = source({ statement }, { statement: [{ principals: [{ identifiers: [true] }] }] });
    const { policies, unknown } = extract(planOf([provider, document, role], more));
    expect(unknown).toEqual([]);
    expect(policies[0]?.after[0]?.policy.statements[0]?.principals?.values).toMatchObject([
      { kind: "federated", provider: expect.stringMatching(/:oidc-provider\/token\.actions\.githubusercontent\.com$/) },
    ]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ["the keys of the conditions tell", ["gitlab.example.com:sub", "GitLab.example.com:aud"], ["gitlab.example.com"]],
    ["keys of two providers do not", ["gitlab.com:sub", "token.actions.githubusercontent.com:sub"], []],
    ["keys of the caller do not", ["aws:PrincipalTag/team", "sts:RoleSessionName"], []],
  ])("of an identity provider behind a local or a module, %s who comes", (_, keys, hosts) => {
    const role: Change = {
      address: "aws_iam_role.r",
      type: "aws_iam_role",
      after_unknown: { assume_role_policy: true },
      after: {},
    };
    const named = { assume_role_policy: { references: ["data.aws_iam_policy_document.d.json"] } };
    const condition = keys.map((variable) => ({ test: "StringLike", variable, values: ["*"] }));
    const document = source(
      {
        statement: [
          {
            actions: ["sts:AssumeRoleWithWebIdentity"],
            principals: [{ type: "Federated", identifiers: [null] }],
            condition,
          },
        ],
      },
      { statement: [{ principals: [{ identifiers: [true] }] }] },
    );
    const more = {
      configuration: { root_module: { resources: [{ address: "aws_iam_role.r", expressions: named }] } },
    };
    const { policies, unknown } = extract(planOf([document, role], more));
    expect(unknown).toHaveLength(hosts.length === 0 ? 1 : 0);
    expect(policies.flatMap(({ after }) => after[0]?.policy.statements ?? [])).toMatchObject(
      hosts.map((host) => ({
        principals: { values: [{ provider: expect.stringMatching(new RegExp(`:oidc-provider/${host}$`)) }] },
      })),
    );
  });

  describe("as a principal, is the role or user that a reference means:", () => {
    const made = (type: "role" | "user", name: string, more: object = {}): Change => ({
      address: `aws_iam_${type}.${name}`,
      type: `aws_iam_${type}`,
      after: { name, path: "/" },
      after_unknown: { arn: true },
      ...more,
    });
    const amin = made("user", "amin");
    const arn = (address: string) => [`${address}.arn`, address];
    /** The principals of a trust policy whose document names some, as known or not, by these references. */
    const named = (
      others: readonly Change[],
      references: readonly string[],
      identifiers: readonly (string | null)[],
    ) => {
      const role: Change = {
        address: "aws_iam_role.r",
        type: "aws_iam_role",
        after: {},
        after_unknown: { assume_role_policy: true },
      };
      const written = (type: string, values: readonly string[]) => ({
        type: { constant_value: type },
        identifiers: { references: values },
      });
      const more = {
        configuration: {
          root_module: {
            resources: [
              {
                address: "aws_iam_role.r",
                expressions: { assume_role_policy: { references: ["data.aws_iam_policy_document.d.json"] } },
              },
              {
                address: "data.aws_iam_policy_document.d",
                mode: "data",
                expressions: { statement: [{ principals: [written("AWS", references)] }] },
              },
            ],
          },
        },
      };
      const statement = [{ actions: ["sts:AssumeRole"], principals: [{ type: "AWS", identifiers }] }];
      const mask = { statement: [{ principals: [{ identifiers: identifiers.map((value) => value === null) }] }] };
      const { policies } = extract(planOf([...others, source({ statement }, mask), role], more));
      return policies.flatMap(({ after }) =>
        after.flatMap(({ policy }) => policy.statements.flatMap(({ principals }) => principals?.values ?? [])),
      );
    };
    const someone = (name: string) => ({ kind: "arn", arn: `arn:aws:iam::known-after-apply:${name}` });

    it.each<[string, readonly Change[], readonly string[], readonly (string | null)[], readonly object[]]>([
      ["one", [amin], arn("aws_iam_user.amin"), [null], [someone("user/amin")]],
      [
        "several, in any order",
        [amin, made("role", "ci", { after: { name: "ci", path: "/build/" } })],
        [...arn("aws_iam_role.ci"), ...arn("aws_iam_user.amin")],
        [null, null],
        [someone("role/build/ci"), someone("user/amin")],
      ],
      [
        "each instance of a loop",
        ["a", "b"].map((key) => made("user", key, { address: `aws_iam_user.all["${key}"]` })),
        ["aws_iam_user.all"],
        [null, null],
        [someone("user/a"), someone("user/b")],
      ],
      [
        "beside one that is known",
        [
          amin,
          made("user", "old", { after: { name: "old", arn: "arn:aws:iam::111122223333:user/old" }, after_unknown: {} }),
        ],
        [...arn("aws_iam_user.old"), ...arn("aws_iam_user.amin")],
        ["arn:aws:iam::111122223333:user/old", null],
        [{ arn: "arn:aws:iam::111122223333:user/old" }, someone("user/amin")],
      ],
      [
        "one that is replaced and keeps its name",
        [made("user", "amin", { before: { name: "amin", path: "/", arn: "arn:aws:iam::111122223333:user/amin" } })],
        arn("aws_iam_user.amin"),
        [null],
        [{ arn: "arn:aws:iam::111122223333:user/amin" }],
      ],
      [
        "none where it may be either",
        [amin, made("user", "b")],
        [...arn("aws_iam_user.amin"), ...arn("aws_iam_user.b")],
        [null],
        [],
      ],
      [
        "none where it is something else of the user",
        [amin],
        ["aws_iam_user.amin.unique_id", "aws_iam_user.amin"],
        [null],
        [],
      ],
    ])("%s", (_, others, references, identifiers, expected) => {
      expect(named(others, references, identifiers)).toMatchObject(expected);
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

describe("what only shows what another resource sets", () => {
  const bucket: Change = {
    address: "aws_s3_bucket.b",
    type: "aws_s3_bucket",
    before: { policy: policy(anyone) },
    after: { policy: policy(anyone) },
  };
  const beside: Change = { address: "aws_s3_bucket_policy.p", type: "aws_s3_bucket_policy", after: {} };
  const written = (expressions: object) => ({
    configuration: { root_module: { resources: [{ address: "aws_s3_bucket.b", expressions }] } },
  });

  it("is judged there", () => {
    expect(extract(planOf([bucket, beside], written({}))).policies).toEqual([]);
  });

  it.each<[string, readonly Change[], object]>([
    ["nothing else sets it", [bucket], written({})],
    ["it is written here", [bucket, beside], written({ policy: { constant_value: "" } })],
    ["the plan does not tell", [bucket, beside], {}],
  ])("is judged here when %s", (_, changes, more) => {
    expect(extract(planOf(changes, more)).policies).toMatchObject([{ address: "aws_s3_bucket.b" }]);
  });
});

describe("what looks like a policy in a place that nobody knows", () => {
  it.each<[string, string, object, readonly string[]]>([
    ["a new type", "aws_future_thing", { access: policy(anyone) }, ["access"]],
    [
      "a block of a new type",
      "aws_future_thing",
      { rule: [{ name: "a" }, { access: policy(anyone) }] },
      ["rule[1].access"],
    ],
    [
      "a new attribute of a known type",
      "aws_s3_bucket_policy",
      { policy: policy(anyone), more: policy(anyone) },
      ["more"],
    ],
    [
      "another provider's role",
      "awscc_iam_role",
      { assume_role_policy_document: policy(anyone) },
      ["assume_role_policy_document"],
    ],
    [
      "a template with a role in it",
      "aws_cloudformation_stack",
      {
        template_body: JSON.stringify({
          Resources: { Role: { Properties: { AssumeRolePolicyDocument: JSON.parse(policy(anyone)) } } },
        }),
      },
      ["template_body"],
    ],
    [
      "a template without a policy",
      "aws_cloudformation_stack",
      { template_body: '{"Resources":{"Statement":{}}}' },
      [],
    ],
    ["another grammar", "aws_sns_topic_data_protection_policy", { policy: policy(anyone) }, []],
    ["JSON of another kind", "aws_ecs_task_definition", { container_definitions: '[{"name":"Statement"}]' }, []],
    ["text that speaks of one", "aws_ssm_parameter", { value: 'how to write a "Statement"' }, []],
  ])("is listed: %s", (_, type, after, attributes) => {
    const { unlisted } = only({ address: `${type}.x`, type, after });
    expect(unlisted).toEqual(attributes.map((attribute) => ({ address: `${type}.x`, attribute })));
  });
});

it.each(["__proto__", "constructor", "toString"])("a resource type called %s is one like any other", (type) => {
  expect(only({ address: `${type}.x`, type, after: {} })).toEqual({
    policies: [],
    earlier: [],
    unknown: [],
    sensitive: [],
    unlisted: [],
  });
});
