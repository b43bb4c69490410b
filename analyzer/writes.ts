/** What a statement lets somebody change, where a request that is shown of it only reads. */
import { flatMap } from "../lib/flat-map.ts";
import { examplesOf } from "../lib/iam/examples.ts";
import type { Glob } from "../lib/iam/glob.ts";
import type { Statement } from "../lib/iam/policy.ts";
import { actionGlob } from "../lib/iam/questions.ts";
import type { ActionFacts } from "../lib/iam/service.ts";
import { type Answer, type Question, worstOf } from "../lib/iam/witness.ts";
import { askPossible } from "./possible.ts";
import type { World } from "./world.ts";

/** AWS counts as writing what hands out something that is made for it. */
const READS = /:(batch)?(describe|get|list|search)/i;

const changes: ReadonlySet<ActionFacts["accessLevel"]> = new Set(["Write", "Permissions management"]);

/** The actions of the statement that change something, what a reader knows best first; none where it names none. */
function writesIn({ actions }: Statement, { facts }: World): readonly Glob[] {
  if (actions.not) return [];
  const found = flatMap(actions.values, (pattern) => facts.actionsLike(pattern));
  const writes = found.filter(({ name, accessLevel }) => changes.has(accessLevel) && !READS.test(name));
  const names = [...new Set(writes.map(({ name }) => name))];
  const isKnown = (name: string) => examplesOf(name.slice(0, name.indexOf(":"))).includes(name);
  return [...names.filter(isKnown), ...names.filter((name) => !isKnown(name))].map(actionGlob);
}

/**
 * Gives how a finding names what can be called: the action that is shown and, where that only reads, one that writes and
 * that the same callers may call.
 * @param questions what was asked of the statement
 */
export function callsIn(shown: string, statement: Statement, questions: readonly Question[], world: World): string {
  const level = world.facts.actionsLike(shown)[0]?.accessLevel;
  if (level === undefined || changes.has(level)) return shown;
  const actions = writesIn(statement, world);
  if (actions.length === 0) return shown;
  const answer: Answer = worstOf(questions, (question) => askPossible({ ...question, actions }, world));
  return answer.kind === "witness" ? `${shown} and ${answer.request.action}` : shown;
}
