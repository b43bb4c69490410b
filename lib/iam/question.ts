/** What the engine can be asked, and what it answers. */
import type { CallerClass } from "./caller-class.ts";
import type { Glob } from "./glob.ts";
import type { Condition, Policy } from "./policy.ts";
import type { Match, Request } from "./statement.ts";

/** Is there a request ... */
export interface Question {
  /** ... that these allow, taken together ... */
  policies: readonly Policy[];
  /** ... and each of these lists allows as well (a boundary, a level of service control policies) ... */
  within?: readonly (readonly Policy[])[];
  /** ... and these, taken together, do not ... */
  notAllowedBy?: readonly Policy[] | null;
  /** ... made by one of these callers (default: everyone the policies can tell apart) ... */
  callers?: readonly CallerClass[];
  /** ... for an action among these patterns ... */
  actions?: readonly Glob[];
  /** ... on a resource among these ... */
  resources?: readonly Glob[];
  /** ... under these conditions? `Null` forces a key to be absent or present. */
  where?: readonly Condition[];
  /** Prefix of the service that answers: requests are shown with its actions, where any will do. */
  service?: string | null;
}

export type Answer =
  | { kind: "witness"; request: Request; by: Match }
  | { kind: "none" }
  | { kind: "undecided"; because: string };

/** Gives the answer that matters most: a witness before `undecided` before `none`; no answers are `none`. */
export function worst(answers: readonly Answer[]): Answer {
  return (
    answers.find((answer) => answer.kind === "witness") ??
    answers.find((answer) => answer.kind === "undecided") ?? { kind: "none" }
  );
}

/** The same of the answers about these, asked one after the other until one gives a witness. */
export function worstOf<T>(items: Iterable<T>, answerOn: (item: T) => Answer): Answer {
  const answers: Answer[] = [];
  for (const item of items) {
    const answer = answerOn(item);
    if (answer.kind === "witness") return answer;
    answers.push(answer);
  }
  return worst(answers);
}
