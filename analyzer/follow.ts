/** What a value that is known only after apply will be, as far as the plan's configuration tells. */
import { byCodeUnit } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { groupBy } from "../lib/group.ts";
import { type Address, configAddress, objectName, parseAddress } from "./address.ts";
import {
  type Configuration,
  expressionsAt,
  isInstanceReference,
  meantBy,
  type Reference,
  renderReference,
  targetOf,
} from "./configuration.ts";
import { type Awaited, type DataSource, documentOf, type Merged, readDocument } from "./document-source.ts";
import { instancesOf, type Source, sourceOf, sourcesOf } from "./documents.ts";
import { asArray, asString, at, member, someDeep } from "./json.ts";
import { UNKNOWN, unknownOf } from "./partial.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import { type Presumed, presumer } from "./presume.ts";
import { isPrincipalBlock, type PrincipalArns, principalsOf } from "./principal-arns.ts";
import type { Site } from "./sites.ts";
import { type Slot, waitsFor } from "./slots.ts";

/** What it will be, with marks for unknown values inside; or why it cannot be told. */
export type Followed = ({ document: unknown } | { reason: string }) & {
  /** What it waits for. */
  references: readonly string[];
  /** The principals among that. */
  principals: PrincipalArns;
  /** The ARN of the principal that a block makes, named by the block's address, where there is one. */
  arnOf: (object: string) => string | null;
  /** Why there may be more to the document; `null` when this is all. */
  missing: string | null;
  /** The plan marks some of it as sensitive. */
  isSensitive: boolean;
  /** Without a document: the one that it is most likely made of. */
  presumed?: Presumed;
};

/** Gives what stands behind an unknown value; `null` when nobody wrote one, so that only the provider's default is missing. */
export type Follow = (site: Site, slot: Slot, change: ResourceChange, address: Address | null) => Followed | null;

const LATER = "known only after apply";
const NO_PRINCIPALS: PrincipalArns = { AWS: [], Federated: [], Group: [] };

/** A document that merges documents that merge documents; Terraform allows no circle, a broken plan might. */
const MAX_MERGES = 20;

