/** Who is worth becoming: those who may do everything, or may give themselves what they lack. */
import { flatMap } from "../lib/flat-map.ts";
import { among } from "../lib/iam/actions.ts";
import { everything, reachesAnything } from "../lib/iam/administrator.ts";
import { granting, type Path, passRole, paths, type Step, taggingActions, taggingOf } from "../lib/iam/escalation.ts";
import { conditionsOf, type Policy } from "../lib/iam/policy.ts";
import { absent, condition } from "../lib/iam/questions.ts";
import type { Request } from "../lib/iam/statement.ts";
import { action, resource, UNNAMED } from "../lib/iam/unnamed.ts";
import type { Principal } from "./model.ts";
import { withoutPresumed } from "./presumed.ts";
import { type Ask, askFor } from "./standing.ts";
import type { World } from "./world.ts";

/** Somebody's permissions, and how to ask about them. */
export interface Scope {
  principal: Principal;
  world: World;
  ask: Ask;
}

/** The actions of all steps that policies allow somewhere. */
export const touched = among([
  "iam:PassRole",
  "sts:AssumeRole",
  ...taggingActions,
  ...flatMap(paths, ({ steps }) => flatMap(steps, ({ actions }) => actions)),
]);

/** The cheap question: whether some statement speaks of every step. */
export function possible(candidates: readonly Path[], policies: readonly Policy[]): readonly Path[] {
  const names = touched(policies);
  if (names.size === 0) return [];
  const isNamed = (name: string) => names.has(name);
  const isTouched = ({ actions }: Step) => actions.some(isNamed);
  return candidates.filter(
    ({ steps, passedTo, service }) =>
      (passedTo.length === 0 || names.has("iam:PassRole")) &&
      steps.every(isTouched) &&
      (service === undefined || nameService(policies, service)),
  );
}

const nameService = (policies: readonly Policy[], service: string): boolean =>
  policies.some(({ statements }) =>
    statements.some(
      ({ effect, actions }) =>
        effect === "Allow" &&
        !actions.not &&
        actions.values.some((value) => value.toLowerCase().startsWith(`${service}:`)),
    ),
  );

/** Gives a question about a principal that is answered once. */
function once(question: (policies: readonly Policy[], scope: Scope) => boolean) {
  const answers = new WeakMap<Principal, boolean>();
  return (principal: Principal, world: World): boolean => {
    let answer = answers.get(principal);
    if (answer === undefined) {
      const policies = withoutPresumed(principal.policies).map(({ policy }) => policy);
      answer = question(policies, { principal, world, ask: askFor(principal, world) });
      answers.set(principal, answer);
    }
    return answer;
  };
}

export const isAdministrator = once(
  (policies, { ask }) =>
    policies.some(reachesAnything) && everything((question) => ask(policies, question)).kind === "witness",
);

/** Whether it may do everything, or have what it lacks: by giving it to itself, or with any role there is. */
export const isPowerful = once(
  (policies, scope) =>
    isAdministrator(scope.principal, scope.world) ||
    possible([...granting, ASSUME_ANY], policies).some((path) => isOpen(path, policies, scope)) ||
    (possible(passing, policies).length > 0 &&
      passesAnywhere(policies, scope) &&
      passesAny(scope.principal, scope.world)),
);

const isOpen = ({ steps }: Path, policies: readonly Policy[], scope: Scope): boolean =>
  steps.every((step) => take(step, policies, scope) !== null);

/** Assuming any role that trusts the account. */
const ASSUME_ANY: Path = {
  steps: [{ actions: ["sts:AssumeRole"], on: `arn:*:iam::*:role/${UNNAMED}`, where: [], own: [] }],
  passedTo: [],
  gain: "everything",
  // whoever may do all but administer people has it besides, and hardly any role lets him in
  service: "sts",
};

/** Whether any role may be passed to a service that no condition names. */
export const passesAnywhere = (policies: readonly Policy[], scope: Scope): boolean =>
  take(TO_ANY_SERVICE, policies, scope) !== null;

const TO_ANY_SERVICE = passRole([`${UNNAMED}.amazonaws.com`]);

/** What makes a principal an administrator, in one call or more; `null` where nothing does. */
export function power(principal: Principal, world: World): "everything" | "more" | null {
  if (isAdministrator(principal, world)) return "everything";
  return isPowerful(principal, world) || passesAny(principal, world) ? "more" : null;
}

/** What is said of who has it, as the end of "which ...". */
export const isSaidOf = {
  everything: "is an administrator",
  more: "can give itself more permissions",
} as const;

/** Whether it may run code with any role that trusts some service. */
const passesAny = once((policies, scope) =>
  possible(passing, policies).some((path) =>
    isOpen({ ...path, steps: [passRole(path.passedTo), ...path.steps] }, policies, scope),
  ),
);
const passing = paths.filter(({ gain }) => gain === "passed role");

export interface Taken {
  action: string;
  /** What had to be called before. */
  after?: string;
  request: Request | null;
  target: string | null;
}

/** Takes a step on a target that nobody named, or on something of one's own making. */
export function take({ actions, on, where, own }: Step, policies: readonly Policy[], { ask }: Scope): Taken | null {
  const asked = { actions: actions.map(action), where, own };
  const answer = ask(policies, on === null ? { ...asked, made: true } : { ...asked, resources: [resource(on)] });
  if (answer.kind === "none") return null;
  const request = answer.kind === "witness" ? answer.request : null;
  return { action: request?.action ?? actions[0] ?? "", request, target: null };
}

/** Takes a step on a target that nobody named, which a condition keeps to those that bear a tag: by giving it the tag. */
export function takeTagged(
  { actions, on, where, own }: Step,
  policies: readonly Policy[],
  { ask }: Scope,
): Taken | null {
  const tag = on === null ? null : taggingOf(on);
  if (on === null || tag === null || !touched(policies).has(tag)) return null;
  const keys = new Map(
    flatMap(conditionsOf(policies), ({ key, keyId }) => (isTag(keyId) ? [[keyId, key] as const] : [])),
  );
  if (keys.size === 0) return null;
  const resources = [resource(on)];
  const taken = ask(policies, { actions: actions.map(action), where, own, resources, chosen: isTag });
  if (taken.kind !== "witness") return null;
  const { request } = taken;
  const wanted = flatMap([...keys], ([keyId, key]) => {
    const [value] = request.context.get(keyId) ?? [];
    const name = key.slice(key.indexOf("/") + 1);
    return value === undefined ? [] : [{ name, value }];
  });
  const asTagged = [
    // it stands already, and is not tagged as it is made
    absent(`${tag.split(":")[0]}:CreateAction`),
    ...flatMap(wanted, ({ name, value }) => [
      condition("StringEquals", `aws:RequestTag/${name}`, [value]),
      condition("StringEquals", "aws:TagKeys", [name], { set: "ForAnyValue" }),
    ]),
  ];
  const given = ask(policies, { actions: [action(tag)], where: asTagged, own, resources, chosen: isRequestTag });
  return given.kind === "witness" ? { action: request.action, after: tag, request, target: null } : null;
}

/** Tags that begin with `aws:` are given by AWS alone. */
const isTag = (keyId: string): boolean => /^[a-z0-9-]+:resourcetag\/(?!aws:)/.test(keyId);
const isRequestTag = (keyId: string): boolean => keyId.startsWith("aws:requesttag/");
