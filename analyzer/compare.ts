/** What a change does to what a rule says: the same question asked of both sides, and the answers compared. */
import { type Change, type Severity, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { additions } from "../lib/iam/additions.ts";
import { diffPolicies } from "../lib/iam/diff.ts";
import { leavesOpen } from "../lib/iam/leaves-open.ts";
import { oncePer } from "../lib/iam/memo.ts";
import { normalForm } from "../lib/iam/normal-form.ts";
import { deniesOf, type Policy, type Statement, withStatements } from "../lib/iam/policy.ts";
import { perAllow } from "../lib/iam/questions.ts";
import { isPrincipalType } from "./attachments.ts";
import { onlyRotates } from "./external-ids.ts";
import type { Principal } from "./model.ts";
import type { Violation } from "./rule.ts";
import type { Held } from "./shown-caller.ts";

/** Where a finding is reported. */
export interface Place {
  address: string;
  resourceType: string;
  attribute: string;
}

/** A violation on one side of the change, with what makes it the same on the other side. */
export interface Sighting {
  place: Place;
  /** Stable name of the place, without the index of a block. */
  name: string;
  /** What the finding is about: equal on both sides when nothing changed. */
  subject: string;
  severity: Severity;
  violation: Violation;
  /** The policy and the statement to blame, when there is one. */
  blame: { policy: Policy; statement: Statement } | null;
  /** All that it was said of: the policy, or those of the principal. */
  together: readonly Policy[];
  /** Something around keeps some of it back: a boundary, a shield. */
  isKeptBack: boolean;
  /** Who has the policy. */
  holders: readonly Principal[];
  /** In whose hands it is, for the example that is shown. */
  held: Held | null;
}

export interface Comparison {
  /** What stands after the change, in the order of `after`; `reaches`: who gets what stood there already. */
  standing: readonly { sighting: Sighting; change: Exclude<Change, "fixed">; reaches: Principal | null }[];
  /** What stood before and has no counterpart any more. */
  fixed: readonly Sighting[];
  /** The same, of what is open still by what stands elsewhere: it is not fixed. */
  open: readonly Sighting[];
}

/** Equal for the same thing in the same place. */
export const identity = ({ place, name, subject }: Sighting): string => `${place.address}\n${name}\n${subject}`;

/** What stood in the place before, and what stands there now. */
export interface Earlier {
  /** What allowed things there, and nothing kept it back: what opens no more than that is nothing new. */
  was: readonly Policy[];
  /** What allows things there now, and nothing keeps it back: what it still opens is not fixed. */
  is: readonly Policy[];
  /** The rule is about words: what it says again of other statements is nothing new. */
  words: boolean;
  /** Gives what the rule says where this statement stands instead of the one to blame; `undefined`: nothing. */
  says(sighting: Sighting, statement: Statement): Violation | undefined;
}

/** Compares what a rule says of the two sides; on neither side is anything said twice. */
export function compareSightings(before: readonly Sighting[], after: readonly Sighting[], stood: Earlier): Comparison {
  const known = new Map(before.map((sighting) => [identity(sighting), sighting]));
  const staying = new Set(after.map(identity));
  const gone = before.filter((sighting) => !staying.has(identity(sighting)));
  const fresh = after.filter((sighting) => !known.has(identity(sighting)));
  const earlier = pair(gone, fresh);
  const counterparts = new Set(earlier.values());
  const lost = gone.filter((sighting) => !counterparts.has(sighting));
  const open = new Set(lost.filter((sighting) => isStillOpen(sighting, stood)));
  return {
    standing: after.map((sighting) => {
      const same = known.get(identity(sighting));
      if (!same) {
        return { reaches: null, ...changeOf(sighting, earlier.get(sighting) ?? null, gone, stood) };
      }
      const change = bySeverity(same, sighting);
      const reaches = change === null ? newHolder(same, sighting) : null;
      return { sighting, change: change ?? (reaches ? "worsened" : "unchanged"), reaches };
    }),
    fixed: lost.filter((sighting) => !open.has(sighting)),
    open: [...open],
  };
}

/** Whether all that the statement opened is open still, so that another rule speaks of it now. */
function isStillOpen({ blame }: Sighting, { is, words }: Earlier): boolean {
  if (blame?.statement.effect !== "Allow" || words || is.length === 0) return false;
  return diffPolicies(is, [opened(blame.policy, blame.statement)]).newAccess === false;
}

type Likeness = (gone: Sighting, fresh: Sighting) => boolean;

const sidOf = ({ violation }: Sighting) => violation.statement?.sid ?? null;
const sameSid: Likeness = (gone, fresh) => sidOf(gone) !== null && sidOf(gone) === sidOf(fresh);
const sameAttribute: Likeness = (gone, fresh) => gone.place.attribute === fresh.place.attribute;
const sameIndex: Likeness = (gone, fresh) => gone.violation.statement?.index === fresh.violation.statement?.index;
const samePlace: Likeness = (gone, fresh) => gone.place.address === fresh.place.address && gone.name === fresh.name;
const bothBlame: Likeness = (gone, fresh) =>
  gone.blame !== null && fresh.blame !== null && gone.blame.statement.effect === fresh.blame.statement.effect;

/** The surest first. */
const likenesses: readonly Likeness[] = [
  (gone, fresh) => bothBlame(gone, fresh) && sameAttribute(gone, fresh) && sameSid(gone, fresh),
  (gone, fresh) => bothBlame(gone, fresh) && sameSid(gone, fresh),
  (gone, fresh) => bothBlame(gone, fresh) && sameAttribute(gone, fresh) && sameIndex(gone, fresh),
  // what a violation is about tells it apart where no statement does; how bad it is, may differ
  (gone, fresh) => gone.violation.measure !== undefined && gone.violation.about === fresh.violation.about,
];

/** Gives for what is new what it was before: each is used once. */
function pair(gone: readonly Sighting[], fresh: readonly Sighting[]): ReadonlyMap<Sighting, Sighting> {
  const pairs = new Map<Sighting, Sighting>();
  const left = new Set(gone);
  for (const alike of likenesses) {
    for (const sighting of fresh) {
      if (left.size === 0) return pairs;
      if (pairs.has(sighting)) continue;
      const counterpart = [...left].find((other) => samePlace(other, sighting) && alike(other, sighting));
      if (!counterpart) continue;
      pairs.set(sighting, counterpart);
      left.delete(counterpart);
    }
  }
  // the only ones left in a place
  for (const sighting of fresh) {
    const alone = (others: Iterable<Sighting>) =>
      [...others].filter((other) => samePlace(other, sighting) && bothBlame(other, sighting));
    const [counterpart, ...more] = alone(left);
    if (pairs.has(sighting) || !counterpart || more.length > 0) continue;
    if (alone(fresh).some((other) => other !== sighting && !pairs.has(other))) continue;
    pairs.set(sighting, counterpart);
    left.delete(counterpart);
  }
  return pairs;
}

function changeOf(
  fresh: Sighting,
  earlier: Sighting | null,
  gone: readonly Sighting[],
  stood: Earlier,
): { sighting: Sighting; change: Exclude<Change, "fixed"> } {
  const change = howChanged(fresh, earlier, gone, stood);
  if (change !== "grown") return { sighting: fresh, change };
  const added = earlier && addedTo(earlier, fresh);
  if (added === null) return { sighting: fresh, change: "worsened" };
  const [worse] = flatMap(added, (statement) => stood.says(fresh, statement) ?? []).filter((violation) =>
    isAsBad(violation, fresh),
  );
  if (!worse) return { sighting: fresh, change: "unchanged" };
  const { message, witness } = worse;
  const violation = { ...fresh.violation, message, ...(witness && { witness }) };
  return { sighting: { ...fresh, violation }, change: "worsened" };
}

/** What is new beside it, and milder, makes it no worse. */
const isAsBad = ({ severity }: Violation, fresh: Sighting): boolean =>
  severity === undefined || severities.indexOf(severity) >= severities.indexOf(fresh.severity);

/**
 * A split statement has one counterpart for its parts, so what is new is measured against all that is gone. `grown`: the
 * statement opens more, whether or not that is what the rule is about.
 */
function howChanged(
  fresh: Sighting,
  earlier: Sighting | null,
  gone: readonly Sighting[],
  { was, words }: Earlier,
): Exclude<Change, "fixed"> | "grown" {
  const decided = earlier && (bySeverity(earlier, fresh) ?? byMeasure(earlier, fresh));
  if (decided === "unchanged") return decided;
  // something around it has changed, or it is told of another statement now
  if (isUntouched(was, fresh)) return decided ?? (earlier ? "unchanged" : "introduced");
  const opens = opensBeyond(was, fresh);
  if (opens === false || (words && gone.some((sighting) => saysTheSame(sighting, fresh)))) return "unchanged";
  if (decided) return decided;
  const comparable = gone.filter((sighting) => samePlace(sighting, fresh) && bothBlame(sighting, fresh));
  if (comparable.length > 0 && !opensMore(comparable, fresh, opens)) return "unchanged";
  return earlier ? "grown" : "introduced";
}

/** What is new in the statement to blame, where that tells what it opens: no Deny beside it has changed. */
function addedTo({ blame: before }: Sighting, { blame: after }: Sighting): readonly Statement[] | null {
  if (!before || !after || before.policy.version !== after.policy.version) return null;
  if (after.statement.effect === "Deny") return null;
  const denied = new Set(deniesOf(after.policy).map(normalForm));
  const isLeft = deniesOf(before.policy).every((statement) => denied.has(normalForm(statement)));
  return isLeft ? additions(before.statement, after.statement) : null;
}

const saysTheSame: Likeness = (gone, fresh) =>
  samePlace(gone, fresh) && gone.violation.message === fresh.violation.message && !fresh.violation.witness;

type Verdict = "worsened" | "unchanged" | null;

/** What is milder now is better, and still there. */
function bySeverity(before: Sighting, after: Sighting): Verdict {
  return verdict(severities.indexOf(after.severity) - severities.indexOf(before.severity));
}

/** Somebody who has the policy and did not before: nobody who only has another name, or another address. */
function newHolder(before: Sighting, after: Sighting): Principal | null {
  if (before.holders === after.holders) return null;
  const nameOf = ({ kind, name, address }: Principal) => `${kind} ${name || address}`;
  const names = new Set(before.holders.map(nameOf));
  const addresses = new Set(before.holders.filter(isOfItsOwn).map(({ address }) => address));
  const isKnown = (holder: Principal) =>
    names.has(nameOf(holder)) || (isOfItsOwn(holder) && addresses.has(holder.address));
  return after.holders.find((holder) => !isKnown(holder)) ?? null;
}

/** It stands in the plan itself, and not only in attachments that name it. */
const isOfItsOwn = ({ resourceType }: Principal) => isPrincipalType(resourceType);

function byMeasure({ violation: before }: Sighting, { violation: after }: Sighting): Verdict {
  return before.measure === undefined || after.measure === undefined ? null : verdict(after.measure - before.measure);
}

function verdict(difference: number): Verdict {
  return difference > 0 ? "worsened" : difference < 0 ? "unchanged" : null;
}

/**
 * Whether a statement allows what none of those that are gone did, or it cannot be decided.
 * @param beyond that it does so even beyond all that stood there
 */
function opensMore(gone: readonly Sighting[], { blame }: Sighting, beyond: boolean | null): boolean {
  const before = flatMap(gone, ({ blame }) => (blame ? [opened(blame.policy, blame.statement)] : []));
  const after = blame && opened(blame.policy, blame.statement);
  if (after === null) return true;
  return (beyond === true || diffPolicies(before, [after]).newAccess !== false) && !onlyRotates(before, [after]);
}

/** Whether something is allowed that was not allowed before, by whatever statements; `null` where that does not tell. */
function opensBeyond(was: readonly Policy[], { blame, together }: Sighting): boolean | null {
  if (was.length === 0 || blame?.statement.effect === "Deny") return null;
  return diffPolicies(was, blame ? [opened(blame.policy, blame.statement)] : together).newAccess;
}

/** Whether what is said of stood there before, nothing that stood beside it is gone, and nothing more is kept back. */
function isUntouched(was: readonly Policy[], { blame, together, isKeptBack }: Sighting): boolean {
  if (was.length === 0 || isKeptBack) return false;
  const stood = formsOf(was);
  const kept = flatMap(together, ({ statements }) =>
    blame ? statements.filter((statement) => statement === blame.statement || statement.effect === "Deny") : statements,
  );
  if (!kept.every((statement) => stood.has(normalForm(statement)))) return false;
  const stands = formsOf(together);
  return [...stood].every((form) => stands.has(form));
}

/** All findings of a place are measured against the same. */
const formsOf = oncePer(
  (policies: readonly Policy[]): ReadonlySet<string> =>
    new Set(flatMap(policies, ({ statements }) => statements.map(normalForm))),
);

/** An Allow with the policy's Denies; a Deny by what it leaves open. */
export function opened(policy: Policy, statement: Statement): Policy {
  if (statement.effect === "Deny") return leavesOpen(withStatements(policy, [statement]));
  return perAllow(policy).find((apart) => apart.statement === statement)?.alone ?? policy;
}
