import type { Place } from "../../problem.ts";
import type { Sited } from "../graph.ts";

/** What everything with a key has in common. */
export function keyed(
  key: string,
  { name, renamedFrom }: { name?: string | undefined; renamedFrom?: string | undefined },
  place: Place,
): Omit<Sited, "sites"> {
  return { key, renamedFrom: renamedFrom ?? null, name: name ?? key, place };
}
