/** GuardDuty: threat detection. */
import { attributeOf, inBlocks, type Row, ways } from "../../rule.ts";
import { fewer, off } from "./attributes.ts";

const malware = ["malware_protection", 0, "scan_ec2_instance_with_findings", 0, "ebs_volumes", 0];

const enabledIn = (blocks: unknown): readonly unknown[] =>
  (Array.isArray(blocks) ? blocks : [])
    .filter((block) => inBlocks([block], "status").includes("ENABLED"))
    .flatMap((block) => inBlocks([block], "name"));

export const guardduty: Readonly<Record<string, Row>> = {
  aws_guardduty_detector: {
    what: "the GuardDuty detector",
    deleted: "high",
    key: [],
    idle: (detector) => attributeOf(detector, "enable") === false,
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
    attributes: [
      { path: ["status"], weaker: ways.from("ENABLED"), says: "is switched off" },
      fewer(["additional_configuration"], (features) => `runs without ${features}`, { of: enabledIn }),
    ],
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
    attributes: [
      {
        path: ["auto_enable_organization_members"],
        weaker: ways.along(["ALL", "NEW"]),
        says: (_, is) => `is switched on for ${is} members only`,
      },
    ],
  },
  aws_guardduty_member: { what: "the account's membership in GuardDuty", deleted: "high", key: ["account_id"] },
  aws_guardduty_publishing_destination: {
    what: "the export of GuardDuty's findings",
    deleted: "medium",
    key: ["destination_arn"],
  },
};
