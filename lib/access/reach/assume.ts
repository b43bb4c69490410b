/** Who can assume which role: each step on its own, decided by the policy engine. */
import { byCodeUnit } from "../../finding.ts";
import { groupBy } from "../../group.ts";
import { parsePolicy } from "../../iam/parse.ts";
import type { Condition, Policy } from "../../iam/policy.ts";
import { outsider } from "../../iam/questions.ts";
import type { AccessGraph, Account, Role, Trust } from "../graph.ts";
import { controlLevels } from "../guardrails.ts";
import { trustPolicy } from "../trust-policy.ts";
import { controls, decide, free, type Layer, ofOrganization, type Verdict, verdict } from "./decide.ts";
import { outsiders } from "./outsiders.ts";
import { type ManagedPolicies, type Permissions, type PermissionsOf, permissionsOf } from "./permissions.ts";
import { asPrincipal, enteringAs, type Principal, userPrincipal } from "./principals.ts";

/** A role, and what is needed to decide about it. */
export interface Target {
  role: Role;
  account: Account;
  arn: string;
  /** The role as a caller of others. */
  principal: Principal;
}

/** One step: a principal, and a role that it can assume, cannot assume though it is named, or may be able to. */
export interface Step {
  from: Principal;
  to: Target;
  verdict: Verdict;
}

export interface Steps {
  /** Sorted by principal, then by role. */
  steps: readonly Step[];
  /** Everybody whom the manifest makes: permission sets, IAM users, roles. */
  principals: readonly Principal[];
  /** Decides anything else about a principal of the manifest. */
  may(principal: Principal, action: string, resource: string): Verdict;
}

/**
 * Gives every step. Whom a trust policy names is always there; whom it lets in with all others of an account, only when
 * the answer is not a plain no.
 * @param further roles that are not in the manifest, such as the one that AWS makes with an account
 */
export function assumeSteps(graph: AccessGraph, managed: ManagedPolicies, further: readonly Role[] = []): Steps {
  const world = worldOf(graph, permissionsOf(graph, managed), further);
  const steps = world.targets.flatMap((to) => stepsTo(to, world));
  steps.sort((a, b) => byCodeUnit(a.from.id, b.from.id) || byCodeUnit(a.to.principal.id, b.to.principal.id));
  const principals = [...world.insiders];
  return {
    steps,
    principals,
    may: (principal, action, resource) => decide({ ...wishOf(principal, world), action, resource, granted: false }),
  };
}

interface World {
  graph: AccessGraph;
  targets: readonly Target[];
  insiders: readonly Principal[];
  byId: ReadonlyMap<string, readonly Principal[]>;
  byArn: ReadonlyMap<string, Principal>;
  accounts: ReadonlyMap<string, Account>;
  keys: ReadonlyMap<string, string>;
  levels: ReturnType<typeof controlLevels>;
  inOrganization: readonly Condition[];
}

function worldOf(graph: AccessGraph, permissions: PermissionsOf, further: readonly Role[]): World {
  const accounts = new Map(graph.accounts.map((account) => [account.key, account]));
  const idOf = (key: string) => accounts.get(key)?.id ?? null;
  const targets = [...graph.roles, ...further].flatMap((role): Target[] => {
    const account = accounts.get(role.account);
    if (account === undefined || account.id === null) return [];
    const arn = `arn:aws:iam::${account.id}:role${role.path}${role.name}`;
    return [{ role, account, arn, principal: asPrincipal(role, arn, account.id, permissions) }];
  });
  const users = graph.iamUsers.flatMap((user): Principal[] => {
    const id = idOf(user.account);
    const arn = `arn:aws:iam::${id}:user${user.path}${user.name}`;
    return id === null ? [] : [userPrincipal(user, arn, id, permissions)];
  });
  const insiders = [...enteringAs(graph, permissions), ...users, ...targets.map(({ principal }) => principal)];
  return {
    graph,
    targets,
    insiders,
    byId: groupBy(insiders, ({ account }) => idOf(account ?? "") ?? ""),
    byArn: new Map(insiders.flatMap((one) => one.callers.map(({ name }) => [name ?? "", one] as const))),
    accounts,
    keys: new Map(graph.accounts.flatMap(({ key, id }) => (id === null ? [] : [[id, key] as const]))),
    levels: controlLevels(graph),
    inOrganization: ofOrganization(graph.organization.id),
  };
}

