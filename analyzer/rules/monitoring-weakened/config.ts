/** AWS Config: what is configured how, and the rules that check it. */
import { attributeOf, type Row, ways } from "../../rule.ts";
import { fewer, gone, more, off } from "./attributes.ts";

const organizationWide = (what: string): Row => ({
  what,
  deleted: "medium",
  key: ["name"],
  attributes: [more(["excluded_accounts"], (accounts) => `does not check ${accounts} any more`)],
});

export const config: Readonly<Record<string, Row>> = {
  aws_config_configuration_recorder: {
    what: "the Config recorder",
    deleted: "high",
    key: ["name"],
    attributes: [
      off(["recording_group", 0, "all_supported"], "does not record every type any more", true),
      {
        path: ["recording_group", 0, "include_global_resource_types"],
        weaker: ways.off(),
        says: "does not record IAM any more",
        severity: "medium",
      },
      fewer(["recording_group", 0, "resource_types"], (types) => `does not record ${types} any more`),
      more(
        ["recording_group", 0, "exclusion_by_resource_types", 0, "resource_types"],
        (types) => `leaves out ${types}`,
      ),
      {
        path: ["recording_mode", 0, "recording_frequency"],
        weaker: ways.from("CONTINUOUS", "CONTINUOUS"),
        says: "records once a day only",
        severity: "medium",
      },
    ],
  },
  aws_config_configuration_recorder_status: {
    what: "the Config recorder",
    deleted: "high",
    key: ["name"],
    idle: (status) => attributeOf(status, "is_enabled") === false,
    of: [{ type: "aws_config_configuration_recorder", attribute: "name", equals: ["name", "id"] }],
    attributes: [off("is_enabled", "is stopped")],
  },
  aws_config_delivery_channel: { what: "the Config delivery channel", deleted: "high", key: ["name"] },
  aws_config_config_rule: { what: "the Config rule", deleted: "medium", key: ["name"] },
  aws_config_conformance_pack: { what: "the conformance pack", deleted: "medium", key: ["name"] },
  aws_config_organization_conformance_pack: organizationWide("the conformance pack"),
  aws_config_organization_custom_policy_rule: organizationWide("the Config rule"),
  aws_config_organization_custom_rule: organizationWide("the Config rule"),
  aws_config_organization_managed_rule: organizationWide("the Config rule"),
  aws_config_configuration_aggregator: {
    what: "the Config aggregator",
    deleted: "medium",
    key: ["name"],
    attributes: [
      fewer(["account_aggregation_source", 0, "account_ids"], (accounts) => `does not see ${accounts} any more`),
      gone("organization_aggregation_source", "does not see the whole organization any more"),
    ],
  },
};
