/** Both sides of every principal: holders and policies tied together, and what did not change shared by both sides. */
import { flatMap } from "../lib/flat-map.ts";
import { among } from "../lib/iam/actions.ts";
import { diffPolicies } from "../lib/iam/diff.ts";
import { changingActions, grantingActions } from "../lib/iam/escalation.ts";
import type { Condition } from "../lib/iam/policy.ts";
import type { PendingPolicy } from "./extract.ts";
import type { PolicyChange, Principal, PrincipalChange, Subject, Target } from "./model.ts";

export interface Assembly {
  /** Those of the extraction, each with its holders, and those that are attached by ARN. */
  policies: readonly PolicyChange[];
  principals: readonly PrincipalChange[];
  /** Attachments of which the plan does not say yet what they attach. */
  unknown: readonly PendingPolicy[];
}

/** A principal while its parts are gathered. */
export interface Draft extends Omit<Principal, "policies" | "peers"> {
  policies: Subject[];
  unknown: string[];
  runs: Target[];
  attached: Target[];
}

/** All of one side of the change. */
export interface Side {
  /** By what makes a principal the same on the other side. */
  drafts: ReadonlyMap<string, Draft>;
  /** Attachments of AWS managed policies, with the place as the table names it. */
  managed: readonly { place: string; subject: Subject }[];
  /** Policies that some principal has as its boundary. */
  boundaries: ReadonlySet<Subject>;
}

export function finish(policies: readonly PolicyChange[], before: Side, after: Side): Omit<Assembly, "unknown"> {
  const old = tie(before, null);
  const fresh = tie(after, { side: before, tied: old });
  const linked: PolicyChange[] = [...policies, ...managedChanges(before, after)].map((change) => {
    const left = mapped(change.before, old.subjects);
    const right =
      change.after === change.before ? mapped(change.before, fresh.subjects) : mapped(change.after, fresh.subjects);
    if (left === change.before && right === change.after) return change;
    return { ...change, before: left, after: sameItems(left, right) || isRetired(left, right) ? left : right };
  });
  const keys = [...new Set([...before.drafts.keys(), ...after.drafts.keys()])];
  const principals = flatMap(keys, (key): PrincipalChange[] => {
    const left = old.principals.get(key) ?? null;
    const right = fresh.principals.get(key) ?? null;
    const one = right ?? left;
    return one ? [{ address: one.address, resourceType: one.resourceType, before: left, after: right }] : [];
  });
  const lone = flatMap(linked, (change) => alone(change, { before: old.peers, after: fresh.peers }));
  return { policies: linked, principals: [...principals, ...lone] };
}

/** Nobody has it as a boundary any more, nor as anything else, and it says no more than it did: it brings nobody anything. */
function isRetired(before: readonly Subject[], after: readonly Subject[]): boolean {
  const policiesOf = (subjects: readonly Subject[]) => subjects.map(({ policy }) => policy);
  return (
    before.length > 0 &&
    after.length > 0 &&
    before.every(({ limits }) => limits) &&
    after.every(({ limits, holders }) => !limits && holders.length === 0) &&
    diffPolicies(policiesOf(before), policiesOf(after)).newAccess === false
  );
}

const isPermission = ({ before, after }: PolicyChange) => before.every(isOfIdentity) && after.every(isOfIdentity);
const isOfIdentity = ({ policy, managed }: Subject) => policy.kind === "identity" && managed === null;

const nobody: readonly Principal[] = [];

/**
 * Gives an identity policy that is attached to nobody as whoever will have it; nothing for any other.
 * @param peers the principals of the plan
 */
export function alone(
  change: PolicyChange,
  peers: { before: readonly Principal[]; after: readonly Principal[] } = { before: nobody, after: nobody },
): readonly PrincipalChange[] {
  if (!isPermission(change)) return [];
  const { address, resourceType, before, after } = change;
  const side = (subjects: readonly Subject[], peers: readonly Principal[]): Principal | null => {
    const policies = subjects.filter(({ limits, holders }) => !limits && holders.length === 0);
    if (policies.length === 0) return null;
    const account = policies[0]?.account ?? null;
    return {
      kind: "policy",
      address,
      resourceType,
      name: address,
      arn: "*",
      account,
      policies,
      boundary: null,
      boundaryUnknown: false,
      trust: null,
      unknown: [],
      runs: [],
      attached: [],
      peers,
    };
  };
  const left = side(before, peers.before);
  const right = after === before && peers.after === peers.before ? left : side(after, peers.after);
  return left || right ? [{ address, resourceType, before: left, after: right }] : [];
}

/** Principals and policies of one side that know each other. */
interface Tied {
  principals: ReadonlyMap<string, Principal>;
  /** The policy with its holders, by the one that was extracted. */
  subjects: ReadonlyMap<Subject, Subject>;
  /** The same list on both sides when no principal changed. */
  peers: readonly Principal[];
}

