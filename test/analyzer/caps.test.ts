/** Service control policies and boundaries in the hands of those whom they bind, and of those whom they exempt. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { parsePolicy } from "../../lib/iam/parse.ts";
import { type Change, planOf, policy } from "./plans.ts";

const account = "111122223333";
const arnOf = (name: string) => `arn:aws:iam::${account}:${name}`;

const keep = (address: string, values: object): Change => ({
  ...{ address, type: address.split(".")[0] ?? "", actions: ["no-op"] },
  ...{ before: values, after: values },
});
const widen = (address: string, values: object, before: string, after: string): Change => ({
  ...keep(address, values),
  actions: ["update"],
  before: { ...values, policy: before },
  after: { ...values, policy: after },
});

const allow = (...Action: string[]) => policy({ Effect: "Allow", Action, Resource: "*" });
const everything = { Effect: "Allow", Action: "*", Resource: "*" };

/** Nobody attaches policies, but for those whom the condition exempts. */
const scp = (Condition: object) => {
  const statement = { Effect: "Deny", Action: ["iam:AttachRolePolicy"], Resource: "*", Condition };
  return parsePolicy(policy(everything, statement), "identity").policy;
};
const exempting = (...arns: string[]) => scp({ ArnNotLike: { "aws:PrincipalArn": arns } });

async function found(changes: readonly Change[], ids: readonly string[], level?: ReturnType<typeof scp>, more = {}) {
  const world = level ? { serviceControlPolicies: new Map([[account, [[level]]]]) } : {};
  const chosen = rules.filter(({ id }) => ids.includes(id));
  const { findings } = await analyze([planOf(changes, more)], { rules: chosen, world, toolVersion: "0.0.0" });
  return findings.map(({ rule, address, witness }) => `${rule} ${address} ${witness?.principal}`);
}

const role = (name: string, path = "/") =>
  keep("aws_iam_role.r", { name, path, arn: arnOf(`role${path}${name}`), assume_role_policy: allow() });
const inline = (before: string, after: string, of = "r") =>
  widen("aws_iam_role_policy.p", { role: of, name: "p" }, before, after);

describe("a service control policy that exempts some", () => {
  const grown = inline(allow("s3:GetObject"), allow("s3:GetObject", "iam:AttachRolePolicy"));
  const bothRules = ["permission-widened", "privilege-escalation"];
  const told = (who: string) => bothRules.map((rule) => `${rule} aws_iam_role_policy.p ${arnOf(who)}`).sort();

  it.each([
    ["another role", exempting("arn:aws:iam::*:role/break-glass")],
    ["roles of another path", exempting("arn:aws:iam::*:role/platform/*")],
    ["roles of another account", exempting("arn:aws:iam::999988887777:role/*")],
    ["another role, by StringNotEquals", scp({ StringNotEquals: { "aws:PrincipalArn": arnOf("role/other") } })],
    ["another role, in a list", exempting(arnOf("role/a"), arnOf("role/b"))],
    ["nobody, as the condition holds for this role", scp({ ArnLike: { "aws:PrincipalArn": arnOf("role/r") } })],
  ])("binds a role where it exempts %s", async (_name, level) => {
    expect(await found([role("r"), grown], bothRules, level)).toEqual([]);
  });

  it.each([
    ["it by name", exempting(arnOf("role/r"))],
    ["it by pattern", exempting("arn:aws:iam::*:role/*")],
    ["it, as it is about another one", scp({ ArnLike: { "aws:PrincipalArn": arnOf("role/other") } })],
    ["it, by StringNotLike", scp({ StringNotLike: { "aws:PrincipalArn": "*:role/r" } })],
  ])("leaves a role alone where it exempts %s", async (_name, level) => {
    expect((await found([role("r"), grown], bothRules, level)).sort()).toEqual(told("role/r"));
  });

  it("is open where a variable decides", async () => {
    const level = exempting("arn:aws:iam::*:role/$" + "{aws:PrincipalTag/role}");
    expect(await found([role("r"), grown], bothRules, level)).toHaveLength(2);
  });

  it("binds whoever gets a policy that is attached to nobody, and no named one is meant", async () => {
    const values = { name: "p", arn: arnOf("policy/p") };
    const managed = widen("aws_iam_policy.p", values, allow("s3:GetObject"), allow("iam:AttachRolePolicy"));
    expect(await found([managed], bothRules, exempting("arn:aws:iam::*:role/break-glass"))).toEqual([]);
    expect(await found([managed], bothRules, exempting("arn:aws:iam::*:role/*"))).toHaveLength(2);
  });

  it("does not bind a permission set, whose sessions are in other accounts", async () => {
    const set = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef";
    const values = { permission_set_arn: set, instance_arn: "arn:aws:sso:::instance/ssoins-0123456789abcdef" };
    const changes = [
      keep("aws_ssoadmin_permission_set.s", { ...values, name: "Operator", arn: set }),
      {
        ...keep("aws_ssoadmin_permission_set_inline_policy.p", {}),
        actions: ["update"],
        before: { ...values, inline_policy: allow("s3:GetObject") },
        after: { ...values, inline_policy: allow("iam:AttachRolePolicy") },
      },
    ];
    const provider_config = {
      aws: { name: "aws", expressions: { allowed_account_ids: { constant_value: [account] } } },
    };
    const resources = changes.map(({ address, type }) => ({
      address,
      type,
      name: address.split(".")[1],
      provider_config_key: "aws",
      expressions: {},
    }));
    const configuration = { provider_config, root_module: { resources } };
    const more = { configuration };
    const level = exempting("arn:aws:iam::*:role/break-glass");
    expect(await found(changes, ["permission-widened"], level, more)).toHaveLength(1);
  });
});

