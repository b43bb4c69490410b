/** From a plan to its policies, on both sides of every change. */
import { flatMap } from "../lib/flat-map.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import { withStatements } from "../lib/iam/policy.ts";
import { accountOf, ownAccountIn } from "./accounts.ts";
import { parseAddress } from "./address.ts";
import { readConfiguration } from "./configuration.ts";
import { oversize } from "./document-sizes.ts";
import { type Follow, follower } from "./follow.ts";
import { itselfOf } from "./itself.ts";
import { type JsonObject, member } from "./json.ts";
import type { PolicyChange, Subject } from "./model.ts";
import { type Settled, settle } from "./partial.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import { renamedIn, withNamed, withPrincipals } from "./principal-arns.ts";
import { type Renamed, withNewNames } from "./renamed.ts";
import type { UnknownPolicy } from "./report.ts";
import { type Shields, shieldsOf } from "./shields.ts";
import { companionsOf, type Site, sitesOf } from "./sites.ts";
import { type Slot, slotsOf } from "./slots.ts";
import { targetAttributeOf } from "./targets.ts";
import { type Unlisted, unlistedIn } from "./unlisted.ts";

export interface PendingPolicy extends UnknownPolicy {
  resourceType: string;
}

export interface Extraction {
  policies: readonly PolicyChange[];
  /** What stood in a resource itself before, where a new resource of its own may say the same from now on. */
  earlier: readonly PolicyChange[];
  /** Places whose policy, or part of it, is not known yet: one entry a place. */
  unknown: readonly PendingPolicy[];
  /** Places whose policy is made of what the plan marks as sensitive elsewhere. */
  sensitive: readonly SensitivePlace[];
  /** What looks like a policy in a place that the table does not have. */
  unlisted: readonly Unlisted[];
}

export type SensitivePlace = Pick<PendingPolicy, "address" | "attribute">;

export interface ExtractOptions {
  /**
   * What is written for an attribute which the plan does not show; `undefined` when it cannot be read.
   */
  documentFor?: (address: string, attribute: string) => WrittenDocument | undefined;
}

export interface WrittenDocument {
  /** With `UNKNOWN` (`partial.ts`) for what only apply will tell. */
  document: unknown;
  /** What it waits for. */
  references: readonly string[];
}

/** Whether the plan leaves a policy, or part of one, unknown: only then the code has something to tell. */
export function leavesUnknown(plan: Plan): boolean {
  return plan.changes.some(
    ({ mode, deposed, type, after, afterUnknown }) =>
      mode === "managed" &&
      deposed === null &&
      sitesOf(type).some((site) => slotsOf(site, after, afterUnknown).some(({ unknown }) => unknown)),
  );
}

/** Finds every policy of the plan's managed resources, in the order of the plan. */
export function extract(plan: Plan, options: ExtractOptions = {}): Extraction {
  const configuration = readConfiguration(plan);
  const types = new Set(plan.changes.map(({ type }) => type));
  const newTypes = new Set(plan.changes.filter(({ before }) => before === null).map(({ type }) => type));
  const context: Context = {
    follow: follower(plan, configuration),
    renamed: renamedIn(plan, configuration),
    shields: shieldsOf(plan, configuration),
    documentFor: options.documentFor ?? (() => undefined),
    accountOf: (change) => {
      const address = parseAddress(change.address);
      return address && configuration.accountOf(address);
    },
    isShown: (change, site) => {
      if (!companionsOf(change.type).some((companion) => types.has(companion))) return false;
      const address = parseAddress(change.address);
      return address !== null && !configuration.writes(address, site.path);
    },
  };
  const policies: PolicyChange[] = [];
  const earlier: PolicyChange[] = [];
  const unknown: PendingPolicy[] = [];
  const sensitive: SensitivePlace[] = [];
  const unlisted: Unlisted[] = [];
  for (const change of plan.changes) {
    // A leftover object was judged when it was replaced; under the same address stands what replaced it.
    if (change.mode !== "managed" || change.deposed !== null) continue;
    const sites = sitesOf(change.type);
    unlisted.push(...unlistedIn(change, sites));
    if (sites.length === 0) continue;
    const standing = standingOf(change, context);
    for (const site of sites) {
      const place = { address: change.address, resourceType: change.type, place: site.path };
      if (context.isShown(change, site)) {
        const mayMove = companionsOf(change.type).some((type) => newTypes.has(type));
        const before = mayMove ? stoodIn(change, site, standing) : [];
        if (before.length > 0) earlier.push({ ...place, before, after: [], pending: false });
        continue;
      }
      const told = read(change, site, standing, context);
      unknown.push(...told.unknown);
      sensitive.push(...told.sensitive);
      const { before, after } = told;
      if (before.length + after.length > 0) {
        const pending = told.unknown.length > 0;
        const found = { ...place, before, after, pending };
        policies.push(isRetargeted(change) ? { ...found, retargeted: true } : found);
      }
    }
  }
  return { policies, earlier, unknown, sensitive, unlisted };
}

/** Whether the same resource of Terraform's now holds the policy of something else. */
function isRetargeted({ type, before, after }: ResourceChange): boolean {
  const attribute = before && after ? targetAttributeOf(type) : null;
  return attribute !== null && member(before, attribute) !== member(after, attribute);
}

interface Context {
  follow: Follow;
  renamed: Renamed;
  shields: Shields;
  documentFor: NonNullable<ExtractOptions["documentFor"]>;
  accountOf: (change: ResourceChange) => string | null;
  /** Whether the place only shows what another resource sets. */
  isShown: (change: ResourceChange, site: Site) => boolean;
}

interface Found {
  before: readonly Subject[];
  after: readonly Subject[];
  unknown: readonly PendingPolicy[];
  sensitive: readonly SensitivePlace[];
}

