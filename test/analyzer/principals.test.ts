/** Who holds what: links by value and through the configuration, and what the others of a principal's policies change. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { extract } from "../../analyzer/extract.ts";
import { assemble } from "../../analyzer/principals.ts";
import { rules } from "../../analyzer/rules.ts";
import type { Organization } from "../../analyzer/world.ts";
import { parsePolicy } from "../../lib/iam/parse.ts";
import { type Change, planOf, policy } from "./plans.ts";

const allow = (...Action: string[]) => policy({ Effect: "Allow", Action, Resource: "*" });
const deny = (...Action: string[]) => policy({ Effect: "Deny", Action, Resource: "*" });

const create = (address: string, after: object, after_unknown: object = {}): Change => {
  const type = address.split(".").find((step) => step.startsWith("aws_")) ?? "";
  return { address, type, actions: ["create"], after, after_unknown };
};
const keep = (address: string, values: object): Change => ({
  ...create(address, values),
  actions: ["no-op"],
  before: values,
});

const role = (name: string, more: object = {}) => create("aws_iam_role.r", { name, ...more }, { arn: true });
const block = (address: string, expressions: object, more: object = {}) => ({ address, expressions, ...more });
const references = (...names: string[]) => ({ references: names });
const configuration = (...resources: object[]) => ({ configuration: { root_module: { resources } } });

/** Each principal after the change, with the addresses of its policies and what is not known of it. */
async function principalsOf(changes: readonly Change[], more: object = {}) {
  const plan = planOf(changes, more);
  const { principals } = await assemble(plan, extract(plan));
  return Object.fromEntries(
    principals.flatMap(({ address, after }) =>
      after
        ? [[address, [...after.policies.map((subject) => subject.managed ?? subject.address), ...after.unknown]]]
        : [],
    ),
  );
}

async function findings(changes: readonly Change[], ids: readonly string[], world: Partial<Organization> = {}) {
  const chosen = rules.filter(({ id }) => ids.includes(id));
  const report = await analyze([planOf(changes)], { rules: chosen, world, toolVersion: "0.0.0" });
  return report.findings.map(({ change, address }) => `${change} ${address}`);
}

