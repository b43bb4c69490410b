import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const trust = policy({ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" });
const role = { name: "worker", arn: "arn:aws:iam::111111111111:role/worker", assume_role_policy: trust };
const allow = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" });
const deny = (Action: string | readonly string[], more: object = {}) => ({
  Effect: "Deny",
  Action,
  Resource: "*",
  ...more,
});

const staying = (type: string, name: string, values: object): Change => ({
  address: `${type}.${name}`,
  type,
  actions: ["no-op"],
  before: values,
  after: values,
});
const worker = staying("aws_iam_role", "worker", role);
const inline = (name: string, before: string | null, after: string | null, after_unknown: object = {}): Change => ({
  address: `aws_iam_role_policy.${name}`,
  type: "aws_iam_role_policy",
  actions: [
    before === null ? "create" : after === null && Object.keys(after_unknown).length === 0 ? "delete" : "update",
  ],
  before: before === null ? null : { name, role: "worker", policy: before },
  after: after === null && Object.keys(after_unknown).length === 0 ? null : { name, role: "worker", policy: after },
  after_unknown,
});
const allows = staying("aws_iam_role_policy", "allows", {
  name: "allows",
  role: "worker",
  policy: policy(allow("s3:*")),
});

/** What is said of the Denies, as rule, address and confidence. */
async function said(...changes: readonly Change[]): Promise<readonly string[]> {
  const { findings } = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "test" });
  return findings
    .filter(({ rule }) => rule === "deny-removed" || rule === "permission-widened")
    .map(({ rule, address, confidence }) => `${rule} ${address} ${confidence}`)
    .sort();
}

const atRole = "deny-removed aws_iam_role.worker high";

it("is silent where a Deny moves to another policy, is merged, or says the same in other words", async () => {
  const both = policy(deny("s3:PutObject"), deny("s3:DeleteObject"));
  const moved = [
    inline("one", both, policy(deny("s3:PutObject"))),
    inline("two", null, policy(deny("s3:DeleteObject"))),
  ];
  expect(await said(worker, allows, ...moved)).toEqual([]);
  expect(await said(worker, allows, inline("one", both, policy(deny(["s3:DeleteObject", "s3:PutObject"]))))).toEqual(
    [],
  );
  expect(await said(worker, allows, inline("one", both, policy(deny("s3:*"))))).toEqual([]);
});

it("is silent about actions that nobody allows, and about actions that do not exist", async () => {
  expect(await said(worker, allows, inline("one", policy(deny(["s3:*", "ec2:*"])), policy(deny("s3:*"))))).toEqual([]);
  const typo = inline("one", policy(deny(["s3:DeleteObjekt"])), policy(deny("s3:DeleteObject")));
  expect(await said(worker, allows, typo)).toEqual([]);
});

it("counts what the changed policy allowed all the time, and leaves to permission-widened what it allows since", async () => {
  const own = inline("own", policy(allow("s3:*"), deny("s3:DeleteObject")), policy(allow("s3:*")));
  expect(await said(worker, own)).toEqual([atRole, "permission-widened aws_iam_role_policy.own high"]);
  const since = inline("own", policy(deny("s3:DeleteObject")), policy(allow("s3:DeleteObject")));
  expect(await said(worker, since)).toEqual(["permission-widened aws_iam_role_policy.own high"]);
  const other = inline("own", policy(allow("ec2:*"), deny("s3:DeleteObject")), policy(allow("ec2:*")));
  expect(await said(worker, allows, other)).toEqual([atRole]);
  const two = inline(
    "own",
    policy(allow("ec2:*"), deny(["s3:DeleteObject", "ec2:RunInstances"])),
    policy(allow("ec2:*")),
  );
  expect(await said(worker, allows, two)).toEqual([atRole, "permission-widened aws_iam_role_policy.own high"]);
});

it("is not sure as long as what denies it now is not known", async () => {
  const later = inline("one", policy(deny("s3:DeleteObject")), null, { policy: true });
  expect(await said(worker, allows, later)).toEqual(["deny-removed aws_iam_role.worker low"]);
  const elsewhere = [
    inline("one", policy(deny("s3:DeleteObject")), null),
    { ...inline("two", null, null, { policy: true }), actions: ["create"] },
  ];
  expect(await said(worker, allows, ...elsewhere)).toEqual(["deny-removed aws_iam_role.worker low"]);
});

it("speaks of a role that the plan does not show, without being sure", async () => {
  const edited = inline("one", policy(deny(["s3:DeleteObject", "s3:PutObject"])), policy(deny("s3:PutObject")));
  expect(await said(edited)).toEqual(["deny-removed aws_iam_role_policy.one low"]);
  const deleted = inline("one", policy(deny("s3:DeleteObject")), null);
  expect(await said(deleted)).toEqual(["deny-removed aws_iam_role_policy.one low"]);
});

it("asks of an exception whether it is made for this role", async () => {
  const except = (arn: string) =>
    inline(
      "one",
      policy(deny("s3:DeleteObject")),
      policy(deny("s3:DeleteObject", { Condition: { ArnNotLike: { "aws:PrincipalArn": arn } } })),
    );
  expect(await said(worker, allows, except("arn:aws:iam::*:role/break-glass"))).toEqual([]);
  expect(await said(worker, allows, except("arn:aws:iam::*:role/work*"))).toEqual([atRole]);
});

it("is said once, at the group, of a group and those who are in it", async () => {
  const group = staying("aws_iam_group", "staff", { name: "staff", arn: "arn:aws:iam::111111111111:group/staff" });
  const users = ["ann", "ben"].flatMap((name) => [
    staying("aws_iam_user", name, { name, arn: `arn:aws:iam::111111111111:user/${name}` }),
    staying("aws_iam_user_policy", name, { name, user: name, policy: policy(allow("s3:*")) }),
    staying("aws_iam_user_group_membership", name, { user: name, groups: ["staff"] }),
  ]);
  const edited: Change = {
    address: "aws_iam_group_policy.denies",
    type: "aws_iam_group_policy",
    before: { name: "denies", group: "staff", policy: policy(deny("s3:*")) },
    after: { name: "denies", group: "staff", policy: policy(deny("s3:Delete*")) },
  };
  expect(await said(group, edited, ...users)).toEqual(["deny-removed aws_iam_group.staff high"]);
  expect(await said(group, edited)).toEqual(["deny-removed aws_iam_group.staff low"]);
});
