/**
 * What the policies of an organization keep back from whom. An account is bound by what is attached to itself, to the
 * units that it is in and to the root: a Deny of any of them is enough, while each of these levels has to allow.
 *
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
import { flatMap } from "../../../lib/flat-map.ts";
import { groupBy } from "../../../lib/group.ts";
import type { PolicyDiff } from "../../../lib/iam/diff.ts";
import { leavesOpen } from "../../../lib/iam/leaves-open.ts";
import { oncePer, oncePerList } from "../../../lib/iam/memo.ts";
import { type Policy, withStatements } from "../../../lib/iam/policy.ts";
import {
  attributeOf,
  isUnknown,
  newAccess,
  onlyDenies,
  type Resource,
  type ResourcePair,
  type Surroundings,
  type World,
} from "../../rule.ts";
import { DECLARATIVE } from "./declarative.ts";
import { type Loosened, loosened } from "./regions.ts";

export const POLICY = "aws_organizations_policy";
export const ATTACHMENT = "aws_organizations_policy_attachment";
const units = ["aws_organizations_organizational_unit", "aws_organizations_account"];

/** Types of organization policies that forbid; the others describe tags, backups and the like. */
export const guardrails: ReadonlySet<string> = new Set([
  "SERVICE_CONTROL_POLICY",
  "RESOURCE_CONTROL_POLICY",
  DECLARATIVE,
]);

/** AWS attaches these to everything, and they allow everything: without them less is allowed. */
export const allowAll: ReadonlySet<unknown> = new Set(["p-FullAWSAccess", "p-RCPFullAWSAccess"]);

/** What kind of policy it is; AWS's own word. */
export const typeOf = (policy: Resource) => String(attributeOf(policy, "type") ?? "SERVICE_CONTROL_POLICY");

/** An organization policy, on one side of the change. */
interface Guardrail {
  type: string;
  content: unknown;
  /** As far as it can be read; `null` where it cannot. */
  document: Policy | null;
  /** Part of it is not known yet. */
  pending: boolean;
}

/** The organization as far as the plan shows it, on one side: resources by id, or by address where that is not known yet. */
interface Side {
  policies: ReadonlyMap<string, Guardrail>;
  /** What is attached to a root, a unit or an account. */
  attached: ReadonlyMap<string, readonly string[]>;
  parents: ReadonlyMap<string, string>;
}

interface Organization {
  before: Side;
  after: Side;
  /** What its units and accounts are called after the change, where they are replaced. */
  renamed: ReadonlyMap<string, string>;
  /** What people call policies, units and accounts, where the plan shows it. */
  names: ReadonlyMap<string, string>;
  /** Units and accounts that are given up. */
  closed: ReadonlySet<string>;
  /** The one root, where all that the plan names is below it. */
  root: string | null;
  /** Where policies will be attached that the plan does not tell yet; `null`: it does not tell the place either. */
  waiting: ReadonlySet<string | null>;
}

/** What is not kept back any more. */
export interface Loss {
  /** `null`: what the policy says is not known, so that all of it counts as lost. */
  diff: Loosened | null;
  /** What will be attached in its place is not known yet. */
  unsure: boolean;
}

/** What a resource is called by others. */
export function nameOf(resource: Resource): string {
  const id = attributeOf(resource, "id");
  return typeof id === "string" ? id : resource.address;
}

/** What another resource is called that an attribute names; `null` where that is not known yet. */
export function namedBy(resource: Resource, attribute: string): string | null {
  const value = attributeOf(resource, attribute);
  return typeof value === "string" ? value : (resource.names?.[attribute] ?? null);
}

/** Gives a policy, a unit or an account as a message names it: by its name, with the id behind it. */
export function said(id: string, around: Surroundings): string {
  const name = organization(around).names.get(id);
  return name === undefined ? id : `${name} (${id})`;
}

/** Whether AWS keeps what Terraform lets go of. */
export const isKept = ({ before, after }: ResourcePair): boolean =>
  after === null && before !== null && attributeOf(before, "skip_destroy") === true;

/** Gives the roots, units and accounts that a policy was attached to; those that are given up do not count. */
export function targetsOf(policy: string, around: Surroundings): readonly string[] {
  const { before, closed } = organization(around);
  return [...before.attached.keys()].filter(
    (target) => !closed.has(target) && before.attached.get(target)?.includes(policy),
  );
}

