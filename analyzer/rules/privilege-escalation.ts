import { flatMap } from "../../lib/flat-map.ts";
import { callersOf } from "../../lib/iam/caller-class.ts";
import { accountsNamed, EXAMPLE_ACCOUNT } from "../../lib/iam/callers.ts";
import { giveRole, granting, NO_BOUNDARY, type Path, passRole, paths, type Step } from "../../lib/iam/escalation.ts";
import type { Condition, Policy, Statement } from "../../lib/iam/policy.ts";
import { comparedValues, condition, perAllow, withoutMfa } from "../../lib/iam/questions.ts";
import type { Request } from "../../lib/iam/statement.ts";
import { STAND_IN } from "../../lib/iam/texts.ts";
import { action, resource, UNNAMED, unnamedLike } from "../../lib/iam/unnamed.ts";
import { type Answer, ask as askTrust, toWitness } from "../../lib/iam/witness.ts";
import {
  askFor,
  isAdministrator,
  isForService,
  isMeant,
  type Principal,
  passesAnywhere,
  possible,
  type Running,
  refOf,
  rule,
  runningAsOthers,
  type Scope,
  type Subject,
  type Taken,
  type Target,
  take,
  takeTagged,
  touched,
  type Violation,
  type World,
  worthAssuming,
  worthTaking,
} from "../rule.ts";

export default rule({
  id: "privilege-escalation",
  severity: "high",
  summary: "The permissions are enough to get more of them",
  why: "Whoever may change policies, make credentials for others or start code with another role has, in one or two calls, permissions that nobody gave him. The actions look harmless apart, and often stand in different policies of the same principal. A condition on a tag is no limit to whoever may give the tag.",
  levels:
    "High where a call gives any permission, runs code with any role, or assumes or passes a role that the plan shows to be an administrator, or able to become one; low where the trust policy of such a role names a user and demands MFA. A boundary that has to be set is a limit unless it keeps nothing back, or may be written by whoever has to set it. Medium with low confidence where it acts on something that runs already, makes itself a cluster's administrator, or changes or becomes one of those whose names begin alike, which may have no more permissions than the caller: high where the plan shows that it has, or where it gives them to a role before it passes it; low where it only passes one of those. Low confidence when a permissions boundary is not in the plan.",
  bad: `[
  { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*" },
  { "Effect": "Allow", "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*" }
]`,
  good: `[
  { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/shop-function" },
  {
    "Effect": "Allow",
    "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"],
    "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:shop-*"
  }
]`,
  fix: "Name the roles, users and policies that may be changed or passed; require a permissions boundary with iam:PermissionsBoundary where new ones are made.",
  references: [
    "https://pathfinding.cloud/",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate",
  ],
  on: "principal",
  check(principal, world) {
    const policies = principal.policies.map(({ policy }) => policy);
    const candidates = possible(ALL, policies);
    if (candidates.length === 0 || isAdministrator(principal, world)) return [];
    const scope = { principal, world, ask: askFor(principal, world) };
    const isSaid = (path: Path) =>
      isWholeService(path, policies) || path.unless?.some((step) => take(step, policies, scope) !== null);
    return report(
      candidates.filter((path) => !isSaid(path)),
      scope,
    );
  },
});

const CALL: Step = { actions: ["sts:AssumeRole"], on: null, where: [], own: [] };

/** Assuming a role that trusts the principal: judged by what the plan shows of that role. */
const ASSUME: Path = {
  steps: [CALL],
  passedTo: [],
  gain: "everything",
};

/** Assuming a role that a condition keeps to those that bear a tag; without one it is assume-role-any. */
const TAGGED = { actions: ["sts:AssumeRole"], on: `arn:*:iam::*:role/${UNNAMED}`, where: [], own: [] };
const ASSUME_TAGGED: Path = { steps: [TAGGED], passedTo: [], gain: "existing target" };

const ALL = [...paths, ASSUME, ASSUME_TAGGED];

