import { flatMap } from "../../lib/flat-map.ts";
import { leavesOpen } from "../../lib/iam/leaves-open.ts";
import type { Policy } from "../../lib/iam/policy.ts";
import {
  attributeOf,
  callOf,
  denyingTypes,
  lost,
  newAccess,
  noLongerDenied,
  type Resource,
  type ResourcePair,
  type Row,
  rule,
  type Surroundings,
  type Violation,
  type World,
  ways,
  weakened,
} from "../rule.ts";
import {
  ATTACHMENT,
  allowAll,
  attachedTo,
  binds,
  isKept,
  type Loss,
  lossOf,
  namedBy,
  nameOf,
  POLICY,
  targetsOf,
  typeOf,
} from "./guardrail-removed/organization.ts";

const publicAccess = (what: string, key: readonly string[]): Row => ({
  what,
  deleted: "high",
  key,
  idle: (block) => flags.every((flag) => attributeOf(block, flag) !== true),
  attributes: flags.map((flag) => ({
    path: [flag],
    weaker: ways.off(),
    says: `does not ${flag.replaceAll("_", " ")} any more`,
  })),
});
const flags = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

const RETENTION = ["rule", 0, "default_retention", 0] as const;

/** How long a retention holds, which is given in days or in years. */
function daysOf(retention: unknown): number {
  const { days, years }: { days?: unknown; years?: unknown } = Object(retention);
  return Number(days ?? 0) + 365 * Number(years ?? 0);
}

