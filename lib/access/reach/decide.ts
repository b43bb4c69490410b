/** Whether somebody may do something, decided by the policy engine over every layer of policies. */
import type { CallerClass } from "../../iam/caller-class.ts";
import { parsePolicy } from "../../iam/parse.ts";
import type { Condition, Policy } from "../../iam/policy.ts";
import { actionGlob, condition } from "../../iam/questions.ts";
import { resource as resourceGlob } from "../../iam/unnamed.ts";
import { type Answer, ask } from "../../iam/witness.ts";
import type { ControlLevels } from "../guardrails.ts";
import type { Permissions } from "./permissions.ts";

export interface Verdict {
  answer: "yes" | "no" | "undecided";
  /** Why, without a full stop: `its own policies do not allow it`. */
  because: string;
  /** Key of the organization policy that refuses, `null` when none does. */
  policy: string | null;
}

/** Somebody who wants something. */
export interface Wish {
  callers: readonly CallerClass[];
  permissions: Permissions;
  /** What binds the caller's account. */
  bound: ControlLevels;
  /** `null`: any action. */
  action: string | null;
  /** An ARN, wildcards allowed; `null`: any resource. */
  resource: string | null;
  /** What the caller's requests say of themselves. */
  where: readonly Condition[];
  /** Somebody else's policy grants it: the caller's own need not allow it, and must not deny it. */
  granted: boolean;
}

/** Policies that have to allow it as well, and what to say when they do not. */
export interface Layer {
  policies: readonly Policy[];
  refusal: string;
  /** Key of the organization policy among them. */
  policy?: string | null;
}

const { policy: everything } = parsePolicy(
  { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
  "identity",
);

/** Nothing binds it. */
export const free: ControlLevels = { serviceControlPolicies: [], resourceControlPolicies: [] };

/**
 * Decides by the caller's own policies and by every further layer, and names the one that refuses.
 * @param layers beside the caller's own policies, its boundary and the service control policies of its account
 */
export function decide(wish: Wish, layers: readonly Layer[] = []): Verdict {
  const { identity, boundaries, unknown } = wish.permissions;
  const all: readonly Layer[] = [
    ...layers,
    ...boundaries.map((policies) => ({ policies, refusal: "its permissions boundary does not allow it" })),
    ...controls(wish.bound.serviceControlPolicies, "service control policy"),
  ];
  const assumed = [everything, ...identity];
  const own = wish.granted ? assumed : identity;
  const answer = question(wish, own, all);
  if (answer.kind === "witness") return verdict("yes", "every policy on the way allows it");
  if (answer.kind === "undecided") return verdict("undecided", answer.because);
  if (question(wish, assumed, []).kind === "none") return verdict("no", "its own policies deny it");
  // which layer refuses is seen best from what the caller's own policies allow, if they do
  const basis = question(wish, own, []).kind === "witness" ? own : assumed;
  const first = all.find((layer) => question(wish, basis, [layer]).kind === "none");
  if (first !== undefined) return verdict("no", first.refusal, first.policy);
  if (unknown.length > 0 && question(wish, assumed, all).kind !== "none") {
    return verdict("undecided", `it depends on ${unknown.join(", ")}`);
  }
  return verdict("no", "its own policies do not allow it");
}

/** Each control policy apart, so that the one that refuses is found; none of them allows more than the others. */
export function controls(levels: readonly (readonly Policy[])[], what: string): Layer[] {
  return levels.flatMap((level) => {
    const [own, ...attached] = level;
    return own === undefined
      ? []
      : attached.map((policy) => ({
          policies: [own, policy],
          refusal: `${what} "${policy.id}" denies it`,
          policy: policy.id,
        }));
  });
}

/** Gives a verdict; `policy` is the key of the organization policy that refuses. */
export function verdict(answer: Verdict["answer"], because: string, policy: string | null = null): Verdict {
  return { answer, because, policy };
}

function question(
  { callers, action, resource, where }: Wish,
  own: readonly Policy[],
  layers: readonly Layer[],
): Answer {
  return ask({
    policies: own,
    within: layers.map(({ policies }) => policies),
    callers,
    where,
    ...(action === null ? {} : { actions: [actionGlob(action)] }),
    ...(resource === null ? {} : { resources: [resourceGlob(resource)] }),
  });
}

/** What requests from accounts of the organization say of themselves. */
export function ofOrganization(id: string | null): readonly Condition[] {
  return id === null ? [] : [condition("StringEquals", "aws:PrincipalOrgID", [id])];
}