/** While it is made, the one place where something changes: principals and policies refer to each other. */
interface Open<T> {
  value: T;
  holders: Principal[];
}

function tie({ drafts, boundaries }: Side, other: { side: Side; tied: Tied } | null): Tied {
  const holders = new Map<Subject, string[]>();
  for (const [key, { policies }] of drafts) {
    for (const subject of policies) {
      const keys = holders.get(subject);
      if (keys) keys.push(key);
      else holders.set(subject, [key]);
    }
  }
  const othersChanged = other !== null && haveChanged(other.side.drafts, drafts);
  const kept = new Map<string, Principal>();
  for (const [key, draft] of drafts) {
    const earlier = other?.side.drafts.get(key);
    const principal = other?.tied.principals.get(key);
    const same = earlier !== undefined && isSame(earlier, draft) && !(othersChanged && reachesOthers(draft));
    if (principal && same) kept.set(key, principal);
  }

  const open = new Map<Subject, Open<Subject>>();
  const subjects = new Map<Subject, Subject>();
  for (const [subject, keys] of holders) {
    const earlier = other?.tied.subjects.get(subject);
    const same =
      earlier?.holders.length === keys.length && keys.every((key, i) => kept.get(key) === earlier.holders[i]);
    if (earlier && same) {
      subjects.set(subject, earlier);
      continue;
    }
    const list: Principal[] = [];
    const value: Subject = { ...subject, holders: list };
    open.set(subject, { value, holders: list });
    subjects.set(subject, value);
  }
  // a policy that is only somebody's boundary grants nothing
  for (const subject of boundaries) {
    if (holders.has(subject)) continue;
    const earlier = other?.tied.subjects.get(subject);
    subjects.set(subject, earlier?.limits ? earlier : { ...subject, limits: true });
  }

  const list: Principal[] = [];
  const peers = other && !othersChanged ? other.tied.peers : list;
  const principals = new Map<string, Principal>();
  for (const [key, draft] of drafts) {
    const policies = draft.policies.map((subject) => subjects.get(subject) ?? subject);
    const principal = kept.get(key) ?? { ...draft, policies, peers };
    principals.set(key, principal);
    list.push(principal);
    for (const subject of draft.policies) open.get(subject)?.holders.push(principal);
  }
  return { principals, subjects, peers };
}

function isSame(one: Draft, other: Draft): boolean {
  return (
    sameItems(one.policies, other.policies) &&
    one.boundary === other.boundary &&
    one.boundaryUnknown === other.boundaryUnknown &&
    one.trust === other.trust &&
    one.arn === other.arn &&
    sameFacts(one.facts, other.facts) &&
    sameItems(one.unknown, other.unknown) &&
    sameItems(one.runs, other.runs) &&
    sameItems(one.attached, other.attached)
  );
}

/** By what they say: there may be too many to be the same objects on both sides. */
function sameFacts(some: readonly Condition[] = [], others: readonly Condition[] = []): boolean {
  const isSame = (one: Condition, other: Condition) =>
    one === other || (one.keyId === other.keyId && sameItems(one.values, other.values));
  return some.length === others.length && some.every((one, i) => isSame(one, others[i]!));
}

/** Whether some principal is not what it was: what others can do by way of it may have changed as well. */
function haveChanged(before: Side["drafts"], after: Side["drafts"]): boolean {
  if (before.size !== after.size) return true;
  return [...after].some(([key, draft]) => {
    const earlier = before.get(key);
    return earlier === undefined || !isSame(earlier, draft);
  });
}

const byWayOfOthers = among(["iam:PassRole", "sts:AssumeRole", ...grantingActions, ...changingActions]);

const reachesOthers = ({ policies }: Draft) => byWayOfOthers(policies.map(({ policy }) => policy)).size > 0;

function managedChanges(before: Side, after: Side): readonly PolicyChange[] {
  const changes = new Map<string, { place: string; before: Subject[]; after: Subject[] }>();
  for (const name of ["before", "after"] as const) {
    for (const { place, subject } of (name === "before" ? before : after).managed) {
      const id = `${subject.address}\n${place}`;
      const change = changes.get(id) ?? { place, before: [], after: [] };
      if (!change[name].includes(subject)) change[name].push(subject);
      changes.set(id, change);
    }
  }
  return flatMap([...changes.values()], ({ place, before, after }) => {
    const one = after[0] ?? before[0];
    if (!one) return [];
    const { address, resourceType } = one;
    return [{ address, resourceType, place, before, after: sameItems(before, after) ? before : after, pending: false }];
  });
}

function mapped(subjects: readonly Subject[], linked: ReadonlyMap<Subject, Subject>): readonly Subject[] {
  return linked.size > 0 && subjects.some((subject) => linked.has(subject))
    ? subjects.map((one) => linked.get(one) ?? one)
    : subjects;
}

function sameItems(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one === other || (one.length === other.length && one.every((item, i) => item === other[i]));
}
