import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const told = async () => {
  const file = join(import.meta.dirname, "..", "fixtures", "plans", "addresses", "plan.json");
  const result = readPlan(readFileSync(file), "plan.json");
  if ("problem" in result) throw new Error(result.problem.message);
  const world = { organizationId: null, accounts: new Set(["111122223333"]) };
  const { findings } = await analyze([result.plan], { rules, world, toolVersion: "0.0.0" });
  return findings.map(({ rule, address, change }) => `${rule} ${address} ${change}`).sort();
};

it("calls unchanged what stands at another address for the same holder or on the same resource", async () => {
  expect((await told()).filter((line) => line.includes(".stays_"))).toEqual([
    "admin-access aws_iam_role_policy.stays_named unchanged",
    'admin-access aws_iam_role_policy_attachment.stays_key["new"] unchanged',
    "resource-outside-organization aws_lambda_permission.stays_function unchanged",
    "resource-public aws_s3_bucket_policy.stays_attribute unchanged",
    "resource-public aws_s3_bucket_policy.stays_bucket unchanged",
    "service-admin aws_iam_policy_attachment.stays_type unchanged",
    "service-admin aws_iam_role_policy_attachment.stays_attributes unchanged",
    "wildcard-resource aws_iam_role_policy.stays_attributes unchanged",
    "wildcard-resource aws_iam_role_policy.stays_renamed unchanged",
    "wildcard-resource aws_iam_role_policy.stays_split_1 unchanged",
    "wildcard-resource aws_iam_role_policy.stays_split_2 unchanged",
  ]);
});

it("calls introduced what somebody else has now, or what is open on another resource", async () => {
  expect((await told()).filter((line) => line.includes(".comes_"))).toEqual([
    "pass-role-any aws_iam_role_policy.comes_holder introduced",
    "pass-role-any aws_iam_role_policy.comes_holder_before fixed",
    "privilege-escalation aws_iam_policy_attachment.comes_more introduced",
    "resource-outside-organization aws_lambda_permission.comes_function introduced",
    "resource-outside-organization aws_lambda_permission.comes_function_before fixed",
    "resource-public aws_sqs_queue_policy.comes_queue introduced",
    "resource-public aws_sqs_queue_policy.comes_queue_before fixed",
    "service-admin aws_iam_policy_attachment.comes_more introduced",
    "service-admin aws_iam_role_policy_attachment.comes_more fixed",
  ]);
});

const account = "arn:aws:iam::111122223333";
const role: Change = {
  ...{ address: "aws_iam_role.deploy", type: "aws_iam_role", actions: ["no-op"] },
  ...both({ name: "deploy", path: "/", arn: `${account}:role/deploy` }),
};
function both(values: object): Pick<Change, "before" | "after"> {
  return { before: values, after: values };
}

const inline = (name: string, ...statements: readonly object[]) => ({
  ...{ address: `aws_iam_role_policy.${name}`, type: "aws_iam_role_policy" },
  values: { role: "deploy", name, policy: policy(...statements) },
});
type Inline = ReturnType<typeof inline>;
const deleted = ({ values, ...rest }: Inline): Change => ({ ...rest, actions: ["delete"], before: values });
const created = ({ values, ...rest }: Inline): Change => ({ ...rest, actions: ["create"], after: values });
const managed = (...statements: readonly object[]): readonly Change[] => {
  const arn = `${account}:policy/deploy`;
  return [
    {
      ...{ address: "aws_iam_policy.deploy", type: "aws_iam_policy", actions: ["create"] },
      after: { name: "deploy", path: "/", arn, policy: policy(...statements) },
    },
    {
      ...{ address: "aws_iam_role_policy_attachment.deploy", type: "aws_iam_role_policy_attachment" },
      ...{ actions: ["create"], after: { role: "deploy", policy_arn: arn } },
    },
  ];
};
const allow = (...Action: readonly string[]) => ({ Effect: "Allow", Action, Resource: "*" });

it.each<[string, readonly Change[], readonly string[]]>([
  [
    "an inline policy becomes a managed one",
    [deleted(inline("old", allow("iam:AttachRolePolicy"))), ...managed(allow("iam:AttachRolePolicy"))],
    ["privilege-escalation aws_iam_policy.deploy unchanged"],
  ],
  [
    "what is gained together is written in another place",
    [
      deleted(inline("old", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))),
      ...managed(allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")),
    ],
    ["pass-role-any", "privilege-escalation", "wildcard-resource"].map((id) => `${id} aws_iam_policy.deploy unchanged`),
  ],
  [
    "a statement is split over two policies",
    [
      deleted(inline("old", allow("iam:PassRole", "ec2:RunInstances"))),
      created(inline("one", allow("iam:PassRole"))),
      created(inline("two", allow("ec2:RunInstances"))),
    ],
    [
      "pass-role-any aws_iam_role_policy.one unchanged",
      "privilege-escalation aws_iam_role.deploy unchanged",
      "wildcard-resource aws_iam_role_policy.two unchanged",
    ],
  ],
  [
    "one part is new",
    [
      deleted(inline("old", allow("ec2:RunInstances"))),
      created(inline("one", allow("ec2:RunInstances", "dynamodb:DeleteTable"))),
    ],
    ["wildcard-resource aws_iam_role_policy.old fixed", "wildcard-resource aws_iam_role_policy.one introduced"],
  ],
  [
    "it is said of the same role twice",
    [
      { ...inline("old", allow("s3:*")), actions: ["no-op"], ...both(inline("old", allow("s3:*")).values) },
      created(inline("new", allow("s3:*"))),
    ],
    ["service-admin aws_iam_role_policy.new unchanged", "service-admin aws_iam_role_policy.old unchanged"],
  ],
])("tells what the same role had before, where %s", async (_, changes, expected) => {
  const { findings } = await analyze([planOf([role, ...changes])], { rules, world: {}, toolVersion: "0.0.0" });
  expect(findings.map(({ rule, address, change }) => `${rule} ${address} ${change}`).sort()).toEqual(
    [...expected].sort(),
  );
});

it("tells what is open on another resource of the same type, where one is closed and one stays open", async () => {
  const share = (name: string, before: boolean, after: boolean): Change => {
    const values = (isPublic: boolean) => ({
      ...{ name, distribution: [{ region: "eu-west-1", ami_distribution_configuration: [{ launch_permission: [] }] }] },
      ...(isPublic && {
        distribution: [
          {
            region: "eu-west-1",
            ami_distribution_configuration: [{ launch_permission: [{ user_groups: ["all"], user_ids: [] }] }],
          },
        ],
      }),
    });
    const type = "aws_imagebuilder_distribution_configuration";
    return { address: `${type}.${name}`, type, before: values(before), after: values(after) };
  };
  const changes = [share("stays", true, true), share("goes", true, false), share("comes", false, true)];
  const { findings } = await analyze([planOf(changes)], { rules, world: {}, toolVersion: "0.0.0" });
  const told = findings.filter(({ rule }) => rule === "resource-public");
  expect(told.map(({ address, change }) => `${address.split(".")[1]} ${change}`).sort()).toEqual([
    "comes introduced",
    "goes fixed",
    "stays unchanged",
  ]);
});
