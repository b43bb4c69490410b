/** What the manifest can say and no stack writes yet: it is checked and shown, and nothing of it is dropped in silence. */
import type { AccessGraph } from "../lib/access/graph.ts";
import { byCodeUnit } from "../lib/finding.ts";
import type { Place, Problem } from "../lib/problem.ts";

/** A row for each part: its path in the manifest, and where in the manifest it stands. */
type NotWritten = Readonly<Record<string, (graph: AccessGraph) => readonly Place[]>>;

export const notWritten: NotWritten = {
  // they are set by way of the organization
  "accounts.*.contacts": ({ accounts }) =>
    accounts.filter(({ alone, contacts }) => alone && contacts.length > 0).map(({ place }) => place),
};

/** One warning, `not-written`, for each place of the graph that comes to no Terraform. */
export function unwritten(graph: AccessGraph, table: NotWritten = notWritten): Problem[] {
  const parts = Object.entries(table).sort(([a], [b]) => byCodeUnit(a, b));
  return parts.flatMap(([part, places]) =>
    places(graph).map((place) => ({
      code: "not-written",
      severity: "warning" as const,
      message: `"${part}" is checked and shown; this version writes no Terraform for it`,
      place,
      hint: null,
      related: [],
    })),
  );
}
