/** What puts findings away before anybody reads them: one row per resource type. */
import { attributeOf, inBlocks, isUnknown, type Resource } from "../../rule.ts";
import { fieldByField, filterByFilter, isLessThan, isOneOf } from "./criteria.ts";
import type { Silencer } from "./silencing.ts";

const mayBe = (resource: Resource, attribute: string, value: unknown) =>
  isUnknown(resource, attribute) || attributeOf(resource, attribute) === value;

const location = (list: Resource): string | null => {
  const value = attributeOf(list, "location");
  return typeof value === "string" ? value : null;
};

/** Workflow states in which nobody looks at a finding any more. */
const away: ReadonlyMap<unknown, string> = new Map([
  ["RESOLVED", "resolves"],
  ["SUPPRESSED", "suppresses"],
]);

function putsAway(rule: Resource): string | null {
  if (isUnknown(rule, "actions")) return "suppresses";
  const updates = inBlocks(attributeOf(rule, "actions"), "finding_fields_update").flat();
  const states = inBlocks(inBlocks(updates, "workflow").flat(), "status");
  return states.map((state) => away.get(state)).find((does) => does !== undefined) ?? null;
}

export const silencers: Readonly<Record<string, Silencer>> = {
  aws_accessanalyzer_archive_rule: {
    what: "the archive rule",
    does: () => "archives",
    clauses: (rule) => fieldByField(attributeOf(rule, "filter"), "criteria"),
    by: ["filter"],
    name: "rule_name",
    single: new Set(["id", "resource"]),
    shared: new Set(["createdAt", "error", "isPublic", "resourceOwnerAccount", "status", "updatedAt"]),
    minor: () => false,
  },
  aws_guardduty_filter: {
    what: "the GuardDuty filter",
    does: (filter) => (mayBe(filter, "action", "ARCHIVE") ? "archives" : null),
    clauses: (filter) => fieldByField(attributeOf(filter, "finding_criteria", 0, "criterion"), "field"),
    by: ["action", "finding_criteria"],
    name: "name",
    single: new Set([
      "id",
      "resource.accessKeyDetails.accessKeyId",
      "resource.accessKeyDetails.principalId",
      "resource.accessKeyDetails.userName",
      "resource.eksClusterDetails.name",
      "resource.instanceDetails.instanceId",
      "resource.lambdaDetails.functionName",
      "resource.rdsDbInstanceDetails.dbInstanceIdentifier",
      "resource.s3BucketDetails.name",
      "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4",
      "service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4",
      "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
      "service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4",
    ]),
    shared: new Set(["accountId", "region", "resource.resourceType", "service.archived", "severity", "updatedAt"]),
    // https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
    minor: (clause) => isLessThan(clause, "severity", 4),
  },
  aws_guardduty_ipset: {
    what: "GuardDuty's list of trusted addresses",
    does: (list) => (mayBe(list, "activate", true) ? "holds back" : null),
    clauses: (list) => [[{ field: "the address", operator: "is listed in", value: location(list) }]],
    by: ["activate"],
    name: "name",
    single: new Set(),
    shared: new Set(),
    minor: () => false,
  },
  aws_inspector2_filter: {
    what: "the Inspector filter",
    does: (filter) => (mayBe(filter, "action", "SUPPRESS") ? "suppresses" : null),
    clauses: (filter) => filterByFilter(attributeOf(filter, "filter_criteria", 0)),
    by: ["action", "filter_criteria"],
    name: "name",
    single: new Set(["component_id", "ecr_image_hash", "finding_arn", "resource_id", "vulnerability_id"]),
    shared: new Set([
      "aws_account_id",
      "epss_score",
      "exploit_available",
      "finding_status",
      "finding_type",
      "first_observed_at",
      "fix_available",
      "inspector_score",
      "last_observed_at",
      "resource_type",
      "severity",
      "updated_at",
    ]),
    minor: (clause) => isOneOf(clause, "severity", ["INFORMATIONAL", "LOW", "UNTRIAGED"]),
  },
  aws_macie2_findings_filter: {
    what: "the Macie filter",
    does: (filter) => (mayBe(filter, "action", "ARCHIVE") ? "archives" : null),
    clauses: (filter) => fieldByField(attributeOf(filter, "finding_criteria", 0, "criterion"), "field"),
    by: ["action", "finding_criteria"],
    name: "name",
    single: new Set(["id", "resourcesAffected.s3Bucket.name", "resourcesAffected.s3Object.path"]),
    shared: new Set(["accountId", "archived", "category", "createdAt", "region", "severity.description", "updatedAt"]),
    minor: (clause) => isOneOf(clause, "severity.description", ["Low"]),
  },
  aws_securityhub_automation_rule: {
    what: "the automation rule",
    does: (rule) => (attributeOf(rule, "rule_status") === "DISABLED" ? null : putsAway(rule)),
    clauses: (rule) => filterByFilter(attributeOf(rule, "criteria", 0)),
    by: ["actions", "criteria"],
    name: "rule_name",
    single: new Set(["id", "related_findings_id", "resource_id"]),
    shared: new Set([
      "aws_account_id",
      "aws_account_name",
      "company_name",
      "compliance_status",
      "confidence",
      "created_at",
      "criticality",
      "first_observed_at",
      "last_observed_at",
      "product_arn",
      "product_name",
      "record_state",
      "resource_partition",
      "resource_region",
      "resource_type",
      "severity_label",
      "updated_at",
      "verification_state",
      "workflow_status",
    ]),
    minor: (clause) =>
      isOneOf(clause, "severity_label", ["INFORMATIONAL", "LOW"]) || isOneOf(clause, "compliance_status", ["PASSED"]),
  },
};