describe("what a principal has", () => {
  it("is linked by name, whatever attaches it", async () => {
    const managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const own = "arn:aws:iam::111122223333:policy/shop";
    const linked = await principalsOf([
      keep("aws_iam_role.r", { name: "r", arn: "arn:aws:iam::111122223333:role/r" }),
      keep("aws_iam_policy.p", { name: "shop", arn: own, policy: allow("s3:GetObject") }),
      keep("aws_iam_role_policy.inline", { role: "r", name: "inline", policy: allow("s3:PutObject") }),
      keep("aws_iam_role_policy_attachment.a", { role: "r", policy_arn: own }),
      keep("aws_iam_policy_attachment.m", { name: "m", roles: ["r"], users: [], groups: null, policy_arn: managed }),
    ]);
    expect(linked).toEqual({ "aws_iam_role.r": ["aws_iam_role_policy.inline", "aws_iam_policy.p", managed] });
  });

  it("is linked through references while ARNs are unknown, instance by instance", async () => {
    const each = ["a", "b"].flatMap((key) => [
      create(`aws_iam_policy.p["${key}"]`, { name: `p-${key}`, policy: allow("s3:GetObject") }, { arn: true }),
      create(`aws_iam_role.r["${key}"]`, { name: `r-${key}` }, { arn: true }),
      create(`aws_iam_role_policy_attachment.x["${key}"]`, { role: `r-${key}` }, { policy_arn: true }),
    ]);
    const code = configuration(
      block("aws_iam_role_policy_attachment.x", {
        role: references("aws_iam_role.r", "each.key"),
        policy_arn: references("aws_iam_policy.p", "each.key"),
      }),
    );
    expect(await principalsOf(each, code)).toEqual({
      'aws_iam_role.r["a"]': ['aws_iam_policy.p["a"]'],
      'aws_iam_role.r["b"]': ['aws_iam_policy.p["b"]'],
    });
  });

  it("is linked through the map of a for_each", async () => {
    const linked = await principalsOf(
      [
        role("r"),
        create("aws_iam_policy.p", { name: "p", policy: allow("s3:GetObject") }, { arn: true }),
        create('aws_iam_role_policy_attachment.x["p"]', { role: "r" }, { policy_arn: true }),
      ],
      configuration(
        block(
          "aws_iam_role_policy_attachment.x",
          { role: references("aws_iam_role.r.name"), policy_arn: references("each.value") },
          { for_each_expression: references("aws_iam_policy.p.arn", "aws_iam_policy.p") },
        ),
      ),
    );
    expect(linked).toEqual({ "aws_iam_role.r": ["aws_iam_policy.p"] });
  });

  it("follows an ARN that is written out for a policy that does not exist yet", async () => {
    const linked = await principalsOf([
      role("r"),
      create("aws_iam_policy.p", { name: "p", path: "/team/", policy: allow("s3:GetObject") }, { arn: true }),
      create("aws_iam_role_policy_attachment.x", {
        role: "r",
        policy_arn: "arn:aws:iam::111122223333:policy/team/p",
      }),
    ]);
    expect(linked).toEqual({ "aws_iam_role.r": ["aws_iam_policy.p"] });
  });

  it("holds what its groups hold", async () => {
    const linked = await principalsOf([
      create("aws_iam_user.u", { name: "u" }, { arn: true }),
      create("aws_iam_group.g", { name: "g" }, { arn: true }),
      create("aws_iam_group_policy.gp", { group: "g", name: "gp", policy: allow("s3:GetObject") }),
      create("aws_iam_user_group_membership.m", { user: "u", groups: ["g"] }),
    ]);
    expect(linked).toMatchObject({ "aws_iam_user.u": ["aws_iam_group_policy.gp"] });
  });

  it("of a permission set comes in every form", async () => {
    const arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";
    const managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const linked = await principalsOf([
      keep("aws_ssoadmin_permission_set.s", { name: "s", arn }),
      keep("aws_iam_policy.p", { name: "shop", arn: "arn:aws:iam::111122223333:policy/shop", policy: allow("s3:*") }),
      keep("aws_ssoadmin_permission_set_inline_policy.i", { permission_set_arn: arn, inline_policy: allow("ec2:*") }),
      keep("aws_ssoadmin_managed_policy_attachment.m", { permission_set_arn: arn, managed_policy_arn: managed }),
      keep("aws_ssoadmin_customer_managed_policy_attachment.c", {
        permission_set_arn: arn,
        customer_managed_policy_reference: [{ name: "shop", path: "/" }],
      }),
    ]);
    expect(linked).toEqual({
      "aws_ssoadmin_permission_set.s": ["aws_ssoadmin_permission_set_inline_policy.i", managed, "aws_iam_policy.p"],
    });
  });

  it("says what it cannot see", async () => {
    const linked = await principalsOf([
      role("r"),
      create("aws_iam_role_policy_attachment.x", { role: "r", policy_arn: "arn:aws:iam::111122223333:policy/other" }),
      create("aws_iam_role_policy_attachment.y", { role: "r" }, { policy_arn: true }),
    ]);
    expect(linked).toEqual({
      "aws_iam_role.r": [
        "aws_iam_role_policy_attachment.x: policy_arn is not in the plan",
        "aws_iam_role_policy_attachment.y: policy_arn is not in the plan",
      ],
    });
  });

  it.each(["Younger", "2026", "__proto__"])("says so of a policy that AWS does not have: %s", async (name) => {
    const policy_arn = `arn:aws:iam::aws:policy/${name}`;
    expect(
      await principalsOf([role("r"), create("aws_iam_role_policy_attachment.x", { role: "r", policy_arn })]),
    ).toEqual({ "aws_iam_role.r": ["aws_iam_role_policy_attachment.x: policy_arn is not in the plan"] });
  });

  it("is not told twice where the provider reads it back into the role", async () => {
    const everything = allow("*");
    const managed = "arn:aws:iam::aws:policy/AdministratorAccess";
    const changes = [
      keep("aws_iam_role.r", {
        name: "r",
        inline_policy: [{ name: "inline", policy: everything }],
        managed_policy_arns: [managed],
      }),
      keep("aws_iam_role_policy.inline", { role: "r", name: "inline", policy: everything }),
      keep("aws_iam_role_policy_attachment.a", { role: "r", policy_arn: managed }),
    ];
    expect(await findings(changes, ["admin-access"])).toEqual([
      "unchanged aws_iam_role_policy.inline",
      "unchanged aws_iam_role_policy_attachment.a",
    ]);
  });
});

