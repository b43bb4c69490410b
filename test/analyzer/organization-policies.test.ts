/** What service and resource control policies keep back from whom, whatever policy of the organization says it. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

/** What stands before and after; `null`: it does not. */
type Sides = readonly [before: object | null, after: object | null, unknown?: object];

const POLICY = "aws_organizations_policy";
const ATTACHMENT = "aws_organizations_policy_attachment";

function change(type: string, name: string, [before, after, after_unknown = {}]: Sides): Change {
  const action = before ? (after ? (before === after ? "no-op" : "update") : "delete") : "create";
  return { address: `${type}.${name}`, type, actions: [action], before, after, after_unknown };
}

const deny = (...Action: string[]) => ({ Effect: "Deny", Action, Resource: "*" });
const allow = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
const users = deny("iam:CreateUser");
const logs = deny("ec2:DeleteFlowLogs");
const threats = deny("guardduty:Delete*");

const control = (id: string, ...statements: object[]) => ({ id, content: policy(...statements) });
const scp = (name: string, before: object[] | null, after: object[] | null = before): Change => {
  const was = before && control(name, ...before);
  const is = after === before ? was : after && control(name, ...after);
  return change(POLICY, name, [was, is]);
};
/** One that is made: its id is not known yet. */
const made = (name: string, ...statements: object[]): Change =>
  change(POLICY, name, [null, { content: policy(...statements) }, { id: true }]);
const attached = (policy_id: string, target_id: string) => ({ policy_id, target_id });
const at = (policy_id: string, target: string | null, now = target): Change => {
  const was = target === null ? null : attached(policy_id, target);
  const is = now === target ? was : now === null ? null : attached(policy_id, now);
  return change(ATTACHMENT, `${policy_id}-${target ?? now}`, [was, is]);
};
const newAt = (name: string, target_id: string): Change =>
  change(ATTACHMENT, name, [null, { target_id }, { policy_id: true }]);

const one = "ou-ab12-11111111";
const two = "ou-ab12-22222222";
const root = "r-ab12";
const account = "222222222222";
const unit = (id: string, parent_id: string) => {
  const values = { id, parent_id };
  return change("aws_organizations_organizational_unit", id, [values, values]);
};
const member = (parent: string, now = parent) => {
  const values = { id: account, parent_id: parent };
  return change("aws_organizations_account", "m", [values, now === parent ? values : { ...values, parent_id: now }]);
};

/** The plan's configuration: what the new attachments refer to. */
const written = (references: Readonly<Record<string, string>>) => ({
  configuration: {
    root_module: {
      resources: Object.entries(references).map(([address, name]) => ({
        address,
        expressions: { policy_id: { references: [name] } },
      })),
    },
  },
});

async function found(changes: readonly Change[], plan: object = {}) {
  const report = await analyze([planOf(changes, plan)], {
    rules: rules.filter(({ id }) => id === "guardrail-removed"),
    world: {},
    toolVersion: "0.0.0",
  });
  return report.findings;
}

async function lost(changes: readonly Change[], references: Readonly<Record<string, string>> = {}) {
  const findings = await found(changes, written(references));
  return findings.map(({ confidence, address, message }) => `${confidence} ${address}: ${message}`).sort();
}

/** Attachments of a map, of which the last is new: what its instances refer to is written for all of them together. */
const inMap = (...policies: string[]): Change[] =>
  policies.map((name, i) => {
    const { before, ...rest } = i < policies.length - 1 ? at(name, one) : newAt(name, one);
    return { ...rest, before, address: `${ATTACHMENT}.all["${name}"]` };
  });
const repeated = (...policies: string[]) => ({
  configuration: {
    root_module: {
      resources: [
        {
          address: `${ATTACHMENT}.all`,
          expressions: { policy_id: { references: ["each.value"] } },
          for_each_expression: { references: policies.map((name) => `${POLICY}.${name}.id`) },
        },
      ],
    },
  },
});

const toNew = { [`${ATTACHMENT}.c`]: `${POLICY}.c.id` };