/** A path that is open. */
interface Way {
  path: Path;
  /** One action for each step, and what tags its target. */
  actions: readonly string[];
  /** The request that gains. */
  request: Request | null;
  /** Whom or what it is done to, by address, where it is not just any. */
  target: string | null;
  /** More permissions are gained, whatever it is done to. */
  isSure: boolean;
}

// -------------------------------------------------------------------------------------------------------------- ways

/** Gives the paths that these policies of the principal open. */
function waysOf(policies: readonly Policy[], candidates: readonly Path[], scope: Scope): readonly Way[] {
  return flatMap(possible(candidates, policies), (path) => wayOf(path, policies, scope) ?? []);
}

/** What runs in a service is taken over by who administers the service: that is service-admin's finding. */
function isWholeService({ steps, gain }: Path, policies: readonly Policy[]): boolean {
  if (gain !== "existing target") return false;
  const services = flatMap(steps, ({ actions }) => actions.map((name) => `${name.split(":")[0]}:*`));
  return policies.some(({ statements }) =>
    statements.some(
      ({ effect, actions, resources }) =>
        effect === "Allow" &&
        !actions.not &&
        resources?.values.includes("*") === true &&
        services.every((whole) => actions.values.some((value) => value.toLowerCase() === whole)),
    ),
  );
}

function wayOf(path: Path, policies: readonly Policy[], scope: Scope): Way | null {
  if (path === ASSUME) return assume(policies, scope);
  if (path === ASSUME_TAGGED) return assumeTagged(policies, scope);
  if (path.same !== undefined) return become(path, path.same, policies, scope);
  const { passedTo, gain, shown } = path;
  if (shown && passesAnywhere(policies, scope)) return null;
  const running = gain === "existing target" ? changeRunning(path, policies, scope) : null;
  if (running) return running;
  // what gains is the passing; the rest happens on something of one's own
  const steps = passedTo.length > 0 ? [passRole(passedTo), ...path.steps] : path.steps;
  const [first, ...others] = steps;
  if (!first) return null;
  const taken: Taken[] = [];
  for (const step of others) {
    const next = take(step, policies, scope) ?? takeTagged(step, policies, scope);
    if (!next) return null;
    taken.push(next);
  }
  const beginning =
    (shown ? null : (take(first, policies, scope) ?? takeTagged(first, policies, scope))) ??
    (gain === "existing target" ? null : takeNamed(first, passedTo, policies, scope));
  const found = beginning ?? (gain === "existing target" || shown ? null : takeSome(first, policies, scope));
  if (!found) return null;
  const { request, target } = found;
  // one of those that are named alike has what it is given before it is passed
  const given = beginning === null && gain === "passed role" ? takeSome(giveRole, policies, scope, target) : null;
  const actions = flatMap([...(given ? [given] : []), found, ...taken], (step) =>
    step.after ? [step.action, step.after] : [step.action],
  );
  return {
    path,
    actions: [...new Set(actions)],
    request,
    target,
    isSure: given !== null || (beginning !== null && gain !== "existing target"),
  };
}

/**
 * Takes a step on what the plan shows: on oneself, on a policy of one's own, or on a principal that is more powerful.
 * @param passedTo services, where the step passes a role to one of them
 */
function takeNamed(step: Step, passedTo: readonly string[], policies: readonly Policy[], scope: Scope): Taken | null {
  const { principal, world } = scope;
  const { actions, on } = step;
  const taken = (targets: readonly (About & Pick<Target, "address">)[]): Taken | null => {
    const [found] = reached(targets, asked(step, policies, scope));
    if (!found) return null;
    const [{ address }, request] = found;
    return { action: request.action, request, target: address };
  };
  const isOn = ({ like }: Target) => on?.startsWith(like);
  const running = runningAsOthers(principal, world).filter(isOn);
  const own = taken([...principal.attached.filter(isOn), ...running.map((one) => ({ ...one, address: shown(one) }))]);
  if (own) return own;
  const kind = kindOf(step);
  if (!kind || kind === "policy") return null;
  const gainsItself = principal.kind === kind && isMeant(principal) && actions.some((name) => SELF.test(name));
  const peers = [...(gainsItself ? [principal] : []), ...worthTaking(principal, world, kind, passedTo)];
  return taken(peers.map(({ arn, address, facts }) => ({ arns: [arn], address, facts })));
}

