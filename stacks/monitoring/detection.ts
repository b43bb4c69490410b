/** IAM Access Analyzer, GuardDuty and Security Hub for the organization: delegated by the management account, per Region. */
import type { ITerraformDependable } from "cdktf";
import type { AccessAnalyzer, GuardDuty, Monitoring, SecurityHub, Site } from "../../lib/access/graph.ts";
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
  if (account === scope.home.account) return [];
  return [
    scope.addOnce(OrganizationsDelegatedAdministrator, scope.home, [service, account], {
      accountId: scope.accountId(account),
      servicePrincipal: `${service}.amazonaws.com`,
    }),
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-delegated-administrator.html */
function writeAccessAnalyzer(scope: Scope, { administrator, externalRegions, unusedAccessDays }: AccessAnalyzer): void {
  const dependsOn = delegate(scope, "access-analyzer", administrator);
  for (const region of externalRegions) {
    const site = { account: administrator, region };
    scope.add(AccessanalyzerAnalyzer, site, ["external-access"], {
      analyzerName: "external-access",
      type: "ORGANIZATION",
      dependsOn,
    });
  }
  if (unusedAccessDays === null) return;
  scope.add(AccessanalyzerAnalyzer, { ...scope.home, account: administrator }, ["unused-access"], {
    analyzerName: "unused-access",
    type: "ORGANIZATION_UNUSED_ACCESS",
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
  // before the delegation, which would switch GuardDuty on in the administrator's account by itself
  const own = detectorIn(management);
  const detector = detectorIn(site);
  const administered = scope.add(GuarddutyOrganizationAdminAccount, management, key, {
    adminAccountId: scope.accountId(administrator),
    dependsOn: [own, detector],
  });
  const configuration = scope.add(GuarddutyOrganizationConfiguration, site, key, {
    detectorId: detector.id,
    autoEnableOrganizationMembers: "ALL",
    dependsOn: [administered],
  });
  for (const name of features) {
    const featureKey = [...key, name];
    scope.add(GuarddutyDetectorFeature, site, featureKey, { detectorId: detector.id, name, status: "ENABLED" });
    scope.add(GuarddutyOrganizationConfigurationFeature, site, featureKey, {
      detectorId: detector.id,
      name,
      autoEnable: "ALL",
      dependsOn: [configuration],
    });
  }
}

/** https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-accounts-orgs.html */
function writeSecurityHub(scope: Scope, hub: SecurityHub): void {
  const { home } = scope;
  const key = ["securityhub"];
  const hubs: ITerraformDependable[] = [];
  for (const region of hub.regions) {
    const management: Site = { account: home.account, region };
    const site: Site = { account: hub.administrator, region };
    const enable = (where: Site) => scope.add(SecurityhubAccount, where, key, { enableDefaultStandards: false });
    const own = enable(management);
    const administrating = enable(site);
    const administered = scope.add(SecurityhubOrganizationAdminAccount, management, key, {
      adminAccountId: scope.accountId(hub.administrator),
      dependsOn: [own, administrating],
    });
    const configuration = scope.add(SecurityhubOrganizationConfiguration, site, key, {
      autoEnable: true,
      autoEnableStandards: hub.defaultStandards ? "DEFAULT" : "NONE",
      dependsOn: [administered],
    });
    for (const standard of hub.standards) {
      scope.add(SecurityhubStandardsSubscription, site, [...key, standard], {
        standardsArn: `arn:aws:securityhub:${region}::${standard}`,
        dependsOn: [administrating],
      });
    }
    // new accounts join by themselves; those that are there already are asked in
    for (const account of members(scope, hub.administrator)) {
      scope.add(SecurityhubMember, site, [...key, account], {
        accountId: scope.accountId(account),
        dependsOn: [configuration],
      });
    }
    hubs.push(administered);
  }
  if (hub.regions.length > 1) {
    const site = { ...home, account: hub.administrator };
    scope.add(SecurityhubFindingAggregator, site, key, { linkingMode: "ALL_REGIONS", dependsOn: hubs });
  }
}

/** Active accounts with an id, but the administrator. */
function members({ props }: Scope, administrator: string): string[] {
  return props.accounts.flatMap(({ key, id, state }) =>
    id === null || state !== "active" || key === administrator ? [] : [key],
  );
}
