/**
 * The same at another address: what stood at one address and stands at another one now, for whoever had it or on what it
 * was about, is unchanged. Terraform tells of moves only where somebody wrote a `moved` block.
 */
import { type Finding, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { groupBy } from "../lib/group.ts";
import { diffPolicies } from "../lib/iam/diff.ts";
import type { Policy } from "../lib/iam/policy.ts";
import { isPrincipalType } from "./attachments.ts";
import { opened, type Sighting } from "./compare.ts";
import type { Principal, Surroundings } from "./model.ts";
import { targetsOf } from "./targets.ts";

/** A finding; with what was seen, where that could have come from another address or gone to one. */
export interface Told {
  finding: Finding;
  sighting: Sighting | null;
  /** It is gone from where it stood, and open still: another finding tells of it. */
  isOpen?: true;
}

type Seen = Told & { sighting: Sighting };

/**
 * Gives the findings, and what only moved as `unchanged` at its new address.
 * @param earlier what is gone from where it stood, and is not told of there
 */
export function settleMoves(told: readonly Told[], earlier: readonly Told[], around: Surroundings): readonly Finding[] {
  const come = told.filter(isA("introduced"));
  if (come.length === 0) return flatMap(told, ({ isOpen, finding }) => (isOpen ? [] : finding));
  const gone = [...told, ...earlier].filter(isA("fixed")).filter((one) => !one.isOpen || isOfPrincipal(one));
  const stands = told.filter(isA("unchanged")).filter(isOfPrincipal);
  const moved = new Set<Told>();
  const left = new Set<Told>();
  const stood = groupBy([...gone, ...stands], sayingOf);
  for (const [saying, fresh] of groupBy(come, sayingOf)) {
    const old = stood.get(saying);
    if (!old) continue;
    const was = homesIn(old, "before", around);
    const staying = fresh.filter((one) => areAmong(was, homesOf(one, "after", around), severityOf(one)));
    const is = homesIn(staying, "after", around);
    for (const one of staying) moved.add(one);
    for (const one of old) if (areAmong(is, homesOf(one, "before", around), 0)) left.add(one);
  }
  const others = (all: readonly Seen[], side: "before" | "after", settled: ReadonlySet<Told>) =>
    all.filter((one) => !settled.has(one) && isGiven(one) && homesOf(one, side, around).length > 0);
  const regrouped = regroup(others(gone, "before", left), others(come, "after", moved), around);
  for (const one of regrouped.come) moved.add(one);
  for (const one of regrouped.gone) left.add(one);
  return flatMap(told, (one) => {
    if (one.finding.change === "fixed" && (left.has(one) || one.isOpen)) return [];
    return moved.has(one) ? { ...one.finding, change: "unchanged" as const } : one.finding;
  });
}

/** Finds what stood in other statements, for the very same who have it: what a policy was split into, or joined of. */
function regroup(
  gone: readonly Seen[],
  come: readonly Seen[],
  around: Surroundings,
): { gone: readonly Seen[]; come: readonly Seen[] } {
  const placeOf = (one: Seen, side: "before" | "after") =>
    `${one.finding.rule} ${homesOf(one, side, around)
      .map((names) => names.at(-1))
      .sort()
      .join("\n")}`;
  const isWithin = (one: Seen, others: readonly Seen[]) =>
    others.some((other) => severityOf(other) >= severityOf(one)) &&
    diffPolicies(flatMap(others, openedBy), openedBy(one)).newAccess === false;
  const stood = groupBy(gone, (one) => placeOf(one, "before"));
  const all: { gone: Seen[]; come: Seen[] } = { gone: [], come: [] };
  for (const [place, fresh] of groupBy(come, (one) => placeOf(one, "after"))) {
    const old = stood.get(place);
    if (!old) continue;
    const staying = fresh.filter((one) => isWithin(one, old));
    all.come.push(...staying);
    all.gone.push(...old.filter((one) => staying.some((other) => isWithin(other, [one]) || isWithin(one, [other]))));
  }
  return all;
}

const openedBy = ({ sighting: { blame } }: Seen): readonly Policy[] =>
  blame ? [opened(blame.policy, blame.statement)] : [];

const isA =
  (change: Finding["change"]) =>
  (one: Told): one is Seen =>
    one.sighting !== null && one.finding.change === change;

/** What stays where it is can stand for more of the same only in the same hands: not for what is open on another resource. */
const isOfPrincipal = ({ sighting: { blame, holders } }: Seen): boolean =>
  holders.length > 0 || blame === null || blame.policy.kind === "identity";

/** Something is allowed to whoever has it. */
const isGiven = ({ sighting: { blame } }: Seen): boolean =>
  blame?.policy.kind === "identity" && blame.statement.effect === "Allow";

const sayingOf = ({ finding, sighting }: Seen) => `${finding.rule}\n${sighting.subject}`;
const severityOf = ({ finding }: Seen) => severities.indexOf(finding.severity);

/** Of each name, how bad at most it is for whoever is known by it. */
type Homes = ReadonlyMap<string, number>;

function homesIn(told: readonly Seen[], side: "before" | "after", around: Surroundings): Homes {
  const homes = new Map<string, number>();
  for (const one of told) {
    for (const id of homesOf(one, side, around).flat()) homes.set(id, Math.max(homes.get(id) ?? -1, severityOf(one)));
  }
  return homes;
}

/** Whether all of these are found, where it is as bad as this for them. */
function areAmong(homes: Homes, wanted: readonly (readonly string[])[], severity: number): boolean {
  const isHome = (id: string) => (homes.get(id) ?? -1) >= severity;
  return wanted.length > 0 && wanted.every((ids) => ids.some(isHome));
}

/** Whoever has it, or what it is about, each with the names by which it is known. */
function homesOf({ sighting }: Seen, side: "before" | "after", around: Surroundings): readonly (readonly string[])[] {
  const { address } = sighting.place;
  if (sighting.holders.length > 0) return sighting.holders.map(idsOf);
  const principal = around.principalAt(address)?.[side];
  if (principal) return [idsOf(principal)];
  const resource = around.resourceAt(address)?.[side];
  if (!resource || sighting.blame?.policy.kind !== "resource") return [];
  const targets = targetsOf(resource);
  if (targets.length > 0) return [targets];
  // a grant names what it is about, and says the same wherever it is written
  return sighting.blame.statement.resources?.values.every(isNamed) ? [[resource.type]] : [];
}

const isNamed = (arn: string) => /^arn:(?:[^:]*:){4}(?!\*)(?!.*[:/]\*$)/.test(arn);

/** A name holds in its account only. */
function idsOf({ address, resourceType, kind, name, account }: Principal): readonly string[] {
  const own = isPrincipalType(resourceType) ? [`at ${address}`] : [];
  return name === "" ? own : [...own, `${kind} ${account ?? ""} ${name}`];
}