/** Whether a policy binds a target after the change, attached to it or above it. */
export function binds(policy: string, target: string, around: Surroundings): boolean {
  const whole = organization(around);
  return pathOf(target, whole).some((unit) => whole.after.attached.get(unit)?.includes(policy));
}

/** Gives the Denies of the resource control policies that bind every account after the change, the management account left out. */
export function controlsOfAll(around: Surroundings): readonly Policy[] {
  const { after, root } = organization(around);
  const names = root === null ? [] : (after.attached.get(root) ?? []);
  return flatMap(names, (name) => {
    const { type, document, pending } = after.policies.get(name) ?? {};
    return type === "RESOURCE_CONTROL_POLICY" && document && !pending ? [ceiling(document)] : [];
  });
}

/** Gives the policies that were attached to a target before. */
export function attachedTo(target: string, around: Surroundings): readonly string[] {
  return organization(around).before.attached.get(target) ?? [];
}

/** Gives the policies that bound a target from above before: those of its units and of the root, as far as the plan tells. */
export function boundFromAbove(target: string, around: Surroundings): readonly string[] {
  const { before, root } = organization(around);
  return flatMap(above([target], before, root).slice(1), (unit) => before.attached.get(unit) ?? []);
}

/**
 * Gives what a policy kept back from a target, and what binds it after the change does not; `null` when nothing is lost.
 * @param policy one that bound the target before
 */
export function lossOf(policy: string, target: string, around: Surroundings, world: World): Loss | null {
  const whole = organization(around);
  const { before, after, closed, waiting } = whole;
  if (closed.has(target)) return null;
  const was = before.policies.get(policy);
  const document = was?.document ?? null;
  const isList = document !== null && hasAllows(document) && !isOpen(before.attached.get(target));

  const path = pathOf(target, whole);
  const bound = path.map((unit) => after.attached.get(unit) ?? []);
  const guards = bound.map((names) => flatMap(names, (name) => after.policies.get(name) ?? []));
  const isAlike = ({ type, content }: Guardrail) => type === was?.type && content === was.content;
  const isBound = was ? guards.flat().some(isAlike) : bound.flat().includes(policy);
  if (isBound && !(isList && isOpen(bound[0]))) return null;

  const meant = guards.map((those) => those.filter(({ type }) => type === was?.type));
  const unsure =
    meant.flat().some(({ pending }) => pending) || waiting.has(null) || path.some((unit) => waiting.has(unit));
  if (!document) return { diff: null, unsure };
  const levels = meant.map((those, i) => ({
    policies: flatMap(those, ({ document }) => document ?? []),
    isOpen: isOpen(bound[i]),
  }));
  const diff = isList
    ? beyondList(document, levels, world)
    : beyondDenies(world)([document, ...flatMap(levels, ({ policies }) => policies)]);
  return diff.newAccess === false ? null : { diff, unsure };
}

interface Level {
  policies: readonly Policy[];
  /** A policy that allows everything is attached there. */
  isOpen: boolean;
}

const isOpen = (policies: readonly string[] = []) => policies.some((name) => allowAll.has(name));
const hasAllows = ({ statements }: Policy) => statements.some(({ effect }) => effect === "Allow");
const ceiling = (policy: Policy) => leavesOpen(onlyDenies(policy));
const nothing = (policy: Policy): Policy => leavesOpen(withStatements(policy, []));

/**
 * What the first of these policies denies, and none of the others. What others allow does not count: beside it, everything
 * may be allowed outside of the plan. The same is asked of many accounts.
 */
const beyondDenies = oncePer((world: World) =>
  oncePerList(([was, ...others]: readonly Policy[]) =>
    loosened(was ? [was] : [], others, (was, now, within) =>
      newAccess(was.map(ceiling), [...was.map(nothing), ...now.map(ceiling)], world, within),
    ),
  ),
);

/** What is not in the list is kept back as long as nothing beside it allows everything. */
function beyondList(was: Policy, levels: readonly Level[], world: World): PolicyDiff {
  const [own = [nothing(was)], ...above] = levels.map(({ policies, isOpen }) =>
    !isOpen && policies.some(hasAllows) ? policies : [nothing(was), ...policies.map(ceiling)],
  );
  return newAccess([was], own, world, above);
}

