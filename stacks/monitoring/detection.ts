/** IAM Access Analyzer, GuardDuty and Security Hub for the organization: delegated by the management account, per Region. */
import type { ITerraformDependable } from "cdktf";
import type { AccessAnalyzer, GuardDuty, Monitoring, SecurityHub, Site } from "../../lib/access/graph.ts";
import { securityHubStandards } from "../../lib/access/security-hub-standards.ts";
import {
  AccessanalyzerAnalyzer,
  GuarddutyDetector,
  GuarddutyDetectorFeature,
  GuarddutyOrganizationAdminAccount,
  GuarddutyOrganizationConfiguration,
  GuarddutyOrganizationConfigurationFeature,
  OrganizationsDelegatedAdministrator,
  SecurityhubAccount,
  SecurityhubFindingAggregator,
  SecurityhubMember,
  SecurityhubOrganizationAdminAccount,
  SecurityhubOrganizationConfiguration,
  SecurityhubStandardsSubscription,
} from "../aws.ts";
import type { Scope } from "./scope.ts";

export function writeDetection(scope: Scope, { accessAnalyzer, guardDuty, securityHub }: Monitoring): void {
  if (accessAnalyzer !== null) writeAccessAnalyzer(scope, accessAnalyzer);
  if (guardDuty !== null) for (const region of guardDuty.regions) writeGuardDuty(scope, guardDuty, region);
  if (securityHub !== null) writeSecurityHub(scope, securityHub);
}

/** Services that take their administrator from AWS Organizations itself. */
export function delegate(scope: Scope, service: string, account: string): ITerraformDependable[] {
  const { delegatedAdministrators } = scope.props.organization;
  const made = delegatedAdministrators.some((one) => one.service === service && one.account === account);
  // what the manifest says by itself is in the stack of the organization, which is applied before
  if (made || account === scope.home.account) return [];
  return [
    scope.addOnce(OrganizationsDelegatedAdministrator, scope.home, delegationKey(service, account), {
      accountId: scope.accountId(account),
      servicePrincipal: service,
    }),
  ];
}

/** The key in the address of a delegation: `config--security`. */
export function delegationKey(service: string, account: string): string[] {
  return [service.replace(".amazonaws.com", ""), account];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-delegated-administrator.html */
function writeAccessAnalyzer(scope: Scope, { administrator, externalRegions, unusedAccessDays }: AccessAnalyzer): void {
  const dependsOn = delegate(scope, "access-analyzer.amazonaws.com", administrator);
  const zone = scope.props.organization.mode === "organization" ? "ORGANIZATION" : "ACCOUNT";
  for (const region of externalRegions) {
    const site = { account: administrator, region };
    scope.add(AccessanalyzerAnalyzer, site, ["external-access"], {
      analyzerName: "external-access",
      type: zone,
      dependsOn,
    });
  }
  if (unusedAccessDays === null) return;
  scope.add(AccessanalyzerAnalyzer, { ...scope.home, account: administrator }, ["unused-access"], {
    analyzerName: "unused-access",
    type: `${zone}_UNUSED_ACCESS`,
    configuration: { unusedAccess: { unusedAccessAge: unusedAccessDays } },
    dependsOn,
  });
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_organizations.html */
function writeGuardDuty(scope: Scope, { administrator, features, findings }: GuardDuty, region: string): void {
  const management: Site = { account: scope.home.account, region };
  const site: Site = { account: administrator, region };
  const key = ["guardduty"];
  const detectorIn = (where: Site) =>
    scope.add(GuarddutyDetector, where, key, { enable: true, findingPublishingFrequency: findings });
  const detector = detectorIn(site);
  for (const name of features) {
    scope.add(GuarddutyDetectorFeature, site, [...key, name], { detectorId: detector.id, name, status: "ENABLED" });
  }
  if (administrator === management.account) return;
  const administered = scope.add(GuarddutyOrganizationAdminAccount, management, key, {
    adminAccountId: scope.accountId(administrator),
    // before the delegation, which would switch GuardDuty on in the administrator's account by itself
    dependsOn: [detectorIn(management), detector],
  });
  const configuration = scope.add(GuarddutyOrganizationConfiguration, site, key, {
    detectorId: detector.id,
    autoEnableOrganizationMembers: "ALL",
    dependsOn: [administered],
  });
  for (const name of features) {
    scope.add(GuarddutyOrganizationConfigurationFeature, site, [...key, name], {
      detectorId: detector.id,
      name,
      autoEnable: "ALL",
      dependsOn: [configuration],
    });
  }
}

/** https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-accounts-orgs.html */
function writeSecurityHub(scope: Scope, hub: SecurityHub): void {
  const hubs = hub.regions.map((region) => {
    const site: Site = { account: hub.administrator, region };
    const own = scope.add(SecurityhubAccount, site, securityHubKey, { enableDefaultStandards: false });
    for (const standard of hub.standards) {
      scope.add(SecurityhubStandardsSubscription, site, [...securityHubKey, standard], {
        standardsArn: `arn:aws:securityhub:${region}::${securityHubStandards[standard]}`,
        dependsOn: [own],
      });
    }
    return hub.administrator === scope.home.account ? own : securityHubMembers(scope, hub, site, own);
  });
  if (hub.regions.length < 2) return;
  const site = { ...scope.home, account: hub.administrator };
  scope.add(SecurityhubFindingAggregator, site, securityHubKey, { linkingMode: "ALL_REGIONS", dependsOn: hubs });
}

const securityHubKey = ["securityhub"];

/** The organization in one Region; gives what has made the administrator one. */
function securityHubMembers(
  scope: Scope,
  { administrator, defaultStandards }: SecurityHub,
  site: Site,
  own: ITerraformDependable,
): ITerraformDependable {
  const management: Site = { ...site, account: scope.home.account };
  const managements = scope.add(SecurityhubAccount, management, securityHubKey, { enableDefaultStandards: false });
  const administered = scope.add(SecurityhubOrganizationAdminAccount, management, securityHubKey, {
    adminAccountId: scope.accountId(administrator),
    dependsOn: [managements, own],
  });
  const configuration = scope.add(SecurityhubOrganizationConfiguration, site, securityHubKey, {
    autoEnable: true,
    autoEnableStandards: defaultStandards ? "DEFAULT" : "NONE",
    dependsOn: [administered],
  });
  // new accounts join by themselves; those that are there already are asked in
  for (const account of members(scope, administrator)) {
    const accountId = scope.accountId(account);
    scope.add(SecurityhubMember, site, [...securityHubKey, account], { accountId, dependsOn: [configuration] });
  }
  return administered;
}

/** Active accounts with an id, but the administrator. */
function members({ props }: Scope, administrator: string): string[] {
  return props.accounts.flatMap(({ key, id, state }) =>
    id === null || state !== "active" || key === administrator ? [] : [key],
  );
}
