/**
 * Documents that hold values which are known only after apply: what of them can be judged already.
 *
 * The ARN of an object of the plan is taken for one that no wildcard and nobody else means. So is a resource of which
 * nothing is known, though it may be a wildcard. Of a list of which one value matches, the known values stand. An Allow
 * whose principal is not known could mean anyone: it is left out; where its condition is not known, it is judged by what
 * it opens whatever the value will be. A Deny is taken to deny what it most likely will; without a condition, that is a
 * part of what the others are about. All but the first of these are said to be undecided.
 */
import { flatMap } from "../lib/flat-map.ts";
import { STAND_IN } from "../lib/iam/texts.ts";
import { asObject, isObject, type JsonObject, member, someDeep } from "./json.ts";

/** Stands in a document for what is not known yet, as a whole value or inside one. */
export const UNKNOWN = "${gatehouse.unknown}";

/** Stands in a document for the ARN of an object of the plan, named by the address of its block. */
export const unknownOf = (object: string) => `${UNKNOWN}(${object})`;

/** Gives the ARN that an object of the plan has in what is judged. */
export const arnOfObject = (object: string) => someResource(unknownOf(object)) as string;

/** Whether a value is not known at all, or only whose ARN it is. */
export const isUnknown = (value: unknown): boolean =>
  value === UNKNOWN || (typeof value === "string" && ofObject.exec(value)?.[0].length === value.length);

/** Whose ARN a value is that is not known; `null` where that is not known either. */
export const objectOf = (value: unknown): string | null =>
  (typeof value === "string" && isUnknown(value) && ofObject.exec(value)?.[1]) || null;

const mark = UNKNOWN.replace(/[$.{}]/g, "\\$&");
const ofObject = new RegExp(`^${mark}\\(([^)]*)\\)`);

export interface Settled {
  /** The document without unknown values; every statement keeps its place. */
  document: unknown;
  /** Positions of the statements that are not judged in full. */
  undecided: readonly number[];
  /** Of those, the ones that are not judged at all: they stand in the document only to keep the places. */
  leftOut: readonly number[];
}

/** Settles what can be settled; `null` when nothing can. */
export function settle(document: unknown): Settled | null {
  if (!holdsUnknown(document)) return { document, undecided: [], leftOut: [] };
  if (!isObject(document)) return null;
  const outcomes = listOf(member(document, "Statement")).map(settleStatement);
  // what a Deny would have kept out cannot be told
  if (outcomes.length === 0 || outcomes.includes("lost")) return null;
  const settled = outcomes.filter((outcome) => outcome !== "lost");
  const where = (is: (outcome: Outcome) => boolean) =>
    flatMap(settled, (outcome, index) => (is(outcome) ? [index] : []));
  const { Id: _, ...rest } = document;
  return {
    document: { ...rest, Statement: settled.map(({ statement }) => statement) },
    undecided: where(({ complete }) => !complete),
    leftOut: where(({ judged }) => !judged),
  };
}

export function holdsUnknown(value: unknown): boolean {
  return someDeep(value, (leaf) => typeof leaf === "string" && leaf.includes(UNKNOWN));
}

interface Outcome {
  statement: JsonObject;
  judged: boolean;
  complete: boolean;
}

const leftOut: Outcome = { statement: { Effect: "Allow" }, judged: false, complete: false };

function settleStatement(statement: unknown): Outcome | "lost" {
  if (!holdsUnknown(statement)) return { statement: asObject(statement), judged: true, complete: true };
  const effect = member(statement, "Effect");
  if (!isObject(statement) || holdsUnknown(effect)) return "lost";
  const parts = Object.entries(statement).map(
    ([name, value]): Part =>
      name === "Resource" && isAlways(statement)
        ? { element: [name, listOf(value).map(partOfResource)], complete: !holdsUnknown(value) }
        : settleElement(name, value, effect === "Deny"),
  );
  if (parts.includes("lost")) return effect === "Deny" ? "lost" : leftOut;
  const settled = parts.filter((part) => part !== "lost");
  return {
    statement: Object.fromEntries(flatMap(settled, ({ element }) => (element ? [element] : []))),
    judged: true,
    complete: settled.every(({ complete }) => complete),
  };
}

/** An unconditional Deny: on all that an Allow is about, it would leave nothing of that. */
const isAlways = (statement: JsonObject): boolean =>
  member(statement, "Effect") === "Deny" &&
  ["Condition", "NotPrincipal"].every((element) => member(statement, element) === undefined);

type Part = { element: readonly [string, unknown] | null; complete: boolean } | "lost";

