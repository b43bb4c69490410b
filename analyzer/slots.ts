/** The values that stand in a place of a resource. */
import { flatMap } from "../lib/flat-map.ts";
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
  let slots: readonly (Slot & { mask: unknown })[] = [{ attribute: "", value: resource, mask, unknown: false }];
  for (const step of stepsOf(site.path)) slots = flatMap(slots, (slot) => into(slot, step));
  // an attribute that is not set, or set to nothing, holds no policy
  return slots.filter(({ value, unknown }) => unknown || (value !== undefined && value !== null && value !== ""));
}

const documentOf = (statements: readonly JsonObject[]) => ({ Version: "2012-10-17", Statement: statements });

const stepsOf = oncePerText((path) => path.split("."));

function into(slot: Slot & { mask: unknown }, step: string): readonly (Slot & { mask: unknown })[] {
  const name = step.replace("[]", "");
  const attribute = slot.attribute === "" ? name : `${slot.attribute}.${name}`;
  const value = member(slot.value, name);
  const mask = slot.mask === true ? true : member(slot.mask, name);
  const next = { attribute, value, mask, unknown: mask === true };
  if (!step.endsWith("[]") || next.unknown || !Array.isArray(value)) return [next];
  return value.map((element, i) => {
    const inner = Array.isArray(mask) ? mask[i] : undefined;
    return { attribute: `${attribute}[${i}]`, value: element, mask: inner, unknown: inner === true };
  });
}

/** Whether what stands at a path is not known yet, or part of it. */
export function waitsFor(mask: unknown, path: string): boolean {
  const [step = "", ...rest] = path.split(".");
  const inner = member(mask, step.replace("[]", ""));
  if (rest.length === 0 || inner === true) return someDeep(inner, (leaf) => leaf === true);
  const each = Array.isArray(inner) ? inner : [inner];
  return each.some((element) => element === true || waitsFor(element, rest.join(".")));
}
