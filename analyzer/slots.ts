/** The values that stand in a place of a resource. */
import { oncePerText } from "../lib/iam/memo.ts";
import { type JsonObject, member, someDeep } from "./json.ts";
import type { Site } from "./sites.ts";

/** One value in a place, with its attribute path. */
export interface Slot {
  attribute: string;
  value: unknown;
  unknown: boolean;
  /** Of a grant: what it says with this in the one attribute that is not known yet. */
  filledWith?: (value: string) => unknown;
}

/** Gives the values of a place that are set, or not known yet. */
export function slotsOf(site: Site, resource: JsonObject | null, mask: unknown): readonly Slot[] {
  if (resource === null) return [];
  if (site.as === "grant") {
    const { path: attribute, statements, needs } = site;
    const waits = needs.filter((path) => waitsFor(mask, path));
    const granted = statements(resource);
    const value = documentOf(granted);
    if (waits.length === 0) return granted.length > 0 ? [{ attribute, value, unknown: false }] : [];
    const isOne = waits.length === 1 && waits[0] === attribute && member(mask, attribute) === true;
    const filledWith = (name: string) => documentOf(statements({ ...resource, [attribute]: name }));
    return [{ attribute, value, unknown: true, ...(isOne && { filledWith }) }];
  }
  const slots: Slot[] = [];
  collect({ attribute: "", value: resource, mask }, stepsOf(site.path), 0, slots);
  return slots;
}

const documentOf = (statements: readonly JsonObject[]) => ({ Version: "2012-10-17", Statement: statements });

interface Step {
  name: string;
  /** It goes through a list. */
  isList: boolean;
}

const stepsOf = oncePerText((path): readonly Step[] =>
  path.split(".").map((step) => ({ name: step.replace("[]", ""), isList: step.endsWith("[]") })),
);

interface Place {
  attribute: string;
  value: unknown;
  mask: unknown;
}

/** Adds the slots behind the steps from `depth` on. */
function collect({ attribute, value, mask }: Place, steps: readonly Step[], depth: number, slots: Slot[]): void {
  const step = steps[depth];
  if (!step) {
    // an attribute that is not set, or set to nothing, holds no policy
    const isSet = value !== undefined && value !== null && value !== "";
    if (isSet || mask === true) slots.push({ attribute, value, unknown: mask === true });
    return;
  }
  const { name, isList } = step;
  const next = {
    attribute: attribute === "" ? name : `${attribute}.${name}`,
    value: member(value, name),
    mask: mask === true || member(mask, name),
  };
  if (!isList || next.mask === true || !Array.isArray(next.value)) {
    collect(next, steps, depth + 1, slots);
    return;
  }
  for (const [i, element] of next.value.entries()) {
    const inner = Array.isArray(next.mask) ? next.mask[i] : undefined;
    collect({ attribute: `${next.attribute}[${i}]`, value: element, mask: inner }, steps, depth + 1, slots);
  }
}

/** Whether what stands at a path is not known yet, or part of it. */
export function waitsFor(mask: unknown, path: string): boolean {
  const [step = "", ...rest] = path.split(".");
  const inner = member(mask, step.replace("[]", ""));
  if (rest.length === 0 || inner === true) return someDeep(inner, (leaf) => leaf === true);
  const each = Array.isArray(inner) ? inner : [inner];
  return each.some((element) => element === true || waitsFor(element, rest.join(".")));
}