const kinds = ["user", "group", "role", "policy"] as const;
type Kind = (typeof kinds)[number];

/** What of IAM a step is done to. */
const kindOf = ({ on }: Step): Kind | undefined => kinds.find((name) => on?.includes(`:iam::*:${name}/`));

type About = Pick<Target, "arns" | "facts">;

/** Gives the question about a step on one of these. */
const asked =
  ({ actions, where }: Step, policies: readonly Policy[], { ask }: Scope) =>
  (targets: readonly About[]): Answer =>
    ask(policies, {
      actions: actions.map(action),
      where,
      resources: flatMap(targets, ({ arns }) => arns.map(resource)),
      about: targets.map(({ facts = [] }) => facts),
    });

/** Gives the targets that a question has a witness for, one after the other; it is asked about many at once. */
function* reached<T extends About>(
  targets: readonly T[],
  on: (targets: readonly About[]) => Answer,
): Generator<readonly [T, Request]> {
  if (targets.length === 0) return;
  const answer = on(targets);
  const [target] = targets;
  if (answer.kind === "none") return;
  if (targets.length > 1) {
    const half = targets.length >> 1;
    yield* reached(targets.slice(0, half), on);
    yield* reached(targets.slice(half), on);
  } else if (target && answer.kind === "witness") yield [target, answer.request];
}

/** Changes or enters what runs with the role of one that is more powerful. */
function changeRunning(path: Path, policies: readonly Policy[], scope: Scope): Way | null {
  const [first, ...others] = path.steps;
  if (!first) return null;
  const call = (step: Step) => asked(step, policies, scope);
  const targets = runningAsOthers(scope.principal, scope.world).filter(({ like }) => first.on?.startsWith(like));
  for (const [target, request] of reached(targets, call(first))) {
    const further = flatMap(others, (step) => {
      if (step.on !== first.on) return take(step, policies, scope)?.request ?? [];
      const answer = call(step)([target]);
      return answer.kind === "witness" ? [answer.request] : [];
    });
    if (further.length < others.length) continue;
    const actions = [...new Set([request, ...further].map(({ action }) => action))];
    return { path, actions, request, target: shown(target), isSure: true };
  }
  return null;
}

const shown = ({ address, as }: Running): string => `${address} (its role: ${as.address})`;

/** Takes a step on one of those whose names begin alike: which there are, and what they may do, the plan does not tell. */
function takeSome(step: Step, policies: readonly Policy[], scope: Scope, only: string | null = null): Taken | null {
  const kind = kindOf(step);
  if (!kind) return null;
  const isPassed = step.actions.includes("iam:PassRole");
  const where = kind !== "policy" && !isPassed ? [...step.where, weakBoundaries(policies, scope)] : step.where;
  for (const pattern of only === null ? patternsOf(policies, kind) : [only]) {
    if (OF_AWS.test(pattern) || (!isPassed && isOwnMaking(kind, pattern, scope))) continue;
    const answer = asked({ ...step, where }, policies, scope)([{ arns: [unnamedLike(pattern)] }]);
    if (answer.kind === "witness") return { action: answer.request.action, request: answer.request, target: pattern };
  }
  return null;
}

/** Whether the principal makes those itself: what it gives them, it is limited in as it is in making them. */
function isOwnMaking(kind: Kind, pattern: string, { principal, ask }: Scope): boolean {
  const create = action(`iam:Create${kind[0]!.toUpperCase()}${kind.slice(1)}`);
  const policies = principal.policies.map(({ policy }) => policy);
  const chosen = () => true;
  return ask(policies, { actions: [create], resources: [resource(unnamedLike(pattern))], chosen }).kind !== "none";
}

