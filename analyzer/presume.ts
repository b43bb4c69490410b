/**
 * The document that a value is most likely made of, where the plan does not show how it is made: by a function, as in
 * `replace(data.aws_iam_policy_document.d.json, "_ARN_", aws_s3_bucket.b.arn)`, or by a local, which no plan carries.
 *
 * That is no certainty: a function may leave statements out, a condition may choose another document. So what is found
 * in it counts for less, and nothing is taken to be kept out by it.
 */
import type { Confidence } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import type { PolicyKind } from "../lib/iam/policy.ts";
import { type Address, configAddress, objectName, parseAddress } from "./address.ts";
import { type Configuration, expressionsAt, isInstanceReference, type Reference, targetOf } from "./configuration.ts";
import { merging } from "./document-source.ts";
import { DOCUMENT, instancesOf, type Source, type Sources } from "./documents.ts";
import { asString, isObject, type JsonObject, member } from "./json.ts";
import { unknownOf } from "./partial.ts";
import { withBlanks } from "./placeholders.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import { type DocumentSite, sitesOf } from "./sites.ts";
import { targetAttributeOf } from "./targets.ts";

export interface Presumed {
  source: Source;
  document: unknown;
  /** `medium` where the value is made of this document and of nothing that could be another. */
  confidence: Exclude<Confidence, "high">;
  /** What was taken for what. */
  reason: string;
}

export type Presume = (
  site: DocumentSite,
  change: ResourceChange,
  address: Address,
  references: readonly Reference[],
) => Presumed | null;

interface Library {
  sources: Sources;
  /** What a document will say; `null` when it cannot be told. */
  read(source: Source): JsonObject | null;
  /** ARN of the one object that references name. */
  objectIn(references: readonly Reference[], user: Address): string | null;
}

/** What is made of locals: a place for policies, or a document that merges others. */
interface User {
  block: string;
  /** `null` of a document. */
  kind: PolicyKind | null;
  locals: readonly string[];
}

export function presumer(plan: Plan, configuration: Configuration, { sources, read, objectIn }: Library): Presume {
  let users: readonly User[] | null = null;

  /** Documents that nothing else uses are used by the locals beside them, as long as these make one policy only. */
  const behindLocals = (kind: PolicyKind, user: Address, references: readonly Reference[]): readonly Source[] => {
    const locals = references.filter(isLocal);
    const [local] = locals;
    if (!local) return [];
    const isPicked = references.some(isInstanceReference);
    const found = flatMap(configuration.unreferred(local.module, `data.${DOCUMENT}`), (reference) =>
      instancesOf(reference, user, sources, isPicked),
    ).filter((source) => fits(kind, read(source)));
    if (found.length !== 1) return found;
    users ??= usersOfLocals(plan, configuration, sources);
    const names = namesOf(locals);
    const [own] = found.map(({ address }) => configAddress(address));
    const isShared = users.some(
      (other) =>
        (other.kind === null ? other.block !== own : other.kind === kind) &&
        other.locals.join() !== names.join() &&
        other.locals.some((name) => inModule(name, local)),
    );
    return isShared ? [] : found;
  };

  return (site, change, address, references) => {
    const kind = site.kind(change.after ?? {});
    // what only keeps out would be taken to do so
    if (kind === null || site.limits) return null;
    const isPicked = references.some(isInstanceReference);
    const named = flatMap(references, (reference) => instancesOf(reference, address, sources, isPicked));
    const hidden = behindLocals(kind, address, references);
    const [source, ...others] = [...named, ...hidden];
    const document = source && read(source);
    if (!document || others.length > 0 || !fits(kind, document)) return null;
    const target = targetAttributeOf(change.type);
    const owner = target === null ? [] : expressionsAt(configuration.expressionsOf(address), target);
    const object =
      objectIn(references, address) ??
      objectIn(configuration.follow(address, owner), address) ??
      unknownOf(objectName(address));
    const isAll = references.every((each) => isInstanceReference(each) || holdsNoDocument(each) || isDocument(each));
    const of = source.change.address;
    return {
      source,
      document: withBlanks(document, object),
      confidence: isAll ? "medium" : "low",
      reason:
        hidden.length > 0
          ? `a local makes it, which no plan shows; taken for it is ${of}, to which nothing else refers`
          : `it is made of ${of} in a way that the plan does not show, and taken to say the same`,
    };
  };
}

const isLocal = ({ name }: Reference): boolean => /^local\./.test(name);
const isDocument = (reference: Reference): boolean => targetOf(reference)?.address.type === DOCUMENT;

/** It names something, and says nothing about it. */
function holdsNoDocument(reference: Reference): boolean {
  const attribute = isLocal(reference) ? null : targetOf(reference)?.attribute;
  return /(arn|id|name)$/.test(attribute ?? "");
}

const inModule = (local: string, { module }: Reference): boolean => local.startsWith(`${module.join(".")} `);
const namesOf = (locals: readonly Reference[]): readonly string[] =>
  [...new Set(locals.map(({ module, name }) => `${module.join(".")} ${name}`))].sort();

function usersOfLocals(plan: Plan, configuration: Configuration, sources: Sources): readonly User[] {
  const users = new Map<string, User>();
  const add = (address: Address, kind: PolicyKind | null, path: string, expressions: readonly unknown[]) => {
    const block = configAddress(address);
    const id = `${block} ${path}`;
    if (users.has(id)) return;
    users.set(id, { block, kind, locals: namesOf(configuration.follow(address, expressions).filter(isLocal)) });
  };
  for (const change of plan.changes) {
    const address = change.mode === "managed" && change.after ? parseAddress(change.address) : null;
    if (!address) continue;
    for (const site of sitesOf(change.type)) {
      if (site.as === "grant") continue;
      const written = expressionsAt(configuration.expressionsOf(address), site.path);
      add(address, site.kind(change.after ?? {}), site.path, written);
    }
  }
  for (const [first] of sources.values()) {
    const expressions = first && configuration.expressionsOf(first.address);
    if (first && expressions)
      add(
        first.address,
        null,
        "",
        merging.map((argument) => member(expressions, argument)),
      );
  }
  return [...users.values()];
}

/** Whether a document can be a policy of a kind: only those of resources and trust policies name principals. */
function fits(kind: PolicyKind, document: JsonObject | null): boolean {
  const written = member(document, "Statement");
  const statements = (Array.isArray(written) ? written : [written]).filter(isObject);
  const naming = statements.filter(({ Principal, NotPrincipal }) => (Principal ?? NotPrincipal) !== undefined);
  if (statements.length === 0 || kind === "identity") return statements.length > 0 && naming.length === 0;
  const isTrust = statements.every(({ Action }) =>
    [Action].flat().every((action) => /^sts:/i.test(asString(action) ?? "")),
  );
  return naming.length === statements.length && isTrust === (kind === "trust");
}
