/** What a value that is known only after apply will be, as far as the plan's configuration tells. */
import { byCodeUnit } from "../lib/finding.ts";
import { type Address, configAddress, parseAddress } from "./address.ts";
import {
  type Configuration,
  expressionsAt,
  isInstanceReference,
  type Reference,
  renderReference,
  sharesModules,
  targetOf,
} from "./configuration.ts";
import { documentOf } from "./document-source.ts";
import { asArray, asString, at, member } from "./json.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import { type PrincipalArns, type PrincipalKind, principalsOf } from "./principal-arns.ts";
import type { Site } from "./sites.ts";
import { type Slot, waitsFor } from "./slots.ts";

/** What it will be, with marks for unknown values inside; or why it cannot be told. */
export type Followed = ({ document: unknown } | { reason: string }) & {
  /** What it waits for. */
  references: readonly string[];
  /** The principals among that. */
  principals: PrincipalArns;
};

/** Gives what stands behind an unknown value; `null` when nobody wrote one, so that only the provider's default is missing. */
export type Follow = (site: Site, slot: Slot, mask: unknown, address: Address | null) => Followed | null;

interface Source {
  address: Address;
  change: ResourceChange;
}

const LATER = "known only after apply";
const NO_PRINCIPALS: PrincipalArns = { AWS: [], Federated: [] };

/** A document that merges documents that merge documents; Terraform allows no circle, a broken plan might. */
const MAX_MERGES = 20;

/** Follows through modules to policy document data sources, and through the documents that these merge. */
export function follower(plan: Plan, configuration: Configuration): Follow {
  const sources = sourcesOf(plan);
  const principalsIn = principalsOf(plan, configuration);
  const waitingFor = (user: Address | null, references: readonly Reference[]) => ({
    references: renderAll(references),
    principals: user ? principalsIn(references, user, "all") : NO_PRINCIPALS,
  });

  /** The principals that a statement of a policy document data source waits for. */
  const principalsOfStatement = (address: Address, change: ResourceChange) => {
    const written = asArray(member(configuration.expressionsOf(address), "statement"));
    // `dynamic` blocks are not part of a plan's configuration
    const isWhole = written.length === asArray(member(change.after, "statement")).length;
    return (statement: number, kind: PrincipalKind): readonly string[] => {
      const blocks = isWhole ? asArray(member(written[statement], "principals")) : [];
      const names = blocks.flatMap((block) =>
        asString(at(block, "type", "constant_value")) === kind ? [member(block, "identifiers")] : [],
      );
      return principalsIn(configuration.follow(address, names), address, "pending")[kind];
    };
  };

  /** The document that expressions name: one policy document and nothing else is taken to be that document. */
  const documentBehind = (user: Address, references: readonly Reference[]): Source | null => {
    const named = references.filter((reference) => !isInstanceReference(reference));
    const [only] = named;
    return named.length === 1 && only ? sourceOf(only, user, sources) : null;
  };

  const read = ({ address, change }: Source, depth: number): Followed => {
    const expressions = configuration.expressionsOf(address);
    const waits = configuration.follow(address, expressions ? Object.values(expressions) : []);
    const merged = (argument: string, index: number): unknown => {
      const references = configuration.follow(address, [member(expressions, argument)]);
      const named = references.filter((reference) => !isInstanceReference(reference));
      const documents = named.map((reference) => sourceOf(reference, address, sources));
      const source = unknownElements(
        change,
        argument,
        documents.filter((found) => found !== null),
      )?.[index];
      if (!source || depth === 0) return undefined;
      const inner = read(source, depth - 1);
      return "document" in inner ? inner.document : undefined;
    };
    return {
      ...documentOf(change, merged, principalsOfStatement(address, change)),
      ...waitingFor(address, waits),
    };
  };

  return (site, slot, mask, address) => {
    const expressions = address && configuration.expressionsOf(address);
    if (!address || !expressions) return { reason: LATER, ...waitingFor(address, []) };
    const paths = site.as === "grant" ? site.needs.filter((need) => waitsFor(mask, need)) : [site.path];
    const written = paths.flatMap((path) => expressionsAt(expressions, path));
    if (written.length === 0) {
      // of a grant, only what the provider fills in is missing
      if (site.as === "grant") return grantsNothing(slot) ? null : { document: slot.value, ...waitingFor(address, []) };
      // `dynamic` blocks are not part of a plan's configuration: inside a block somebody wrote what is unknown
      return slot.attribute.includes("[") ? { reason: LATER, ...waitingFor(address, []) } : null;
    }
    const references = configuration.follow(address, written);
    const source = site.as === "grant" ? null : documentBehind(address, references);
    return source ? read(source, MAX_MERGES) : { reason: LATER, ...waitingFor(address, references) };
  };
}

const grantsNothing = ({ value }: Slot): boolean => asArray(member(value, "Statement")).length === 0;

function renderAll(references: readonly Reference[]): readonly string[] {
  return [...new Set(references.map(renderReference))].sort(byCodeUnit);
}

/**
 * Which source each unknown element of a list is: references stand in the order written, so they tell when there are as
 * many as unknown elements. What is known already was read before the plan, and is no change.
 */
function unknownElements(change: ResourceChange, argument: string, documents: readonly Source[]) {
  const mask = member(change.afterUnknown, argument);
  if (!Array.isArray(mask)) return documents.length === 1 ? documents : null;
  const indexes = mask.flatMap((unknown, index) => (unknown === true ? [index] : []));
  if (indexes.length !== documents.length) return null;
  const byIndex: (Source | undefined)[] = mask.map(() => undefined);
  for (const [i, index] of indexes.entries()) byIndex[index] = documents[i];
  return byIndex;
}

/** Instances of policy document data sources, by the address of their block. */
type Sources = ReadonlyMap<string, readonly Source[]>;

function sourcesOf(plan: Plan): Sources {
  const sources = new Map<string, Source[]>();
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

/** The one instance of a policy document data source that `reference` means for `user`; `null` when it is not clear. */
function sourceOf(reference: Reference, user: Address, sources: Sources): Source | null {
  const target = targetOf(reference);
  // without an attribute, a splat or an expression picks the instance: `d[*].json` stands in a plan as `d`
  if (!target || !["json", "minified_json", null].includes(target.attribute)) return null;
  const reachable = (sources.get(configAddress(target.address)) ?? []).filter(({ address }) =>
    sharesModules(address, user),
  );
  const wanted = target.address.key ?? (reachable.length > 1 ? user.key : null);
  const matching = wanted === null ? reachable : reachable.filter(({ address }) => address.key === wanted);
  return matching.length === 1 ? (matching[0] ?? null) : null;
}
