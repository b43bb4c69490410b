/** `renamedFrom`: the key that an entry had before is free now, and was that of one entry. */
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import { sectionsOfEntries } from "../merge.ts";
import { type MapNode, type Node, nodeAt } from "../node.ts";
import { error, where } from "../problems.ts";

/**
 * `renamed-from-itself`, `renamed-from-existing`, `renamed-twice`. A chain (`c` from `b`, `b` from `a`) is the second:
 * the key in its middle is still there, and Terraform could not tell what moves where.
 */
export function checkRenames({ written }: Context): Problem[] {
  return [...sectionsOfEntries(written), ...unitsBelow(nodeAt(written, ["units"]))].flatMap(renamesIn);
}

/** The maps of units below other units, at any depth. */
function unitsBelow(units: Node | null): MapNode[] {
  if (units?.kind !== "map") return [];
  return [...units.entries.values()].flatMap(({ value }) => {
    const below = nodeAt(value, ["units"]);
    return below?.kind === "map" ? [below, ...unitsBelow(below)] : [];
  });
}

function renamesIn({ entries }: MapNode): Problem[] {
  const claimed = new Map<string, Node>();
  return [...entries].flatMap(([key, { value }]) => {
    const from = value.kind === "map" ? value.entries.get("renamedFrom")?.value : undefined;
    if (from?.kind !== "scalar" || typeof from.value !== "string") return [];
    const { value: old, place } = from;
    if (old === key) {
      return [error("renamed-from-itself", place, `"${key}" is the key itself`, { hint: 'remove "renamedFrom"' })];
    }
    const existing = entries.get(old);
    if (existing !== undefined) {
      const message = `"${old}" is still a key, at ${where(existing.key, place)}: what it made cannot become "${key}"`;
      const hint = "rename one step at a time, and apply in between; or remove one of the two";
      return [
        error("renamed-from-existing", place, message, {
          hint,
          related: [{ place: existing.key, message: "still here" }],
        }),
      ];
    }
    const first = claimed.get(old);
    if (first === undefined) {
      claimed.set(old, from);
      return [];
    }
    const message = `"${old}" is already said to be the earlier key of another entry, at ${where(first.place, place)}`;
    return [error("renamed-twice", place, message, { related: [{ place: first.place, message: "first said here" }] })];
  });
}
