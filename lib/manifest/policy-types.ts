/** The types of organization policies: AWS's word for each, its quotas, what is peculiar to it. */
import type { OrganizationPolicyType } from "../access/graph.ts";
import type { LimitName } from "../limits.ts";

export const policyTypeNames = ["scp", "rcp", "tag", "backup", "ai-opt-out", "declarative"] as const;
export type PolicyTypeName = (typeof policyTypeNames)[number];

export interface PolicyTypeFacts {
  type: OrganizationPolicyType;
  one: string;
  several: string;
  /** Most characters of a document, and most policies attached to a root, unit or account. */
  size: LimitName;
  perEntity: LimitName;
  /**
   * The key that the document of a management policy begins with; `null` for SCPs and RCPs, which are written in IAM's
   * policy language and do not bind the management account.
   */
  root: string | null;
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html */
export const policyTypes: Readonly<Record<PolicyTypeName, PolicyTypeFacts>> = {
  scp: {
    type: "SERVICE_CONTROL_POLICY",
    one: "service control policy",
    several: "service control policies",
    size: "scpSize",
    perEntity: "scpsPerEntity",
    root: null,
  },
  rcp: {
    type: "RESOURCE_CONTROL_POLICY",
    one: "resource control policy",
    several: "resource control policies",
    size: "rcpSize",
    perEntity: "rcpsPerEntity",
    root: null,
  },
  tag: {
    type: "TAG_POLICY",
    one: "tag policy",
    several: "tag policies",
    size: "tagPolicySize",
    perEntity: "tagPoliciesPerEntity",
    root: "tags",
  },
  backup: {
    type: "BACKUP_POLICY",
    one: "backup policy",
    several: "backup policies",
    size: "backupPolicySize",
    perEntity: "backupPoliciesPerEntity",
    root: "plans",
  },
  "ai-opt-out": {
    type: "AISERVICES_OPT_OUT_POLICY",
    one: "AI services opt-out policy",
    several: "AI services opt-out policies",
    size: "aiOptOutPolicySize",
    perEntity: "aiOptOutPoliciesPerEntity",
    root: "services",
  },
  declarative: {
    type: "DECLARATIVE_POLICY_EC2",
    one: "declarative policy",
    several: "declarative policies",
    size: "declarativePolicySize",
    perEntity: "declarativePoliciesPerEntity",
    root: "ec2_attributes",
  },
};
