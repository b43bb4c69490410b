/** What of people's access changes from the state of one stack to that of another. Loads no CDKTF. */
import type { Assignment } from "../lib/access/graph.ts";
import { type PeopleGraph, partOf, peopleStacks } from "./people.ts";

export interface PeopleMove {
  /** Names of the stacks. */
  from: string;
  to: string;
  permissionSets: number;
  assignments: number;
}

/** One for each two stacks between which something moves that both manifests have. */
export function peopleMoves(before: PeopleGraph, after: PeopleGraph): PeopleMove[] {
  const old = homes(before);
  const moves = new Map<string, PeopleMove>();
  for (const [what, to] of homes(after)) {
    const from = old.get(what) ?? to;
    if (from === to) continue;
    const move = moves.get(`${from} ${to}`) ?? { from, to, permissionSets: 0, assignments: 0 };
    move[what.startsWith("set ") ? "permissionSets" : "assignments"] += 1;
    moves.set(`${from} ${to}`, move);
  }
  return [...moves.values()];
}

/** The stack of every permission set and assignment. */
function homes(graph: PeopleGraph): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, people } of peopleStacks(graph).stacks) {
    const { permissionSets, assignments } = partOf(people, graph);
    for (const { key } of permissionSets) found.set(`set ${key}`, name);
    for (const assignment of assignments) found.set(assignmentKey(assignment), name);
  }
  return found;
}

function assignmentKey({ principal, permissionSet, account }: Assignment): string {
  return `assignment ${JSON.stringify([principal.type, principal.key, permissionSet, account])}`;
}

/** What moves, as a sentence without its end. */
export function describeMove({ from, to, permissionSets, assignments }: PeopleMove): string {
  const parts = [
    ...(permissionSets === 0 ? [] : [`${permissionSets} permission set${permissionSets === 1 ? "" : "s"}`]),
    ...(assignments === 0 ? [] : [`${assignments} assignment${assignments === 1 ? "" : "s"}`]),
  ];
  const verb = permissionSets + assignments === 1 ? "moves" : "move";
  return `${parts.join(" and ")} ${verb} from stack ${from} to ${to}: Terraform would destroy and recreate what moves`;
}