function settleElement(name: string, value: unknown, deny: boolean): Part {
  if (!holdsUnknown(value)) return { element: [name, value], complete: true };
  const partly = (known: unknown): Part => (known === null ? "lost" : { element: [name, known], complete: false });
  switch (name) {
    case "Sid":
      return { element: null, complete: true };
    case "Resource":
    case "NotResource": {
      const resources = listOf(value);
      const isWider = deny && name === "Resource";
      const element = [name, isWider ? flatMap(resources, likelyResources) : resources.map(someResource)] as const;
      return { element, complete: resources.every(isTold) };
    }
    case "Action":
      return partly(knownOf(value));
    case "Principal":
      return partly(knownPrincipals(value));
    // an exception fewer only makes a Deny wider
    case "NotAction":
      return deny ? partly(knownOf(value)) : "lost";
    case "NotPrincipal":
      return partly(deny ? knownPrincipals(value) : somePrincipals(value));
    case "Condition":
      return partly(deny ? likely(value) : knownConditions(value));
    default:
      return "lost";
  }
}

const knownOf = (value: unknown): readonly unknown[] | null => {
  const known = listOf(value).filter((item) => !holdsUnknown(item));
  return known.length > 0 ? known : null;
};

function knownPrincipals(value: unknown): JsonObject | null {
  if (!isObject(value)) return null;
  const known = flatMap(Object.entries(value), ([type, names]) => {
    const values = knownOf(names);
    return values ? [[type, values] as const] : [];
  });
  return known.length > 0 ? Object.fromEntries(known) : null;
}

/** Whoever an exception of an Allow is, it lets in everyone else. */
function somePrincipals(value: unknown): JsonObject | null {
  if (!isObject(value) || Object.keys(value).join() !== "AWS") return null;
  const someone = `arn:aws:iam::${STAND_IN}:role/${STAND_IN}`;
  return { AWS: listOf(member(value, "AWS")).map((name) => (holdsUnknown(name) ? someone : name)) };
}

/**
 * An Allow's conditions, by what they open whatever the unknown values will be. Without those of a positive operator, the
 * rest lets in less, not more; where none is known, a value stands for them that nobody has unless he may choose it. So
 * does it for what a negated operator keeps out: that keeps out few. Of numbers and of `true` and `false`, none is likely.
 */
function knownConditions(value: unknown): JsonObject | null {
  const operators = Object.entries(asObject(value)).map(([operator, keys]) => {
    const entries = Object.entries(asObject(keys)).map(
      ([key, values]) => [key, knownValues(operator, values)] as const,
    );
    return entries.length === 0 || entries.some(([key, known]) => known === null || key.includes(UNKNOWN))
      ? null
      : ([operator, Object.fromEntries(entries)] as const);
  });
  const known = operators.filter((entry) => entry !== null);
  return known.length === operators.length && known.length > 0 ? Object.fromEntries(known) : null;
}

function knownValues(operator: string, values: unknown): unknown {
  if (!holdsUnknown(values)) return values;
  if (/^(for\w+:)?(bool|null|numeric|date)/i.test(operator)) return null;
  const known = knownOf(values) ?? [];
  const isNegated = /^(for\w+:)?\w*not/i.test(operator);
  return isNegated || known.length === 0 ? [...known, STAND_IN] : known;
}

/** With an ordinary value for each unknown one. */
function likely(value: unknown): JsonObject | null {
  if (!isObject(value)) return null;
  const filled = Object.entries(value).map(([operator, keys]) => [
    operator,
    isObject(keys)
      ? Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, listOf(values).map(standIn)]))
      : null,
  ]);
  return filled.some(([, keys]) => keys === null) ? null : Object.fromEntries(filled);
}

const anyUnknown = new RegExp(`${mark}(\\([^)]*\\))?`, "g");

function standIn(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll(anyUnknown, STAND_IN) : value;
}

function someResource(value: unknown): unknown {
  // what stands at the beginning is an ARN, or the beginning of one
  const arn = typeof value === "string" && value.startsWith(UNKNOWN);
  return standIn(arn ? `arn:aws:${STAND_IN}:::${value.replace(ofObject, "$1")}` : value);
}

/** Whether it is clear of which object it is the ARN, or what the ARN begins with. */
const isTold = (value: unknown): boolean =>
  typeof value !== "string" || !value.startsWith(UNKNOWN) || ofObject.test(value);

/** What a Deny is likely about: where nothing tells, all that the other statements are about. */
function likelyResources(value: unknown): readonly unknown[] {
  if (!holdsUnknown(value)) return [value];
  return isTold(value) ? [someResource(value), someResource(UNKNOWN)] : ["*"];
}

/** `${bucket.arn}/internal/*` and `${bucket.arn}/*` are both known after apply. */
const partOfResource = (value: unknown): unknown =>
  typeof value === "string" && holdsUnknown(value) ? `${someResource(value)}/${STAND_IN}` : value;

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
