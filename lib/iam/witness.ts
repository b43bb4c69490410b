/** Finds a request that policies allow, or shows that there is none. */
import type { Witness } from "../finding.ts";
import { testOf } from "./condition.ts";
import { isOfOtherCalls } from "./keys.ts";
import { oncePer } from "./memo.ts";
import type { Policy } from "./policy.ts";
import type { Answer, Question } from "./question.ts";
import { couldAllow, couldBeMet } from "./screen.ts";
import { Search } from "./search.ts";
import type { Request } from "./statement.ts";

export { type Answer, type Question, worst, worstOf } from "./question.ts";

/** Gives a witness, `none`, or `undecided` with the reason. */
export function ask(question: Question): Answer {
  const { policies, actions, resources, callers, where = [] } = question;
  if (actions && !policies.some((policy) => couldAllow(policy, actions, resources))) return { kind: "none" };
  if (callers && !couldBeMet(policies, callers, where.map(testOf))) return { kind: "none" };
  const id = identityOf(question);
  if (id === null) return new Search(question).run();
  const [policy] = policies;
  const known = answersAbout(policy!);
  let answer = known.get(id);
  if (!answer) {
    answer = new Search(question).run();
    if (known.size < MAX_REMEMBERED) known.set(id, answer);
  }
  return answer;
}

/** Both sides of a change share statements, and rules share questions. */
const answersAbout = oncePer((_: Policy) => new Map<string, Answer>());
const MAX_REMEMBERED = 200;

/** One text for the same question about the same policies; `null` when it is about a change. */
function identityOf({ policies, within = [], notAllowedBy, ...question }: Question): string | null {
  if (notAllowedBy) return null;
  const { callers, actions, resources, where, service = null } = question;
  const lists = [policies, ...within, callers, actions, resources, where];
  return [service, ...lists.map((list) => list?.map(numberOf).join(" ") ?? "any")].join(";");
}

let count = 0;
const numberOf = oncePer((_: object): number => count++, 2_000);

/**
 * Gives the request in the form that reports show: what the policies looked at, absent keys as `null` where a call of
 * that service could carry them.
 * @param keys further keys to show: what the question was about
 */
export function toWitness(request: Request, policies: readonly Policy[], keys: readonly string[] = []): Witness {
  const names = new Map<string, string>();
  for (const { statements } of policies) {
    for (const { conditions } of statements) for (const { keyId, key } of conditions) names.set(keyId, key);
  }
  for (const name of keys) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  const context: Record<string, string | readonly string[] | null> = {};
  for (const [keyId, name] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const values = request.context.get(keyId);
    if (values === undefined && !keys.includes(name) && isOfOtherCalls(keyId, request.action)) continue;
    context[name] = values === undefined ? null : values.length === 1 ? values[0]! : values;
  }
  return { principal: request.caller.name, action: request.action, resource: request.resource, context };
}
