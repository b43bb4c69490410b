/** What permission sets, roles and organization policies allow, before and after, judged by the policy engine. */
import { byCodeUnit, type Witness } from "../../finding.ts";
import { groupBy } from "../../group.ts";
import { diffPolicies } from "../../iam/diff.ts";
import { leavesOpen } from "../../iam/leaves-open.ts";
import { managedPolicy } from "../../iam/managed-policies.ts";
import { parsePolicy } from "../../iam/parse.ts";
import type { Policy, PolicyKind } from "../../iam/policy.ts";
import type { AccessGraph, OrganizationPolicy, PermissionSet, PolicyDocument, Role } from "../graph.ts";
import { trustPolicy } from "../trust-policy.ts";

/** Whether one side allows what the other does not, as `policy diff` says it; `null`: cannot be decided. */
export interface Judgement {
  newAccess: boolean | null;
  witness: Witness | null;
  because: string;
}

export interface PermissionChange {
  of: "permission set" | "role" | "organization policy";
  key: string;
  /** Keys of the accounts that a role is in; empty for anything else. */
  accounts: readonly string[];
  /** `trust`: who may assume the role. */
  what: "permissions" | "trust";
  /** What is allowed that was not, and what no longer is. An organization policy allows what it does not deny. */
  more: Judgement;
  less: Judgement;
}

/** Permission sets, roles and organization policies whose policies are others than before. */
export async function comparePermissions(before: AccessGraph, after: AccessGraph): Promise<PermissionChange[]> {
  const changes: PermissionChange[] = [];
  for (const [was, is] of pairs(before.permissionSets, after.permissionSets, ({ key }) => key)) {
    const [old, now] = [holdingOf(was), holdingOf(is)];
    if (!same(old, now)) changes.push({ ...about("permission set", is.key), ...(await compareHoldings(old, now)) });
  }
  changes.push(...(await compareRoles(before, after)));
  for (const [was, is] of pairs(before.organizationPolicies, after.organizationPolicies, ({ key }) => key)) {
    if (was.type === is.type && !same(was.document, is.document)) {
      changes.push({ ...about("organization policy", is.key), ...compareGuardrails(was, is) });
    }
  }
  return changes;
}

async function compareRoles(before: AccessGraph, after: AccessGraph): Promise<PermissionChange[]> {
  const ids = new Map([...before.accounts, ...after.accounts].map(({ key, id }) => [key, id ?? ""]));
  const changed = pairs(before.roles, after.roles, ({ key, account }) => `${key} ${account}`);
  const changes: PermissionChange[] = [];
  // a role is mostly the same in every account: it is judged once
  const once = async (
    what: PermissionChange["what"],
    part: (role: Role) => unknown,
    compare: (was: Role, is: Role) => Promise<Verdict> | Verdict,
  ) => {
    const differing = changed.filter(([was, is]) => !same(part(was), part(is)));
    const alike = groupBy(differing, ([was, is]) => JSON.stringify([is.key, part(was), part(is)]));
    for (const group of alike.values()) {
      const [was, is] = group[0]!;
      const accounts = group.map(([, { account }]) => account).sort(byCodeUnit);
      changes.push({ ...about("role", is.key), accounts, what, ...(await compare(was, is)) });
    }
  };
  await once("permissions", roleHolding, (was, is) => compareHoldings(roleHolding(was), roleHolding(is)));
  await once(
    "trust",
    ({ trust }) => trust,
    (was, is) =>
      bothWays(
        [read(trustPolicy(was.trust, ids.get(was.account) ?? ""), "trust")],
        [read(trustPolicy(is.trust, ids.get(is.account) ?? ""), "trust")],
      ),
  );
  return changes.sort((a, b) => byCodeUnit(a.key, b.key));
}

type Verdict = Pick<PermissionChange, "more" | "less">;

const about = (of: PermissionChange["of"], key: string) => ({ of, key, accounts: [], what: "permissions" as const });

/** Everything that says what its holder may do. */
interface Holding {
  managed: readonly string[];
  /** Policies that stand in the accounts: their content is not known here. */
  unknown: readonly string[];
  inline: PolicyDocument | null;
  /** ARN of an AWS managed policy, or the name of one that is not known here. */
  boundary: string | null;
}

