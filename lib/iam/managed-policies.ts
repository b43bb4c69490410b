/** AWS managed policies by ARN, latest version, loaded when asked for. */
import { managedPolicyNames } from "./managed/names.ts";
import { parsePolicy } from "./parse.ts";
import type { Policy } from "./policy.ts";

/** Gives the file that holds a policy: by the first letter that tells names apart. */
export function shardOf(arn: string): string {
  const name = arn.split("/").at(-1) ?? "";
  const letter = /^(?:AWS|Amazon)?[-_]?([A-Za-z])/.exec(name)?.[1]?.toLowerCase();
  return letter ?? "other";
}

const stored = new Set(Object.values(managedPolicyNames).flatMap((names) => names.split(" ").map(shardOf)));
const shards = new Map<string, Promise<ReadonlyMap<string, unknown>>>();
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
  const document = (await shard(shardOf(id))).get(id);
  if (document === undefined) return null;
  const { policy } = parsePolicy(document, "identity");
  policies.set(id, policy);
  return policy;
}

function shard(name: string): Promise<ReadonlyMap<string, unknown>> {
  let loading = shards.get(name);
  if (!loading) {
    loading = load(name);
    shards.set(name, loading);
  }
  return loading;
}

async function load(name: string): Promise<ReadonlyMap<string, unknown>> {
  // a name that begins as no policy of AWS does has no file
  if (!stored.has(name)) return new Map();
  const file: { default: string } = await import(`./managed/${name}.js`);
  return new Map(Object.entries(JSON.parse(file.default)));
}
