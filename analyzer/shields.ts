/**
 * What keeps strangers out of a resource whatever its policy says: the public access block of a bucket, a network. Where
 * nothing does, what shows that they are meant to come: the bucket is a website.
 */
import { flatMap } from "../lib/flat-map.ts";
import { type Address, parseAddress, renderAddress } from "./address.ts";
import { type Configuration, isInstanceReference, targetOf } from "./configuration.ts";
import { asArray, asObject, asString, type JsonObject, member } from "./json.ts";
import type { Shield } from "./model.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/** Gives the shield of a resource on one side of the change. */
export type Shields = (change: ResourceChange, side: "before" | "after") => Shield | undefined;

/** One kind of shield: which resources hold it, which it is for, and how they name what both belong to. */
interface Kind {
  /** Also shields itself. */
  holder: string;
  /** Attribute of the holder and of those that it shields. */
  name: string;
  /** Attribute of those that it shields, where they call it otherwise. */
  calledBy?: string;
  for: Readonly<Record<string, (holder: JsonObject) => Shield | undefined>>;
}

const isOn = (flag: string) => (values: JsonObject) => member(values, flag) === true;
const blocks =
  (...flags: readonly string[]) =>
  (holder: JsonObject): Shield | undefined =>
    flags.some((flag) => isOn(flag)(holder)) ? publicAccessBlock : undefined;

const publicAccessBlock: Shield = { name: "the bucket's public access block", effect: "refused" };
const directoryBlock: Shield = { name: "the directory bucket's public access block", effect: "refused" };
const accessPointBlock: Shield = { name: "the access point's public access block", effect: "refused" };
const ownership: Shield = { name: "the bucket's object ownership (BucketOwnerEnforced)", effect: "refused" };
const website: Shield = { name: "the website", effect: "published" };
const network: Shield = { name: "the VPC", effect: "unreachable" };
const fineGrained: Shield = { name: "the domain's fine-grained access control", effect: "refused" };

const blocksPolicy = blocks("restrict_public_buckets", "block_public_policy");
const blocksAcl = blocks("ignore_public_acls", "block_public_acls");

const has = (values: JsonObject, block: string): boolean => asArray(member(values, block)).length > 0;

/** The block that a resource has once at most. */
const blockIn = (values: JsonObject, name: string): JsonObject => asObject(asArray(member(values, name))[0]);

/** Access lists count for nothing, and a public one cannot be set. */
const leavesAclsOut = (controls: JsonObject): Shield | undefined =>
  member(blockIn(controls, "rule"), "object_ownership") === "BucketOwnerEnforced" ? ownership : undefined;

/**
 * With fine-grained access control, AWS recommends a policy that is open to everyone: who has not signed in is turned
 * down behind it, unless anonymous access is let through while a domain moves to it.
 *
 * Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html
 */
