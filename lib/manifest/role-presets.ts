/** Permissions of roles that recur, by name: one row each. */
import type { Statement } from "./fields.ts";

/** What a preset may ask about how Terraform runs. */
export interface RolePresetContext {
  executionRole: string;
  /** Where state is kept in S3; `null` when it is elsewhere. `folder` holds a state for each stack. */
  state: { bucket: string; folder: string } | null;
}

interface RolePreset {
  /** One sentence, for the documentation. */
  summary: string;
  /** AWS managed policies, by name. */
  managedPolicies: readonly string[];
  statements?(context: RolePresetContext): Statement[];
}

export const rolePresetNames = [
  "billing-read-only",
  "ecs-task-execution",
  "lambda-logs",
  "read-only",
  "security-audit",
  "session-manager",
  "terraform-apply",
  "terraform-plan",
  "view-only",
] as const;
export type RolePresetName = (typeof rolePresetNames)[number];

export const rolePresets: Readonly<Record<RolePresetName, RolePreset>> = {
  "billing-read-only": {
    summary: "Reads bills, costs and budgets.",
    managedPolicies: ["AWSBillingReadOnlyAccess"],
  },
  "ecs-task-execution": {
    summary: "Pulls images and writes logs, for the execution role of ECS tasks.",
    managedPolicies: ["AmazonECSTaskExecutionRolePolicy"],
  },
  "lambda-logs": {
    summary: "Writes a function's logs.",
    managedPolicies: ["AWSLambdaBasicExecutionRole"],
  },
  "read-only": {
    summary: "Reads everything, the data included.",
    managedPolicies: ["ReadOnlyAccess"],
  },
  "security-audit": {
    summary: "Reads how everything is configured, and no data.",
    managedPolicies: ["SecurityAudit"],
  },
  "session-manager": {
    summary: "Lets Systems Manager reach the instance.",
    managedPolicies: ["AmazonSSMManagedInstanceCore"],
  },
  "terraform-apply": {
    summary: "Enters every account of the organization as `terraform.executionRole`, and writes the state.",
    managedPolicies: [],
    statements: ({ executionRole, state }) => [
      {
        sid: "EnterAccounts",
        actions: ["sts:AssumeRole"],
        resources: [`arn:aws:iam::*:role/${executionRole}`],
        // a role of that name in somebody else's account is another role
        conditions: { StringEquals: { "aws:ResourceOrgID": ["${aws:PrincipalOrgID}"] } },
      },
      ...stateStatements(state, ["s3:GetObject", "s3:PutObject"]),
    ],
  },
  "terraform-plan": {
    summary: "Reads how everything is configured, and the state; locks it.",
    managedPolicies: ["SecurityAudit", "ViewOnlyAccess"],
    statements: ({ state }) => [
      { sid: "Refresh", actions: refreshed, resources: ["*"] },
      ...stateStatements(state, ["s3:GetObject"]),
    ],
  },
  "view-only": {
    summary: "Lists what there is.",
    managedPolicies: ["ViewOnlyAccess"],
  },
};

/** What Terraform reads of the resources that stacks are made of, beyond what the two managed policies allow. */
const refreshed = [
  "budgets:ListTagsForResource",
  "budgets:ViewBudget",
  "identitystore:DescribeGroup",
  "identitystore:DescribeUser",
  "s3:ListTagsForResource",
  "sns:GetSubscriptionAttributes",
];

/** https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required */
function stateStatements(state: RolePresetContext["state"], actions: string[]): Statement[] {
  if (state === null) return [];
  const { bucket, folder } = state;
  const objects = `arn:aws:s3:::${bucket}/${folder}/*.tfstate`;
  return [
    { sid: "FindState", actions: ["s3:ListBucket"], resources: [`arn:aws:s3:::${bucket}`] },
    { sid: "State", actions, resources: [objects] },
    {
      sid: "LockState",
      actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      resources: [`${objects}.tflock`],
    },
  ];
}
