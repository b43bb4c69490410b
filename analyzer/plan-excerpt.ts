/** Large plans without what they repeat: most of a plan's text says again what its changes say. */
import { isObject, type JsonObject, member } from "./json.ts";

/**
 * Members of a plan, in the order in which Terraform and OpenTofu write them:
 * https://github.com/hashicorp/terraform/blob/main/internal/command/jsonplan/plan.go
 */
const order = [
  "format_version",
  "terraform_version",
  "variables",
  "planned_values",
  "resource_drift",
  "resource_changes",
  "deferred_changes",
  "deferred_action_invocations",
  "output_changes",
  "action_invocations",
  "prior_state",
  "configuration",
  "relevant_attributes",
  "checks",
  "timestamp",
  "applyable",
  "complete",
  "errored",
];

interface Repetition {
  key: string;
  /** What it begins with, the comma before it included. */
  begins: string;
  /** What may come next, the last one first. */
  until: readonly string[];
  /** Texts without which nothing in it is looked at. */
  unless: readonly string[];
}

const repetitions: readonly Repetition[] = [
  {
    key: "planned_values",
    begins: ',"planned_values":{',
    until: [',"resource_changes":[', ',"resource_drift":['],
    unless: [],
  },
  {
    key: "prior_state",
    begins: ',"prior_state":{',
    until: [',"configuration":{'],
    // data sources that were read before the plan stand nowhere else; and where the changes come now, those before them
    // were somebody's values, within the planned values
    unless: ['"mode":"data"', '"resource_changes"'],
  },
];

/** The share of a plan from which on it is as well read whole. */
const WORTH = 0.9;

/**
 * A plan's members, without parsing those that repeat the values of its changes: they are `null`. Gives `null` when
 * `bytes` is not laid out as Terraform writes plans, in UTF-8 and without blanks, when little can be left out, and for
 * everything that is wrong: then the whole is to be read.
 *
 * Names of members may stand anywhere in a plan, as keys of somebody's values. What is cut out was a member of the root:
 * it begins where one does, as there is a `null` in the root afterwards, and ends where one does, as brackets would not
 * match otherwise.
 */
export function readExcerpt(bytes: Uint8Array): JsonObject | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [];
  const left: string[] = [];
  let from = 0;
  for (const repetition of repetitions) {
    const place = placeOf(repetition, text, from);
    if (place === null) continue;
    kept.push(text.subarray(from, place.from), Buffer.from(`,"${repetition.key}":null`));
    left.push(repetition.key);
    from = place.to;
  }
  const shorter = kept.reduce((sum, piece) => sum + piece.length, bytes.length - from);
  if (shorter > bytes.length * WORTH) return null;
  const parsed = parse(Buffer.concat([...kept, text.subarray(from)]));
  return isObject(parsed) && left.every((key) => member(parsed, key) === null) && isInOrder(parsed) ? parsed : null;
}

function placeOf({ begins, until, unless }: Repetition, text: Buffer, after: number) {
  const from = text.indexOf(begins, after);
  if (from < 0) return null;
  const [last = "", ...others] = until;
  let to = text.indexOf(last, from);
  if (to < 0) return null;
  for (const other of others) {
    const found = text.subarray(from, to).indexOf(other);
    if (found >= 0) to = from + found;
  }
  const between = text.subarray(from, to);
  return unless.some((part) => between.includes(part)) ? null : { from, to };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function isInOrder(root: JsonObject): boolean {
  const places = Object.keys(root)
    .map((key) => order.indexOf(key))
    .filter((place) => place >= 0);
  return places.every((place, i) => i === 0 || place > places[i - 1]!);
}
