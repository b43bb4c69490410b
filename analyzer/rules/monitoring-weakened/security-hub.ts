/** Security Hub: where findings come together. */
import { attributeOf, inBlocks, type Resource, type Row, type Serving, type Surroundings, ways } from "../../rule.ts";
import { delegated, fewer, more, off } from "./attributes.ts";

/** The standard without its version, so that a newer one stands for it, wherever its ARN has it. */
const standardIn = (arn: unknown) => /(?<=:(standards|ruleset)\/)[^/]+/.exec(String(arn))?.[0] ?? arn;
const standard = (subscription: Resource) => standardIn(attributeOf(subscription, "standards_arn"));

/** Whether a configuration policy switches a standard on, everywhere or in the account that goes without it. */
const switchesOn: Serving = (policy, gone, around) => {
  const settings = attributeOf(policy, "configuration_policy");
  const standards = inBlocks(settings, "enabled_standard_arns").flat().map(standardIn);
  if (inBlocks(settings, "service_enabled").includes(false) || !standards.includes(standard(gone))) return false;
  return around.ofType("aws_securityhub_configuration_policy_association").some(({ after }) => {
    const target = String(after && attributeOf(after, "target_id"));
    return after && isNamedBy(policy, after) && (target.startsWith("r-") || target === gone.account);
  });
};

function isNamedBy(policy: Resource, association: Resource): boolean {
  const id = attributeOf(association, "policy_id");
  return id === null ? association.names?.policy_id === policy.address : id === attributeOf(policy, "id");
}

/** Where policies of the administrator set it, AWS asks for both to be off. */
const isLocal = (configuration: Resource) =>
  attributeOf(configuration, "organization_configuration", 0, "configuration_type") !== "CENTRAL";

/** As both ARNs of a control have it: its standard's, and the control's own. */
const nameOf = (arn: unknown) => /(?<=:(standards|ruleset|control)\/)[^/]+\/v\/[^/]+/.exec(String(arn))?.[0];

/** A control is on as soon as its standard is; a new standard is set up with the controls that do not apply. */
const enabledWith =
  (arn: string, status: string): Row["byDefault"] =>
  (control: Resource, around: Surroundings) => {
    const isItsStandard = (subscription: Resource | null) =>
      subscription !== null && nameOf(attributeOf(subscription, "standards_arn")) === nameOf(attributeOf(control, arn));
    const isNew = around
      .ofType("aws_securityhub_standards_subscription")
      .some(({ before, after }) => !before && isItsStandard(after));
    return isNew ? null : { [status]: "ENABLED" };
  };

/**
 * The Regions that an aggregator sees: the mode says whether those of the list, or all others.
 *
 * Source: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateFindingAggregator.html
 */
function linked(mode: string, regions: string): Row["attributes"] {
  const isIn = (value: string) => (aggregator: Resource) => attributeOf(aggregator, mode) === value;
  const unseen = (names: string) => `does not see ${names} any more`;
  return [
    { path: [mode], weaker: ways.along([ALL, ALL_BUT, ONLY]), says: (_, is) => `links ${is} only` },
    { ...fewer([regions], unseen), when: isIn(ONLY) },
    { ...more([regions], unseen), when: isIn(ALL_BUT) },
  ];
}

const [ALL, ALL_BUT, ONLY] = ["ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS"] as const;

export const securityHub: Readonly<Record<string, Row>> = {
  aws_securityhub_account: {
    what: "Security Hub",
    deleted: "high",
    key: [],
    attributes: [
      { ...off("auto_enable_controls", "does not switch new controls on any more", true), severity: "medium" },
    ],
  },
  aws_securityhub_account_v2: { what: "Security Hub", deleted: "high", key: [] },
  aws_securityhub_invite_accepter: {
    what: "the membership in the administrator's Security Hub",
    deleted: "high",
    key: ["master_id"],
  },
  aws_securityhub_organization_admin_account: {
    what: "the delegated administration of Security Hub",
    deleted: "high",
    key: [],
    servedBy: delegated("admin_account_id", "securityhub"),
  },
  aws_securityhub_product_subscription: {
    what: "the product's delivery to Security Hub",
    deleted: "medium",
    key: ["product_arn"],
  },
  aws_securityhub_standards_subscription: {
    what: "the Security Hub standard",
    deleted: "high",
    key: [standard],
    servedBy: { aws_securityhub_configuration_policy: switchesOn },
  },
  aws_securityhub_standards_control: {
    what: "the Security Hub control",
    deleted: null,
    key: ["standards_control_arn"],
    byDefault: enabledWith("standards_control_arn", "control_status"),
    attributes: [
      { path: ["control_status"], weaker: ways.from("ENABLED"), says: "is switched off", severity: "medium" },
    ],
  },
  aws_securityhub_standards_control_association: {
    what: "the Security Hub control",
    deleted: null,
    key: ["security_control_id", "standards_arn"],
    byDefault: enabledWith("standards_arn", "association_status"),
    attributes: [
      { path: ["association_status"], weaker: ways.from("ENABLED"), says: "is switched off", severity: "medium" },
    ],
  },
  aws_securityhub_configuration_policy: {
    what: "the Security Hub policy",
    deleted: "medium",
    key: ["name"],
    attributes: [
      off(["configuration_policy", 0, "service_enabled"], "switches Security Hub off"),
      fewer(
        ["configuration_policy", 0, "enabled_standard_arns"],
        (standards) => `does not ask for ${standards} any more`,
      ),
      more(
        ["configuration_policy", 0, "security_controls_configuration", 0, "disabled_control_identifiers"],
        (controls) => `switches off ${controls}`,
      ),
    ],
  },
  aws_securityhub_organization_configuration: {
    what: "Security Hub in the organization",
    deleted: null,
    key: [],
    attributes: [
      { ...off("auto_enable", "is not switched on for new members any more"), when: isLocal },
      {
        path: ["auto_enable_standards"],
        when: isLocal,
        weaker: ways.from("DEFAULT", "DEFAULT"),
        says: "switches no standards on for new members any more",
        severity: "medium",
      },
    ],
  },
  aws_securityhub_finding_aggregator: {
    what: "the Security Hub aggregator",
    deleted: "medium",
    key: [],
    attributes: linked("linking_mode", "specified_regions"),
  },
  aws_securityhub_aggregator_v2: {
    what: "the Security Hub aggregator",
    deleted: "medium",
    key: [],
    attributes: linked("region_linking_mode", "linked_regions"),
  },
  aws_securityhub_member: { what: "the account's membership in Security Hub", deleted: "high", key: ["account_id"] },
};
