/** AWS managed policies by ARN, latest version, loaded when asked for. */
import { flatMap } from "../flat-map.ts";
import { managedPolicyNames } from "./managed/names.ts";
import { parsePolicy } from "./parse.ts";
import type { Policy } from "./policy.ts";

/** Gives the file that holds a policy: by the first two letters that tell names apart. */
export function shardOf(arn: string): string {
  const name = arn.split("/").at(-1) ?? "";
  const letters = /^(?:AWS|Amazon)?[-_]?([A-Za-z]{1,2})/.exec(name)?.[1]?.toLowerCase();
  return letters ?? "other";
}

const stored = new Set(flatMap(Object.values(managedPolicyNames), (names) => names.split(" ").map(shardOf)));
/** Documents as text, by ARN. */
type Shard = Readonly<Record<string, string>>;
const shards = new Map<string, Promise<Shard>>();
const policies = new Map<string, Policy>();

/**
 * Gives what an AWS managed policy allows, or `null` when the ARN is not one that this version knows.
 * The partition does not matter: the documents are those of `aws`.
 */
export async function managedPolicy(arn: string): Promise<Policy | null> {
  const id = arn.replace(/^arn:aws[\w-]*:/, "arn:aws:");
  const known = policies.get(id);
  if (known) return known;
  if (!/^arn:aws:iam::aws:policy\/[\w+=,.@/-]+$/.test(id)) return null;
  const documents = await shard(shardOf(id));
  const document = Object.hasOwn(documents, id) ? documents[id] : undefined;
  if (document === undefined) return null;
  const { policy } = parsePolicy(document, "identity");
  policies.set(id, policy);
  return policy;
}

function shard(name: string): Promise<Shard> {
  let loading = shards.get(name);
  if (!loading) {
    loading = load(name);
    shards.set(name, loading);
  }
  return loading;
}

async function load(name: string): Promise<Shard> {
  // a name that begins as no policy of AWS does has no file
  if (!stored.has(name)) return {};
  const file: { default: Shard } = await import(`./managed/${name}.js`);
  return file.default;
}