describe("a statement is judged in the hands of its holders", () => {
  const iam = create("aws_iam_role_policy.p", { role: "r", name: "p", policy: allow("iam:*") });
  const guard = create("aws_iam_role_policy.guard", { role: "r", name: "guard", policy: deny("iam:*") });

  it("a Deny in another policy of the role takes away", async () => {
    expect(await findings([role("r"), iam], ["service-admin"])).toEqual(["introduced aws_iam_role_policy.p"]);
    expect(await findings([role("r"), iam, guard], ["service-admin"])).toEqual([]);
    expect(await findings([role("other"), iam], ["service-admin"])).toEqual(["introduced aws_iam_role_policy.p"]);
  });

  it("one holder without the Deny is enough", async () => {
    const own = "arn:aws:iam::111122223333:policy/shop";
    const changes = [
      keep("aws_iam_policy.p", { name: "shop", arn: own, policy: allow("iam:*") }),
      keep("aws_iam_policy_attachment.a", { roles: ["r", "s"], policy_arn: own }),
      keep("aws_iam_role_policy.guard", { role: "r", name: "guard", policy: deny("iam:*") }),
    ];
    expect(await findings(changes, ["service-admin"])).toEqual(["unchanged aws_iam_policy.p"]);
  });

  it("a boundary that goes brings what it held back", async () => {
    const boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const changes: Change[] = [
      {
        ...create("aws_iam_role.r", { name: "r", permissions_boundary: "" }),
        actions: ["update"],
        before: { name: "r", permissions_boundary: boundary },
      },
      keep("aws_iam_role_policy.p", { role: "r", name: "p", policy: allow("iam:*") }),
    ];
    expect(await findings(changes, ["service-admin", "privilege-escalation"])).toEqual([
      "introduced aws_iam_role_policy.p",
      "introduced aws_iam_role_policy.p",
    ]);
  });

  it("service control policies bind the account", async () => {
    const level = parsePolicy(policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }), "identity").policy;
    const changes = [
      keep("aws_iam_role.r", { name: "r", arn: "arn:aws:iam::111122223333:role/r" }),
      keep("aws_iam_role_policy.p", { role: "r", name: "p", policy: allow("iam:*") }),
    ];
    const bound = { serviceControlPolicies: new Map([["111122223333", [[level]]]]) };
    expect(await findings(changes, ["service-admin"], bound)).toEqual([]);
    expect(await findings(changes, ["service-admin"])).toEqual(["unchanged aws_iam_role_policy.p"]);
  });

  it("a policy that is only a boundary grants nothing, until it is attached", async () => {
    const own = "arn:aws:iam::111122223333:policy/boundary";
    const changes = [
      keep("aws_iam_policy.boundary", { name: "boundary", arn: own, policy: allow("s3:*", "ec2:*") }),
      keep("aws_iam_role.r", { name: "r", permissions_boundary: own }),
    ];
    expect(await findings(changes, ["service-admin"])).toEqual([]);
    const attached = create("aws_iam_role_policy_attachment.a", { role: "r", policy_arn: own });
    expect(await findings([...changes, attached], ["service-admin"])).toEqual(["introduced aws_iam_policy.boundary"]);
  });

  describe("a boundary that goes out of use", () => {
    const arn = "arn:aws:iam::111122223333:policy/boundary";
    const boundary = { name: "boundary", arn, policy: allow("s3:*", "ec2:*") };
    const bound = { name: "r", permissions_boundary: arn };
    const update = (address: string, before: object, after: object): Change => ({
      ...create(address, after),
      actions: ["update"],
      before,
    });
    const deleted: Change = { ...update("aws_iam_role.r", bound, {}), actions: ["delete"], after: null };
    const freed = update("aws_iam_role.r", bound, { name: "r", permissions_boundary: "" });
    const attached = create("aws_iam_role_policy_attachment.a", { role: "r", policy_arn: arn });

    it.each<[string, readonly Change[]]>([
      ["its role is deleted", [keep("aws_iam_policy.boundary", boundary), deleted]],
      ["its role is freed", [keep("aws_iam_policy.boundary", boundary), freed]],
      ["it is described as well", [update("aws_iam_policy.boundary", boundary, { ...boundary, tags: {} }), freed]],
      [
        "it allows less as well",
        [update("aws_iam_policy.boundary", boundary, { ...boundary, policy: allow("s3:*") }), freed],
      ],
    ])("brings nobody anything: %s", async (_, changes) => {
      expect(await findings(changes, ["service-admin"])).toEqual([]);
    });

    it.each<[string, readonly Change[]]>([
      ["it is attached", [keep("aws_iam_policy.boundary", boundary), freed, attached]],
      [
        "it allows more",
        [update("aws_iam_policy.boundary", boundary, { ...boundary, policy: allow("iam:*") }), deleted],
      ],
    ])("is judged as permissions: %s", async (_, changes) => {
      expect(await findings(changes, ["service-admin"])).toEqual(["introduced aws_iam_policy.boundary"]);
    });
  });
});