/** Nobody but AWS changes its policies and the roles of its services. */
const OF_AWS = /:role\/aws-service-role\/|:iam::aws:/;

/** What policies name with wildcards. */
function patternsOf(policies: readonly Policy[], type: Kind): ReadonlySet<string> {
  const names = flatMap(policies, ({ statements }) =>
    flatMap(statements, ({ effect, resources }) =>
      effect === "Allow" && resources?.not === false ? resources.values : [],
    ),
  );
  return new Set(names.filter((name) => new RegExp(`:iam::[^:]*:${type}/.*[*?]`).test(name)));
}

/** Gives permissions to one that is named alike, or to one that nothing tells apart, and becomes it. */
function become(path: Path, type: "role" | "user" | "group", policies: readonly Policy[], scope: Scope): Way | null {
  const weak = weakBoundaries(policies, scope);
  const any = `arn:aws:iam::*:${type}/*`;
  for (const target of path.anybody ? [any] : [...patternsOf(policies, type), any]) {
    const asking = (names: readonly string[], where: readonly Condition[]) =>
      scope.ask(policies, {
        actions: names.map(action),
        where,
        resources: [resource(unnamedLike(target))],
        // among all that there are, one that nothing tells apart
        ...(target === any ? { chosen: (keyId: string) => keyId === "iam:permissionsboundary" } : { made: true }),
      });
    const takeAll = (boundary: readonly Condition[]) => {
      const taken: Request[] = [];
      for (const { actions, where } of path.steps) {
        const answer = asking(actions, [...where, ...boundary]);
        if (answer.kind !== "witness") return null;
        taken.push(answer.request);
      }
      return taken;
    };
    const free = takeAll([weak]);
    // what is made within a boundary is free once that is taken off
    const off = free || type === "group" ? null : takesOff(type, weak, asking);
    const taken = off === null ? free : takeAll([]);
    const gains = taken?.[1];
    if (!taken || !gains) continue;
    const actions = [...taken.map((request) => request.action), ...(off === null ? [] : [off])];
    return { path, actions, request: gains, target, isSure: true };
  }
  return null;
}

/** The action that takes the boundary off, or puts a weak one in its place. */
function takesOff(
  type: "role" | "user",
  weak: Condition,
  asking: (names: readonly string[], where: readonly Condition[]) => Answer,
): string | null {
  const name = type === "role" ? "RolePermissionsBoundary" : "UserPermissionsBoundary";
  const answers = [asking([`iam:Delete${name}`], []), asking([`iam:Put${name}`], [weak])];
  const found = answers.find(({ kind }) => kind === "witness");
  return found?.kind === "witness" ? found.request.action : null;
}

/** No boundary, one that keeps nothing back, or one that the principal may write anew. */
function weakBoundaries(policies: readonly Policy[], { ask }: Scope): Condition {
  const editable = flatMap(comparedValues(policies, "iam:PermissionsBoundary"), (value) => {
    // what stands already is not created, but may be changed
    const writing = /[*?]/.test(value) ? ["iam:CreatePolicy", "iam:CreatePolicyVersion"] : ["iam:CreatePolicyVersion"];
    const answer = ask(policies, { actions: writing.map(action), resources: [resource(value)] });
    return answer.kind === "witness" && answer.request.resource !== null ? [answer.request.resource] : [];
  });
  return condition("StringEquals", "iam:PermissionsBoundary", [NO_BOUNDARY, ...editable], { ifExists: true });
}

/** A gain also when done to oneself. */
const SELF = /^iam:(Attach|Put)(User|Role|Group)Policy$/;