describe("nothing is lost", () => {
  it.each<[string, readonly Change[]]>([
    [
      "two policies become one",
      [scp("a", [users], [users, logs]), at("a", one), scp("b", [logs], null), at("b", one, null)],
    ],
    [
      "two policies become a third",
      [
        scp("a", [users], null),
        at("a", one, null),
        scp("b", [logs], null),
        at("b", one, null),
        made("c", logs, users),
        newAt("c", one),
      ],
    ],
    ["a policy is renamed", [scp("a", [users], null), at("a", one, null), made("c", users), newAt("c", one)]],
    [
      "a renamed policy denies more",
      [scp("a", [users], null), at("a", one, null), made("c", deny("iam:*")), newAt("c", one)],
    ],
    [
      "a statement changes places",
      [scp("a", [users, logs], [users]), at("a", one), scp("b", [threats], [threats, logs]), at("b", one)],
    ],
    ["from a unit to its root", [scp("a", [users]), at("a", one, root)]],
    ["from a unit to its root, where it denies more", [scp("a", [users], [users, logs]), at("a", one, root)]],
    [
      "a statement goes to a policy at the root",
      [scp("a", [users, logs], [users]), at("a", one), scp("b", [threats], [threats, logs]), at("b", root)],
    ],
    ["from a unit to the one above it", [scp("a", [users]), at("a", two, one), unit(two, one), unit(one, root)]],
    [
      "an account goes to a unit that is bound as well",
      [scp("a", [users]), at("a", one), at("a", two), member(one, two), unit(two, root)],
    ],
    ["an account goes to a unit below", [scp("a", [users]), at("a", one), member(one, two), unit(two, one)]],
    ["an account takes its own along", [scp("a", [users]), at("a", account), member(one, two)]],
    ["from an account to its unit", [scp("a", [users]), at("a", account, one), member(one)]],
    [
      "from an account to a unit above its unit",
      [scp("a", [users]), at("a", account, one), member(two), unit(two, one)],
    ],
    ["from an account of which nothing is known to the one root", [scp("a", [users]), at("a", account, root)]],
    ["the root binds a unit as well", [scp("a", [users]), at("a", one, null), at("a", root)]],
    [
      "a list and its copy",
      [scp("a", [allow("s3:*")], null), at("a", one, null), made("c", allow("s3:*")), newAt("c", one)],
    ],
    [
      "a list that gets shorter elsewhere",
      [scp("a", [allow("s3:*")], null), at("a", one, null), scp("b", [allow("s3:Get*")]), at("b", null, one)],
    ],
    [
      "a list beside one that allows everything",
      [scp("a", [allow("s3:*")], [allow("ec2:*")]), at("a", one), at("p-FullAWSAccess", one)],
    ],
    ["everything is allowed beside Denies", [scp("a", [users]), at("a", one), at("p-FullAWSAccess", null, one)]],
    [
      "everything is allowed beside policies that the plan does not show, and of other types",
      [
        change(POLICY, "tags", [
          { id: "tags", type: "TAG_POLICY", content: "{}" },
          { id: "tags", type: "TAG_POLICY", content: "{}" },
        ]),
        at("tags", one),
        at("p-elsewhere", one),
        at("p-FullAWSAccess", null, one),
      ],
    ],
    [
      "tags are no guardrail",
      [change(POLICY, "tags", [{ id: "tags", type: "TAG_POLICY", content: "{}" }, null]), at("tags", one, null)],
    ],
    ["what allows everything goes", [scp("a", [allow("s3:*")]), at("a", one), at("p-FullAWSAccess", one, null)]],
    [
      "AWS keeps what Terraform lets go of",
      [
        change(POLICY, "a", [{ ...control("a", users), skip_destroy: true }, null]),
        change(ATTACHMENT, "a", [{ ...attached("a", one), skip_destroy: true }, null]),
      ],
    ],
  ])("%s", async (_, changes) => {
    expect(await lost(changes, toNew)).toEqual([]);
  });
});