/** Follows through modules to policy document data sources, and through the documents that these merge. */
export function follower(plan: Plan, configuration: Configuration): Follow {
  const sources = sourcesOf(plan);
  const principalsIn = principalsOf(plan, configuration);
  const buckets = bucketsOf(plan);
  const bucketIn = (object: Address, user: Address, isPicked: boolean): string | null => {
    const meant = meantBy(object, user, buckets.get(configAddress(object)) ?? [], isPicked);
    return meant[0] && meant.length === 1 ? meant[0].name : null;
  };
  const waitingFor = (user: Address | null, references: readonly Reference[]) => ({
    references: renderAll(references),
    principals: user ? principalsIn(references, user, "all") : NO_PRINCIPALS,
    arnOf: (object: string) => {
      const those = references.filter((each) => {
        const block = blockIn(each);
        return block === null ? isInstanceReference(each) : configAddress(block) === object;
      });
      const found = user ? principalsIn(those, user, "all") : NO_PRINCIPALS;
      const [arn = null, ...others] = Object.values(found).flat();
      return others.length === 0 ? arn : null;
    },
    missing: null,
    isSensitive: false,
  });

  /** What stands for ARNs below that of the one object that is referred to; `null` where it is not one. */
  const standInsFor = (references: readonly Reference[], user: Address): readonly string[] | null => {
    const targets = flatMap(references, (reference) => blockIn(reference) ?? []);
    // of principals that the plan makes, the ARNs are known well enough
    const objects = targets.filter(({ type }) => !isPrincipalBlock(type));
    const [object] = objects;
    if (!object || objects.some((other) => objectName(other) !== objectName(object))) return null;
    const bucket = bucketIn(object, user, references.some(isInstanceReference));
    return bucket === null
      ? [unknownOf(objectName(object))]
      : [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/${UNKNOWN}`];
  };

  /** What the statements of a policy document data source wait for. */
  const awaitedBy = (address: Address, change: DataSource): Awaited => {
    const written = asArray(member(configuration.expressionsOf(address), "statement"));
    // `dynamic` blocks are not part of a plan's configuration
    const isWhole = written.length === asArray(member(change.after, "statement")).length;
    return (statement) => {
      const block = isWhole ? written[statement] : undefined;
      return {
        principals: (kind) => {
          const names = flatMap(asArray(member(block, "principals")), (named) =>
            asString(at(named, "type", "constant_value")) === kind ? [member(named, "identifiers")] : [],
          );
          return principalsIn(configuration.follow(address, names), address, "pending")[kind];
        },
        resources: (argument) => {
          const references = configuration.follow(address, [member(block, argument)]);
          const { AWS, Group } = principalsIn(references, address, "pending");
          return { arns: [...AWS, ...Group], others: standInsFor(references.filter(isOfArn), address) };
        },
      };
    };
  };

  /** The document that expressions name: one policy document and nothing else is taken to be that document. */
  const documentBehind = (user: Address, references: readonly Reference[]): Source | null => {
    const named = references.filter((reference) => !isInstanceReference(reference));
    const source = named[0] && named.length === 1 ? sourceOf(named[0], user, sources) : null;
    // what is made of a document that is known is not that document
    return source?.isKnown ? null : source;
  };

  // the same document may stand in several others, and these in several more
  const known = new Map<string, Followed>();
  const read = (source: Source, depth: number): Followed => {
    const key = `${depth} ${source.change.address}`;
    const earlier = known.get(key);
    if (earlier) return earlier;
    const followed = readAnew(source, depth);
    known.set(key, followed);
    return followed;
  };

  const readAnew = ({ address, change }: Source, depth: number): Followed => {
    const expressions = configuration.expressionsOf(address);
    const waits = configuration.follow(address, expressions ? Object.values(expressions) : []);
    let missing: string | null = null;
    let isSensitive = someDeep(change.afterSensitive, (leaf) => leaf === true);
    const inside = (source: Source): unknown => {
      if (depth === 0) return undefined;
      const inner = read(source, depth - 1);
      missing ??= inner.missing;
      isSensitive ||= inner.isSensitive;
      return "document" in inner ? inner.document : undefined;
    };
    const merged: Merged = {
      element: (argument, index) => {
        const references = configuration.follow(address, [member(expressions, argument)]);
        const named = references.filter((reference) => !isInstanceReference(reference));
        const documents = named.map((reference) => sourceOf(reference, address, sources));
        const source = unknownElements(change, argument, documents)?.[index];
        return source && inside(source);
      },
      list: (argument) => {
        missing ??= `${change.address} merges documents of which not all are known before apply`;
        return documentsIn(member(expressions, argument), address).map(({ source, isCertain }) => ({
          document: inside(source),
          isCertain,
        }));
      },
    };
    const told = documentOf(change, merged, awaitedBy(address, change));
    return { ...told, ...waitingFor(address, waits), missing, isSensitive };
  };

  /**
   * The documents that an expression is made of. Where it also refers to something else, that may be the condition for a
   * document: then those are certain that somebody gives to the module, or that are made where they are wanted.
   */
  const documentsIn = (expression: unknown, user: Address): readonly { source: Source; isCertain: boolean }[] => {
    const behind = (references: readonly Reference[]) => {
      const isPicked = references.some(isInstanceReference);
      return flatMap(references, (reference) => instancesOf(reference, user, sources, isPicked));
    };
    const isPlain = configuration
      .refer(user, expression)
      .every(
        (each) =>
          isInstanceReference(each) || behind(configuration.follow(user, [{ references: [each.name] }])).length > 0,
      );
    return behind(configuration.follow(user, [expression])).map((source) => {
      const { key, modules } = source.address;
      return { source, isCertain: isPlain || key !== null || modules.length !== user.modules.length };
    });
  };

  const presume = presumer(plan, configuration, {
    sources,
    read: (source) => {
      const told = read(source, MAX_MERGES);
      return "document" in told ? readDocument(told.document) : null;
    },
    objectIn: (references, user) => standInsFor(references.filter(isOfArn), user)?.[0] ?? null,
  });

  return (site, slot, change, address) => {
    const mask = change.afterUnknown;
    const expressions = address && configuration.expressionsOf(address);
    if (!address || !expressions) return { reason: LATER, ...waitingFor(address, []) };
    const paths = site.as === "grant" ? site.needs.filter((need) => waitsFor(mask, need)) : [site.path];
    const written = flatMap(paths, (path) => expressionsAt(expressions, path));
    if (written.length === 0) {
      // of a grant, only what the provider fills in is missing
      if (site.as === "grant") return grantsNothing(slot) ? null : { document: slot.value, ...waitingFor(address, []) };
      // `dynamic` blocks are not part of a plan's configuration: inside a block somebody wrote what is unknown
      return slot.attribute.includes("[") ? { reason: LATER, ...waitingFor(address, []) } : null;
    }
    const references = configuration.follow(address, written);
    if (site.as === "grant") {
      const [arn, ...others] = principalsIn(references, address, "pending").AWS;
      const document = arn !== undefined && others.length === 0 ? slot.filledWith?.(arn) : undefined;
      return { ...(document ? { document } : { reason: LATER }), ...waitingFor(address, references) };
    }
    const source = documentBehind(address, references);
    if (source) return read(source, MAX_MERGES);
    const waiting = { reason: LATER, ...waitingFor(address, references) };
    const presumed = presume(site, change, address, references);
    if (!presumed) return waiting;
    const { principals, arnOf, isSensitive } = read(presumed.source, MAX_MERGES);
    return { ...waiting, principals, arnOf, isSensitive, presumed };
  };
}

/** Address of the block that a reference names. */
function blockIn(reference: Reference): Address | null {
  return isInstanceReference(reference) ? null : (targetOf(reference)?.address ?? null);
}

/** It is the ARN of something, an id that an ARN is made of, or all that is known of something whose ARN it is. */
function isOfArn(reference: Reference): boolean {
  const target = targetOf(reference);
  if (target === null || /^(local|path|terraform|var)$/.test(target.address.type)) return false;
  const { address, attribute } = target;
  // the id of a data source may be that of the account
  return attribute === null || /arn$/.test(attribute) || (attribute === "id" && address.mode === "managed");
}

interface Bucket {
  address: Address;
  name: string;
}

/** Buckets whose names are known, by the address of their block. */
function bucketsOf(plan: Plan): ReadonlyMap<string, readonly Bucket[]> {
  const buckets = flatMap(plan.changes, (change): Bucket[] => {
    const name = change.type === "aws_s3_bucket" ? asString(member(change.after, "bucket")) : null;
    const address = name === null ? null : parseAddress(change.address);
    return name !== null && address ? [{ address, name }] : [];
  });
  return groupBy(buckets, ({ address }) => configAddress(address));
}

const grantsNothing = ({ value }: Slot): boolean => asArray(member(value, "Statement")).length === 0;

function renderAll(references: readonly Reference[]): readonly string[] {
  return [...new Set(references.filter((reference) => !isSettled(reference)).map(renderReference))].sort(byCodeUnit);
}

/** Known when a plan is made: where files are, and what is given to the root module. */
const isSettled = ({ module, name }: Reference): boolean =>
  /^(path|terraform)\./.test(name) || (module.length === 0 && /^var\./.test(name));

/**
 * Which source each unknown element of a list is: references stand in the order written, so they tell when there are as
 * many as unknown elements. What is known already stands in the list.
 */
function unknownElements(change: DataSource, argument: string, named: readonly (Source | null)[]) {
  const mask = member(change.afterUnknown, argument);
  if (!Array.isArray(mask)) return named.length === 1 ? named : null;
  const documents = named.filter((found) => found !== null && !found.isKnown);
  const indexes = flatMap(mask, (unknown, index) => (unknown === true ? [index] : []));
  if (indexes.length !== documents.length) return null;
  const byIndex: (Source | null)[] = mask.map(() => null);
  for (const [i, index] of indexes.entries()) byIndex[index] = documents[i] ?? null;
  return byIndex;
}