describe("what a policy allows anew", () => {
  const bounded = (boundary: string) => [
    keep("aws_iam_policy.b", { name: "b", arn: arnOf("policy/b"), policy: boundary }),
    keep("aws_iam_role.r", { name: "r", arn: arnOf("role/r"), permissions_boundary: arnOf("policy/b") }),
  ];

  it("is nothing where the boundary of its role holds it back", async () => {
    const change = inline(allow("s3:GetObject"), allow("s3:GetObject", "ec2:RunInstances"));
    expect(await found([...bounded(allow("s3:*")), change], ["permission-widened"])).toEqual([]);
    expect(await found([...bounded(allow("ec2:*")), change], ["permission-widened"])).toHaveLength(1);
  });

  it("is told where one of those who have the policy is free of limits", async () => {
    const p = { name: "p", arn: arnOf("policy/p") };
    const attach = (name: string) => keep(`aws_iam_role_policy_attachment.${name}`, { role: name, policy_arn: p.arn });
    const changes = [
      ...bounded(allow("s3:*")),
      keep("aws_iam_role.free", { name: "free", arn: arnOf("role/free") }),
      widen("aws_iam_policy.p", p, allow("s3:GetObject"), allow("s3:GetObject", "ec2:RunInstances")),
      attach("r"),
    ];
    expect(await found(changes, ["permission-widened"])).toEqual([]);
    expect(await found([...changes, attach("free")], ["permission-widened"])).toHaveLength(1);
  });

  it("is every resource still where the boundary leaves some of a service's actions only", async () => {
    const grown = inline(allow("s3:ListBucket"), allow("s3:*"));
    const ids = ["service-admin", "wildcard-resource"];
    const by = (rule: string) => [expect.stringContaining(`${rule} aws_iam_role_policy.p`)];
    expect(await found([...bounded(allow("s3:GetObject", "s3:PutObject")), grown], ids)).toEqual(
      by("wildcard-resource"),
    );
    expect(await found([...bounded(allow("s3:*")), grown], ids)).toEqual(by("service-admin"));
    expect(await found([...bounded(allow("s3:ListBucket")), grown], ids)).toEqual([]);
  });
});