/** What all policies of a resource have in common. */
interface Standing {
  account: string | null;
  shields: Readonly<Record<"before" | "after", Subject["shield"]>>;
}

function standingOf(change: ResourceChange, context: Context): Standing {
  return {
    account: accountOf(change.after) ?? accountOf(change.before) ?? context.accountOf(change),
    shields: { before: context.shields(change, "before"), after: context.shields(change, "after") },
  };
}

function stoodIn(change: ResourceChange, site: Site, { account, shields }: Standing): readonly Subject[] {
  return flatMap(slotsOf(site, change.before, undefined), (slot) =>
    subjectsIn(change, site, change.before, slot, account, shields.before),
  );
}

function read(change: ResourceChange, site: Site, standing: Standing, context: Context): Found {
  const { account, shields } = standing;
  const before = stoodIn(change, site, standing);
  // Left alone, or forgotten by Terraform, the object lives on as it is.
  if (change.action === "no-op" || change.action === "forget") {
    const after =
      shields.after === shields.before ? before : before.map((subject) => withShield(subject, shields.after));
    return { before, after, unknown: [], sensitive: [] };
  }

  const after: Subject[] = [];
  const unknown: PendingPolicy[] = [];
  const sensitive: SensitivePlace[] = [];
  for (const slot of slotsOf(site, change.after, change.afterUnknown)) {
    const told = slot.unknown ? unknownAt(change, site, slot, context) : shown(slot.value);
    if (told === null) continue;
    const { settled, waiting, isSensitive, presumed } = told;
    if (isSensitive) sensitive.push({ address: change.address, attribute: slot.attribute });
    if (settled) {
      const known = { ...slot, value: settled.document };
      const found = subjectsIn(change, site, change.after, known, account, shields.after);
      const judged = found.map((subject) => without(subject, settled.leftOut));
      after.push(...(presumed ? judged.map((subject) => ({ ...subject, presumed })) : judged));
    }
    if (waiting) {
      unknown.push({ address: change.address, resourceType: change.type, attribute: slot.attribute, ...waiting });
    }
  }
  return { before: withNewNames(before, after, context.renamed), after, unknown, sensitive };
}

/** What is told of a value, and what it still waits for. */
interface Told {
  settled: Settled | null;
  waiting: { reason: string; references: readonly string[] } | null;
  isSensitive: boolean;
  presumed?: Subject["presumed"];
}

const shown = (document: unknown): Told => ({
  settled: { document, undecided: [], leftOut: [] },
  waiting: null,
  isSensitive: false,
});

/** What can be told of a value that the plan does not show; `null` when nobody wrote one. */
function unknownAt(change: ResourceChange, site: Site, slot: Slot, context: Context): Told | null {
  const followed = context.follow(site, slot, change, parseAddress(change.address));
  if (followed === null) return null;
  const { principals, arnOf, isSensitive } = followed;
  const written = "document" in followed ? followed : context.documentFor(change.address, slot.attribute);
  const presumed = written === undefined ? followed.presumed : undefined;
  const missing = presumed?.reason ?? followed.missing;
  // in the code it is clear which way a choice goes, and what a local is made of
  const { references } = written && written.references.length > 0 ? written : followed;
  const document = withPrincipals(withNamed(presumed ? presumed.document : written?.document, arnOf), principals);
  const settled = document === undefined ? null : settle(document);
  if (!settled) {
    const reason = "reason" in followed ? followed.reason : "no part of it is known before apply";
    return { settled: null, waiting: { reason, references }, isSensitive };
  }
  const told = { settled, isSensitive, ...(presumed && { presumed: presumed.confidence }) };
  if (settled.undecided.length === 0) {
    return { ...told, waiting: missing === null ? null : { reason: missing, references } };
  }
  const which = settled.undecided.map((index) => index + 1).join(", ");
  const reason = `statement ${which} holds values that are known only after apply`;
  return { ...told, waiting: { reason: presumed ? `${presumed.reason}; ${reason}` : reason, references } };
}

/** The policy in a slot; none where its kind is not IAM grammar. */
function subjectsIn(
  { address, type: resourceType }: ResourceChange,
  site: Site,
  resource: JsonObject | null,
  { attribute, value }: Slot,
  account: string | null,
  shield: Subject["shield"],
): readonly Subject[] {
  const kind = site.as === "grant" ? site.kind : resource && site.kind(resource);
  if (kind === null) return [];
  const parsed = parsePolicy(value, kind);
  const limits = site.as === "document" && site.limits === true;
  const own = account ?? (limits ? null : ownAccountIn(parsed.policy));
  const { policy } = parsed;
  const tooLong = oversize(resourceType, site.path, kind, value);
  const problems = tooLong.length > 0 ? [...parsed.problems, ...tooLong] : parsed.problems;
  const subject = {
    address,
    resourceType,
    attribute,
    policy,
    problems,
    account: own,
    limits,
    managed: null,
    holders: [],
  };
  const itself = itselfOf(resourceType, resource);
  if (itself === null && !shield) return [subject];
  return [{ ...subject, ...(itself !== null && { itself }), ...(shield && { shield }) }];
}

function withShield({ shield: _, ...subject }: Subject, shield: Subject["shield"]): Subject {
  return shield ? { ...subject, shield } : subject;
}

/** The subject without these statements, which stay counted: what follows keeps its place. */
function without(subject: Subject, indexes: readonly number[]): Subject {
  if (indexes.length === 0) return subject;
  const { policy, problems } = subject;
  return {
    ...subject,
    policy: withStatements(
      policy,
      policy.statements.filter(({ index }) => !indexes.includes(index)),
    ),
    problems: problems.filter(({ statement }) => statement === null || !indexes.includes(statement)),
  };
}
