/** From a plan to its policies, on both sides of every change. */
import { byCodeUnit } from "../lib/finding.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import { type Address, configAddress, parseAddress } from "./address.ts";
import {
  accountInArn,
  type Configuration,
  isInstanceReference,
  type Reference,
  readConfiguration,
  renderReference,
  sharesModules,
  targetOf,
} from "./configuration.ts";
import { documentOf } from "./document-source.ts";
import { asString, type JsonObject, member } from "./json.ts";
import type { PolicyChange, Subject } from "./model.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import type { UnknownPolicy } from "./report.ts";
import { type Site, sitesOf } from "./sites.ts";

export interface PendingPolicy extends UnknownPolicy {
  resourceType: string;
}

export interface Extraction {
  policies: readonly PolicyChange[];
  unknown: readonly PendingPolicy[];
}

/** One value in a place, with its attribute path. */
interface Slot {
  attribute: string;
  value: unknown;
  unknown: boolean;
}

/** Finds every policy of the plan's managed resources, in the order of the plan. */
export function extract(plan: Plan): Extraction {
  const context = { configuration: readConfiguration(plan.configuration), sources: sourcesOf(plan) };
  const policies: PolicyChange[] = [];
  const unknown: PendingPolicy[] = [];
  for (const change of plan.changes) {
    // A leftover object was judged when it was replaced; under the same address stands what replaced it.
    if (change.mode !== "managed" || change.deposed !== null) continue;
    for (const site of sitesOf(change.type)) {
      const found = read(change, site, context);
      unknown.push(...found.unknown);
      const { before, after } = found;
      if (before.length + after.length > 0) {
        const pending = found.unknown.length > 0;
        policies.push({ address: change.address, resourceType: change.type, place: site.path, before, after, pending });
      }
    }
  }
  return { policies, unknown };
}

interface Context {
  configuration: Configuration;
  /** Instances of policy document data sources, by the address of their block. */
  sources: ReadonlyMap<string, readonly { address: Address; change: ResourceChange }[]>;
}

function sourcesOf(plan: Plan): Context["sources"] {
  const sources = new Map<string, { address: Address; change: ResourceChange }[]>();
  for (const change of plan.changes) {
    if (change.mode !== "data" || change.type !== "aws_iam_policy_document") continue;
    const address = parseAddress(change.address);
    if (!address) continue;
    const block = configAddress(address);
    const instances = sources.get(block) ?? [];
    instances.push({ address, change });
    sources.set(block, instances);
  }
  return sources;
}

function read(change: ResourceChange, site: Site, context: Context) {
  const address = parseAddress(change.address);
  const account =
    accountOf(change.after) ?? accountOf(change.before) ?? (address && context.configuration.accountOf(address));
  const subject = (resource: JsonObject, attribute: string, document: unknown): Subject[] => {
    const kind = site.as === "grant" ? site.kind : site.kind(resource);
    if (kind === null) return [];
    const parsed = parsePolicy(document, kind);
    const limits = site.as === "document" && site.limits === true;
    const { address, type: resourceType } = change;
    return [{ address, resourceType, attribute, ...parsed, account, limits, managed: null, holders: [] }];
  };
  const known = (resource: JsonObject | null, slots: readonly Slot[]): Subject[] =>
    slots.flatMap(({ attribute, value, unknown }) =>
      resource === null || unknown ? [] : subject(resource, attribute, value),
    );

  const before = known(change.before, slotsOf(site, change.before, undefined));
  // Left alone, or forgotten by Terraform, the object lives on as it is.
  if (change.action === "no-op" || change.action === "forget") return { before, after: before, unknown: [] };

  const resource = change.after;
  const slots = slotsOf(site, resource, change.afterUnknown);
  const after = known(resource, slots);
  const unknown: PendingPolicy[] = [];
  for (const slot of resource === null ? [] : slots.filter((slot) => slot.unknown)) {
    const outcome = follow(site, address, context);
    if (outcome === null || resource === null) continue;
    if ("document" in outcome) after.push(...subject(resource, slot.attribute, outcome.document));
    else unknown.push({ address: change.address, resourceType: change.type, attribute: slot.attribute, ...outcome });
  }
  return { before, after, unknown };
}

/**
 * What an unknown value will be: `null` when nobody wrote one, so that only a default of the provider is missing.
 * An expression that names a policy document and nothing else is taken to be that document.
 */
