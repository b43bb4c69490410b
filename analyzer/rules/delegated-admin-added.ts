import { flatMap } from "../../lib/flat-map.ts";
import { condition, perAllow } from "../../lib/iam/questions.ts";
import { action, resource } from "../../lib/iam/unnamed.ts";
import { ask, type Question, worstOf } from "../../lib/iam/witness.ts";
import {
  accountInArn,
  attributeOf,
  type Resource,
  type ResourcePair,
  rule,
  type Surroundings,
  type Violation,
  violationsOf,
  type World,
} from "../rule.ts";

/** Resource types that make an account the administrator of something: the attributes that tell whom and of what. */
const delegations: Readonly<Record<string, { account: string; of: string | { attribute: string } }>> = {
  aws_organizations_delegated_administrator: { account: "account_id", of: { attribute: "service_principal" } },
  aws_auditmanager_account_registration: { account: "delegated_admin_account", of: "Audit Manager" },
  aws_auditmanager_organization_admin_account_registration: { account: "admin_account_id", of: "Audit Manager" },
  aws_cloudtrail_organization_delegated_admin_account: { account: "account_id", of: "CloudTrail" },
  // an account that accepts an invitation has an administrator of its own
  aws_detective_invitation_accepter: { account: "graph_arn", of: "Detective in this account" },
  aws_detective_organization_admin_account: { account: "account_id", of: "Detective" },
  aws_fms_admin_account: { account: "account_id", of: "Firewall Manager" },
  aws_guardduty_invite_accepter: { account: "master_account_id", of: "GuardDuty in this account" },
  aws_guardduty_organization_admin_account: { account: "admin_account_id", of: "GuardDuty" },
  aws_inspector2_delegated_admin_account: { account: "account_id", of: "Inspector" },
  aws_macie2_invitation_accepter: { account: "administrator_account_id", of: "Macie in this account" },
  aws_macie2_organization_admin_account: { account: "admin_account_id", of: "Macie" },
  aws_securityhub_invite_accepter: { account: "master_id", of: "Security Hub in this account" },
  aws_securityhub_organization_admin_account: { account: "admin_account_id", of: "Security Hub" },
  aws_vpc_ipam_organization_admin_account: { account: "delegated_admin_account_id", of: "VPC IPAM" },
};
const types = Object.keys(delegations);

/** What AWS Organizations calls the services that have a resource type of their own for it. */
const principals: Readonly<Record<string, string>> = {
  "auditmanager.amazonaws.com": "Audit Manager",
  "cloudtrail.amazonaws.com": "CloudTrail",
  "detective.amazonaws.com": "Detective",
  "fms.amazonaws.com": "Firewall Manager",
  "guardduty.amazonaws.com": "GuardDuty",
  "inspector2.amazonaws.com": "Inspector",
  "ipam.amazonaws.com": "VPC IPAM",
  "macie.amazonaws.com": "Macie",
  "securityhub.amazonaws.com": "Security Hub",
};

/** What is delegated to whom, as one string; `null` where nothing is. */
function delegation(resource: Resource | null): string | null {
  const row = resource && delegations[resource.type];
  if (!row) return null;
  const told = typeof row.of === "string" ? row.of : attributeOf(resource, row.of.attribute);
  const of = principals[String(told)] ?? told;
  const named = attributeOf(resource, row.account);
  const account = typeof named === "string" ? (accountInArn(named) ?? named) : named;
  return `${account === null ? "an account that is not known yet" : `account ${account}`} the administrator of ${of ?? "a service that is not known yet"}`;
}

const POLICIES = "aws_organizations_resource_policy";

/** Ways to take away what is attached or what it says, the plainest first. */
const control = (policy: string): readonly Pick<Question, "actions" | "resources">[] => [
  ...["Detach", "Update", "Delete", "Attach"].map((verb) => ({
    actions: [action(`organizations:${verb}Policy`)],
    resources: [resource(`arn:*:organizations::*:policy/${policy}`)],
  })),
  { actions: [action("organizations:DisablePolicyType")], resources: [resource("arn:*:organizations::*:root/*")] },
];

