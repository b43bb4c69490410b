/** One rule on one thing of the plan -> findings, and what the change does to each of them. */
import type { Change, Finding } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { normalForm } from "../lib/iam/normal-form.ts";
import type { PolicyKind } from "../lib/iam/policy.ts";
import { around } from "./around.ts";
import { compareSightings, identity, type Place, type Sighting } from "./compare.ts";
import type { PendingPolicy } from "./extract.ts";
import { fingerprint } from "./fingerprint.ts";
import type { PolicyChange, Principal, PrincipalChange, Resource, ResourcePair, Subject } from "./model.ts";
import type { Check, Rule, Violation } from "./rule.ts";
import type { SuppressionUse } from "./suppress.ts";
import type { World } from "./world.ts";

/** Everything of a plan that rules look at. */
export interface Material {
  /** The plan's file name. */
  plan: string;
  policies: readonly PolicyChange[];
  principals: readonly PrincipalChange[];
  resources: readonly ResourcePair[];
  unknown: readonly PendingPolicy[];
  suppressions?: readonly SuppressionUse[];
}

type Judged = Omit<Finding, "plan">;

/**
 * Policies that all rules judge before they go on to the next ones: what one rule has worked out about a policy is
 * still at hand when the next asks.
 */
const BATCH = 32;

/** Gives what the rules say of all of a plan. */
export function judgeBy(rules: readonly Rule[], material: Material, world: World): readonly Finding[] {
  const isAboutPolicies = ({ on }: Rule) => on === "policy" || on === "policy change";
  const ofPolicies = rules.filter(isAboutPolicies);
  const findings = flatMap(
    rules.filter((rule) => !isAboutPolicies(rule)),
    (rule) => judge(rule, material, world),
  );
  for (let at = 0; at < material.policies.length; at += BATCH) {
    const batch = material.policies.slice(at, at + BATCH);
    const ofKinds = new Map<string, Material>();
    for (const rule of ofPolicies) {
      // most rules look at one kind of policies: the others are not gone through for each of them
      const kinds = "kinds" in rule ? rule.kinds : [];
      const id = kinds.join();
      let part = ofKinds.get(id);
      if (!part) {
        part = { ...material, policies: batch.filter((change) => isOneOf(kinds, change)) };
        ofKinds.set(id, part);
      }
      findings.push(...judge(rule, part, world));
    }
  }
  return findings;
}

const isOneOf = (kinds: readonly PolicyKind[], { before, after }: PolicyChange) =>
  before.some(({ policy }) => kinds.includes(policy.kind)) || after.some(({ policy }) => kinds.includes(policy.kind));

/** Gives what a rule says of all of a plan. */
export function judge(rule: Rule, material: Material, world: World): readonly Finding[] {
  return judgeAll(rule, material, world).map((judged) => ({ ...judged, plan: material.plan }));
}

function judgeAll(rule: Rule, material: Material, world: World): readonly Judged[] {
  switch (rule.on) {
    case "policy":
      return flatMap(material.policies, (change) => judgePolicy(rule, change, world));
    case "principal":
      return judgePrincipals(rule, material.principals, world);
    case "resource":
      return flatMap(
        material.resources.filter(({ type }) => rule.types.includes(type)),
        (change) => judgeResource(rule, change, world),
      );
    case "policy change":
      return flatMap(
        material.policies.filter(
          ({ before, after }) => before !== after && seesAll(rule, before) && seesAll(rule, after),
        ),
        (change) => introduced(rule, placeOf(change), rule.check(change, world)),
      );
    case "change":
      return flatMap(
        material.resources.filter(({ type, before, after }) => rule.types.includes(type) && before !== after),
        (change) => introduced(rule, resourcePlace(change), rule.check(change, around(material), world)),
      );
    case "unknown":
      return flatMap(material.unknown, (policy) => introduced(rule, policy, rule.check(policy)));
    case "suppression":
      return flatMap(material.suppressions ?? [], (use) =>
        introduced(rule, { ...use, attribute: "" }, rule.check(use)).map((judged) => ({
          ...judged,
          location: use.location,
        })),
      );
  }
}

type Of<On extends Check["on"]> = Rule & Extract<Check, { on: On }>;

const placeOf = ({ address, resourceType, place }: PolicyChange): Place => ({
  address,
  resourceType,
  attribute: place,
});
const resourcePlace = ({ address, type }: ResourcePair): Place => ({ address, resourceType: type, attribute: "" });

/** Whether a rule looks at a policy that only takes away, or that AWS manages. */
function sees(rule: Of<"policy"> | Of<"policy change">, { policy, limits, managed }: Subject): boolean {
  const also: readonly string[] = rule.also ?? [];
  return (
    rule.kinds.includes(policy.kind) &&
    (!limits || also.includes("limits")) &&
    (managed === null || also.includes("managed"))
  );
}

const seesAll = (rule: Of<"policy change">, subjects: readonly Subject[]) =>
  subjects.every((subject) => sees(rule, subject));

function judgePolicy(rule: Of<"policy">, change: PolicyChange, world: World): readonly Judged[] {
  const sight = (subjects: readonly Subject[]) => {
    const sightings: Sighting[] = [];
    for (const subject of subjects) {
      if (!sees(rule, subject)) continue;
      for (const violation of rule.check(subject, world)) {
        sightings.push(sightingIn(rule, subject, change.place, violation));
      }
    }
    return sightings;
  };
  const stood = ({ subject }: Sighting) =>
    change.retargeted !== true &&
    change.before.some(({ policy }) => policy.statements.some((statement) => normalForm(statement) === subject));
  const before = change.retargeted ? [] : change.before;
  return compare(rule, sight, before, change.after, change.pending, stood);
}

