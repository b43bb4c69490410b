/** Policy document data sources: which one an expression names, and where a statement of it is written. */
import type { Location } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import type { Block } from "./block.ts";
import { blockIn, type Code, literalOf, type Module } from "./code.ts";
import type { Node } from "./expression.ts";
import { nodeOf } from "./nodes.ts";
import { follow } from "./references.ts";
import { type Place, scopeIn } from "./scope.ts";

/** A document, in the module that holds it. */
export interface Document {
  block: Block;
  place: Place;
}

/** A line, and the module whose code it is. */
export interface Spot extends Location {
  module: Module;
}

/** Documents that merge documents that merge documents. */
const MAX_MERGES = 20;

/** The document that a node names by its JSON. */
export function documentAt(node: Node, place: Place): Document | null {
  if (node.kind !== "member" || !/^(minified_)?json$/.test(nameOf(node.key) ?? "")) return null;
  const named = documentNamed(node.of) ?? (node.of.kind === "member" ? documentNamed(node.of.of) : null);
  const block = named === null ? null : blockIn(place.module, "data", "aws_iam_policy_document", named);
  return block && { block, place };
}

/** The name in `data.aws_iam_policy_document.name`. */
function documentNamed(node: Node): string | null {
  if (node.kind !== "member" || node.of.kind !== "member") return null;
  const { of, key } = node.of;
  return of.kind === "name" && of.name === "data" && nameOf(key) === "aws_iam_policy_document"
    ? nameOf(node.key)
    : null;
}

const nameOf = (node: Node) => (node.kind === "literal" && typeof node.value === "string" ? node.value : null);

/** Where a statement is written, in the document or in one that it merges; the document where that is not clear. */
export function statementSpot(code: Code, document: Document, index: number | null, sid: string | null): Spot {
  const spots = index === null ? [] : spotsIn(code, document, MAX_MERGES);
  const named = sid === null ? [] : spots.filter((spot) => spot.sid === sid);
  const before = spots.slice(0, (index ?? 0) + 1);
  const generated = before.findIndex(({ many }) => many);
  // behind a block that makes any number, the number tells only of the last one
  const counted = generated < 0 ? spots[index ?? 0] : generated === spots.length - 1 ? spots[generated] : undefined;
  const found = named.length === 1 ? named[0] : counted;
  return found ?? spotOf(document.block, document.place);
}

interface Written extends Spot {
  sid: string | null;
  /** It may be any number of statements. */
  many: boolean;
}

const spotOf = ({ file, line }: Block, { module }: Place): Spot => ({ file, line, module });

/** The statements in their order: those of merged documents come first, those that override come last. */
function spotsIn(code: Code, document: Document, depth: number): readonly Written[] {
  const { block, place } = document;
  const own = block.blocks.flatMap((inner): readonly Written[] => {
    const [kind, label] = inner.head;
    const spot = spotOf(inner, place);
    if (kind === "statement") return [{ ...spot, sid: literalOf(inner.attributes.get("sid")), many: false }];
    return kind === "dynamic" && label === "statement" ? [{ ...spot, sid: null, many: true }] : [];
  });
  const merged = (argument: string) => mergedIn(code, document, argument, depth);
  return [...merged("source_policy_documents"), ...own, ...merged("override_policy_documents")];
}

function mergedIn(code: Code, { block, place }: Document, argument: string, depth: number): readonly Written[] {
  const attribute = block.attributes.get(argument);
  if (!attribute) return [];
  const node = nodeOf(attribute);
  const unclear: Written = { ...spotOf(block, place), sid: null, many: true };
  if (node?.kind !== "list" || depth === 0) return [unclear];
  return flatMap(node.items, (item) => {
    const { node, scope } = follow(code, { node: item, attribute, scope: scopeIn(place) });
    const document = documentAt(node, scope.place);
    return document ? spotsIn(code, document, depth - 1) : unclear;
  });
}
