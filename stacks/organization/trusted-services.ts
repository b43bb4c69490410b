/** Services that work across the organization: what the manifest uses has to have trusted access. */
import type { AccessGraph, OrganizationPolicy } from "../../lib/access/graph.ts";
import { byCodeUnit } from "../../lib/finding.ts";

type Uses = Pick<AccessGraph, "organization" | "accounts" | "organizationPolicies" | "permissionSets" | "monitoring">;

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html */
const used: readonly (readonly [services: readonly string[], by: (uses: Uses) => boolean])[] = [
  [["access-analyzer.amazonaws.com"], ({ monitoring }) => monitoring.accessAnalyzer !== null],
  [["account.amazonaws.com"], ({ accounts }) => accounts.some(({ contacts }) => contacts.length > 0)],
  [["backup.amazonaws.com"], ({ organizationPolicies }) => organizationPolicies.some(isBackupPolicy)],
  [["cloudtrail.amazonaws.com"], ({ monitoring }) => monitoring.trail?.organization === true],
  [
    ["config-multiaccountsetup.amazonaws.com", "config.amazonaws.com"],
    ({ monitoring }) => (monitoring.config?.aggregator ?? null) !== null,
  ],
  [["guardduty.amazonaws.com"], ({ monitoring }) => monitoring.guardDuty !== null],
  [["securityhub.amazonaws.com"], ({ monitoring }) => monitoring.securityHub !== null],
  [["sso.amazonaws.com"], ({ permissionSets }) => permissionSets.length > 0],
];

function isBackupPolicy({ type }: OrganizationPolicy): boolean {
  return type === "BACKUP_POLICY";
}

/** Trusted access is one list: what a part of the manifest cannot work without is in it, or Terraform would take it away. */
export function trustedServices(uses: Uses): string[] {
  const { trustedServices, delegatedAdministrators } = uses.organization;
  return [
    ...new Set([
      ...trustedServices,
      ...delegatedAdministrators.map(({ service }) => service),
      ...used.flatMap(([services, by]) => (by(uses) ? services : [])),
    ]),
  ].sort(byCodeUnit);
}