function follow(
  site: Site,
  address: Address | null,
  { configuration, sources }: Context,
): { document: unknown } | { reason: string; references: readonly string[] } | null {
  const expressions = address && configuration.expressionsOf(address);
  if (!address || !expressions) return { reason: "known only after apply", references: [] };
  const attributes = site.as === "grant" ? site.needs : [site.path];
  const written = attributes.flatMap((path) => expressionsAt(expressions, path));
  if (written.length === 0) return null;

  const references = configuration.follow(address, written);
  const pending = (reason: string) => ({
    reason,
    references: [...new Set(references.map(renderReference))].sort(byCodeUnit),
  });
  const named = references.filter((reference) => !isInstanceReference(reference));
  const source = named[0];
  if (site.as === "grant" || named.length !== 1 || !source) return pending("known only after apply");
  const change = sourceOf(source, address, sources, references.length > named.length);
  if (!change) return pending("known only after apply");
  const result = documentOf(change);
  return "document" in result ? result : pending(result.reason);
}

/** The one instance of a policy document data source that `reference` means for `user`; `null` when it is not clear. */
function sourceOf(
  reference: Reference,
  user: Address,
  sources: Context["sources"],
  byInstance: boolean,
): ResourceChange | null {
  const target = targetOf(reference);
  if (!target) return null;
  if (target.attribute === null ? !byInstance : !["json", "minified_json"].includes(target.attribute)) return null;
  const reachable = (sources.get(configAddress(target.address)) ?? []).filter(({ address }) =>
    sharesModules(address, user),
  );
  const wanted = target.address.key ?? (reachable.length > 1 ? user.key : null);
  const matching = wanted === null ? reachable : reachable.filter(({ address }) => address.key === wanted);
  return matching.length === 1 ? (matching[0]?.change ?? null) : null;
}

/** The expressions behind a path, those of every block where it goes through a list. */
function expressionsAt(expressions: unknown, path: string): readonly unknown[] {
  return path.split(".").reduce<readonly unknown[]>(
    (found, step) =>
      found.flatMap((inner) => {
        const next = member(inner, step.replace("[]", ""));
        if (next === undefined) return [];
        return Array.isArray(next) ? next : [next];
      }),
    [expressions],
  );
}

function slotsOf(site: Site, resource: JsonObject | null, unknown: unknown): readonly Slot[] {
  if (site.as === "grant") {
    if (resource === null) return [];
    const waits = site.needs.some((key) => member(unknown, key) === true);
    const document = { Version: "2012-10-17", Statement: site.statement(resource) };
    return [{ attribute: site.path, value: document, unknown: waits }];
  }
  const slots = site.path.split(".").reduce<readonly (Slot & { mask: unknown })[]>(
    (found, step) =>
      found.flatMap((slot) => {
        const name = step.replace("[]", "");
        const attribute = slot.attribute === "" ? name : `${slot.attribute}.${name}`;
        const value = member(slot.value, name);
        const mask = slot.mask === true ? true : member(slot.mask, name);
        const next = { attribute, value, mask, unknown: mask === true };
        if (!step.endsWith("[]") || next.unknown || !Array.isArray(value)) return [next];
        return value.map((element, i) => {
          const inner = Array.isArray(mask) ? mask[i] : undefined;
          return { attribute: `${attribute}[${i}]`, value: element, mask: inner, unknown: inner === true };
        });
      }),
    [{ attribute: "", value: resource, mask: unknown, unknown: false }],
  );
  // An attribute that is not set, or set to nothing, holds no policy.
  return slots.filter(({ value, unknown }) => unknown || (value !== undefined && value !== null && value !== ""));
}

/** Attributes whose ARN tells the account that the resource is in. */
const arnAttributes = [
  "arn",
  "resource_arn",
  "secret_arn",
  "function_name",
  "stream_arn",
  "cluster_arn",
  "sink_identifier",
];

function accountOf(resource: JsonObject | null): string | null {
  const owners = arnAttributes.map((key) => accountInArn(asString(member(resource, key))));
  const queue = asString(member(resource, "queue_url"))?.match(/^https:\/\/[^/]+\/(\d{12})\//)?.[1];
  return owners.find((account) => account !== null) ?? queue ?? null;
}