describe("what is lost is found", () => {
  it.each<[string, readonly Change[], readonly string[]]>([
    [
      "with the names that the plan shows",
      [
        change(POLICY, "a", [
          { ...control("a", users), name: "no-users" },
          { ...control("a", users), name: "no-users" },
        ]),
        at("a", one, null),
        change("aws_organizations_organizational_unit", "u", [
          { id: one, parent_id: root, name: "Prod" },
          { id: one, parent_id: root, name: "Prod" },
        ]),
      ],
      [`high ${ATTACHMENT}.a-${one}: no-users (a) does not bind Prod (${one}) any more`],
    ],
    [
      "where an account goes to a unit that is not bound",
      [scp("a", [users]), at("a", one), member(one, two), unit(two, root)],
      [
        `high aws_organizations_account.m: the account leaves ${one} for ${two}: a does not keep iam:CreateUser back from ${account} any more`,
      ],
    ],
    [
      "where an account leaves a unit below the one that is bound",
      [scp("a", [users]), at("a", one), unit(two, one), member(two, "ou-ab12-33333333")],
      [
        `high aws_organizations_account.m: the account leaves ${two} for ou-ab12-33333333: a does not keep iam:CreateUser back from ${account} any more`,
      ],
    ],
    [
      "where one target keeps it and the other does not",
      [
        scp("a", [users, logs], [users]),
        at("a", one),
        at("a", two),
        scp("b", [threats], [threats, logs]),
        at("b", one),
      ],
      [`high ${POLICY}.a: does not keep ec2:DeleteFlowLogs back from ${two} any more`],
    ],
    [
      "where a statement goes to a policy of one unit",
      [scp("a", [users, logs], [users]), at("a", root), scp("b", [threats], [threats, logs]), at("b", one)],
      [`high ${POLICY}.a: does not keep ec2:DeleteFlowLogs back from ${root} any more`],
    ],
    [
      "where a statement goes to a policy of another type",
      [
        scp("a", [users, logs], [users]),
        at("a", one),
        change(POLICY, "b", [
          { ...control("b", threats), type: "RESOURCE_CONTROL_POLICY" },
          { ...control("b", { ...logs, Principal: "*" }), type: "RESOURCE_CONTROL_POLICY" },
        ]),
      ],
      [`high ${POLICY}.a: does not keep ec2:DeleteFlowLogs back from ${one} any more`],
    ],
    [
      "where a renamed policy denies less",
      [scp("a", [users, logs], null), at("a", one, null), made("c", users), newAt("c", one)],
      [
        `high ${POLICY}.a: the organization policy is deleted, and does not keep ec2:DeleteFlowLogs back from ${one} any more`,
        `high ${ATTACHMENT}.a-${one}: a does not bind ${one} any more`,
      ],
    ],
    [
      "where a renamed policy is attached somewhere else",
      [scp("a", [users], null), at("a", one, null), made("c", users), newAt("c", two)],
      [
        `high ${POLICY}.a: the organization policy is deleted, and does not keep iam:CreateUser back from ${one} any more`,
        `high ${ATTACHMENT}.a-${one}: a does not bind ${one} any more`,
      ],
    ],
    [
      "from the root to a unit",
      [scp("a", [users]), at("a", root, one)],
      [`high ${ATTACHMENT}.a-${root}: a does not bind ${root} any more`],
    ],
    [
      "from a unit to another root",
      [scp("a", [users]), at("a", one, "r-cd34")],
      [`high ${ATTACHMENT}.a-${one}: a does not bind ${one} any more`],
    ],
    [
      "from an account to a unit that it leaves",
      [scp("a", [users]), at("a", account, one), member(one, two)],
      [`high ${ATTACHMENT}.a-${account}: a does not bind ${account} any more`],
    ],
    [
      "where a list gets longer elsewhere",
      [scp("a", [allow("s3:Get*")], null), at("a", one, null), scp("b", [allow("s3:*")]), at("b", null, one)],
      [
        `high ${POLICY}.a: the organization policy is deleted, and does not keep s3:PutObject back from ${one} any more`,
        `high ${ATTACHMENT}.a-${one}: a does not bind ${one} any more`,
      ],
    ],
    [
      "where a list stands beside what denies",
      [scp("a", [users], null), at("a", one, null), scp("b", [allow("s3:*")]), at("b", one)],
      [
        `high ${POLICY}.a: the organization policy is deleted, and does not keep iam:CreateUser back from ${one} any more`,
        `high ${ATTACHMENT}.a-${one}: a does not bind ${one} any more`,
      ],
    ],
    [
      "where everything is allowed beside a list",
      [scp("a", [allow("s3:*")]), at("a", one), at("p-FullAWSAccess", null, one)],
      [`high ${ATTACHMENT}.p-FullAWSAccess-${one}: a does not keep iam:CreateAccessKey back from ${one} any more`],
    ],
    [
      "without an attachment in the plan",
      [scp("a", [users], null), made("c", users, logs)],
      [`high ${POLICY}.a: the organization policy is deleted`],
    ],
  ])("%s", async (_, changes, found) => {
    expect(await lost(changes, toNew)).toEqual(found);
  });

  it("for sure only where the plan tells what comes in its place", async () => {
    const changes = [scp("a", [users], null), at("a", one, null), newAt("c", one)];
    expect(await lost(changes)).toEqual([
      `low ${POLICY}.a: the organization policy is deleted, and may not bind ${one} as before: what else is attached there is not known yet`,
      `low ${ATTACHMENT}.a-${one}: the attachment of a to ${one} is replaced by one that is not known yet`,
    ]);
    const pending = change(POLICY, "c", [null, { type: "SERVICE_CONTROL_POLICY" }, { id: true, content: true }]);
    expect(await lost([...changes, pending], toNew)).toEqual(await lost(changes));
  });
});

