/** AWS quotas that were raised for this organization, or are lower for it. */
import { z } from "zod";
import { type Limit, type LimitName, limits as published } from "../../limits.ts";

const value = z.int("has to be a whole number").min(1, "has to be at least 1");

const names = Object.keys(published).filter((name): name is LimitName => Object.hasOwn(published, name));

function field(name: LimitName) {
  const { value: usual, unit }: Limit = published[name];
  return [
    name,
    value.optional().meta({ description: `At most this many ${unit}; ${usual} when left out.`, default: usual }),
  ] as const;
}

export const limits = z
  .strictObject(recordOf(names.map(field)))
  .describe("Quotas that AWS gave this organization, where they are not the usual ones.");

/** As `Object.fromEntries`, which forgets the names. */
function recordOf<K extends string, V>(entries: readonly (readonly [K, V])[]): Record<K, V> {
  return Object.fromEntries(entries) as Record<K, V>;
}
