/** Who can get into which role, through any number of others: the shortest way there. */
import { byCodeUnit } from "../../finding.ts";
import { groupBy } from "../../group.ts";
import type { Step, Target } from "./assume.ts";
import type { Verdict } from "./decide.ts";
import type { Principal } from "./principals.ts";

/** From a principal into a role, one step or more; the answer is that of its worst step. */
export interface Way extends Verdict {
  from: Principal;
  steps: readonly Step[];
  to: Target;
}

/**
 * Gives one way for each principal and role: the shortest of those that are certain, else the shortest of those that
 * are not; and each single step that a trust policy means and some other policy refuses.
 * @param steps sorted, which makes the choice among equally short ways the same each time
 */
export function allWays(steps: readonly Step[]): Way[] {
  const passable = steps.filter(({ verdict }) => verdict.answer !== "no");
  const onward = groupBy(passable, ({ from }) => from.id);
  const starts = [...onward.values()].flatMap(([first]) => (first === undefined ? [] : [first.from]));
  const refused = steps.filter(({ verdict }) => verdict.answer === "no");
  const found = starts.flatMap((start) => {
    const certain = waysFrom(start, onward, ({ verdict }) => verdict.answer === "yes");
    const reached = new Set(certain.map(({ to }) => to.principal.id));
    const perhaps = waysFrom(start, onward, () => true).filter(({ to }) => !reached.has(to.principal.id));
    return [...certain, ...perhaps];
  });
  const reached = new Set(found.map(({ from, to }) => pair(from, to)));
  const ways = [
    ...found,
    ...refused.filter(({ from, to }) => !reached.has(pair(from, to))).map((step) => wayOf([step])),
  ];
  return ways.sort((a, b) => byCodeUnit(a.from.id, b.from.id) || byCodeUnit(a.to.principal.id, b.to.principal.id));
}

function pair(from: Principal, to: Target): string {
  return `${from.id}\n${to.principal.id}`;
}

/** Breadth first, so that the first way found into a role is a shortest one; a circle ends where it was before. */
function waysFrom(start: Principal, onward: ReadonlyMap<string, readonly Step[]>, may: (step: Step) => boolean): Way[] {
  const ways: Way[] = [];
  const seen = new Set([start.id]);
  const queue: { at: string; steps: readonly Step[] }[] = [{ at: start.id, steps: [] }];
  for (const { at, steps } of queue) {
    for (const step of onward.get(at) ?? []) {
      const { id } = step.to.principal;
      if (seen.has(id) || !may(step)) continue;
      seen.add(id);
      const longer = [...steps, step];
      ways.push(wayOf(longer));
      queue.push({ at: id, steps: longer });
    }
  }
  return ways;
}

function wayOf(steps: readonly Step[]): Way {
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const { verdict } = steps.find(({ verdict }) => verdict.answer !== "yes") ?? last;
  return { ...verdict, from: first.from, to: last.to, steps };
}