describe("policies that are attached by one map", () => {
  const split = [scp("a", [users, logs], [users]), scp("b", [threats]), ...inMap("a", "b", "c")];
  it("knows the new one among them", async () => {
    expect(await found([...split, made("c", logs)], repeated("a", "b", "c"))).toEqual([]);
    const [lost, ...others] = await found([...split, made("c", threats)], repeated("a", "b", "c"));
    expect(others).toEqual([]);
    expect(lost).toMatchObject({ severity: "high", confidence: "high" });
  });

  it("does not stop at what is not known", async () => {
    expect(await found([...split, made("c", logs), made("d", logs)], repeated("a", "b", "c", "d"))).toMatchObject([
      { severity: "medium", confidence: "low", address: `${POLICY}.a` },
    ]);
  });
});

describe("a Deny of other Regions", () => {
  const regions = (NotAction: string[], ...names: string[]) => ({
    Effect: "Deny",
    NotAction,
    Resource: "*",
    Condition: { StringNotEquals: { "aws:RequestedRegion": names } },
  });
  const eu = regions(["iam:*"], "eu-west-1");
  const north = regions(["iam:*"], "eu-west-1", "eu-north-1");
  const health = regions(["iam:*", "health:*"], "eu-west-1");
  it.each<[string, object[], object[], readonly string[]]>([
    ["has a Region more", [eu], [north], ["medium: does not keep s3:GetObject in eu-north-1 back"]],
    ["has a Region less", [north], [eu], []],
    ["leaves out a global service", [eu], [health], ["low: does not keep health:Describe"]],
    [
      "leaves out a global service and has a Region more",
      [eu],
      [regions(["iam:*", "health:*"], "eu-west-1", "eu-north-1")],
      ["medium: does not keep s3:GetObject in eu-north-1 back"],
    ],
    [
      "leaves out another service",
      [eu],
      [regions(["iam:*", "ec2:*"], "eu-west-1")],
      ["medium: does not keep ec2:RunInstances in other Regions back"],
    ],
    ["leaves out everything", [eu], [regions(["*"], "eu-west-1")], ["high: does not keep s3:GetObject back"]],
    ["is gone", [users, eu], [users], ["high: does not keep s3:GetObject back"]],
    ["has a Region more, and another is gone", [users, eu], [north], ["high: does not keep iam:CreateUser back"]],
    [
      "leaves out a role",
      [eu],
      [
        {
          ...eu,
          Condition: { ...eu.Condition, ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/x" } },
        },
      ],
      ["high: does not keep s3:GetObject back"],
    ],
  ])("%s", async (_, before, after, expected) => {
    for (const attachments of [[], [at("a", one)]]) {
      const findings = await found([scp("a", before, after), ...attachments]);
      const told = findings.map(({ severity, message }) => `${severity}: ${message}`);
      expect(told).toEqual(expected.map((each) => expect.stringContaining(each)));
    }
  });
});
