/**
 * The same at another address: what stood at one address and stands at another one now, for whoever had it or on what it
 * was about, is unchanged. Terraform tells of moves only where somebody wrote a `moved` block.
 */
import { type Finding, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { groupBy } from "../lib/group.ts";
import { isPrincipalType } from "./attachments.ts";
import type { Sighting } from "./compare.ts";
import type { Principal, Surroundings } from "./model.ts";
import { targetsOf } from "./targets.ts";

/** A finding; with what was seen, where that could have come from another address or gone to one. */
export interface Told {
  finding: Finding;
  sighting: Sighting | null;
}

type Seen = Told & { sighting: Sighting };

/**
 * Gives the findings, and what only moved as `unchanged` at its new address.
 * @param earlier what is gone from where it stood, and is not told of there
 */
export function settleMoves(told: readonly Told[], earlier: readonly Told[], around: Surroundings): readonly Finding[] {
  const gone = groupBy([...told, ...earlier].filter(isA("fixed")), sayingOf);
  const come = groupBy(told.filter(isA("introduced")), sayingOf);
  const moved = new Set<Told>();
  const left = new Set<Told>();
  for (const [saying, fresh] of come) {
    const old = gone.get(saying);
    if (!old) continue;
    const was = homesIn(old, "before", around);
    const staying = fresh.filter((one) => areAmong(was, homesOf(one, "after", around), severityOf(one)));
    const is = homesIn(staying, "after", around);
    for (const one of staying) moved.add(one);
    for (const one of old) if (areAmong(is, homesOf(one, "before", around), 0)) left.add(one);
  }
  return flatMap(told, (one) => {
    if (left.has(one)) return [];
    return moved.has(one) ? { ...one.finding, change: "unchanged" as const } : one.finding;
  });
}

const isA =
  (change: Finding["change"]) =>
  (one: Told): one is Seen =>
    one.sighting !== null && one.finding.change === change;
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