/** A policy in several hands is compared once: its finding has one place, and gets worse when one more holder gets it. */
function judgePrincipals(rule: Of<"principal">, changes: readonly PrincipalChange[], world: World): readonly Judged[] {
  const sight = (principal: Principal): readonly Sighting[] =>
    rule.check(principal, world).map((violation) => {
      if (violation.subject) return sightingIn(rule, violation.subject, violation.subject.attribute, violation);
      const { address, resourceType } = principal;
      return plain(rule, { address, resourceType, attribute: "" }, violation);
    });
  const places = new Map<string, { before: Sighting[]; after: Sighting[]; pending: boolean }>();
  for (const { before, after } of changes) {
    const left = before ? sight(before) : [];
    const right = after === before ? left : after ? sight(after) : [];
    const pending = after?.unknown.some((reason) => !before?.unknown.includes(reason)) ?? false;
    for (const [side, sightings] of [
      ["before", left],
      ["after", right],
    ] as const) {
      for (const sighting of sightings) {
        const place = places.get(sighting.place.address) ?? { before: [], after: [], pending: false };
        places.set(sighting.place.address, place);
        place[side].push(sighting);
        place.pending ||= pending;
      }
    }
  }
  return flatMap([...places.values()], ({ before, after, pending }) =>
    compare(rule, (side: readonly Sighting[]) => side, before, after, pending),
  );
}

function judgeResource(rule: Of<"resource">, change: ResourcePair, world: World): readonly Judged[] {
  const { before, after } = change;
  const sight = (resource: Resource | null) => {
    const left = before !== null && resource === null;
    const violations = left ? rule.deleted?.(before, world) : resource && rule.check(resource, world);
    return (violations ?? []).map((violation) => plain(rule, resourcePlace(change), violation));
  };
  return compare(rule, sight, before, after, false);
}

/** What a rule says of both sides at once is what the change brings. */
function introduced(rule: Rule, { address, resourceType, attribute }: Place, violations: readonly Violation[]) {
  return violations.map((violation) =>
    findingOf(rule, "introduced", plain(rule, { address, resourceType, attribute }, violation)),
  );
}

function sightingIn(rule: Rule, subject: Subject, name: string, violation: Violation): Sighting {
  const { address, resourceType, attribute, policy } = subject;
  const statement = policy.statements.find(({ index }) => index === violation.statement?.index);
  return {
    place: { address, resourceType, attribute },
    name,
    subject: statement ? normalForm(statement) : subjectOf(violation),
    severity: violation.severity ?? rule.severity,
    violation,
    blame: statement ? { policy, statement } : null,
    holders: subject.holders,
  };
}

function plain(rule: Rule, place: Place, violation: Violation): Sighting {
  const severity = violation.severity ?? rule.severity;
  return { place, name: place.attribute, subject: subjectOf(violation), severity, violation, blame: null, holders: [] };
}

function subjectOf({ about, measure, message }: Violation): string {
  return about === undefined && measure === undefined ? message : JSON.stringify([about ?? "", measure ?? 0]);
}

/**
 * What the rule says of both sides, and what the change does to each of it; what is said twice is said once.
 * @param stood whether the statement stood before as well, so that what is wrong with it now comes from around it
 */
function compare<T>(
  rule: Rule,
  sight: (side: T) => readonly Sighting[],
  sideBefore: T,
  sideAfter: T,
  pending: boolean,
  stood: (sighting: Sighting) => boolean = () => false,
): readonly Judged[] {
  const before = distinct(sight(sideBefore));
  const after = sideAfter === sideBefore ? before : distinct(sight(sideAfter));
  if (before.length + after.length === 0) return NOTHING;
  const { standing, fixed } = compareSightings(before, after);
  return [
    ...standing.map(({ sighting, change, reaches }) => {
      const isSame = (other: Sighting) => identity(other) === identity(sighting);
      const fromAround = change === "worsened" ? before.some(isSame) : change === "introduced" && stood(sighting);
      const finding = findingOf(rule, change, fromAround ? widerAround(sighting) : sighting);
      return reaches ? { ...finding, message: `${finding.message}; ${reaches.address} gets this as well` } : finding;
    }),
    ...(pending ? [] : fixed.map((sighting) => findingOf(rule, "fixed", sighting))),
  ];
}

/** What was decided about a statement is not decided about what a change opens around it: its boundary, its shield. */
const widerAround = (sighting: Sighting): Sighting => ({
  ...sighting,
  subject: `${sighting.subject}\nwider around it`,
});

const NOTHING: readonly never[] = [];

function distinct(sightings: readonly Sighting[]): readonly Sighting[] {
  if (sightings.length < 2) return sightings;
  const seen = new Set<string>();
  return sightings.filter((sighting) => {
    const id = identity(sighting);
    return !seen.has(id) && seen.add(id);
  });
}

function findingOf(rule: Rule, change: Change, { place, name, subject, severity, violation }: Sighting): Judged {
  return {
    fingerprint: fingerprint(rule.id, place.address, name, subject),
    rule: rule.id,
    severity,
    confidence: violation.confidence ?? "high",
    change,
    address: place.address,
    resourceType: place.resourceType,
    attribute: place.attribute,
    statement: violation.statement,
    message: violation.message,
    witness: violation.witness ?? null,
    remediation: violation.remediation ?? rule.fix,
    location: null,
    suppressed: null,
  };
}