const known = new WeakMap<Surroundings, Organization>();

function organization(around: Surroundings): Organization {
  let found = known.get(around);
  if (!found) {
    found = readOrganization(around);
    known.set(around, found);
  }
  return found;
}

function readOrganization(around: Surroundings): Organization {
  const before = sideOf(around, "before", ({ before }) => before);
  const after = sideOf(around, "after", (pair) => (isKept(pair) ? pair.before : pair.after));
  const members = flatMap(units, (type) => around.ofType(type));
  const ids = flatMap([before, after], ({ attached, parents }) => [...attached.keys(), ...parents.values()]);
  const roots = new Set(flatMap(ids, (id) => rootOf(id) ?? []));
  const [root = null] = roots;
  return {
    before,
    after,
    renamed: new Map(
      flatMap(members, ({ before, after }) => (before && after ? [[nameOf(before), nameOf(after)] as const] : [])),
    ),
    names: new Map(
      flatMap([...members, ...around.ofType(POLICY)], ({ before, after }) =>
        flatMap([before, after], (it) => {
          const name = it && attributeOf(it, "name");
          return it && typeof name === "string" ? [[nameOf(it), name] as const] : [];
        }),
      ),
    ),
    closed: new Set(flatMap(members, ({ before, after }) => (before && !after ? nameOf(before) : []))),
    root: roots.size === 1 ? root : null,
    waiting: new Set(
      flatMap(around.ofType(ATTACHMENT), ({ before, after }) => {
        if (!after || after === before) return [];
        const target = namedBy(after, "target_id");
        return target === null || namedBy(after, "policy_id") === null ? [target] : [];
      }),
    ),
  };
}

function sideOf(around: Surroundings, name: "before" | "after", side: (pair: ResourcePair) => Resource | null): Side {
  const standing = (type: string) => flatMap(around.ofType(type), (pair) => side(pair) ?? []);
  const attachments = flatMap(standing(ATTACHMENT), (attachment) => {
    const [policy, target] = [namedBy(attachment, "policy_id"), namedBy(attachment, "target_id")];
    return policy !== null && target !== null ? [{ policy, target }] : [];
  });
  const byTarget = groupBy(attachments, ({ target }) => target);
  return {
    policies: new Map(
      flatMap(around.ofType(POLICY), (pair) => {
        const policy = side(pair);
        return policy
          ? [[nameOf(policy), guardrail(policy, policy === pair.before ? "before" : name, around)] as const]
          : [];
      }),
    ),
    attached: new Map([...byTarget].map(([target, those]) => [target, those.map(({ policy }) => policy)])),
    parents: new Map(
      flatMap(flatMap(units, standing), (unit) => {
        const parent = namedBy(unit, "parent_id");
        return parent === null ? [] : [[nameOf(unit), parent] as const];
      }),
    ),
  };
}

function guardrail(policy: Resource, side: "before" | "after", around: Surroundings): Guardrail {
  const subjects = flatMap(around.policiesAt(policy.address), (change) => change[side]);
  const isReadable = subjects.every(({ problems }) => problems.every(({ fatal }) => !fatal));
  return {
    type: typeOf(policy),
    content: attributeOf(policy, "content"),
    document: (isReadable && subjects[0]?.policy) || null,
    pending: isUnknown(policy, "content"),
  };
}

/** The target after the change and what stands above it, as far as it is known. */
function pathOf(target: string, { after, renamed, root }: Organization): readonly string[] {
  return above([renamed.get(target) ?? target], after, root);
}

/** The beginning of a path with what stands above it on one side. */
function above(path: string[], { parents }: Side, root: string | null): readonly string[] {
  for (let next = parents.get(path[0] ?? ""); next !== undefined && !path.includes(next); ) {
    path.push(next);
    next = parents.get(next);
  }
  const top = rootOf(path.at(-1) ?? "") ?? root;
  return top === null || path.includes(top) ? path : [...path, top];
}

/** The id of a unit holds that of its root. */
function rootOf(id: string): string | null {
  const root = /^(?:r|ou)-([0-9a-z]{4,32})(?:-[0-9a-z]{8,32})?$/.exec(id)?.[1];
  return root === undefined ? null : `r-${root}`;
}