/** Settings that keep mistakes from having consequences. */
const settings: Readonly<Record<string, Row>> = {
  aws_s3_account_public_access_block: publicAccess("the account's S3 public access block", ["account_id"]),
  aws_s3_bucket_public_access_block: {
    ...publicAccess("the bucket's public access block", ["bucket"]),
    of: [{ type: "aws_s3_bucket", attribute: "bucket", equals: ["bucket", "id"] }],
  },
  aws_ebs_encryption_by_default: {
    what: "EBS encryption by default",
    deleted: "high",
    key: [],
    idle: (setting) => attributeOf(setting, "enabled") === false,
    attributes: [{ path: ["enabled"], weaker: ways.off(true), says: "is switched off" }],
  },
  aws_ebs_snapshot_block_public_access: {
    what: "the block on public EBS snapshots",
    deleted: "high",
    key: [],
    idle: (setting) => attributeOf(setting, "state") === "unblocked",
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
    deleted: null,
    key: ["id"],
    attributes: [
      {
        path: ["parent_id"],
        weaker: (was, is) => /^ou-/.test(String(was)) && /^r-/.test(String(is)),
        says: (was) => `leaves ${was} for the root, and what is attached to the unit does not bind it any more`,
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
  // without the lock, whoever may delete backups and objects may do so on the day of the attack
  aws_backup_vault_lock_configuration: {
    what: "the lock of the backup vault",
    deleted: "high",
    key: ["backup_vault_name"],
    of: [{ type: "aws_backup_vault", attribute: "backup_vault_name", equals: ["name", "id"] }],
    attributes: [
      {
        path: ["changeable_for_days"],
        weaker: ways.gone,
        says: "can be taken away at any time again",
      },
      {
        path: ["min_retention_days"],
        weaker: (was, is) => Number(is ?? 0) < Number(was ?? 0),
        says: (was, is) => `keeps backups for ${is ?? 0} days at least, not for ${was}`,
      },
    ],
  },
  aws_s3_bucket_object_lock_configuration: {
    what: "the object lock of the bucket",
    deleted: "high",
    key: ["bucket"],
    of: [{ type: "aws_s3_bucket", attribute: "bucket", equals: ["bucket", "id"] }],
    idle: (lock) => daysOf(attributeOf(lock, ...RETENTION)) === 0,
    attributes: [
      {
        path: [...RETENTION, "mode"],
        weaker: ways.from("COMPLIANCE"),
        says: "can be overridden by whoever may bypass governance",
      },
      {
        path: RETENTION,
        weaker: (was, is) => daysOf(is) < daysOf(was),
        says: (was, is) => `holds objects for ${daysOf(is)} days, not for ${daysOf(was)}`,
      },
    ],
  },
  aws_ram_resource_share: {
    what: "the resource share",
    deleted: null,
    key: ["name"],
    attributes: [
      {
        path: ["allow_external_principals"],
        weaker: (was, is) => was === false && is === true,
        says: "may be given to accounts outside of the organization",
        severity: "medium",
      },
    ],
  },
};

/** Types of organization policies that forbid; the others describe tags, backups and the like. */
const guardrails: ReadonlySet<string> = new Set([
  "SERVICE_CONTROL_POLICY",
  "RESOURCE_CONTROL_POLICY",
  "DECLARATIVE_POLICY_EC2",
]);

/** A policy of Denies stands beside one that allows everything. */
const ceiling = (policy: Policy) =>
  policy.statements.some(({ effect }) => effect === "Allow") ? policy : leavesOpen(policy);

type Found = Omit<Violation, "statement">;

function compare(before: readonly Policy[], after: readonly Policy[], world: World): readonly Found[] {
  const diff = newAccess(before.map(ceiling), after.map(ceiling), world);
  if (diff.newAccess === true) {
    const { witness } = diff;
    return [{ message: `does not keep ${witness.action} back any more`, witness }];
  }
  if (diff.newAccess === false) return [];
  return [{ message: `cannot be compared with what it was: ${diff.because}`, confidence: "low" }];
}

/** Every policy of a resource that only takes away, both sides. */
function content(address: string, around: Surroundings, world: World): readonly Found[] {
  return flatMap(
    around
      .policiesAt(address)
      .filter(({ before, after }) => [...before, ...after].every(({ limits }) => limits) && before.length > 0),
    ({ before, after, pending }): readonly Found[] => {
      if (pending) return [{ message: "is replaced by a policy that is not known yet", confidence: "low" }];
      if (after.length === 0) return [{ message: "is not limited by a policy any more" }];
      return compare(
        before.map(({ policy }) => policy),
        after.map(({ policy }) => policy),
        world,
      );
    },
  );
}

function organizationPolicy(change: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  const { address, before, after } = change;
  if (!before || !guardrails.has(typeOf(before)) || isKept(change)) return [];
  const policy = nameOf(before);
  const targets = targetsOf(policy, around);
  if (!after) {
    if (targets.length > 0) return lostAt(policy, targets, around, `${isDeleted}, and `);
    return isMadeAnew(before, around) ? [] : [{ message: isDeleted }];
  }
  const found = content(address, around, world);
  // where it is detached, its attachment is judged
  const bound = targets.filter((target) => binds(nameOf(after), target, around));
  return found.length === 0 || bound.length === 0 ? found : lostAt(policy, bound, around);
}

const isDeleted = "the organization policy is deleted";

function isMadeAnew(policy: Resource, around: Surroundings): boolean {
  return around
    .ofType(POLICY)
    .some(
      ({ before, after }) =>
        !before && after !== null && attributeOf(after, "content") === attributeOf(policy, "content"),
    );
}

/** The first of the targets where something is lost for certain, or else the first where it may be. */
function lostAt(policy: string, targets: readonly string[], around: Surroundings, subject = ""): readonly Found[] {
  let perhaps: readonly Found[] = [];
  for (const target of targets) {
    const loss = lossOf(policy, target, around);
    if (!loss) continue;
    const found = foundIn(loss, target, subject);
    if (found.confidence !== "low") return [found];
    if (perhaps.length === 0) perhaps = [found];
  }
  return perhaps;
}

function foundIn({ diff, unsure }: Loss, target: string, subject: string): Found {
  if (unsure) return { message: "is replaced by a policy that is not known yet", confidence: "low" };
  if (!diff) return { message: `${subject}does not bind ${target} any more` };
  const { newAccess, witness, because } = diff;
  if (newAccess) return { message: `${subject}does not keep ${witness.action} back from ${target} any more`, witness };
  return { message: `cannot be compared with what it was: ${because}`, confidence: "low" };
}

function attachment(change: ResourcePair, around: Surroundings): readonly Found[] {
  const { before, after } = change;
  if (!before) return after ? opened(after, around) : [];
  const policy = namedBy(before, "policy_id");
  const target = namedBy(before, "target_id");
  if (policy === null || target === null || allowAll.has(policy) || isKept(change)) return [];
  const attached = around.ofType(POLICY).find((pair) => pair.before !== null && nameOf(pair.before) === policy);
  if (attached?.before && !guardrails.has(typeOf(attached.before))) return [];
  if (binds(policy, target, around)) return [];
  const loss = lossOf(policy, target, around);
  if (!loss) return [];
  const { diff, unsure } = loss;
  const message = unsure
    ? `the attachment of ${policy} to ${target} is replaced by one that is not known yet`
    : `${policy} does not bind ${target} any more`;
  const isSure = !unsure && diff?.newAccess !== null;
  return [{ message, ...(diff?.newAccess && { witness: diff.witness }), ...(!isSure && { confidence: "low" }) }];
}

/** A list of what is allowed keeps nothing back beside a policy that allows everything. */
function opened(attachment: Resource, around: Surroundings): readonly Found[] {
  const policy = namedBy(attachment, "policy_id");
  const target = namedBy(attachment, "target_id");
  if (target === null || !allowAll.has(policy)) return [];
  return flatMap(attachedTo(target, around), (list) => lostAt(list, [target], around, `${list} `)).slice(0, 1);
}

function endpoint({ address, before, after }: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  if (!before) return [];
  if (after) return content(address, around, world);
  const of = attributeOf(before, "vpc_endpoint_id");
  const gone = around
    .ofType("aws_vpc_endpoint")
    .some((pair) => pair.before && !pair.after && attributeOf(pair.before, "id") === of);
  return gone ? [] : [{ message: "the endpoint's policy is deleted, and everything passes" }];
}

/** A resource's own policies: what they deny, nobody in the account can allow. */
function denies(change: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  const undenied = noLongerDenied(change, around, world);
  if (!undenied) return [];
  const { diff, only } = undenied;
  if (diff.newAccess !== true) {
    return [{ message: `cannot be compared with what it denied: ${diff.because}`, confidence: "low" }];
  }
  const { witness } = diff;
  const how = change.after ? "no longer denies" : "is deleted, and no longer denies";
  const what = only === null ? `${witness.principal} ${callOf(witness)}` : `${only}, such as ${callOf(witness)}`;
  return [{ message: `the resource's policy ${how} ${what}`, witness }];
}

/** Policies that only take away, where they stand. */
type Ceiling = (change: ResourcePair, around: Surroundings, world: World) => readonly Found[];

const ceilings: Readonly<Record<string, Ceiling>> = {
  ...Object.fromEntries(denyingTypes.map((type) => [type, denies])),
  [POLICY]: organizationPolicy,
  [ATTACHMENT]: attachment,
  aws_vpc_endpoint: ({ address, before, after }, around, world) =>
    before && after ? content(address, around, world) : [],
  aws_vpc_endpoint_policy: endpoint,
  aws_rolesanywhere_profile: ({ address, before, after }, around, world) =>
    before && after ? content(address, around, world) : [],
};

export default rule({
  id: "guardrail-removed",
  severity: "high",
  summary: "What keeps the whole account or organization safe is taken away or weakened",
  why: "Service and resource control policies, Denies in the policies of buckets, keys and queues, public access blocks, locks on backups and secure defaults catch the mistakes of everyone else. Removing one breaks nothing and grants nothing by itself, so nobody notices until the mistake it was there for is made.",
  levels:
    "High; medium where a resource share does not keep to the organization any more, since somebody still has to be let onto it. Low confidence when what comes in its place is not known yet or cannot be compared. What is deleted together with the thing it protects is not reported, nor what other policies of the plan still deny where an organization policy was attached.",
  bad: `resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = false # was true
  ignore_public_acls      = true
  restrict_public_buckets = true
}`,
  good: `resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}`,
  fix: "Keep the guardrail, and make an exception as narrow as the need: a condition on one role, a policy on one account.",
  lifts: true,
  references: [
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  ],
  on: "change",
  types: [...Object.keys(ceilings), ...Object.keys(settings)].sort(),
  check(change, around, world) {
    const { type } = change;
    const row = settings[type];
    if (row) {
      const found = weakened(change, row, around);
      if (!found) return [];
      const { message, severity, unsure } = found;
      return [{ statement: null, message, severity, ...(unsure && { confidence: "low" }) }];
    }
    return (ceilings[type]?.(change, around, world) ?? []).map((found) => ({ statement: null, ...found }));
  },
});