/** What somebody of the organization wants, before it is said what that is. */
function wishOf({ callers, permissions, account }: Principal, { accounts, levels, inOrganization }: World) {
  const own = account === null ? undefined : accounts.get(account);
  return {
    callers,
    permissions: permissions(),
    bound: own === undefined ? free : levels(own),
    where: own === undefined ? [] : inOrganization,
  };
}

function stepsTo(to: Target, world: World): Step[] {
  const { policy } = parsePolicy(trustPolicy(to.role.trust, to.account.id ?? ""), "trust");
  const layers = [
    { policies: [policy], refusal: "the trust policy asks for what it cannot show" },
    ...controls(world.levels(to.account).resourceControlPolicies, "resource control policy"),
  ];
  const named = namedIn(to.role.trust, world);
  const steps = insidersOf(to.role.trust, named, world)
    .filter(({ id }) => id !== to.principal.id)
    .map((from) => ({ from, to, verdict: assume(from, to, named.has(from), layers, world) }))
    .filter(({ from, verdict }) => verdict.answer !== "no" || named.has(from));
  return [...steps, ...outside(to, policy, layers, world)];
}

function assume(from: Principal, to: Target, named: boolean, layers: readonly Layer[], world: World): Verdict {
  // in its own account a role's trust policy that names the caller grants by itself
  const granted = to.role.trust.kind === "roles" && from.account === to.role.account;
  const decided = decide({ ...wishOf(from, world), action: "sts:AssumeRole", resource: to.arn, granted }, layers);
  if (decided.answer !== "yes") return decided;
  const { trust } = to.role;
  const whom = named ? "it" : "its account";
  const mfa = trust.kind === "iamGroup" || (trust.kind === "users" && trust.mfa) ? ", with MFA" : "";
  return verdict("yes", `the role trusts ${whom}${mfa}${granted ? "" : ", and its own policies allow it"}`);
}

/** The principals of the manifest that a trust policy names one by one. */
function namedIn(trust: Trust, { byArn, byId }: World): ReadonlySet<Principal> {
  switch (trust.kind) {
    case "roles":
      return new Set(trust.arns.flatMap((arn) => byArn.get(arn) ?? []));
    case "iamGroup":
      return new Set(trust.userArns.flatMap((arn) => byArn.get(arn) ?? []));
    case "permissionSet": {
      const names = trust.permissionSetNames.map((name) => `/AWSReservedSSO_${name}_`);
      const isNamed = ({ kind, callers }: Principal) =>
        kind === "permissionSet" && callers.some((caller) => names.some((name) => caller.name?.includes(name)));
      return new Set((byId.get(trust.accountId) ?? []).filter(isNamed));
    }
    default:
      return new Set();
  }
}

/** All principals of the manifest that may get through a trust policy: those it names, or everybody of an account. */
function insidersOf(trust: Trust, named: ReadonlySet<Principal>, { byId }: World): readonly Principal[] {
  if (trust.kind !== "users") return [...named];
  const all = trust.accountIds.flatMap((id) => byId.get(id) ?? []);
  // with MFA, only users get in
  return trust.mfa ? all.filter(({ kind }) => kind === "user" || kind === "breakGlass") : all;
}

/** Those that the manifest does not make. */
function outside({ role, account, ...to }: Target, policy: Policy, layers: readonly Layer[], world: World): Step[] {
  return outsiders(role.trust, policy, world.keys).map(({ principal: from, where }) => {
    const { callers } = from;
    const permissions: Permissions = from.permissions();
    const inside = from.account === null ? undefined : world.accounts.get(from.account);
    const facts =
      role.trust.kind === "thirdParty"
        ? outsider(
            role.trust.accountId,
            layers.flatMap(({ policies }) => policies),
          ).where
        : [];
    const decided = decide(
      {
        callers,
        permissions,
        bound: inside === undefined ? free : world.levels(inside),
        action: actionOf(policy),
        resource: to.arn,
        where: [...where, ...facts, ...(inside === undefined ? [] : world.inOrganization)],
        granted: inside === undefined,
      },
      layers,
    );
    const because =
      role.trust.kind === "thirdParty" ? "the role trusts it, with the external id" : "the role trusts it";
    return {
      from,
      to: { role, account, ...to },
      verdict: decided.answer === "yes" ? verdict("yes", because) : decided,
    };
  });
}

/** With or without a token: the trust policy says how it is assumed. */
function actionOf({ statements }: Policy): string {
  const actions = statements.flatMap(({ actions }) => actions.values);
  return actions.find((action) => action.startsWith("sts:AssumeRole")) ?? "sts:AssumeRole";
}