/** Assumes a role of the plan that is worth it and that trusts the principal. */
function assume(policies: readonly Policy[], scope: Scope): Way | null {
  const { principal, world } = scope;
  let best: Way | null = null;
  const targets = worthAssuming(principal, world).map((role) => ({ role, arns: [role.arn], facts: role.facts }));
  for (const [{ role }, request] of reached(targets, asked(CALL, policies, scope))) {
    const trust = role.trust && trustOf(role.trust.policy, principal, role.account, world);
    if (trust === null) continue;
    best = { path: ASSUME, actions: ["sts:AssumeRole"], request, target: role.address, isSure: false };
    if (trust === "given") return { ...best, isSure: true };
  }
  return best;
}

/** Whether a trust policy lets the principal in: as it comes, or a user whom it names once he has shown MFA. */
function trustOf(
  trust: Policy,
  { kind, name, arn, account }: Principal,
  ofRole: string | null,
  { accounts: inside }: World,
): "given" | "mfa" | null {
  const isSet = kind === "permission set";
  // where the plan does not say which account it is, the trust does; a permission set is in each account that has it
  const home = (isSet ? null : account) ?? ofRole;
  const named = [...accountsNamed([trust])].filter((id) => id === STAND_IN || inside?.has(id) !== false);
  const accounts = home ? [home] : [...named, EXAMPLE_ACCOUNT];
  const callers = flatMap(accounts, callersOf).filter((caller) => caller.kind === (kind === "user" ? "user" : "role"));
  const isPrincipal = condition("ArnLike", "aws:PrincipalArn", isSet ? rolesOfSet(name) : [arn]);
  const lets = (where: readonly Condition[]) =>
    askTrust({ policies: [trust], actions: [action("sts:AssumeRole")], callers, where: [isPrincipal, ...where] });
  const answer = lets([]);
  if (answer.kind !== "witness") return null;
  const isNamed = kind === "user" && answer.by.statement.principals?.values.some((value) => value.kind === "arn");
  return isNamed && !withoutMfa().some((where) => lets(where).kind === "witness") ? "mfa" : "given";
}

/** The roles that a permission set is in its accounts: the path tells the region, but for the first of them. */
const rolesOfSet = (name: string): readonly string[] =>
  ["", ...REGIONS].map((region) => `arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/${region}${roleOfSet(name)}`);

/** It ends with sixteen characters of AWS's own. */
const roleOfSet = (name: string) => `AWSReservedSSO_${name || "*"}_${"?".repeat(16)}`;

/** `eu-west-1`, `af-south-1`, `eu-central-1`, `ap-southeast-1`, `us-gov-west-1`: no room for another name. */
const REGIONS = ["??-????-?/", "??-?????-?/", "??-???????-?/", "??-?????????-?/", "??-???-????-?/"];

function assumeTagged(policies: readonly Policy[], scope: Scope): Way | null {
  const taken = take(TAGGED, policies, scope) ? null : takeTagged(TAGGED, policies, scope);
  if (!taken?.after) return null;
  const { action, after, request, target } = taken;
  return { path: ASSUME_TAGGED, actions: [action, after], request, target, isSure: false };
}

// ----------------------------------------------------------------------------------------------------------- reports

/** Reports each way where it stands: at a statement, at a policy, or at the principal whose policies combine. */
function report(candidates: readonly Path[], scope: Scope): readonly Violation[] {
  const { policies } = scope.principal;
  const inEach = policies.map((subject) => ({ subject, opened: openedIn(subject.policy, candidates, scope) }));
  const left = without(
    candidates,
    flatMap(inEach, ({ opened }) => opened),
  );
  const all = policies.map(({ policy }) => policy);
  return [
    ...flatMap(
      inEach.filter(({ subject }) => !isForService(subject)),
      ({ subject, opened }) => flatMap(opened, ({ statement, ways }) => violationOf(ways, scope, subject, statement)),
    ),
    ...violationOf(policies.length > 1 ? waysOf(all, left, scope) : [], scope),
  ];
}

