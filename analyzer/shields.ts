/** What keeps strangers out of a resource whatever its policy says: the public access block of a bucket, a network. */
import { flatMap } from "../lib/flat-map.ts";
import { type Address, parseAddress, renderAddress } from "./address.ts";
import { type Configuration, isInstanceReference, targetOf } from "./configuration.ts";
import { asArray, asString, type JsonObject, member } from "./json.ts";
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
  for: Readonly<Record<string, (holder: JsonObject) => Shield | undefined>>;
}

const isOn = (flag: string) => (values: JsonObject) => member(values, flag) === true;
const blocks =
  (...flags: readonly string[]) =>
  (holder: JsonObject): Shield | undefined =>
    flags.some((flag) => isOn(flag)(holder)) ? publicAccessBlock : undefined;

const publicAccessBlock: Shield = { name: "the bucket's public access block", effect: "refused" };
const network: Shield = { name: "the domain's VPC", effect: "unreachable" };

const blocksPolicy = blocks("restrict_public_buckets", "block_public_policy");
const blocksAcl = blocks("ignore_public_acls", "block_public_acls");
const inVpc = (domain: JsonObject): Shield | undefined =>
  asArray(member(domain, "vpc_options")).length > 0 ? network : undefined;

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
    holder: "aws_opensearch_domain",
    name: "domain_name",
    for: { aws_opensearch_domain: inVpc, aws_opensearch_domain_policy: inVpc },
  },
  {
    holder: "aws_elasticsearch_domain",
    name: "domain_name",
    for: { aws_elasticsearch_domain: inVpc, aws_elasticsearch_domain_policy: inVpc },
  },
];

const associated: Shield = { name: "the service network, which only associated VPCs reach,", effect: "refused" };
const accepted: Shield = { name: "the acceptance of each connection", effect: "refused" };
const accessPointBlock: Shield = { name: "the access point's public access block", effect: "refused" };

/** Shields that a resource carries itself. */
const own: Readonly<Record<string, (values: JsonObject) => Shield | undefined>> = {
  aws_s3_access_point: (values) => {
    const [block] = asArray(member(values, "public_access_block_configuration"));
    // all of it is on unless somebody turns it off
    const off = block !== undefined && member(block, "restrict_public_buckets") === false;
    return off ? undefined : accessPointBlock;
  },
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
      const id = idsOf(change, values, kind.name, configuration).find((id) => holders[side].has(id));
      const holder = id === undefined ? undefined : holders[side].get(id);
      if (holder) return shield(holder);
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
