/** Settings of accounts and organizations, and accounts that leave them. */
import { attributeOf, lost, type Resource, type Row, ways } from "../../rule.ts";
import { guardrails, said } from "./organization.ts";
import { madeOpen, publicAccess } from "./public-access.ts";

/** There is one such setting in an account, or in a region of it. */
const WHATEVER = "whatever stood there";
const madeIdle = { severity: "medium", says: `is set to off, ${WHATEVER}` } as const;

const isPublicSharing = (setting: Resource) =>
  String(attributeOf(setting, "setting_id")).endsWith("/ssm/documents/console/public-sharing-permission");

/** Without this, deleting the resource takes the account out of the organization. */
const isClosed = (account: Resource) => attributeOf(account, "close_on_deletion") === true;

/** Settings of an account or an organization that keep mistakes from having consequences. */
export const account: Readonly<Record<string, Row>> = {
  aws_s3_account_public_access_block: {
    ...publicAccess("the account's S3 public access block", ["account_id"]),
    madeIdle: madeOpen("medium", WHATEVER),
  },
  aws_ebs_encryption_by_default: {
    what: "EBS encryption by default",
    deleted: "high",
    key: [],
    idle: (setting) => attributeOf(setting, "enabled") === false,
    madeIdle,
    attributes: [{ path: ["enabled"], weaker: ways.off(true), says: "is switched off" }],
  },
  aws_ebs_snapshot_block_public_access: {
    what: "the block on public EBS snapshots",
    deleted: "high",
    key: [],
    idle: (setting) => attributeOf(setting, "state") === "unblocked",
    madeIdle,
    attributes: [
      {
        path: ["state"],
        weaker: ways.along(["block-all-sharing", "block-new-sharing"]),
        says: (_, is) => `is now ${is}`,
      },
    ],
  },
  aws_ec2_image_block_public_access: {
    what: "the block on public AMIs",
    // AWS keeps the setting: the provider only forgets it
    deleted: null,
    key: [],
    idle: (setting) => attributeOf(setting, "state") === "unblocked",
    madeIdle,
    attributes: [{ path: ["state"], weaker: ways.from("block-new-sharing"), says: (_, is) => `is now ${is}` }],
  },
  aws_ec2_instance_metadata_defaults: {
    what: "the account's default for instance metadata",
    deleted: "high",
    key: [],
    idle: (setting) => attributeOf(setting, "http_tokens") !== "required",
    attributes: [{ path: ["http_tokens"], weaker: ways.from("required"), says: "does not require IMDSv2 any more" }],
  },
  aws_vpc_block_public_access_options: {
    what: "the VPC public access block",
    deleted: "high",
    key: [],
    idle: (setting) => attributeOf(setting, "internet_gateway_block_mode") === "off",
    attributes: [
      {
        path: ["internet_gateway_block_mode"],
        weaker: ways.along(["block-bidirectional", "block-ingress"]),
        says: (_, is) => `is now ${is}`,
      },
    ],
  },
  aws_ec2_serial_console_access: {
    what: "the block on the EC2 serial console",
    // AWS has it closed, and so does whoever lets go of it
    deleted: null,
    key: [],
    attributes: [
      {
        path: ["enabled"],
        weaker: (was, is) => was === false && is !== false,
        says: "is switched off",
        severity: "medium",
      },
    ],
  },
  aws_emr_block_public_access_configuration: {
    what: "EMR's block on public access",
    // AWS has it on, and so does whoever lets go of it
    deleted: null,
    key: [],
    idle: (setting) => attributeOf(setting, "block_public_security_group_rules") === false,
    madeIdle,
    attributes: [
      { path: ["block_public_security_group_rules"], weaker: ways.off(), says: "is switched off", severity: "medium" },
    ],
  },
  aws_ssm_service_setting: {
    what: "the block on public documents of Systems Manager",
    deleted: "medium",
    key: ["setting_id"],
    idle: (setting) => !isPublicSharing(setting) || attributeOf(setting, "setting_value") !== "Disable",
    madeIdle: {
      ...madeIdle,
      when: (setting) => isPublicSharing(setting) && attributeOf(setting, "setting_value") === "Enable",
    },
    attributes: [
      { path: ["setting_value"], weaker: ways.from("Disable"), says: "is switched off", severity: "medium" },
    ],
  },
  aws_controltower_control: {
    what: "the Control Tower control",
    deleted: "high",
    key: ["control_identifier", "target_identifier"],
  },
  aws_iam_organizations_features: {
    what: "central management of root access",
    deleted: "high",
    key: [],
    attributes: [
      { path: ["enabled_features"], weaker: ways.fewer, says: (was, is) => `loses ${lost(was, is).join(", ")}` },
    ],
  },
  aws_organizations_account: {
    what: "the account",
    deleted: (account) => (isClosed(account) ? "medium" : "high"),
    ends: (account) => (isClosed(account) ? "is closed" : "leaves the organization, and nothing binds it any more"),
    key: ["email"],
    // it is closed already
    idle: (account) => attributeOf(account, "status") === "SUSPENDED",
    attributes: [
      {
        path: ["parent_id"],
        severity: "high",
        weaker: (was, is) => /^ou-/.test(String(was)) && /^r-/.test(String(is)),
        says: (was, _, around) =>
          `leaves ${said(String(was), around)} for the root, and what is attached to the unit does not bind it any more`,
      },
    ],
  },
  aws_organizations_organization: {
    what: "the organization",
    deleted: "high",
    key: [],
    attributes: [
      {
        path: ["enabled_policy_types"],
        weaker: (was, is) => lost(was, is).some((type) => guardrails.has(String(type))),
        says: (was, is) => `does not enforce policies of type ${lost(was, is).join(", ")} any more`,
      },
      {
        path: ["feature_set"],
        weaker: ways.from("ALL", "ALL"),
        says: "has no policies any more, only consolidated billing",
      },
    ],
  },
};