const TYPE = "organizations:PolicyType";

/**
 * How bad it is to let a member administer policies: those that forbid, and any others (backups, tags).
 *
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
 */
const policies = [
  ...["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2"].map((type) => ({
    // ids as long as AWS makes them: a wildcard could hold another type
    asked: control(`o-??????????/${type.toLowerCase()}/p-????????`),
    where: [condition("StringEquals", TYPE, [type])],
    what: "service control policies and the like",
    severity: "high" as const,
  })),
  { asked: control("*"), where: [], what: "policies", severity: "medium" as const },
];

/** Whom the organization's own policy lets administer policies, and did not before. */
function administered({ address }: ResourcePair, around: Surroundings, world: World): readonly Violation[] {
  // an organization has one such policy
  const changes = flatMap(around.ofType(POLICIES), (pair) => around.policiesAt(pair.address));
  const before = flatMap(changes, (change) => change.before).map(({ policy }) => policy);
  const own = world.managementAccount;
  const isMember = own === null ? [] : [condition("StringNotEquals", "aws:PrincipalAccount", [own])];
  const now = flatMap(changes, ({ address: at, after }) => (at === address ? after : []));
  return flatMap(now, ({ policy }) =>
    flatMap(perAllow(policy), ({ statement, alone }) => {
      for (const { asked, where, what, severity } of policies) {
        const answer = worstOf(asked, (question) =>
          ask({ policies: [alone], notAllowedBy: before, ...question, where: [...where, ...isMember] }),
        );
        const found = violationsOf(answer, statement, alone, ({ caller, action }) => {
          const account = accountInArn(caller.name);
          return `makes ${account === null ? caller.name : `account ${account}`} the administrator of the organization's ${what}: it can call ${action}`;
        });
        if (found.length > 0) return found.map((violation) => ({ ...violation, severity }));
      }
      return [];
    }),
  );
}

export default rule({
  id: "delegated-admin-added",
  severity: "medium",
  summary: "An account becomes the administrator of a service for the whole organization",
  why: "A delegated administrator acts on every account of the organization: it switches detection off, reads findings and trails, and some services run code everywhere (CloudFormation StackSets, Systems Manager, Identity Center). Whoever holds that account holds more than it looks.",
  levels:
    "Medium for every delegation, and for an account that accepts another one as its administrator; high where it can detach or change policies that forbid; low when the access manifest itself says so; an account that already has it is not reported.",
  bad: `resource "aws_organizations_delegated_administrator" "stacks" {
  account_id        = "444455556666"
  service_principal = "member.org.stacksets.cloudformation.amazonaws.com"
}`,
  good: `resource "aws_guardduty_organization_configuration" "all" {
  detector_id                      = aws_guardduty_detector.this.id
  auto_enable_organization_members = "ALL"
}`,
  fix: "Delegate to a dedicated security or tooling account that few people can enter, and have the delegation approved by those who own the organization.",
  references: [
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html",
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html",
  ],
  on: "change",
  types: [...types, POLICIES].sort(),
  declared: {
    types: [
      "aws_guardduty_organization_admin_account",
      "aws_organizations_delegated_administrator",
      "aws_securityhub_organization_admin_account",
    ],
    severity: "low",
  },
  check(change, around, world) {
    const { address, before, after, type } = change;
    if (type === POLICIES) return administered(change, around, world);
    const now = delegation(after);
    if (now === null || now === delegation(before)) return [];
    // the same under another address, or by a resource of another type
    const had = (other: ResourcePair) => other.address !== address && delegation(other.before) === now;
    if (types.some((type) => around.ofType(type).some(had))) return [];
    return [{ statement: null, message: `makes ${now}` }];
  },
});
