/** AWS Config: what is configured how, and the rules that check it. */
import {
  type Attribute,
  attributeOf,
  inBlocks,
  isNew,
  isSame,
  lost,
  type Resource,
  type Row,
  type Serving,
  takesOver,
  ways,
} from "../../rule.ts";
import { fewer, gone, listed, madeOff, more, moved, off } from "./attributes.ts";

const onlyWhere = (path: Attribute["path"], says: (value: unknown) => string): Attribute => ({
  path,
  weaker: (was, is) => Boolean(is) && was !== is,
  says: (_, is) => says(is),
});

/** What a rule checks; without a scope all that is recorded. */
const scope = (pathOf: (part: string) => Attribute["path"]): readonly Attribute[] => [
  onlyWhere(pathOf("tag_key"), (key) => `checks only what has the tag ${key}`),
  onlyWhere(pathOf("tag_value"), (value) => `checks only what is tagged ${value}`),
  onlyWhere(pathOf("resource_id"), (id) => `checks ${id} only`),
  {
    path: pathOf("resource_types"),
    // a managed rule knows its types itself
    weaker: (was, is) => !ways.gone(was, is) && (ways.gone(is, was) ? null : ways.fewer(was, is)),
    says: (_, is) => `checks only ${listed(is).join(", ")}`,
  },
];

const group = ["recording_group", 0] as const;

/** The types that a recorder is limited to, or all but these. */
interface Recorded {
  only: boolean;
  types: readonly unknown[];
}

/** https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html */
function recorded(group: unknown): Recorded {
  const types = (blocks: readonly unknown[]) => inBlocks(blocks, "resource_types").flat();
  const excluded = types(inBlocks([group], "exclusion_by_resource_types").flat());
  const only = excluded.length === 0 && inBlocks([group], "all_supported").includes(false);
  return { only, types: only ? types([group]) : excluded };
}

/** Types that are named on one of the sides, and are not recorded any more. */
function unrecorded(was: unknown, is: unknown): readonly unknown[] {
  const [old, now] = [recorded(was), recorded(is)];
  if (now.only) return old.only ? lost(old.types, now.types) : [];
  return old.only ? now.types.filter((type) => old.types.includes(type)) : lost(now.types, old.types);
}

/** Where all but some types are recorded, users, roles and policies are unless they are named. */
const recordsIam = (group: unknown): boolean =>
  !recorded(group).only &&
  (recorded(group).types.length > 0 || inBlocks([group], "include_global_resource_types").includes(true));

const source = (rule: Resource, part: string) => attributeOf(rule, "source", 0, part);
const scoped = ["tag_key_scope", "tag_value_scope", "resource_id_scope", "resource_types_scope"];

/** Whether a rule of the organization checks the same by its identifier, and leaves nothing out. */
const checks =
  (identifier: string): Serving =>
  (rule, gone) =>
    attributeOf(rule, identifier) === source(gone, "source_identifier") &&
    isSame(attributeOf(rule, "input_parameters"), attributeOf(gone, "input_parameters")) &&
    scoped.every((part) => isSame(attributeOf(rule, part), null)) &&
    isIncluded(rule, gone);

function isIncluded(rule: Resource, { account }: Resource): boolean {
  const excluded = listed(attributeOf(rule, "excluded_accounts"));
  return excluded.length === 0 || (account !== null && !excluded.includes(account));
}

/** Whether a conformance pack has a managed rule; with which parameters, only the template says. */
const holds: Serving = (pack, gone) =>
  source(gone, "owner") === "AWS" &&
  isSame(attributeOf(gone, "input_parameters"), null) &&
  isIncluded(pack, gone) &&
  [...String(attributeOf(pack, "template_body")).matchAll(/\bSourceIdentifier["']?\s*:\s*["']?(\w+)/g)].some(
    ([, identifier]) => identifier === source(gone, "source_identifier"),
  );

const ofRule = scope((part) => ["scope", 0, part.startsWith("tag_") ? part : `compliance_${part}`]);

const organizationWide = (what: string): Row => ({
  what,
  deleted: "medium",
  key: ["name"],
  attributes: [
    more(["excluded_accounts"], (accounts) => `does not check ${accounts} any more`),
    ...scope((part) => [`${part}_scope`]),
  ],
});

/** The Regions that an aggregator sees, where both sides have such a source. */
function regionsOf(source: string): readonly Attribute[] {
  const isSome = (aggregator: Resource) => attributeOf(aggregator, source, 0, "all_regions") !== true;
  const unseen = (names: string) => `does not see ${names} any more`;
  return [
    { ...off([source, 0, "all_regions"], "does not see all Regions any more"), when: has(source) },
    { ...fewer([source, 0, "regions"], unseen), when: (it) => has(source)(it) && isSome(it) },
  ];
}

const has = (source: string) => (aggregator: Resource) => attributeOf(aggregator, source, 0) !== null;

const [ACCOUNTS, ORGANIZATION] = ["account_aggregation_source", "organization_aggregation_source"] as const;

export const config: Readonly<Record<string, Row>> = {
  aws_config_configuration_recorder: {
    what: "the Config recorder",
    deleted: "high",
    key: ["name"],
    attributes: [
      {
        path: group,
        weaker: (was, is) => !recorded(was).only && recorded(is).only,
        says: "does not record every type any more",
      },
      {
        path: group,
        weaker: (was, is) => unrecorded(was, is).length > 0,
        says: (was, is) => `does not record ${unrecorded(was, is).join(", ")} any more`,
      },
      {
        path: group,
        weaker: (was, is) => recordsIam(was) && !recorded(is).only && !recordsIam(is),
        says: "does not record IAM any more",
        severity: "medium",
      },
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
    madeIdle: madeOff,
    of: [{ type: "aws_config_configuration_recorder", attribute: "name", equals: ["name", "id"] }],
    attributes: [off("is_enabled", "is stopped")],
  },
  aws_config_delivery_channel: {
    what: "the Config delivery channel",
    deleted: "high",
    key: ["name"],
    attributes: [moved("s3_bucket_name")],
  },
  aws_config_config_rule: {
    what: "the Config rule",
    deleted: "medium",
    key: ["name"],
    servedBy: {
      aws_config_config_rule: (rule, gone, around) =>
        isNew(rule, around) &&
        ["source", "input_parameters"].every((part) => isSame(attributeOf(rule, part), attributeOf(gone, part))) &&
        takesOver(rule, gone, ofRule, around),
      aws_config_conformance_pack: holds,
      aws_config_organization_conformance_pack: holds,
      aws_config_organization_custom_rule: checks("lambda_function_arn"),
      aws_config_organization_managed_rule: checks("rule_identifier"),
    },
    attributes: ofRule,
  },
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
      // in the place of some accounts, it may see the whole organization
      {
        ...fewer([ACCOUNTS, 0, "account_ids"], (accounts) => `does not see ${accounts} any more`),
        when: has(ACCOUNTS),
      },
      gone(ORGANIZATION, "does not see the whole organization any more"),
      ...regionsOf(ACCOUNTS),
      ...regionsOf(ORGANIZATION),
    ],
  },
};
