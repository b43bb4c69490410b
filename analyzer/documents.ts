/** The policy document data sources of a plan, and which of them a reference means. */
import { type Address, configAddress, parseAddress } from "./address.ts";
import { meantBy, type Reference, targetOf } from "./configuration.ts";
import type { DataSource } from "./document-source.ts";
import type { Plan } from "./plan.ts";

export const DOCUMENT = "aws_iam_policy_document";

export interface Source {
  address: Address;
  change: DataSource;
  /** It was read before the plan. */
  isKnown: boolean;
}

/** Instances of policy document data sources, by the address of their block. */
export type Sources = ReadonlyMap<string, readonly Source[]>;

export function sourcesOf(plan: Plan): Sources {
  const pending = plan.changes.filter(({ mode, type }) => mode === "data" && type === DOCUMENT);
  const read = [...plan.documents].map(([address, json]) => ({
    address,
    after: { json },
    afterUnknown: {},
    afterSensitive: {},
  }));
  const waiting = new Set(pending.map(({ address }) => address));
  const sources = new Map<string, Source[]>();
  for (const change of [...pending, ...read.filter((source) => !waiting.has(source.address))]) {
    const address = parseAddress(change.address);
    if (!address) continue;
    const block = configAddress(address);
    const instances = sources.get(block) ?? [];
    instances.push({ address, change, isKnown: !waiting.has(change.address) });
    sources.set(block, instances);
  }
  return sources;
}

/** The one instance of a policy document data source that `reference` means for `user`; `null` when it is not clear. */
export function sourceOf(reference: Reference, user: Address, sources: Sources): Source | null {
  const matching = instancesOf(reference, user, sources, true);
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

/**
 * The instances of policy document data sources that `reference` means for `user`.
 * @param isPicked an expression may pick one of several: the one with the user's own key
 */
export function instancesOf(
  reference: Reference,
  user: Address,
  sources: Sources,
  isPicked: boolean,
): readonly Source[] {
  const target = targetOf(reference);
  // without an attribute, a splat or an expression picks the instance: `d[*].json` stands in a plan as `d`
  if (!target || !["json", "minified_json", null].includes(target.attribute)) return [];
  return meantBy(target.address, user, sources.get(configAddress(target.address)) ?? [], isPicked);
}
