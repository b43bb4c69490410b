/** Whom the example of a finding shows: whoever has the policy, where it makes no difference to the policies. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const made = (type: string, after: object): Change => ({ address: `${type}.x`, type, actions: ["create"], after });
const stands = (type: string, values: object): Change => ({
  address: `${type}.x`,
  type,
  actions: ["no-op"],
  before: values,
  after: values,
});

const queues = { Effect: "Allow", Action: "sqs:*", Resource: "*" };
const account = "111122223333";
const arn = (name: string) => `arn:aws:iam::${account}:${name}`;

const role = stands("aws_iam_role", { name: "worker", path: "/shop/", arn: arn("role/shop/worker") });
const user = stands("aws_iam_user", { name: "alice", arn: arn("user/alice") });
const group = stands("aws_iam_group", { name: "ops", arn: arn("group/ops") });
const set = stands("aws_ssoadmin_permission_set", { name: "Dev", arn: "arn:aws:sso:::permissionSet/s/p" });
const inline = (kind: string, name: string, ...statements: readonly object[]): Change =>
  made(`aws_iam_${kind}_policy`, { [kind]: name, policy: policy(...statements) });

async function shown(...changes: readonly Change[]) {
  const { findings } = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "0.0.0" });
  return findings.find(({ rule }) => rule === "service-admin")?.witness;
}

describe("the caller of an example", () => {
  it.each<[string, string, readonly Change[]]>([
    ["a role", arn("role/shop/worker"), [role, inline("role", "worker", queues)]],
    ["a user", arn("user/alice"), [user, inline("user", "alice", queues)]],
    ["some user of a group", arn("user/someone"), [group, inline("group", "ops", queues)]],
    [
      "a session of a permission set, in whatever account",
      "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123456789abcdef",
      [
        set,
        made("aws_ssoadmin_permission_set_inline_policy", {
          permission_set_arn: "arn:aws:sso:::permissionSet/s/p",
          inline_policy: policy(queues),
        }),
      ],
    ],
    [
      "somebody of the account, for a policy that nobody has",
      arn("user/someone"),
      [stands("aws_iam_policy", { name: "queues", arn: arn("policy/queues"), policy: policy(queues) })],
    ],
    [
      "whom the policy itself asks for",
      "arn:aws:iam::123456789012:user/carol",
      [
        role,
        inline("role", "worker", {
          ...queues,
          Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:user/carol" } },
        }),
      ],
    ],
    [
      "somebody with MFA, which a role never shows",
      arn("user/someone"),
      [role, inline("role", "worker", { ...queues, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })],
    ],
  ])("is %s", async (_, principal, changes) => {
    expect(await shown(...changes)).toMatchObject({ principal });
  });

  it("brings its account to what was made up, and leaves what is named", async () => {
    expect(await shown(role, inline("role", "worker", queues))).toMatchObject({
      resource: expect.stringContaining(`:${account}:`),
    });
    const other = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs-123456789012/*" };
    expect(await shown(role, inline("role", "worker", queues, other))).toMatchObject({
      principal: arn("role/shop/worker"),
      resource: expect.stringContaining(":123456789012:"),
    });
  });
});
