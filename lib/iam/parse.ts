/**
 * From a policy document to its normal form. Total: every input gives a policy and the list of what is wrong with it.
 *
 * AWS refuses a document with such a problem, and so does `policy-malformed`. What can still be read is read in the
 * worst way, so that a mistake never hides what a statement would open: a condition that cannot be read is no
 * condition in an Allow, and makes a Deny void.
 *
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { fromValue, readCounted, readJson, readPlainJson } from "./json.ts";
import { type Layout, layoutOf } from "./layout.ts";
import type { PolicyKind } from "./policy.ts";
import { type ParsedPolicy, Reader } from "./reader.ts";

export type { ParsedPolicy } from "./reader.ts";

/** A document that was read before, without a problem. */
interface Known {
  source: string;
  kind: PolicyKind;
  layout: Layout | null;
  parsed: ParsedPolicy;
}

/** Both sides of a change are read one after the other, and mostly say the same. */
let last: Known | null = null;

/**
 * Gives the normal form of a policy given as JSON text or as a parsed value; problems are data, nothing throws.
 * What was said by the document before, in the same place, may be the same object.
 */
export function parsePolicy(source: unknown, kind: PolicyKind): ParsedPolicy {
  if (typeof source !== "string") return new Reader(kind).document(fromValue(source));
  if (last?.source === source && last.kind === kind) return last.parsed;
  const layout = layoutOf(source);
  const like = last?.kind === kind ? last : null;
  const known = (layout && like && parseLike(layout, like)) ?? parsePlain(source, kind, layout);
  if (known) {
    last = { source, kind, layout: known.layout, parsed: known.parsed };
    return known.parsed;
  }
  // something is wrong with it: where it stands matters now
  return parsePolicyText(source, kind);
}

type Read = Pick<Known, "layout" | "parsed">;

/**
 * Reads what another document does not say in the same place; `null` where that is everything, and where something is
 * wrong. The text around the statements is the other's, which was read.
 */
function parseLike(layout: Layout, { kind, layout: other, parsed }: Known): Read | null {
  if (!other || layout.head !== other.head || layout.tail !== other.tail) return null;
  const { statements: texts, members } = layout;
  if (!texts.some((text, i) => text === other.statements[i])) return null;
  const { policy } = parsed;
  const reader = new Reader(kind);
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index]!;
    const standing = text === other.statements[index] ? policy.statements[index] : undefined;
    const value = standing ? null : readCounted(text, members[index]!);
    if (value === undefined) return null;
    reader.add(standing ?? fromValue(value), index);
  }
  const read = reader.finish(policy.version, policy.id, policy.statements);
  return read.problems.length > 0 ? null : { layout, parsed: read };
}

/** Reads the whole document; `null` where something is wrong with it. */
function parsePlain(source: string, kind: PolicyKind, layout: Layout | null): Read | null {
  const value = readPlainJson(source);
  if (value === undefined) return null;
  const parsed = new Reader(kind).document(fromValue(value));
  if (parsed.problems.length > 0) return null;
  return { layout: layout && isLaidOut(value, layout) ? layout : null, parsed };
}

/** Whether the texts are those of the statements, and not of something else. */
function isLaidOut(value: unknown, { statements }: Layout): boolean {
  const { Id: id, Statement: list }: { Id?: unknown; Statement?: unknown } = Object(value);
  return Array.isArray(list) && list.length === statements.length && (id === undefined || typeof id === "string");
}

/** Gives the same with positions: of every statement, and of every problem. */
export function parsePolicyText(source: string, kind: PolicyKind): ParsedPolicy {
  const reader = new Reader(kind);
  const json = readJson(source);
  if ("error" in json) {
    reader.report(`not valid JSON: ${json.error}`, null, json.offset, true);
    return reader.result("2012-10-17", null, []);
  }
  return reader.document(json.node);
}
