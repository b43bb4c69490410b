/** What a team has decided about findings: suppressions with a reason and an end, and a baseline to start from. */
import { type Finding, type Location, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { compile, type Glob, matches } from "../lib/iam/glob.ts";
import { configAddress, parseAddress } from "./address.ts";
import { type Baseline, noBaseline, severityIn } from "./baseline.ts";
import type { Plan } from "./plan.ts";

/** Where a suppression applies. */
export type Target =
  /** Addresses; `*` stands for anything, also for several steps. */
  | { pattern: string }
  /** Blocks of the configuration, with all their instances. */
  | { blocks: readonly string[] }
  /** What is written in these lines. */
  | Lines;

export interface Lines {
  lines: { file: string; first: number; last: number };
  /** The modules that it can be about, `module.a.module.b`, with all that they call; `""` for the root module. */
  modules: readonly string[];
  /** Why it does not hide what these modules do in other lines; `null` where nobody expects that. */
  elsewhere: string | null;
}

export interface Suppression {
  rule: string;
  /** Pattern of the plan's name; `null`: in all of them. */
  plan: string | null;
  target: Target;
  /** Only the finding with this fingerprint; otherwise all of the rule's there, but for those that get worse. */
  fingerprint: string | null;
  reason: string;
  owner: string | null;
  /** The last day on which it applies, `2027-01-31`. */
  until: string | null;
  /** Where it is written. */
  location: Location;
}

/** A suppression that cannot be read: it applies to nothing. */
export interface BrokenSuppression {
  target: Target;
  location: Location;
  /** What is wrong with it, and the way out. */
  because: string;
}

/** What a suppression is about: a resource, and the plan that has it. */
interface Resource {
  plan: string;
  address: string;
  resourceType: string;
}

/** What became of a suppression, for the rules about them. The resource is the first, when it is about several. */
export interface SuppressionUse extends Resource {
  location: Location;
  state: { kind: "applied" | "unused" | "expired"; suppression: Suppression } | { kind: "malformed"; because: string };
}

export interface Decisions {
  suppressions: readonly Suppression[];
  broken: readonly BrokenSuppression[];
  /** What an earlier report shows is not new, unless it is worse now. */
  baseline: Baseline;
  /** Today, as `2027-01-31`. */
  asOf: string;
}

export const noDecisions: Decisions = { suppressions: [], broken: [], baseline: noBaseline, asOf: "" };

/** Applies decisions to findings. What a plan makes worse is never hidden by a decision about what it was before. */
export function decide(findings: readonly Finding[], { suppressions, baseline, asOf }: Decisions): Finding[] {
  const live = suppressions.filter((suppression) => !isExpired(suppression, asOf)).map(withTest);
  return findings.map((finding) => {
    if (finding.change === "fixed") return finding;
    const known = severityIn(baseline, finding);
    const isKnown = known !== null && severities.indexOf(finding.severity) <= severities.indexOf(known);
    const change = isKnown ? "unchanged" : finding.change;
    const found = live.find(
      ({ suppression, covers }) => covers(finding) && silences(suppression, { ...finding, change }),
    );
    if (!found) return change === finding.change ? finding : { ...finding, change };
    const { reason, until } = found.suppression;
    return { ...finding, change, suppressed: { reason, until } };
  });
}

/**
 * Tells what became of the suppressions that are about resources of the plans; the others belong to another plan.
 * @param findings of the plans, whether or not a suppression hides them
 * @param rules those that judged: a suppression of another one is not unused
 * @param unknown addresses of policies that are not known in full: what is suppressed may stand there
 */
export function usesOf(
  { suppressions, broken, asOf }: Decisions,
  plans: readonly Plan[],
  findings: readonly Finding[],
  rules: readonly { id: string }[],
  unknown: ReadonlySet<string>,
): readonly SuppressionUse[] {
  if (suppressions.length + broken.length === 0) return [];
  const resources = flatMap(plans, resourcesIn);
  const uses = flatMap(suppressions.map(withTest), ({ suppression, covers, isIn, reaches }): SuppressionUse[] => {
    const hidden = findings.find(covers);
    const resource =
      resources.find(({ plan, address }) => plan === hidden?.plan && address === hidden.address) ??
      resources.find(({ plan, address }) => isIn(plan) && reaches(address));
    if (!resource) return [];
    const because = hidden ? null : missed(suppression, findings);
    if (because !== null)
      return [{ ...resource, location: suppression.location, state: { kind: "malformed", because } }];
    const kind = isExpired(suppression, asOf)
      ? "expired"
      : hidden || !rules.some(({ id }) => id === suppression.rule) || [...unknown].some(reaches)
        ? "applied"
        : "unused";
    return [{ ...resource, location: suppression.location, state: { kind, suppression } }];
  });
  const malformed = flatMap(broken, ({ target, location, because }) => {
    const reaches = testOf(target);
    const resource = resources.find(({ address }) => reaches(address));
    return resource ? [{ ...resource, location, state: { kind: "malformed" as const, because } }] : [];
  });
  return [...uses, ...malformed];
}

/** Why it does not hide a finding that it was written for; `null` where there is none. */
function missed({ target, rule }: Suppression, findings: readonly Finding[]): string | null {
  if (!("lines" in target) || target.elsewhere === null) return null;
  const reaches = testOf(target);
  return findings.some((finding) => finding.rule === rule && reaches(finding.address)) ? target.elsewhere : null;
}

function resourcesIn({ file, changes }: Plan): readonly Resource[] {
  return changes
    .filter(({ mode }) => mode === "managed")
    .map(({ address, type }) => ({ plan: file, address, resourceType: type }));
}

function isExpired({ until }: Suppression, asOf: string): boolean {
  return until !== null && until < asOf;
}

function silences({ fingerprint }: Suppression, { change }: Finding): boolean {
  return fingerprint !== null || change !== "worsened";
}

function withTest(suppression: Suppression) {
  const reaches = testOf(suppression.target);
  const { rule, plan, fingerprint, target } = suppression;
  const isIn = plan === null ? () => true : globOf(plan);
  const covers = (finding: Finding) =>
    finding.rule === rule &&
    isIn(finding.plan) &&
    (fingerprint === null || finding.fingerprint === fingerprint) &&
    ("lines" in target ? standsIn(target, finding.location) : reaches(finding.address));
  return { suppression, isIn, reaches, covers };
}

function globOf(pattern: string): (text: string) => boolean {
  const glob: Glob = compile(pattern, { dialect: "string" });
  return (text) => matches(glob, text);
}

const standsIn = ({ lines: { file, first, last } }: Lines, location: Location | null) =>
  location !== null && location.file === file && location.line >= first && location.line <= last;

/** Whether a target can be about a resource. */
function testOf(target: Target): (address: string) => boolean {
  if ("pattern" in target) return globOf(target.pattern);
  if ("lines" in target) {
    const prefixes = target.modules.map((module) => (module === "" ? "" : `${module}.`));
    return (text) => {
      const address = parseAddress(text);
      const own = address === null ? "" : configAddress(address);
      return address !== null && prefixes.some((prefix) => own.startsWith(prefix));
    };
  }
  const blocks = new Set(target.blocks);
  return (text) => {
    const address = parseAddress(text);
    return address !== null && blocks.has(configAddress(address));
  };
}
