/** Permission sets in one plan, and who gets them in another. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import type { Plan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf } from "./plans.ts";

const instance_arn = "arn:aws:sso:::instance/ssoins-1234567890abcdef";
const arnOf = (set: string) => `arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-${set}`;

/** As it stands; the plan leaves it alone. */
const stands = (type: string, name: string, values: object): Change => {
  const all = { instance_arn, ...values };
  return { address: `${type}.${name}`, type, actions: ["no-op"], before: all, after: all };
};
const setWith = (name: string, managed_policy_arn: string): readonly Change[] => [
  stands("aws_ssoadmin_permission_set", name, { name, arn: arnOf(name) }),
  stands("aws_ssoadmin_managed_policy_attachment", name, { permission_set_arn: arnOf(name), managed_policy_arn }),
];
const assigned = (permission_set_arn: string | null): Change => ({
  address: "aws_ssoadmin_account_assignment.x",
  type: "aws_ssoadmin_account_assignment",
  actions: ["create"],
  after: { instance_arn, permission_set_arn, principal_type: "GROUP", principal_id: "g-1", target_id: "222222222222" },
  after_unknown: permission_set_arn === null ? { permission_set_arn: true } : {},
});

const sets = planOf([
  ...setWith("admin", "arn:aws:iam::aws:policy/AdministratorAccess"),
  ...setWith("reader", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"),
]);

async function found(...plans: readonly Plan[]) {
  const { findings } = await analyze(plans, { rules, world: {}, toolVersion: "0.0.0" });
  return findings.filter(({ rule }) => rule === "sso-admin-assignment");
}

describe("an assignment of a permission set that another plan has", () => {
  it.each([
    ["before it", (assignment: Plan) => [assignment, sets]],
    ["after it", (assignment: Plan) => [sets, assignment]],
  ])("is judged by what the set may do: its plan comes %s", async (_, plans) => {
    expect(await found(...plans(planOf([assigned(arnOf("admin"))])))).toMatchObject([
      {
        severity: "high",
        confidence: "high",
        message: "gives the group g-1 the permission set admin, which is an administrator, in account 222222222222",
      },
    ]);
    expect(await found(...plans(planOf([assigned(arnOf("reader"))])))).toEqual([]);
  });

  it("is told when no plan has it", async () => {
    expect(await found(planOf([assigned(arnOf("admin"))]))).toMatchObject([{ severity: "info", confidence: "low" }]);
    expect(await found(planOf([assigned(arnOf("other"))]), sets)).toMatchObject([
      { severity: "info", message: expect.stringContaining(arnOf("other")) },
    ]);
  });
});

describe("an assignment of a permission set that is not known yet", () => {
  const made: Change = {
    address: "aws_ssoadmin_permission_set.new",
    type: "aws_ssoadmin_permission_set",
    actions: ["create"],
    after: { instance_arn, name: "new" },
    after_unknown: { arn: true },
  };

  it("is left to the policies of the set that the plan makes, and told when it makes none", async () => {
    expect(await found(planOf([assigned(null), made]))).toEqual([]);
    expect(await found(planOf([assigned(null)]))).toMatchObject([
      { severity: "info", message: expect.stringContaining("not known yet") },
    ]);
  });
});

describe("who joins a group", () => {
  const assignment = (set: string) =>
    stands("aws_ssoadmin_account_assignment", set, {
      permission_set_arn: arnOf(set),
      ...{ principal_type: "GROUP", principal_id: `g-${set}`, target_id: "222222222222" },
    });
  const joining = (group: string, before: object | null = null): Change => ({
    address: "aws_identitystore_group_membership.m",
    type: "aws_identitystore_group_membership",
    actions: [before ? "update" : "create"],
    before,
    after: { group_id: group, member_id: "u-1" },
  });
  const standing = [
    ...setWith("admin", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ...setWith("reader", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"),
    assignment("admin"),
    assignment("reader"),
  ];

  it("gets what the group has: administration is told", async () => {
    expect(await found(planOf([...standing, joining("g-admin")]))).toMatchObject([
      {
        ...{ address: "aws_identitystore_group_membership.m", severity: "high", change: "introduced" },
        message:
          "adds the user u-1 to the group g-admin, which has the permission set admin, which is an administrator, in account 222222222222",
      },
    ]);
    expect(await found(planOf([...standing, joining("g-reader")]))).toEqual([]);
  });

  it("and was in it before, gets nothing", async () => {
    const before = { group_id: "g-admin", member_id: "u-1", tags: null };
    expect(await found(planOf([...standing, joining("g-admin", before)]))).toEqual([]);
  });
});

describe("an assignment of the management account", () => {
  const organization = { type: "aws_organizations_organization", name: "this" };
  const values = { instance_arn, principal_type: "GROUP", principal_id: "g-1", target_type: "AWS_ACCOUNT" };
  const target = (references: readonly string[]) => ({
    configuration: {
      root_module: {
        resources: [
          { address: "aws_organizations_organization.this", mode: "managed", ...organization, expressions: {} },
          {
            address: "aws_ssoadmin_account_assignment.x",
            mode: "managed",
            type: "aws_ssoadmin_account_assignment",
            name: "x",
            expressions: { target_id: { references } },
          },
        ],
      },
    },
  });
  const made: Change = {
    address: "aws_organizations_organization.this",
    type: "aws_organizations_organization",
    actions: ["create"],
    after: {},
    after_unknown: { master_account_id: true, accounts: true },
  };
  const pending: Change = {
    address: "aws_ssoadmin_account_assignment.x",
    type: "aws_ssoadmin_account_assignment",
    actions: ["create"],
    after: values,
    after_unknown: { target_id: true },
  };
  const known: Change = { ...pending, after: { ...values, target_id: "222222222222" }, after_unknown: {} };
  const read = (mode: string, master_account_id: string) => ({
    prior_state: {
      values: {
        root_module: { resources: [{ address: "data.o.this", mode, ...organization, values: { master_account_id } }] },
      },
    },
  });
  const base = "aws_organizations_organization.this";
  it.each<[string, boolean, Plan]>([
    ["that a data source told before the plan", true, planOf([known], read("data", "222222222222"))],
    ["where a data source told of another", false, planOf([known], read("data", "333333333333"))],
    [
      "of the organization that is made with it",
      true,
      planOf([made, pending], target([`${base}.master_account_id`, base])),
    ],
    ["where it may be any other account", false, planOf([made, pending], target([`${base}.accounts`, base]))],
  ])("%s", async (_, isTold, plan) => {
    const { findings } = await analyze([plan], { rules, world: {}, toolVersion: "0.0.0" });
    expect(findings.some(({ rule }) => rule === "sso-management-access")).toBe(isTold);
  });
});
