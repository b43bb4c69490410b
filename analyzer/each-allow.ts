/** A rule's question asked of each Allow statement: once where the statement stands unchanged on both sides. */
import { alike } from "../lib/iam/alike.ts";
import { oncePer } from "../lib/iam/memo.ts";
import type { Policy, Statement } from "../lib/iam/policy.ts";
import { type Apart, perAllow } from "../lib/iam/questions.ts";
import type { Subject } from "./model.ts";
import { serviceOf } from "./service-of.ts";
import type { World } from "./world.ts";

/** What may decide about a statement beside itself and the policy's Denies. */
export interface Around extends Pick<Subject, "account" | "shield" | "holders" | "managed" | "limits"> {
  /** Says of callers and condition keys what the policy says; its actions and resources may be others. */
  policy: Policy;
  /** Prefix of the service that the policy's resource is of, where that is known. */
  service: string | null;
}

type Check<Found> = (apart: Apart, around: Around, world: World) => readonly Found[];

interface Judged<Found> {
  around: Around;
  world: World;
  found: readonly Found[];
}

/**
 * Gives the check of a policy that asks this of each of its Allow statements.
 * @param concerns whether there may be anything to ask of the statement at all; `false` is certain
 */
export function eachAllow<Found>(
  check: Check<Found>,
  concerns: (statement: Statement, world: World) => boolean = () => true,
): (subject: Subject, world: World) => readonly Found[] {
  const latest = oncePer((_: Apart): { judged: Judged<Found> | null } => ({ judged: null }));
  const judged = (apart: Apart, around: Around, world: World): readonly Found[] => {
    const memory = latest(apart);
    const known = memory.judged;
    if (known && known.world === world && isSame(known.around, around)) return known.found;
    const found = check(apart, around, world);
    memory.judged = { around, world, found };
    return found;
  };
  return (subject, world) => {
    let all: readonly Found[] = NOTHING;
    const isAsked = (statement: Statement) => statement.effect === "Allow" && concerns(statement, world);
    // of most policies there is nothing to take apart
    if (!subject.policy.statements.some(isAsked)) return all;
    for (const apart of perAllow(subject.policy)) {
      if (!isAsked(apart.statement)) continue;
      const found = judged(apart, aroundOf(subject), world);
      if (found.length > 0) all = all.length > 0 ? [...all, ...found] : found;
    }
    return all;
  };
}

const NOTHING: readonly never[] = [];

/** All rules ask about the same. */
const aroundOf = oncePer(({ policy, account, shield, holders, managed, limits, resourceType }: Subject): Around => {
  const around = { policy: alike(policy), service: serviceOf(resourceType), account, holders, managed, limits };
  return shield ? { ...around, shield } : around;
});

function isSame(one: Around, other: Around): boolean {
  if (one === other) return true;
  return (
    one.policy === other.policy &&
    one.service === other.service &&
    one.account === other.account &&
    one.shield === other.shield &&
    one.managed === other.managed &&
    one.limits === other.limits &&
    (one.holders === other.holders || one.holders.length + other.holders.length === 0)
  );
}