function holdingOf(set: PermissionSet): Holding {
  const { permissionsBoundary } = set;
  const boundary =
    permissionsBoundary === null
      ? null
      : "managedPolicyArn" in permissionsBoundary
        ? permissionsBoundary.managedPolicyArn
        : nameOf(permissionsBoundary.customerManagedPolicy);
  const unknown = set.customerManagedPolicies.map(nameOf);
  return { managed: set.managedPolicies, unknown, inline: set.inlinePolicy, boundary };
}

function roleHolding({ managedPolicies, inlinePolicy, permissionsBoundary }: Role): Holding {
  return { managed: managedPolicies, unknown: [], inline: inlinePolicy, boundary: permissionsBoundary };
}

const nameOf = ({ path, name }: { path: string; name: string }) => `${path}${name}`;

/** What of a holding can be read, and the names of what cannot. */
interface Readable {
  policies: readonly Policy[];
  boundary: Policy | null;
  unknown: readonly string[];
}

async function readable({ managed, unknown, inline, boundary }: Holding): Promise<Readable> {
  const known = await Promise.all(managed.map(async (arn) => ({ arn, policy: await managedPolicy(arn) })));
  const limit = boundary === null ? null : await managedPolicy(boundary);
  return {
    policies: [...known.flatMap(({ policy }) => policy ?? []), ...(inline === null ? [] : [read(inline, "identity")])],
    boundary: limit,
    unknown: [
      ...known.flatMap(({ arn, policy }) => (policy === null ? [arn] : [])),
      ...unknown,
      ...(boundary !== null && limit === null ? [`the boundary ${boundary}`] : []),
    ],
  };
}

async function compareHoldings(before: Holding, after: Holding): Promise<Verdict> {
  const [old, now] = [await readable(before), await readable(after)];
  return { more: newIn(now, old), less: newIn(old, now) };
}

/** What `now` allows and `old` does not. */
function newIn(now: Readable, old: Readable): Judgement {
  const added = now.unknown.filter((name) => !old.unknown.includes(name));
  if (added.length > 0)
    return { newAccess: null, witness: null, because: `nothing is known here of ${added.join(", ")}` };
  const within = now.boundary === null ? [] : [[now.boundary]];
  const byPolicies = judgement(diffPolicies(old.policies, now.policies, within));
  if (byPolicies.newAccess !== false || old.boundary === null || same(old.boundary, now.boundary)) return byPolicies;
  // what the policies allow on both sides, and the boundary kept back
  return judgement(diffPolicies([old.boundary], now.policies, within));
}

const organizationKinds: Readonly<Partial<Record<OrganizationPolicy["type"], PolicyKind>>> = {
  SERVICE_CONTROL_POLICY: "identity",
  RESOURCE_CONTROL_POLICY: "resource",
};

/** AWS's own policy beside it allows everything: what changes is what is denied. */
function compareGuardrails(was: OrganizationPolicy, is: OrganizationPolicy): Verdict {
  const kind = organizationKinds[is.type];
  if (kind !== undefined)
    return bothWays([leavesOpen(read(was.document, kind))], [leavesOpen(read(is.document, kind))]);
  const undecided = { newAccess: null, witness: null, because: "it is no policy about requests" };
  return { more: undecided, less: undecided };
}

function bothWays(before: readonly Policy[], after: readonly Policy[]): Verdict {
  return { more: judgement(diffPolicies(before, after)), less: judgement(diffPolicies(after, before)) };
}

function judgement({ newAccess, witness, because }: Judgement): Judgement {
  return { newAccess, witness, because };
}

function read(document: unknown, kind: PolicyKind): Policy {
  return parsePolicy(document, kind).policy;
}

/** What is on both sides. */
function pairs<T>(before: readonly T[], after: readonly T[], identity: (value: T) => string): [T, T][] {
  const old = new Map(before.map((value) => [identity(value), value]));
  return after.flatMap((is): [T, T][] => {
    const was = old.get(identity(is));
    return was === undefined ? [] : [[was, is]];
  });
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
