/** Who may do everything. */
import { touching } from "./actions.ts";
import { anyService, examplesOf } from "./examples.ts";
import type { Policy, Statement } from "./policy.ts";
import { action, resource, UNNAMED } from "./unnamed.ts";
import { type Answer, type Question, worst } from "./witness.ts";

const question = (name: string, arn: string) => ({ actions: [action(name)], resources: [resource(arn)] });

/** Actions of services that nobody named. */
const ACTIONS = ["nobody-named-this:NobodyNamedThis", "unheard-of:UnheardOf"];
const touchesThose = touching(ACTIONS);

/** Services and resources that no policy names, in any partition and account: only wildcards reach them. */
const ANYTHING = ACTIONS.map((name) => {
  const service = name.split(":")[0]!;
  return question(name, `arn:*:${service}:us-east-1:*:${service}`);
});

/** Each of these is enough to give oneself every other permission. */
const UNDO_ANY_DENY = [
  ["iam:AttachUserPolicy", "user"],
  ["iam:PutUserPolicy", "user"],
  ["iam:AttachRolePolicy", "role"],
  ["iam:PutRolePolicy", "role"],
  ["iam:CreatePolicyVersion", "policy"],
  ["iam:UpdateAssumeRolePolicy", "role"],
].map(([name, type]) => question(name!, `arn:*:iam::*:${type}/${UNNAMED}`));

type Asked = Pick<Question, "actions" | "resources">;

/** Whether a statement allows actions that nobody named, as one must in a policy that allows everything. */
export function mayBeAnything(statement: Pick<Statement, "effect" | "actions">): boolean {
  return statement.effect === "Allow" && touchesThose(statement);
}

/** Whether some statement of the policy does. */
export function reachesAnything({ statements }: Policy): boolean {
  return statements.some(mayBeAnything);
}

/** Whether a policy that limits others is no limit: it allows everything as it stands, and denies nothing. */
export function keepsNothingBack({ statements }: Policy): boolean {
  const isEverything = ({ actions, resources, conditions }: Statement) =>
    conditions.length === 0 && [actions, resources].every((one) => one?.not === false && one.values.includes("*"));
  return statements.every(({ effect }) => effect === "Allow") && statements.some(isEverything);
}

/** Whether any action of any service on any resource is allowed. */
export function anything(ask: (question: Asked) => Answer): Answer {
  let found: Answer = { kind: "none" };
  for (const asked of ANYTHING) {
    const answer = ask(asked);
    if (answer.kind === "none") return answer;
    if (found.kind !== "undecided") found = answer;
  }
  return found.kind === "witness" ? better(found, ask, anyService) : found;
}

/** The same shown with an action that exists: a reader takes one that nobody has heard of for a mistake. */
function better(proof: Answer, ask: (question: Asked) => Answer, names: readonly string[]): Answer {
  for (const name of names) {
    const answer = ask({ actions: [action(name)] });
    if (answer.kind === "witness") return answer;
  }
  return proof;
}

/** Whether everything is allowed: anything at all, and to give oneself what a Deny takes away. */
export function everything(ask: (question: Asked) => Answer): Answer {
  const any = anything(ask);
  if (any.kind === "none") return any;
  const undo = worst(UNDO_ANY_DENY.map(ask));
  return undo.kind === "none" || any.kind !== "undecided" ? undo : any;
}

/** Whether any action of a service, also one that nobody named, is allowed on a resource of any kind and name. */
export function wholeService(ask: (question: Asked) => Answer, service: string): Answer {
  const proof = ask(question(`${service}:${UNNAMED}`, `arn:*:${service}:*:*:${UNNAMED}/${UNNAMED}`));
  return proof.kind === "witness" ? better(proof, ask, examplesOf(service).slice(0, 1)) : proof;
}
