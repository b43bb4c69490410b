/** GuardDuty: threat detection. */
import { flatMap } from "../../../lib/flat-map.ts";
import { attributeOf, inBlocks, isUnknown, type Resource, type Row, type Surroundings, ways } from "../../rule.ts";
import { delegated, fewer, listed, madeOff, moved, off } from "./attributes.ts";

const malware = ["malware_protection", 0, "scan_ec2_instance_with_findings", 0, "ebs_volumes", 0];

const enabledIn = (blocks: unknown): readonly unknown[] =>
  flatMap(
    listed(blocks).filter((block) => inBlocks([block], "status").includes("ENABLED")),
    (block) => inBlocks([block], "name"),
  );

/** Off until somebody switches it on; the other features come with the detector. */
const optional: ReadonlySet<unknown> = new Set(["EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"]);

/** A new detector is set up with what it watches, unless it stands for one that goes. */
function featureByDefault(feature: Resource, around: Surroundings) {
  const detectors = around.ofType("aws_guardduty_detector");
  const isMade = detectors.some(({ before }) => !before) && detectors.every(({ before, after }) => after || !before);
  const isNew = isUnknown(feature, "detector_id") && isMade;
  return isNew || optional.has(attributeOf(feature, "name")) ? null : { status: "ENABLED" };
}

const feature = [
  { path: ["status"], weaker: ways.from("ENABLED"), says: "is switched off" },
  fewer(["additional_configuration"], (features) => `runs without ${features}`, { of: enabledIn }),
];

export const guardduty: Readonly<Record<string, Row>> = {
  aws_guardduty_detector: {
    what: "the GuardDuty detector",
    deleted: "high",
    key: [],
    idle: (detector) => attributeOf(detector, "enable") === false,
    madeIdle: madeOff,
    attributes: [
      off("enable", "is switched off", true),
      off(["datasources", 0, "s3_logs", 0, "enable"], "does not watch S3 any more"),
      off(["datasources", 0, "kubernetes", 0, "audit_logs", 0, "enable"], "does not watch Kubernetes any more"),
      off(["datasources", 0, ...malware, "enable"], "does not look for malware any more"),
      {
        path: ["finding_publishing_frequency"],
        weaker: ways.along(["FIFTEEN_MINUTES", "ONE_HOUR"]),
        says: (_, is) => `tells of findings every ${String(is).toLowerCase().replaceAll("_", " ")} only`,
        severity: "low",
      },
    ],
  },
  aws_guardduty_detector_feature: {
    what: "the GuardDuty feature",
    // AWS keeps the setting: the provider only forgets it
    deleted: null,
    key: ["detector_id", "name"],
    byDefault: featureByDefault,
    attributes: feature,
  },
  aws_guardduty_member_detector_feature: {
    what: "the GuardDuty feature in the member account",
    deleted: null,
    key: ["account_id", "name"],
    byDefault: featureByDefault,
    attributes: feature,
  },
  aws_guardduty_organization_configuration_feature: {
    what: "the GuardDuty feature in the organization",
    deleted: null,
    key: ["detector_id", "name"],
    attributes: [
      {
        path: ["auto_enable"],
        weaker: ways.along(["ALL", "NEW"]),
        says: (_, is) => `is switched on for ${is} members only`,
      },
    ],
  },
  aws_guardduty_organization_configuration: {
    what: "GuardDuty in the organization",
    deleted: null,
    key: ["detector_id"],
    madeIdle: {
      severity: "medium",
      says: "is switched on for no member, whatever stood there",
      when: (configuration) => attributeOf(configuration, "auto_enable_organization_members") === "NONE",
    },
    attributes: [
      {
        path: ["auto_enable_organization_members"],
        weaker: ways.along(["ALL", "NEW"]),
        says: (_, is) => `is switched on for ${is} members only`,
      },
    ],
  },
  aws_guardduty_member: { what: "the account's membership in GuardDuty", deleted: "high", key: ["account_id"] },
  aws_guardduty_invite_accepter: {
    what: "the membership in the administrator's GuardDuty",
    deleted: "high",
    key: ["master_account_id"],
  },
  aws_guardduty_organization_admin_account: {
    what: "the delegated administration of GuardDuty",
    deleted: "high",
    key: [],
    servedBy: delegated("admin_account_id", "guardduty"),
  },
  aws_guardduty_threatintelset: {
    what: "GuardDuty's list of known threats",
    deleted: "medium",
    key: ["name"],
    idle: (list) => attributeOf(list, "activate") !== true,
    attributes: [
      off("activate", "is switched off"),
      {
        path: ["location"],
        weaker: (was, is) => was !== is,
        says: (was, is) => `is read from ${is} instead of ${was}`,
      },
    ],
  },
  aws_guardduty_malware_protection_plan: {
    what: "the search for malware in the bucket",
    deleted: "medium",
    key: [(plan) => attributeOf(plan, "protected_resource", 0, "s3_bucket", 0, "bucket_name")],
    attributes: [
      {
        path: ["protected_resource", 0, "s3_bucket", 0, "object_prefixes"],
        weaker: (was, is) => Array.isArray(is) && is.length > 0 && (ways.gone(is, was) || ways.fewer(was, is)),
        says: (_, is) => `looks at ${String(is)} only`,
      },
    ],
  },
  aws_guardduty_publishing_destination: {
    what: "the export of GuardDuty's findings",
    deleted: "medium",
    key: ["destination_arn"],
    attributes: [moved("destination_arn")],
  },
};
