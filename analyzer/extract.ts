/** From a plan to its policies, on both sides of every change. */
import { parsePolicy } from "../lib/iam/parse.ts";
import { accountOf, ownAccountIn } from "./accounts.ts";
import { type Address, parseAddress } from "./address.ts";
import { readConfiguration } from "./configuration.ts";
import { type Follow, follower } from "./follow.ts";
import { withProvider } from "./identity-providers.ts";
import type { JsonObject } from "./json.ts";
import type { PolicyChange, Subject } from "./model.ts";
import { settle } from "./partial.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import type { UnknownPolicy } from "./report.ts";
import { type Shields, shieldsOf } from "./shields.ts";
import { companionsOf, type Site, sitesOf } from "./sites.ts";
import { type Slot, slotsOf } from "./slots.ts";
import { type Unlisted, unlistedIn } from "./unlisted.ts";

export interface PendingPolicy extends UnknownPolicy {
  resourceType: string;
}

export interface Extraction {
  policies: readonly PolicyChange[];
  /** Places whose policy, or part of it, is not known yet: one entry a place. */
  unknown: readonly PendingPolicy[];
  /** What looks like a policy in a place that the table does not have. */
  unlisted: readonly Unlisted[];
}

export interface ExtractOptions {
  /**
   * The document that is written for an attribute which the plan does not show, with `UNKNOWN` (`partial.ts`) for what
   * only apply will tell; `undefined` when it cannot be read.
   */
  documentFor?: (address: string, attribute: string) => unknown;
}

/** Finds every policy of the plan's managed resources, in the order of the plan. */
export function extract(plan: Plan, options: ExtractOptions = {}): Extraction {
  const configuration = readConfiguration(plan.configuration);
  const types = new Set(plan.changes.map(({ type }) => type));
  const context: Context = {
    follow: follower(plan, configuration),
    shields: shieldsOf(plan, configuration),
    documentFor: options.documentFor ?? (() => undefined),
    accountOf: (address) => configuration.accountOf(address),
    isShown: (address, site, type) =>
      companionsOf(type).some((companion) => types.has(companion)) && !configuration.writes(address, site.path),
  };
  const policies: PolicyChange[] = [];
  const unknown: PendingPolicy[] = [];
  const unlisted: Unlisted[] = [];
  for (const change of plan.changes) {
    // A leftover object was judged when it was replaced; under the same address stands what replaced it.
    if (change.mode !== "managed" || change.deposed !== null) continue;
    const sites = sitesOf(change.type);
    unlisted.push(...unlistedIn(change, sites));
    for (const site of sites) {
      const found = read(change, site, context);
      unknown.push(...found.unknown);
      const { before, after } = found;
      if (before.length + after.length > 0) {
        const pending = found.unknown.length > 0;
        policies.push({ address: change.address, resourceType: change.type, place: site.path, before, after, pending });
      }
    }
  }
  return { policies, unknown, unlisted };
}

interface Context {
  follow: Follow;
  shields: Shields;
  documentFor: NonNullable<ExtractOptions["documentFor"]>;
  accountOf: (address: Address) => string | null;
  /** Whether the place only shows what another resource sets. */
  isShown: (address: Address, site: Site, type: string) => boolean;
}

interface Found {
  before: readonly Subject[];
  after: readonly Subject[];
  unknown: readonly PendingPolicy[];
}

const nothing: Found = { before: [], after: [], unknown: [] };

function read(change: ResourceChange, site: Site, context: Context): Found {
  const address = parseAddress(change.address);
  if (address && context.isShown(address, site, change.type)) return nothing;
  const account =
    accountOf(change.after) ?? accountOf(change.before) ?? (address && context.accountOf(address)) ?? null;
  const reader = (side: "before" | "after") => subjectsIn(change, site, account, context.shields(change, side));

  const readBefore = reader("before");
  const before = slotsOf(site, change.before, undefined).flatMap((slot) =>
    change.before ? readBefore(change.before, slot.attribute, slot.value) : [],
  );
  const readAfter = reader("after");
  // Left alone, or forgotten by Terraform, the object lives on as it is.
  if (change.action === "no-op" || change.action === "forget") {
    const shield = context.shields(change, "after");
    const same = shield === context.shields(change, "before");
    return { before, after: same ? before : before.map((subject) => withShield(subject, shield)), unknown: [] };
  }

  const resource = change.after;
  const after: Subject[] = [];
  const unknown: PendingPolicy[] = [];
  for (const slot of slotsOf(site, resource, change.afterUnknown)) {
    if (resource === null) continue;
    if (!slot.unknown) {
      after.push(...readAfter(resource, slot.attribute, slot.value));
      continue;
    }
    const place = { address: change.address, resourceType: change.type, attribute: slot.attribute };
    const found = unknownAt(change, site, slot, address, context);
    if (found === null) continue;
    if (found.settled) {
      const { document, leftOut } = found.settled;
      after.push(...readAfter(resource, slot.attribute, document).map((subject) => without(subject, leftOut)));
    }
    if (found.waiting) unknown.push({ ...place, ...found.waiting });
  }
  return { before, after, unknown };
}

/** What can be told of a value that the plan does not show; `null` when nobody wrote one. */
function unknownAt(change: ResourceChange, site: Site, slot: Slot, address: Address | null, context: Context) {
  const followed = context.follow(site, slot, change.afterUnknown, address);
  if (followed === null) return null;
  const { references, provider } = followed;
  const shown = "document" in followed ? followed.document : context.documentFor(change.address, slot.attribute);
  const document = provider === null ? shown : withProvider(shown, provider);
  const settled = document === undefined ? null : settle(document);
  if (!settled) {
    const reason = "reason" in followed ? followed.reason : "no part of it is known before apply";
    return { settled: null, waiting: { reason, references } };
  }
  if (settled.undecided.length === 0) return { settled, waiting: null };
  const which = settled.undecided.map((index) => index + 1).join(", ");
  const reason = `statement ${which} holds values that are known only after apply`;
  return { settled, waiting: { reason, references } };
}

function subjectsIn(change: ResourceChange, site: Site, account: string | null, shield: Subject["shield"]) {
  return (resource: JsonObject, attribute: string, document: unknown): Subject[] => {
    const kind = site.as === "grant" ? site.kind : site.kind(resource);
    if (kind === null) return [];
    const parsed = parsePolicy(document, kind);
    const limits = site.as === "document" && site.limits === true;
    const own = account ?? (limits ? null : ownAccountIn(parsed.policy));
    const { address, type: resourceType } = change;
    const subject = { address, resourceType, attribute, ...parsed, account: own, limits, managed: null, holders: [] };
    return [withShield(subject, shield)];
  };
}

function withShield(subject: Subject, shield: Subject["shield"]): Subject {
  const { shield: _, ...rest } = subject;
  return shield ? { ...rest, shield } : rest;
}

/** The subject without these statements, which stay counted: what follows keeps its place. */
function without(subject: Subject, indexes: readonly number[]): Subject {
  if (indexes.length === 0) return subject;
  const { policy, problems } = subject;
  return {
    ...subject,
    policy: { ...policy, statements: policy.statements.filter(({ index }) => !indexes.includes(index)) },
    problems: problems.filter(({ statement }) => statement === null || !indexes.includes(statement)),
  };
}