function ofDomain(domain: JsonObject): Shield | undefined {
  if (has(domain, "vpc_options")) return network;
  const options = blockIn(domain, "advanced_security_options");
  return isOn("enabled")(options) && !isOn("anonymous_auth_enabled")(options) ? fineGrained : undefined;
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html */
function ofAccessPoint(point: JsonObject): Shield | undefined {
  if (has(point, "vpc_configuration")) return network;
  // all of it is on unless somebody turns it off
  const block = blockIn(point, "public_access_block_configuration");
  return member(block, "restrict_public_buckets") === false ? undefined : accessPointBlock;
}

/** The first that has a shield is it. */
const kinds: readonly Kind[] = [
  {
    holder: "aws_s3_bucket_public_access_block",
    name: "bucket",
    for: {
      aws_s3_bucket: blocks("restrict_public_buckets", "ignore_public_acls"),
      aws_s3_bucket_acl: blocksAcl,
      aws_s3_bucket_object: blocksAcl,
      aws_s3_bucket_policy: blocksPolicy,
      aws_s3_object: blocksAcl,
      aws_s3_object_copy: blocksAcl,
    },
  },
  {
    holder: "aws_s3_bucket_ownership_controls",
    name: "bucket",
    for: {
      aws_s3_bucket_acl: leavesAclsOut,
      aws_s3_bucket_object: leavesAclsOut,
      aws_s3_object: leavesAclsOut,
      aws_s3_object_copy: leavesAclsOut,
    },
  },
  {
    holder: "aws_s3_directory_bucket",
    name: "bucket",
    for: { aws_s3_bucket_policy: () => directoryBlock },
  },
  {
    holder: "aws_s3_bucket_website_configuration",
    name: "bucket",
    for: { aws_s3_bucket_policy: () => website },
  },
  {
    holder: "aws_opensearch_domain",
    name: "domain_name",
    for: { aws_opensearch_domain: ofDomain, aws_opensearch_domain_policy: ofDomain },
  },
  {
    holder: "aws_elasticsearch_domain",
    name: "domain_name",
    for: { aws_elasticsearch_domain: ofDomain, aws_elasticsearch_domain_policy: ofDomain },
  },
  {
    holder: "aws_s3_access_point",
    name: "arn",
    calledBy: "access_point_arn",
    for: { aws_s3_access_point: ofAccessPoint, aws_s3control_access_point_policy: ofAccessPoint },
  },
];

const associated: Shield = { name: "the service network, which only associated VPCs reach,", effect: "refused" };
const accepted: Shield = { name: "the acceptance of each connection", effect: "refused" };
const checked: Shield = { name: "the secret's block_public_policy", effect: "refused" };
const noPublicTable: Shield = { name: "DynamoDB, which takes no public policy,", effect: "refused" };
const noPublicTables: Shield = { name: "S3 Tables, which takes no public policy,", effect: "refused" };

/** Shields that a resource carries itself. */
const own: Readonly<Record<string, (values: JsonObject) => Shield | undefined>> = {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-bpa-rbp.html
  aws_dynamodb_resource_policy: () => noPublicTable,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
  aws_s3_bucket_policy: (values) =>
    asString(member(values, "bucket"))?.endsWith("--x-s3") ? directoryBlock : undefined,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-restrictions.html
  aws_s3tables_table_bucket_policy: () => noPublicTables,
  aws_s3tables_table_policy: () => noPublicTables,
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
  aws_secretsmanager_secret_policy: (values) => (isOn("block_public_policy")(values) ? checked : undefined),
  aws_vpclattice_auth_policy: () => associated,
  aws_vpc_endpoint_service: (values) => (isOn("acceptance_required")(values) ? accepted : undefined),
};

const shielded: ReadonlySet<string> = new Set([
  ...Object.keys(own),
  ...flatMap(kinds, (kind) => Object.keys(kind.for)),
]);

/** Finds the shields of a plan. */
export function shieldsOf(plan: Plan, configuration: Configuration): Shields {
  const held = new Map(
    kinds.map((kind) => [kind, { before: new Map<string, JsonObject>(), after: new Map<string, JsonObject>() }]),
  );
  for (const change of plan.changes) {
    const kind = kinds.find(({ holder }) => holder === change.type);
    if (!kind || change.mode !== "managed" || change.deposed !== null) continue;
    for (const side of ["before", "after"] as const) {
      const values = valuesOn(change, side);
      if (values === null) continue;
      for (const id of idsOf(change, values, kind.name, configuration)) held.get(kind)?.[side].set(id, values);
    }
  }
  return (change, side) => {
    if (!shielded.has(change.type)) return undefined;
    const values = valuesOn(change, side);
    if (values === null) return undefined;
    const carried = Object.hasOwn(own, change.type) ? own[change.type]?.(values) : undefined;
    if (carried) return carried;
    for (const [kind, holders] of held) {
      const shield = Object.hasOwn(kind.for, change.type) ? kind.for[change.type] : undefined;
      if (!shield || holders[side].size === 0) continue;
      const name = change.type === kind.holder ? kind.name : (kind.calledBy ?? kind.name);
      const id = idsOf(change, values, name, configuration).find((id) => holders[side].has(id));
      const holder = id === undefined ? undefined : holders[side].get(id);
      const found = holder && shield(holder);
      if (found) return found;
    }
    return undefined;
  };
}

function valuesOn({ action, before, after }: ResourceChange, side: "before" | "after"): JsonObject | null {
  return side === "before" || action === "no-op" || action === "forget" ? before : after;
}

/** What two resources that belong to the same bucket or domain have in common: its name, or the block that makes it. */
function idsOf(change: ResourceChange, values: JsonObject, name: string, configuration: Configuration): string[] {
  const address = parseAddress(change.address);
  const text = asString(member(values, name));
  const made = address && blockNamed(address, name, configuration);
  return [...(text === null ? [] : [`name ${text}`]), `block ${made ?? change.address}`];
}

/** Address of the one resource that the attribute refers to, as seen from `user`. */
function blockNamed(user: Address, name: string, configuration: Configuration): string | null {
  const expression = member(configuration.expressionsOf(user), name);
  const references = expression === undefined ? [] : configuration.follow(user, [expression]);
  const named = references.filter((reference) => !isInstanceReference(reference));
  const target = named.length === 1 && named[0] ? targetOf(named[0]) : null;
  if (!target) return null;
  const modules = target.address.modules.map((step, i) => {
    const peer = user.modules[i];
    return peer?.name === step.name ? peer : step;
  });
  const byInstance = references.length > named.length;
  return renderAddress({ ...target.address, modules, key: target.address.key ?? (byInstance ? user.key : null) });
}
