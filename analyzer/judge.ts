/** One rule on one thing of the plan -> findings, and what the change does to each of them. */
import { type Change, type Finding, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { keepsNothingBack } from "../lib/iam/administrator.ts";
import { oncePer, oncePerText } from "../lib/iam/memo.ts";
import { normalForm } from "../lib/iam/normal-form.ts";
import { type Patterns, type Policy, type Statement, withStatements } from "../lib/iam/policy.ts";
import { around } from "./around.ts";
import { isPrincipalType } from "./attachments.ts";
import { compareSightings, type Earlier, identity, type Place, type Sighting } from "./compare.ts";
import type { PendingPolicy } from "./extract.ts";
import { fingerprint } from "./fingerprint.ts";
import type { PolicyChange, Principal, PrincipalChange, Resource, ResourcePair, Subject } from "./model.ts";
import { settleMoves, type Told } from "./moves.ts";
import { noSurer, withoutPresumed } from "./presumed.ts";
import { saysOfChange, saysOfPolicy } from "./resource-controls.ts";
import type { Check, Rule, Violation } from "./rule.ts";
import { type Held, heldBy, heldOf, inNameOf } from "./shown-caller.ts";
import type { SuppressionUse } from "./suppress.ts";
import type { World } from "./world.ts";

/** Everything of a plan that rules look at. */
export interface Material {
  /** The plan's file name. */
  plan: string;
  policies: readonly PolicyChange[];
  /** What stood elsewhere before, and is told of there no more. */
  earlier?: readonly PolicyChange[];
  principals: readonly PrincipalChange[];
  resources: readonly ResourcePair[];
  unknown: readonly PendingPolicy[];
  suppressions?: readonly SuppressionUse[];
}

/** Gives what the rules say of all of a plan. */
export function judgeBy(rules: readonly Rule[], material: Material, world: World): readonly Finding[] {
  const told: Told[] = flatMap(
    rules.filter((rule) => !isAboutPolicies(rule)),
    (rule) => judge(rule, material, world),
  );
  const rulesFor = asked(rules.filter(isAboutPolicies), world);
  // one policy after the other: what a rule has worked out about it is still at hand when the next one asks
  for (const change of material.policies) {
    for (const rule of rulesFor(change)) {
      for (const one of judgePolicy(rule, change, material.plan, world)) told.push(one);
    }
  }
  const earlier = flatMap(material.earlier ?? NOTHING, (change) =>
    flatMap(rulesFor(change), (rule) => judgePolicy(rule, change, material.plan, world)),
  );
  return settleMoves(told, earlier, around(material));
}

type AboutPolicies = Of<"policy"> | Of<"policy change">;
const isAboutPolicies = (rule: Rule): rule is AboutPolicies => rule.on === "policy" || rule.on === "policy change";

/** Gives the look-up of the rules to ask about a policy: most look at one kind of policies, and at few actions. */
function asked(rules: Rules, world: World): (change: PolicyChange) => Rules {
  const concernedBy = (effect: Statement["effect"]) =>
    oncePer((actions: Patterns) => rules.filter((rule) => isChoosy(rule) && rule.concerns({ effect, actions }, world)));
  const by = { Allow: concernedBy("Allow"), Deny: concernedBy("Deny") };
  // policies are about few combinations of actions: each is put together once, and the list of rules as well
  const joined = oncePer((some: Rules) => oncePer((others: Rules) => union(some, others)));
  const wantedOf = oncePerText((kinds) => {
    const ofKinds = rules.filter((rule) => rule.kinds.some((kind) => kinds.includes(kind)));
    return oncePer((concerned: Rules): Rules => ofKinds.filter((rule) => !isChoosy(rule) || concerned.includes(rule)));
  });
  return ({ before, after }) => {
    let kinds = "";
    let concerned: Rules = NOTHING;
    for (const subjects of before === after ? [after] : [before, after]) {
      for (const { policy } of subjects) {
        if (!kinds.includes(policy.kind)) kinds += policy.kind;
        for (const { effect, actions } of policy.statements) {
          const others = by[effect](actions);
          if (others.length > 0 && others !== concerned) concerned = joined(concerned)(others);
        }
      }
    }
    return wantedOf(kinds)(concerned);
  };
}

type Rules = readonly AboutPolicies[];

function union(some: Rules, others: Rules): Rules {
  const more = others.filter((rule) => !some.includes(rule));
  return more.length > 0 ? [...some, ...more] : some;
}

type Choosy = Of<"policy"> & Required<Pick<Of<"policy">, "concerns">>;
const isChoosy = (rule: AboutPolicies): rule is Choosy => rule.on === "policy" && rule.concerns !== undefined;

/** Gives what a rule says of all of a plan but its policies. */
function judge(rule: Rule, material: Material, world: World): readonly Told[] {
  const { plan } = material;
  switch (rule.on) {
    case "policy":
    case "policy change":
      return NOTHING;
    case "principal":
      return judgePrincipals(rule, material.principals, plan, world);
    case "resource":
      return flatMap(ofTypes(rule.types, material), (change) => judgeResource(rule, change, plan, world));
    case "change":
      return flatMap(ofTypes(rule.types, material), (change) =>
        change.before === change.after
          ? NOTHING
          : introduced(rule, resourcePlace(change), plan, rule.check(change, around(material), world)),
      );
    case "unknown":
      return flatMap(material.unknown, (policy) => introduced(rule, policy, plan, rule.check(policy)));
    case "suppression":
      return flatMap(material.suppressions ?? [], (use) =>
        introduced(rule, { ...use, attribute: "" }, plan, rule.check(use)).map(({ finding }) =>
          inPlace({ ...finding, location: use.location }),
        ),
      );
  }
}

const ofTypes = (types: readonly string[], material: Material): readonly ResourcePair[] =>
  flatMap(types, (type) => around(material).ofType(type));

type Of<On extends Check["on"]> = Rule & Extract<Check, { on: On }>;

const placeOf = ({ address, resourceType, place }: PolicyChange): Place => ({
  address,
  resourceType,
  attribute: place,
});
const resourcePlace = ({ address, type }: ResourcePair): Place => ({ address, resourceType: type, attribute: "" });

/** Whether a rule looks at a policy that only takes away, or that AWS manages. */
function sees(rule: AboutPolicies, { policy, limits, managed }: Subject): boolean {
  return (
    rule.kinds.includes(policy.kind) &&
    (!limits || rule.also?.includes("limits") === true) &&
    (managed === null || rule.also?.includes("managed") === true)
  );
}

function judgePolicy(rule: AboutPolicies, change: PolicyChange, plan: string, world: World): readonly Told[] {
  const { after, pending, retargeted } = change;
  if (rule.on === "policy change") {
    const isSeen = (subject: Subject) => sees(rule, subject);
    const isJudged = change.before !== after && change.before.every(isSeen) && after.every(isSeen);
    if (!isJudged) return NOTHING;
    const [subject = change.before[0]] = after;
    const held = subject ? heldOf(subject, world) : null;
    return introduced(rule, placeOf(change), plan, noSurer(saysOfChange(rule, change, world), after), held);
  }
  const before = retargeted ? NOTHING : change.before;
  const left = inPolicies(rule, before, change.place, world);
  const right = after === before ? left : inPolicies(rule, after, change.place, world);
  if (left.length + right.length === 0) return NOTHING;
  const stood = ({ subject }: Sighting) =>
    before.some(({ policy }) => policy.statements.some((statement) => normalForm(statement) === subject));
  const unlimited = (subjects: readonly Subject[]) =>
    rule.aboutWords ? NOTHING : subjects.filter(isUnlimited).map(({ policy }) => policy);
  const says = (sighting: Sighting, statement: Statement) => {
    const subject = after.find(({ policy }) => policy === sighting.blame?.policy);
    const violations = subject ? saysOfPolicy(rule, withStatement(subject, statement), world) : NOTHING;
    return violations.find((violation) => isAt(violation, statement));
  };
  return compare(rule, plan, left, right, pending, {
    ...{ stood, was: unlimited(before), is: unlimited(after), words: rule.aboutWords === true, says },
  });
}

/** The policy with a statement in the place of another. */
const withStatement = (subject: Subject, statement: Statement): Subject => ({
  ...subject,
  policy: withStatements(
    subject.policy,
    subject.policy.statements.map((one) => (one.index === statement.index ? statement : one)),
  ),
});

const isAt = ({ statement }: Violation, { index }: Statement): boolean => statement?.index === index;

function inPolicies(rule: Of<"policy">, subjects: readonly Subject[], name: string, world: World): readonly Sighting[] {
  let found: Sighting[] | null = null;
  for (const subject of subjects) {
    if (!sees(rule, subject)) continue;
    const violations = noSurer(joined(rule, subject, saysOfPolicy(rule, subject, world)), [subject]);
    for (const violation of violations) {
      found ??= [];
      found.push(sightingIn(rule, subject, name, violation, heldOf(subject, world)));
    }
  }
  return found ?? NOTHING;
}

/** Nobody can edit a statement of what AWS wrote: the worst stands for all that a rule says of it. */
function joined(rule: Rule, subject: Subject | undefined, violations: readonly Violation[]): readonly Violation[] {
  if (!subject?.managed || violations.length < 2) return violations;
  const inOrder = [...violations].sort((one, other) => weightOf(rule, other) - weightOf(rule, one));
  const message = [...new Set(inOrder.map((violation) => violation.message))].join("; ");
  return [{ ...inOrder[0]!, message }];
}

const weightOf = (rule: Rule, { severity = rule.severity }: Violation): number => severities.indexOf(severity);

/** A policy in several hands is compared once: its finding has one place, and gets worse when one more holder gets it. */
function judgePrincipals(
  rule: Of<"principal">,
  changes: readonly PrincipalChange[],
  plan: string,
  world: World,
): readonly Told[] {
  const places = new Map<
    string,
    { before: Sighting[]; after: Sighting[]; pending: boolean; of: Set<PrincipalChange> }
  >();
  const add = (side: "before" | "after", sightings: readonly Sighting[], pending: boolean, of: PrincipalChange) => {
    for (const sighting of sightings) {
      const place = places.get(sighting.place.address) ?? { before: [], after: [], pending: false, of: new Set() };
      places.set(sighting.place.address, place);
      place[side].push(sighting);
      place.pending ||= pending;
      place.of.add(of);
    }
  };
  for (const change of changes) {
    const { before, after } = change;
    const left = before ? ofPrincipal(rule, before, world) : NOTHING;
    const right = after === before ? left : after ? ofPrincipal(rule, after, world) : NOTHING;
    if (left.length + right.length === 0) continue;
    const pending = after?.unknown.some((reason) => !before?.unknown.includes(reason)) ?? false;
    add("before", left, pending, change);
    add("after", right, pending, change);
  }
  return flatMap([...places.values()], ({ before, after, pending, of }) =>
    compare(rule, plan, before, after, pending, {
      was: of.size === 1 ? flatMap([...of], ({ before }) => allowedTo(before)) : NOTHING,
      is: of.size === 1 ? flatMap([...of], ({ after }) => allowedTo(after)) : NOTHING,
      says: (sighting, statement) =>
        flatMap([...of], (change) => saysOf(rule, change, sighting, statement, world) ?? [])[0],
    }),
  );
}

/** Gives what a rule says of the principal where a statement stands in the place of the one to blame. */
function saysOf(
  rule: Of<"principal">,
  { after }: PrincipalChange,
  { blame }: Sighting,
  statement: Statement,
  world: World,
): Violation | undefined {
  const subject = after?.policies.find(({ policy }) => policy === blame?.policy);
  if (!after || !subject) return undefined;
  const other = withStatement(subject, statement);
  const policies = after.policies.map((one) => (one === subject ? other : one));
  const violations = rule.check({ ...after, policies }, world);
  return violations.find((violation) => violation.subject === other && isAt(violation, statement));
}

/** What a principal has, where nothing keeps some of it back. */
const allowedTo = (principal: Principal | null): readonly Policy[] =>
  principal && isUnbound(principal) ? principal.policies.map(({ policy }) => policy) : NOTHING;

const isUnbound = ({ boundary, boundaryUnknown }: Principal) =>
  boundary === null ? !boundaryUnknown : keepsNothingBack(boundary);

/** Whether what the policy allows is allowed: nothing around it keeps some of it back. */
const isUnlimited = ({ limits, shield, holders }: Subject) =>
  !limits && (!shield || shield.effect === "published") && holders.every(isUnbound);

/** What is said only because of policies that are presumed counts for less; they keep nothing out. */
function ofPrincipal(rule: Of<"principal">, principal: Principal, world: World): readonly Sighting[] {
  const all = sightingsOf(rule, principal, world);
  const policies = withoutPresumed(principal.policies);
  if (policies === principal.policies) return all;
  const certain = sightingsOf(rule, { ...principal, policies }, world);
  const known = new Set(certain.map(identity));
  return [...certain, ...all.filter((sighting) => !known.has(identity(sighting)))];
}

function sightingsOf(rule: Of<"principal">, principal: Principal, world: World): readonly Sighting[] {
  const { address, resourceType, policies } = principal;
  const together = policies.map(({ policy }) => policy);
  const all = noSurer(rule.check(principal, world), policies);
  if (all.length === 0) return NOTHING;
  const held = heldBy(principal, world);
  const violations = flatMap([...new Set(all.map(({ subject }) => subject))], (subject) =>
    joined(
      rule,
      subject,
      all.filter((violation) => violation.subject === subject),
    ),
  );
  return violations.map((violation) => {
    const { subject } = violation;
    const sighting = subject
      ? sightingIn(rule, subject, subject.attribute, violation, held)
      : plain(rule, { address, resourceType, attribute: "" }, violation, held);
    return { ...sighting, together, isKeptBack: !isUnbound(principal) };
  });
}

function judgeResource(rule: Of<"resource">, change: ResourcePair, plan: string, world: World): readonly Told[] {
  const { before, after } = change;
  const sight = (resource: Resource | null) => {
    const left = before !== null && resource === null;
    const violations = left ? rule.deleted?.(before, world) : resource && rule.check(resource, world);
    return (violations ?? NOTHING).map((violation) => plain(rule, resourcePlace(change), violation));
  };
  const left = sight(before);
  return compare(rule, plan, left, after === before ? left : sight(after), false);
}

/** What a rule says of both sides at once is what the change brings. */
function introduced(
  rule: Rule,
  { address, resourceType, attribute }: Place,
  plan: string,
  violations: readonly Violation[],
  held: Held | null = null,
): readonly Told[] {
  return violations.map((violation) =>
    inPlace(findingOf(rule, plan, "introduced", plain(rule, { address, resourceType, attribute }, violation, held))),
  );
}

function sightingIn(rule: Rule, subject: Subject, name: string, violation: Violation, held: Held | null): Sighting {
  const { address, resourceType, attribute, policy } = subject;
  const statement = policy.statements.find(({ index }) => index === violation.statement?.index);
  return {
    place: { address, resourceType, attribute },
    name,
    subject: statement ? normalForm(statement) : subjectOf(violation),
    severity: violation.severity ?? rule.severity,
    violation,
    blame: statement ? { policy, statement } : null,
    together: [policy],
    isKeptBack: !isUnlimited(subject),
    holders: subject.holders,
    held,
  };
}

function plain(rule: Rule, place: Place, violation: Violation, held: Held | null = null): Sighting {
  const severity = violation.severity ?? rule.severity;
  return {
    place,
    name: place.attribute,
    subject: subjectOf(violation),
    severity,
    violation,
    blame: null,
    together: [],
    isKeptBack: false,
    holders: [],
    held,
  };
}

function subjectOf({ about, measure, message }: Violation): string {
  return about === undefined && measure === undefined ? message : JSON.stringify([about ?? "", measure ?? 0]);
}

/** What stood in the place before. */
interface Stood extends Partial<Earlier> {
  /** Whether the statement stood before as well, so that what is wrong with it now comes from around it. */
  stood?: (sighting: Sighting) => boolean;
}

/**
 * What the change does to each thing that the rule says of the two sides; what is said twice is said once.
 */
function compare(
  rule: Rule,
  plan: string,
  left: readonly Sighting[],
  right: readonly Sighting[],
  pending: boolean,
  { stood = () => false, was = NOTHING, is = NOTHING, words = false, says = () => undefined }: Stood = {},
): readonly Told[] {
  if (left.length + right.length === 0) return NOTHING;
  const before = distinct(left);
  const after = right === left ? before : distinct(right);
  const { standing, fixed, open } = compareSightings(before, after, { was, is, words, says });
  const gone = (sighting: Sighting): Told => ({ finding: findingOf(rule, plan, "fixed", sighting), sighting });
  return [
    ...standing.map(({ sighting, change, reaches }) => {
      const isSame = (other: Sighting) => identity(other) === identity(sighting);
      const fromAround = change === "worsened" ? before.some(isSame) : change === "introduced" && stood(sighting);
      const finding = findingOf(rule, plan, change, fromAround ? widerAround(sighting) : sighting);
      if (reaches) return inPlace({ ...finding, message: `${finding.message}; ${whoIs(reaches)} gets this as well` });
      return change !== "worsened" && !fromAround ? { finding, sighting } : inPlace(finding);
    }),
    ...(pending
      ? NOTHING
      : [...fixed.map(gone), ...open.map((sighting) => ({ ...gone(sighting), isOpen: true as const }))]),
  ];
}

/** By its address, or as the attachments name whoever stands elsewhere. */
const whoIs = ({ address, resourceType, kind, name }: Principal): string =>
  isPrincipalType(resourceType) || name === "" ? address : `the ${kind} ${name}`;

/** What says nothing of another address. */
const inPlace = (finding: Finding): Told => ({ finding, sighting: null });

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

function findingOf(
  rule: Rule,
  plan: string,
  change: Change,
  { place, name, subject, severity, violation, held }: Sighting,
): Finding {
  const { message, witness = null } = inNameOf(held, violation);
  return {
    fingerprint: fingerprint(rule.id, place.address, name, subject),
    rule: rule.id,
    severity,
    confidence: violation.confidence ?? "high",
    change,
    plan,
    address: place.address,
    resourceType: place.resourceType,
    attribute: place.attribute,
    statement: violation.statement,
    message,
    witness,
    remediation: violation.remediation ?? rule.fix,
    location: null,
    suppressed: null,
  };
}