/** What a statement opens, or none of the policy's alone. */
interface Opened {
  statement: Statement | null;
  ways: readonly Way[];
}

/** One statement after the other; together they are asked about the rest: most paths are open or closed by one. */
function openedIn(policy: Policy, candidates: readonly Path[], scope: Scope): readonly Opened[] {
  const allows = perAllow(policy);
  const single = allows.map(({ statement, alone }) => ({ statement, ways: waysOf([alone], candidates, scope) }));
  if (allows.length < 2) return single;
  const together = waysOf([policy], without(candidates, single), scope);
  const left = single.map(({ statement, ways }) => ({
    statement,
    ways: ways.filter((way) => !isPartOf(way, together)),
  }));
  return [...left, { statement: null, ways: together }];
}

/** Whether it may gain something that together with other calls it gains for sure. */
const isPartOf = (way: Way, others: readonly Way[]): boolean =>
  !way.isSure && others.some(({ isSure, actions }) => isSure && way.actions.every((name) => actions.includes(name)));

function without(candidates: readonly Path[], opened: readonly Opened[]): readonly Path[] {
  const paths = new Set(flatMap(opened, ({ ways }) => ways.map(({ path }) => path)));
  return candidates.filter((path) => !paths.has(path));
}

/**
 * The surest first. What else a role can be passed to, and what may be gained by one of many, is said where nothing else
 * is sure.
 */
function inOrder(ways: readonly Way[]): readonly Way[] {
  const plain = ways.filter(({ path, isSure }) => !path.shown && (isSure || path.gain !== "everything"));
  const told = plain.some(({ isSure }) => isSure) ? plain : ways;
  return [...told.filter(({ isSure }) => isSure), ...told.filter(({ isSure }) => !isSure)];
}

/** One violation for all ways that stand in the same place. */
function violationOf(
  found: readonly Way[],
  { principal }: Scope,
  subject: Subject | null = null,
  statement: Statement | null = null,
): readonly Violation[] {
  const ways = inOrder(found);
  const first = ways[0];
  if (!first) return [];
  const isGain = ways.some(({ isSure }) => isSure);
  const isDoubtful = principal.boundaryUnknown || !isGain;
  const shown = ways.slice(0, 3).map((way) => describe(way, subject ? null : principal));
  const left = ways.length - shown.length;
  const more = left === 0 ? "" : `, and ${left} more way${left === 1 ? "" : "s"}`;
  const mayGive = granting.includes(first.path)
    ? "may give itself more permissions"
    : "can act with the permissions of others";
  const gain = isGain ? "can give itself more permissions" : mayGive;
  const policies = subject ? [subject.policy] : principal.policies.map(({ policy }) => policy);
  return [
    {
      statement: statement ? refOf(statement) : null,
      ...(subject && { subject }),
      message: `${subject ? "" : "with its policies together, "}${gain} by ${shown.join(", by ")}${more}`,
      ...(first.request && { witness: toWitness(first.request, policies) }),
      severity: isGain ? "high" : ways.some(isWorthKnowing) ? "medium" : "low",
      ...(isDoubtful && { confidence: "low" as const }),
      about: "escalation",
      measure: isGain ? 1_000 + ways.length : ways.length,
    },
  ];
}

/** What it is done to may well be more powerful. */
const isWorthKnowing = ({ path }: Way): boolean => path.gain === "existing target" || granting.includes(path);

/** `iam:PassRole with ec2:RunInstances`; with the policies that allow them, where it takes several. */
function describe({ actions, target }: Way, principal: Principal | null): string {
  const named = actions.map((name) => {
    const holder = principal?.policies.find(({ policy }) => touched([policy]).has(name));
    return holder ? `${name} (${holder.address})` : name;
  });
  const [first, ...others] = named;
  const onto = target === null ? "" : ` on ${target}`;
  return `${first}${onto}${others.length > 0 ? ` with ${others.join(" and ")}` : ""}`;
}
