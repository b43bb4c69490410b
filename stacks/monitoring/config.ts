/** AWS Config: a recorder in each account and Region, rules, conformance packs, and the view of the whole organization. */
import type { ITerraformDependable } from "cdktf";
import type { ConfigRecorder, Site } from "../../lib/access/graph.ts";
import { siteText } from "../../lib/access/monitoring/sites.ts";
import { trustPolicy } from "../../lib/access/trust-policy.ts";
import { arn } from "../arn.ts";
import {
  ConfigConfigRule,
  ConfigConfigurationAggregator,
  ConfigConfigurationRecorder,
  ConfigConfigurationRecorderStatus,
  ConfigConformancePack,
  ConfigDeliveryChannel,
  ConfigRetentionConfiguration,
  IamRole,
  IamRolePolicy,
  IamRolePolicyAttachment,
} from "../aws.ts";
import { given } from "../base-stack.ts";
import { type Before, document, present, type Scope } from "./scope.ts";

/** Names in AWS of what the manifest does not name. */
const names = { role: "gatehouse-config-recorder", aggregatorRole: "gatehouse-config-aggregator", config: "default" };

/** @param buckets policies of the buckets that are written in the same stack */
export function writeConfig(
  scope: Scope,
  config: ConfigRecorder,
  buckets: Before,
  delegations: readonly ITerraformDependable[],
): void {
  const recording = new Map<string, ITerraformDependable>();
  for (const account of config.accounts) {
    const role = recorderRole(scope, account, config.bucketName);
    for (const region of config.regions) {
      const site = { account, region };
      recording.set(siteText(site), recorder(scope, site, role, config, present(buckets.get(config.bucketName))));
    }
  }
  for (const { key, name, sites, description, identifier, parameters, resourceTypes } of config.rules) {
    for (const site of sites) {
      scope.add(ConfigConfigRule, site, [key], {
        name,
        description: given(description),
        source: { owner: "AWS", sourceIdentifier: identifier },
        ...(Object.keys(parameters).length > 0 ? { inputParameters: JSON.stringify(parameters) } : {}),
        ...(resourceTypes.length > 0 ? { scope: { complianceResourceTypes: [...resourceTypes] } } : {}),
        dependsOn: present(recording.get(siteText(site))),
      });
    }
  }
  for (const { key, name, sites, template, parameters } of config.packs) {
    for (const site of sites) {
      const inputs = Object.entries(parameters).map(([parameterName, parameterValue]) => ({
        parameterName,
        parameterValue,
      }));
      scope.add(ConfigConformancePack, site, [key], {
        name,
        templateBody: template,
        inputParameter: given(inputs),
        dependsOn: present(recording.get(siteText(site))),
      });
    }
  }
  if (config.aggregator !== null) aggregator(scope, config.aggregator, delegations);
}

/** One role for the recorders of all Regions. */
function recorderRole(scope: Scope, account: string, bucket: string): IamRole {
  const site = { ...scope.home, account };
  const id = scope.accountId(account);
  const role = scope.add(IamRole, site, ["config"], {
    name: names.role,
    description: "AWS Config records the configuration of this account",
    assumeRolePolicy: JSON.stringify(trustPolicy({ kind: "service", services: ["config.amazonaws.com"] }, id)),
  });
  scope.add(IamRolePolicyAttachment, site, ["config"], {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole",
  });
  scope.add(IamRolePolicy, site, ["config"], {
    name: "delivery",
    role: role.name,
    policy: document([
      { Effect: "Allow", Action: "s3:GetBucketAcl", Resource: arn.bucket(bucket) },
      {
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: `${arn.bucket(bucket)}/AWSLogs/${id}/Config/*`,
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ]),
  });
  return role;
}

/** Recorder, delivery channel and the switch that starts them, in the one order that AWS Config accepts. */
function recorder(
  scope: Scope,
  site: Site,
  role: IamRole,
  { bucketName, retention }: ConfigRecorder,
  bucketPolicy: readonly ITerraformDependable[],
): ITerraformDependable {
  const key = ["config"];
  const resource = scope.add(ConfigConfigurationRecorder, site, key, {
    name: names.config,
    roleArn: role.arn,
    // users, roles and policies have no Region: one recorder is enough for them
    recordingGroup: { allSupported: true, includeGlobalResourceTypes: site.region === scope.home.region },
  });
  const channel = scope.add(ConfigDeliveryChannel, site, key, {
    name: names.config,
    s3BucketName: bucketName,
    dependsOn: [resource, ...bucketPolicy],
  });
  if (retention !== null) scope.add(ConfigRetentionConfiguration, site, key, { retentionPeriodInDays: retention });
  return scope.add(ConfigConfigurationRecorderStatus, site, key, {
    name: resource.name,
    isEnabled: true,
    dependsOn: [channel],
  });
}

/** https://docs.aws.amazon.com/config/latest/developerguide/aggregated-create.html */
function aggregator(scope: Scope, account: string, delegations: readonly ITerraformDependable[]): void {
  const site = { ...scope.home, account };
  const key = ["config-aggregator"];
  const trust = trustPolicy({ kind: "service", services: ["config.amazonaws.com"] }, scope.accountId(account));
  const role = scope.add(IamRole, site, key, {
    name: names.aggregatorRole,
    description: "AWS Config reads which accounts the organization has",
    assumeRolePolicy: JSON.stringify(trust),
  });
  const attached = scope.add(IamRolePolicyAttachment, site, key, {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSConfigRoleForOrganizations",
  });
  scope.add(ConfigConfigurationAggregator, site, key, {
    name: "organization",
    organizationAggregationSource: { allRegions: true, roleArn: role.arn },
    dependsOn: [attached, ...delegations],
  });
}