describe("escalation over several policies", () => {
  const own = (name: string) => `arn:aws:iam::111122223333:policy/${name}`;
  const pass = keep("aws_iam_policy.pass", { name: "pass", arn: own("pass"), policy: allow("iam:PassRole") });
  const run = keep("aws_iam_policy.run", { name: "run", arn: own("run"), policy: allow("ec2:RunInstances") });
  const attach = (name: string) => ({ role: "r", policy_arn: own(name) });

  it("is brought by the attachment that completes it, and reported at the principal", async () => {
    const changes = [
      keep("aws_iam_role.r", { name: "r" }),
      pass,
      run,
      keep("aws_iam_role_policy_attachment.pass", attach("pass")),
      create("aws_iam_role_policy_attachment.run", attach("run")),
    ];
    expect(await findings(changes, ["privilege-escalation"])).toEqual(["introduced aws_iam_role.r"]);
  });

  it("is gone with the attachment that goes", async () => {
    const gone = { ...keep("aws_iam_role_policy_attachment.run", attach("run")), actions: ["delete"], after: null };
    const changes = [
      keep("aws_iam_role.r", { name: "r" }),
      pass,
      run,
      keep("aws_iam_role_policy_attachment.pass", attach("pass")),
      gone,
    ];
    expect(await findings(changes, ["privilege-escalation"])).toEqual(["fixed aws_iam_role.r"]);
  });

  it("of one policy gets worse when somebody else gets the policy", async () => {
    const changes = [
      keep("aws_iam_policy.p", { name: "p", arn: own("p"), policy: allow("iam:PutRolePolicy") }),
      keep("aws_iam_role.r", { name: "r" }),
      create("aws_iam_role_policy_attachment.p", attach("p")),
    ];
    expect(await findings(changes, ["privilege-escalation"])).toEqual(["worsened aws_iam_policy.p"]);
  });

  it.each([
    [
      "a role gets a policy that another one has",
      "aws_iam_policy.p",
      [create("aws_iam_role_policy_attachment.p", attach("p"))],
    ],
    [
      "a user joins a group",
      "aws_iam_group_policy.g",
      [create("aws_iam_user_group_membership.u", { user: "u", groups: ["g"] })],
    ],
  ])("gets worse when %s", async (_, address, more) => {
    const changes = [
      keep("aws_iam_policy.p", { name: "p", arn: own("p"), policy: allow("*") }),
      keep("aws_iam_role.r", { name: "r" }),
      keep("aws_iam_role.other", { name: "other" }),
      keep("aws_iam_role_policy_attachment.other", { role: "other", policy_arn: own("p") }),
      keep("aws_iam_group_policy.g", { group: "g", name: "g", policy: allow("*") }),
    ];
    const was = await findings(changes, ["admin-access"]);
    expect(was.every((finding) => finding.startsWith("unchanged"))).toBe(true);
    expect(await findings([...changes, ...more], ["admin-access"])).toEqual(
      was
        .map((finding) => (finding.endsWith(address) ? `worsened ${address}` : finding))
        .sort()
        .reverse(),
    );
  });

  it("stays what it was when its holder moves to another address", async () => {
    const moved = { ...keep("aws_iam_role.s", { name: "r" }), previous_address: "aws_iam_role.r" };
    const deleted = { ...keep("aws_iam_role_policy_attachment.a", attach("p")), actions: ["delete"], after: null };
    const changes = [
      keep("aws_iam_policy.p", { name: "p", arn: own("p"), policy: allow("*") }),
      moved,
      deleted,
      create("aws_iam_role_policy_attachment.b", attach("p")),
    ];
    expect(await findings(changes, ["admin-access"])).toEqual(["unchanged aws_iam_policy.p"]);
  });

  it("looks into the role that may be passed", async () => {
    const deploy = policy(
      { Effect: "Allow", Action: "iam:PassRole", Resource: "arn:aws:iam::111122223333:role/task" },
      { Effect: "Allow", Action: ["ecs:RegisterTaskDefinition", "ecs:RunTask"], Resource: "*" },
    );
    const changes = (task: string) => [
      keep("aws_iam_role.task", { name: "task", arn: "arn:aws:iam::111122223333:role/task" }),
      keep("aws_iam_role_policy_attachment.task", { role: "task", policy_arn: `arn:aws:iam::aws:policy/${task}` }),
      keep("aws_iam_role_policy.deploy", { role: "deploy", name: "deploy", policy: deploy }),
    ];
    expect(await findings(changes("AmazonS3ReadOnlyAccess"), ["privilege-escalation"])).toEqual([]);
    expect(await findings(changes("AdministratorAccess"), ["privilege-escalation"])).toEqual([
      "unchanged aws_iam_role_policy.deploy",
    ]);
  });

  it("looks into it also for a policy that nobody has yet", async () => {
    const deploy = policy(
      { Effect: "Allow", Action: "iam:PassRole", Resource: "arn:aws:iam::111122223333:role/task" },
      { Effect: "Allow", Action: ["ecs:RegisterTaskDefinition", "ecs:RunTask"], Resource: "*" },
    );
    const changes = (action: string) => [
      keep("aws_iam_role.task", { name: "task", arn: "arn:aws:iam::111122223333:role/task" }),
      create("aws_iam_role_policy.task", { role: "task", name: "task", policy: allow(action) }),
      keep("aws_iam_policy.deploy", { name: "deploy", policy: deploy }),
    ];
    expect(await findings(changes("s3:GetObject"), ["privilege-escalation"])).toEqual([]);
    expect(await findings(changes("*"), ["privilege-escalation"])).toEqual(["introduced aws_iam_policy.deploy"]);
  });

  it("sees an administrator who lets the principal in", async () => {
    const trust = policy({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:role/ci" },
      Action: "sts:AssumeRole",
    });
    const assume = policy({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: "arn:aws:iam::111122223333:role/admin",
    });
    const changes = (name: string) => [
      keep("aws_iam_role.admin", {
        name: "admin",
        arn: "arn:aws:iam::111122223333:role/admin",
        assume_role_policy: trust,
      }),
      keep("aws_iam_role_policy.all", { role: "admin", name: "all", policy: allow("*") }),
      keep("aws_iam_role.ci", { name, arn: `arn:aws:iam::111122223333:role/${name}` }),
      keep("aws_iam_role_policy.ci", { role: name, name: "ci", policy: assume }),
    ];
    expect(await findings(changes("ci"), ["privilege-escalation"])).toEqual(["unchanged aws_iam_role_policy.ci"]);
    expect(await findings(changes("build"), ["privilege-escalation"])).toEqual([]);
  });

  it.each<[string, string[]]>([
    ["lambda.amazonaws.com", ["introduced aws_iam_role_policy.ci"]],
    ["states.amazonaws.com", []],
  ])("passes a role only to a service that the role trusts: %s", async (Service, expected) => {
    const trust = policy({ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" });
    const pass = policy(
      { Effect: "Allow", Action: "iam:PassRole", Resource: "arn:aws:iam::111122223333:role/admin" },
      {
        Effect: "Allow",
        Action: ["lambda:CreateFunction", "lambda:InvokeFunction"],
        Resource: "arn:aws:lambda:eu-west-1:111122223333:function:app-*",
      },
    );
    const changes = [
      create("aws_iam_role.admin", { name: "admin", assume_role_policy: trust }),
      create("aws_iam_role_policy.all", { role: "admin", name: "all", policy: allow("*") }),
      create("aws_iam_role.ci", { name: "ci" }),
      create("aws_iam_role_policy.ci", { role: "ci", name: "ci", policy: pass }),
    ];
    expect(await findings(changes, ["privilege-escalation"])).toEqual(expected);
  });

  describe("by a role of the plan", () => {
    const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const target = (name: string, policy: string, trust: string) => [
      create("aws_iam_role.target", { name, arn: role(name), assume_role_policy: trust }),
      create("aws_iam_role_policy.target", { role: name, name: "p", policy }),
    ];
    const may = (Action: unknown, Resource: unknown = "*") => ({ Effect: "Allow", Action, Resource });
    const trusting = (Principal: object, Condition: object = {}) =>
      policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition });
    const severities = async (changes: readonly Change[], world: Partial<Organization> = {}) => {
      const report = await analyze([planOf(changes)], { rules, world, toolVersion: "0.0.0" });
      return report.findings
        .filter(({ rule, address }) => rule === "privilege-escalation" && !address.endsWith(".target"))
        .map(({ severity }) => severity);
    };

    it.each<[string, string, string[]]>([
      ["may do everything", allow("*"), ["high"]],
      ["may give itself what it lacks", allow("iam:PutRolePolicy"), ["high"]],
      ["runs code with any role", allow("iam:PassRole", "ec2:RunInstances"), ["high"]],
      ["assumes any role", allow("sts:AssumeRole"), ["high"]],
      ["administers all but people", policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }), []],
      [
        "runs code with any role that one service may have",
        policy(may("ecs:RunTask"), {
          ...may("iam:PassRole"),
          Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        }),
        [],
      ],
      ["reads", allow("s3:GetObject"), []],
    ])("that is assumed or passed and %s", async (_, what, expected) => {
      const caller = (...statements: object[]) => [
        create("aws_iam_role.ci", { name: "ci", arn: role("ci") }),
        create("aws_iam_role_policy.ci", { role: "ci", name: "p", policy: policy(...statements) }),
      ];
      const assumed = target("t", what, trusting({ AWS: role("ci") }));
      expect(await severities([...assumed, ...caller(may("sts:AssumeRole", role("t")))])).toEqual(expected);
      const passed = target("t", what, trusting({ Service: "glue.amazonaws.com" }));
      expect(
        await severities([...passed, ...caller(may("iam:PassRole", role("t")), may("glue:CreateDevEndpoint"))]),
      ).toEqual(expected);
    });

    it.each<[string, string, string, string[]]>([
      ["cloudformation", "UpdateStack", "stack/shop-*", ["high"]],
      ["cloudformation", "CreateChangeSet ExecuteChangeSet", "stack/shop-*", ["high"]],
      ["cloudformation", "CreateChangeSet", "stack/shop-*", []],
      ["codepipeline", "UpdatePipeline", "shop-*", ["high"]],
      ["ec2", "AssociateIamInstanceProfile", "instance/i-1", ["high"]],
      ["ecs", "RunTask", "task-definition/shop:*", []],
      ["ecs-tasks", "ecs:RunTask", "task-definition/shop:*", ["high"]],
      ["pods.eks", "eks:CreatePodIdentityAssociation", "cluster/shop", ["high"]],
      ["events", "PutTargets", "rule/shop", ["high"]],
      ["ssm", "StartAutomationExecution", "automation-definition/shop:*", []],
      ["ssm", "StartAutomationExecution", "*", ["high"]],
    ])("that is passed to %s by %s on %s", async (service, actions, resource, expected) => {
      const named = actions.split(" ").map((name) => (name.includes(":") ? name : `${service}:${name}`));
      const prefix = named[0]!.split(":")[0];
      const changes = [
        ...target("t", allow("*"), trusting({ Service: `${service}.amazonaws.com` })),
        create("aws_iam_policy.ci", {
          name: "ci",
          policy: policy(
            may("iam:PassRole", role("t")),
            may(named, `arn:aws:${prefix}:eu-west-1:111122223333:${resource}`),
          ),
        }),
      ];
      expect(await severities(changes)).toEqual(expected);
    });

    it.each<[string, string[]]>([
      ["es.amazonaws.com", []],
      ["ec2.amazonaws.com", ["high"]],
    ])("that does a service's own work is nobody's to use: %s", async (Service, expected) => {
      const changes = [
        create("aws_iam_role.search", { name: "search", assume_role_policy: trusting({ Service }) }),
        create("aws_iam_role_policy_attachment.search", {
          role: "search",
          policy_arn: "arn:aws:iam::aws:policy/AmazonESCognitoAccess",
        }),
      ];
      expect(await severities(changes)).toEqual(expected);
    });

    const reserved = (name: string) => `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${name}`;
    const account = { AWS: "arn:aws:iam::111122223333:root" };
    it.each<[string, string, string[]]>([
      ["its account", trusting(account), ["high"]],
      [
        "the set's roles",
        trusting(account, { ArnLike: { "aws:PrincipalArn": reserved("*/AWSReservedSSO_dev_*") } }),
        ["high"],
      ],
      [
        "the set's role in one region",
        trusting(account, { ArnLike: { "aws:PrincipalArn": reserved("eu-west-1/AWSReservedSSO_dev_*") } }),
        ["high"],
      ],
      ["any set", trusting(account, { StringLike: { "aws:PrincipalArn": reserved("*") } }), ["high"]],
      [
        "another set's roles",
        trusting(account, { ArnLike: { "aws:PrincipalArn": reserved("*/AWSReservedSSO_ops_*") } }),
        [],
      ],
      ["users", trusting(account, { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/*" } }), []],
      ["an account outside", trusting({ AWS: "arn:aws:iam::999988887777:root" }), []],
    ])("that a permission set may assume and that trusts %s", async (_, trust, expected) => {
      const arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";
      const changes = [
        create("aws_iam_role.target", { name: "t", assume_role_policy: trust }),
        create("aws_iam_role_policy.target", { role: "t", name: "p", policy: allow("*") }),
        create("aws_ssoadmin_permission_set.dev", { name: "dev", arn }),
        create("aws_ssoadmin_permission_set_inline_policy.dev", {
          permission_set_arn: arn,
          inline_policy: policy(may("sts:AssumeRole", "arn:aws:iam::*:role/t")),
        }),
      ];
      expect(await severities(changes, { accounts: new Set(["111122223333"]) })).toEqual(expected);
    });

    const mfa = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
    const user = "arn:aws:iam::111122223333:user/amin";
    it.each<[string, string, string[]]>([
      ["named", trusting({ AWS: user }), ["high"]],
      ["named, with MFA", trusting({ AWS: user }, mfa), ["low"]],
      ["named, with MFA if at all", trusting({ AWS: user }, { BoolIfExists: mfa.Bool }), ["high"]],
      ["of the account, with MFA", trusting(account, mfa), ["high"]],
    ])("that a user may assume who is %s", async (_, trust, expected) => {
      const changes = [
        ...target("t", allow("*"), trust),
        create("aws_iam_user.amin", { name: "amin", arn: user }),
        create("aws_iam_user_policy.amin", {
          user: "amin",
          name: "p",
          policy: policy(may("sts:AssumeRole", role("t"))),
        }),
      ];
      expect(await severities(changes)).toEqual(expected);
    });
  });

  it("sees him where only the trust tells the account", async () => {
    const trust = (user: string) =>
      policy({
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::111122223333:user/${user}` },
        Action: "sts:AssumeRole",
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      });
    const assume = policy({ Effect: "Allow", Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/admin" });
    const changes = (user: string) => [
      create("aws_iam_role.admin", { name: "admin", assume_role_policy: trust(user) }),
      create("aws_iam_role_policy.all", { role: "admin", name: "all", policy: allow("*") }),
      create("aws_iam_user.amin", { name: "amin" }),
      create("aws_iam_user_policy.amin", { user: "amin", name: "assume", policy: assume }),
    ];
    expect(await findings(changes("amin"), ["privilege-escalation"])).toEqual(["introduced aws_iam_user_policy.amin"]);
    expect(await findings(changes("nina"), ["privilege-escalation"])).toEqual([]);
  });
});

it.each<[string, object, readonly string[]]>([
  ["what is attached comes from something unknown", { policy_arn: { references: ["var.policy"] } }, ["var.policy"]],
  ["nobody wrote what is attached", {}, []],
])("an attachment waits when %s", async (_, expressions, references) => {
  const address = "aws_iam_role_policy_attachment.a";
  const plan = planOf(
    [
      {
        ...{ address, type: "aws_iam_role_policy_attachment", actions: ["create"] },
        ...{ after: { role: "a" }, after_unknown: { policy_arn: true } },
      },
    ],
    { configuration: { root_module: { resources: [{ address, expressions }] } } },
  );
  const { unknown } = await assemble(plan, extract(plan));
  expect(unknown.map(({ address, attribute, references }) => ({ address, attribute, references }))).toEqual(
    references.length > 0 ? [{ address, attribute: "policy_arn", references }] : [],
  );
});

it.each<[string, string, readonly string[]]>([
  ["AWS's own", "arn:aws:iam::aws:policy/AdministratorAccess", []],
  ["one that AWS does not have", "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole", ["AWS has no managed policy"]],
  [
    "one of another plan",
    "arn:aws:iam::111111111111:policy/shared",
    ["the policy that is attached is not in the plan"],
  ],
])("what is attached and nobody has seen is said to be unknown: %s", async (_, policy_arn, expected) => {
  const attachment = { address: "aws_iam_role_policy_attachment.a", type: "aws_iam_role_policy_attachment" };
  const saidOf = async (change: Omit<Change, "address" | "type">) => {
    const plan = planOf([{ ...attachment, ...change }]);
    return (await assemble(plan, extract(plan))).unknown.map(({ reason }) => reason);
  };
  const after = { role: "r", policy_arn };
  expect(await saidOf({ actions: ["create"], after })).toEqual(expected.map((text) => expect.stringContaining(text)));
  // as it was
  expect(await saidOf({ actions: ["no-op"], before: after, after })).toEqual([]);
});

it("what a permission set takes from each account by its name is not in its plan, and no news", async () => {
  const type = "aws_ssoadmin_customer_managed_policy_attachment";
  const after = { permission_set_arn: "arn:aws:sso:::permissionSet/ssoins-1/ps-1", instance_arn: "arn:aws:sso:::i" };
  const plan = planOf([create(`${type}.a`, { ...after, customer_managed_policy_reference: [{ name: "shared" }] })]);
  expect((await assemble(plan, extract(plan))).unknown).toEqual([]);
});

describe("what runs as an administrator", () => {
  const fn = (role: string) => ({ function_name: "deploys", role });
  const role = (policy: string) =>
    keep("aws_iam_role.r", {
      name: "r",
      arn: "arn:aws:iam::111122223333:role/r",
      inline_policy: [{ name: "p", policy }],
    });
  const updates = (resource: string) =>
    policy({ Effect: "Allow", Action: "lambda:UpdateFunctionCode", Resource: resource });
  const developer = create("aws_iam_policy.d", {
    policy: updates("arn:aws:lambda:eu-west-1:111122223333:function:deploys"),
  });
  const escalations = async (changes: readonly Change[]) => {
    const report = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "0.0.0" });
    return report.findings
      .filter(({ rule }) => rule === "privilege-escalation")
      .map(({ change, severity, address }) => `${change} ${severity} ${address}`);
  };

  it("is worth changing", async () => {
    const runs = keep("aws_lambda_function.f", fn("arn:aws:iam::111122223333:role/r"));
    expect(await escalations([role(allow("*")), runs, developer])).toEqual(["introduced high aws_iam_policy.d"]);
    expect(await escalations([role(allow("s3:GetObject")), runs, developer])).toEqual([]);
    const elsewhere = keep("aws_lambda_function.f", fn("arn:aws:iam::111122223333:role/other"));
    expect(await escalations([role(allow("*")), elsewhere, developer])).toEqual([]);
  });

  it("is so from the change on that makes it one", async () => {
    const stands = keep("aws_iam_policy.d", {
      policy: updates("arn:aws:lambda:eu-west-1:111122223333:function:deploys"),
    });
    const runs = {
      ...keep("aws_lambda_function.f", fn("arn:aws:iam::111122223333:role/r")),
      actions: ["update"],
      before: fn("arn:aws:iam::111122223333:role/other"),
    };
    expect(await escalations([role(allow("*")), runs, stands])).toEqual(["introduced high aws_iam_policy.d"]);
  });

  const arn = "arn:aws:iam::111122223333:role/r";
  const may = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
    Effect: "Allow",
    ...{ Action, Resource, ...(Condition && { Condition }) },
  });
  const held = (...statements: object[]) => create("aws_iam_policy.d", { policy: policy(...statements) });
  const instance = [
    keep("aws_iam_instance_profile.p", { name: "p", role: "r" }),
    create("aws_instance.i", { iam_instance_profile: "p", tags: { Team: "shop" }, tags_all: { Team: "shop" } }),
  ];
  const instances = "arn:aws:ec2:eu-west-1:111122223333:instance/*";
  const ofTeam = (key: string, value = "shop") => ({ StringEquals: { [`${key}/Team`]: value } });
  const project = keep("aws_codebuild_project.b", { name: "b", service_role: arn });
  const notebook = keep("aws_sagemaker_notebook_instance.n", { name: "n", role_arn: arn });
  const onNotebook = ["UpdateNotebookInstance", "StopNotebookInstance", "StartNotebookInstance"];
  const task = (...more: object[]) =>
    more.map((one, i) => (i === 0 ? keep("aws_ecs_task_definition.t", one) : keep("aws_ecs_service.s", one)));
  const service = { name: "s", cluster: "shop", task_definition: "t:3", enable_execute_command: true };
  const enter = (cluster: string, Condition?: object) =>
    may("ecs:ExecuteCommand", `arn:aws:ecs:eu-west-1:111122223333:task/${cluster}/*`, Condition);
  const inCluster = (name: string) => ({
    ArnEquals: { "ecs:cluster": `arn:aws:ecs:eu-west-1:111122223333:cluster/${name}` },
  });

  it.each<[string, readonly Change[], readonly object[], boolean]>([
    ["an instance whose id nobody knows yet", instance, [may("ssm:StartSession", instances)], true],
    ["one that bears a tag", instance, [may("ssm:StartSession", instances, ofTeam("ssm:resourceTag"))], true],
    ["on any", instance, [may("ssm:StartSession", "*", ofTeam("aws:ResourceTag"))], true],
    ["another tag", instance, [may("ssm:StartSession", instances, ofTeam("aws:ResourceTag", "web"))], false],
    [
      "commands to those of a tag",
      instance,
      [may("ssm:SendCommand", [instances, "arn:aws:ssm:*::document/AWS-RunShellScript"])],
      true,
    ],
    [
      "a document that runs nobody's commands",
      instance,
      [may("ssm:SendCommand", [instances, "arn:aws:ssm:*::document/AWS-RunPatchBaseline"])],
      false,
    ],
    ["a batch of builds", [project], [may("codebuild:StartBuildBatch", "arn:aws:codebuild:*:*:project/b")], true],
    [
      "what a notebook does when it starts",
      [notebook],
      [
        may("sagemaker:CreateNotebookInstanceLifecycleConfig", "*"),
        may(
          onNotebook.map((name) => `sagemaker:${name}`),
          "arn:aws:sagemaker:*:*:notebook-instance/n",
        ),
      ],
      true,
    ],
    ["a task", task({ family: "t", task_role_arn: arn }, service), [enter("shop")], true],
    [
      "a task of its cluster",
      task({ family: "t", task_role_arn: arn }, service),
      [enter("*", inCluster("shop"))],
      true,
    ],
    [
      "a task of another cluster",
      task({ family: "t", task_role_arn: arn }, service),
      [enter("*", inCluster("web"))],
      false,
    ],
    ["the agent's role", task({ family: "t", execution_role_arn: arn }, service), [enter("shop")], false],
    [
      "a task that nobody can enter",
      task({ family: "t", task_role_arn: arn }, { ...service, enable_execute_command: false }),
      [enter("shop")],
      false,
    ],
  ])("is entered: %s", async (_, changes, statements, isOpen) => {
    const found = await escalations([role(allow("*")), ...changes, held(...statements)]);
    expect(found).toEqual(isOpen ? ["introduced high aws_iam_policy.d"] : []);
  });

  it.each([
    ["okta", ["introduced high aws_iam_policy.d"]],
    ["other", []],
  ])("is whoever the metadata of a provider makes it: %s", async (name, expected) => {
    const provider = (name: string) => `arn:aws:iam::111122223333:saml-provider/${name}`;
    const assume_role_policy = policy({
      Effect: "Allow",
      Principal: { Federated: provider("okta") },
      Action: "sts:AssumeRoleWithSAML",
      Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    });
    const admin = keep("aws_iam_role.r", {
      name: "r",
      ...{ arn, assume_role_policy, inline_policy: [{ name: "p", policy: allow("*") }] },
    });
    expect(await escalations([admin, held(may("iam:UpdateSAMLProvider", provider(name)))])).toEqual(expected);
  });

  it("is assumed by whom a tag lets in", async () => {
    const assume_role_policy = policy({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:role/ci" },
      Action: "sts:AssumeRole",
    });
    const admin = keep("aws_iam_role.r", {
      name: "r",
      ...{ arn, assume_role_policy, tags: { Team: "shop" } },
      inline_policy: [{ name: "p", policy: allow("*") }],
    });
    const ci = (team: string) => [
      keep("aws_iam_role.ci", { name: "ci", arn: "arn:aws:iam::111122223333:role/ci" }),
      create("aws_iam_role_policy.ci", {
        role: "ci",
        policy: policy(may("sts:AssumeRole", "*", ofTeam("aws:ResourceTag", team))),
      }),
    ];
    expect(await escalations([admin, ...ci("shop")])).toEqual(["introduced high aws_iam_role_policy.ci"]);
    expect(await escalations([admin, ...ci("web")])).toEqual([]);
  });

  it.each<[string, string, readonly string[], boolean]>([
    ["an app", "amplify", ["amplify:UpdateApp", "amplify:StartJob"], true],
    ["hosts", "ec2", ["batch:CreateComputeEnvironment", "batch:CreateJobQueue", "batch:SubmitJob"], true],
    ["a job", "braket", ["braket:CreateJob"], true],
    ["an instance profile", "ec2", ["iam:AddRoleToInstanceProfile"], true],
    ["an environment", "ec2", ["elasticbeanstalk:CreateEnvironment", "cloudformation:CreateStack"], true],
    ["an environment, and nothing in it", "ec2", ["elasticbeanstalk:CreateEnvironment"], false],
    ["a service", "ecs-tasks", ["ecs:UpdateExpressGatewayService"], true],
    ["a fleet of games", "gamelift", ["gamelift:CreateBuild", "gamelift:CreateFleet"], true],
    [
      "an application",
      "kinesisanalytics",
      ["kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"],
      true,
    ],
    ["who signs in", "cognito-identity", ["cognito-identity:SetIdentityPoolRoles"], true],
  ])("is passed to %s", async (_, service, actions, isOpen) => {
    const name = `${service}.amazonaws.com`;
    const isFederated = service === "cognito-identity";
    const assume_role_policy = policy({
      Effect: "Allow",
      Principal: isFederated ? { Federated: name } : { Service: name },
      Action: isFederated ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole",
    });
    const admin = keep("aws_iam_role.r", {
      name: "r",
      ...{ arn, assume_role_policy, inline_policy: [{ name: "p", policy: allow("*") }] },
    });
    const found = await escalations([admin, held(may("iam:PassRole", arn), may([...actions], "*"))]);
    expect(found).toEqual(isOpen ? ["introduced high aws_iam_policy.d"] : []);
  });
});
