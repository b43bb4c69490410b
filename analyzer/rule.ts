/** What a rule is. A rule is one file with one value: `export default rule({ ... })`. */
import { byCodeUnit, type Confidence, type Severity, type StatementRef, type Witness } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import type { CallerClass } from "../lib/iam/caller-class.ts";
import type { PolicyDiff } from "../lib/iam/diff.ts";
import type { Policy, PolicyKind, Statement } from "../lib/iam/policy.ts";
import { type Apart, memberOf, outsider } from "../lib/iam/questions.ts";
import type { Request } from "../lib/iam/statement.ts";
import { STAND_IN } from "../lib/iam/texts.ts";
import { type Answer, ask, toWitness, worst, worstOf } from "../lib/iam/witness.ts";
import { capsOf, type Levels } from "./caps.ts";
import { onlyRotates } from "./external-ids.ts";
import { aboutItself } from "./itself.ts";
import { beyondMild, isMild } from "./mild.ts";
import type { PolicyChange, Principal, Resource, ResourcePair, Subject, Surroundings } from "./model.ts";
import { newAccess } from "./possible.ts";
import type { UnknownPolicy } from "./report.ts";
import type { InHands } from "./standing.ts";
import type { SuppressionUse } from "./suppress.ts";
import type { World } from "./world.ts";
import { callsIn } from "./writes.ts";

export { holdingTypes, isPrincipalType, namedAt } from "./attachments.ts";
export { attributeOf, inBlocks, isUnknown } from "./attribute.ts";
export { capsOn } from "./caps.ts";
export { accountInArn } from "./configuration.ts";
export { denyingTypes, noLongerDenied, onlyDenies } from "./denies.ts";
export { type Around, eachAllow } from "./each-allow.ts";
export type {
  PolicyChange,
  Principal,
  PrincipalChange,
  Resource,
  ResourcePair,
  Subject,
  Surroundings,
  Target,
} from "./model.ts";
export { lessForOwnDeputies } from "./own-deputies.ts";
export { picksFewerEvents, picksFewerLogs } from "./patterns.ts";
export { askPossible, newAccess } from "./possible.ts";
export {
  isAdministrator,
  isSaidOf,
  passesAnywhere,
  possible,
  power,
  type Scope,
  type Taken,
  take,
  takeTagged,
  touched,
} from "./powers.ts";
export { deliveriesTo, encryptionsWith, hasLeft, isInUse, isRecorder, recordsIn, servicesLetIn } from "./recorders.ts";
export { profiles, uses } from "./role-users.ts";
export { type Call, isStopped } from "./service-calls.ts";
export { serviceOf } from "./service-of.ts";
export { type Ask, type Asked, askFor, type InHands, inHands, isForService } from "./standing.ts";
export {
  type Attribute,
  inDays,
  isNew,
  isSame,
  lost,
  type Row,
  type Serving,
  takesOver,
  type Weakening,
  ways,
  weakened,
} from "./weakening.ts";
export type { World } from "./world.ts";
export { isMeant, type Running, runningAsOthers, worthAssuming, worthTaking } from "./worthwhile.ts";
export { callsIn } from "./writes.ts";

/** One thing that is wrong. The analyzer adds the address, the change and the fingerprint. */
export interface Violation {
  /** Of the policy that is judged, or of `subject`; `null` when it is not about a single statement. */
  statement: StatementRef | null;
  message: string;
  /** Rules about principals: the policy to report at, when one alone is to blame; else it is the principal. */
  subject?: Subject;
  witness?: Witness;
  remediation?: string;
  /** When this case is worse or better than the rule's usual one. */
  severity?: Severity;
  /** Default `high`. */
  confidence?: Confidence;
  /** Where there is no statement: tells violations of one rule at one resource apart, on both sides of the change. */
  about?: string;
  /** Where there is no statement: how bad it is as a number, so that more of the same is `worsened`. */
  measure?: number;
}

/** What a rule looks at, and how. A check is pure. */
export type Check =
  /** Each policy, on each side of the change: what is new, worse, unchanged or fixed follows by comparison. */
  | {
      on: "policy";
      kinds: readonly PolicyKind[];
      /** `limits`: also policies that only take away. `managed`: also AWS managed policies where they are attached. */
      also?: readonly ("limits" | "managed")[];
      /**
       * Whether there may be anything to say of a policy with such a statement; `false` is certain. Actions are written
       * with the same few lists in most policies, so that this is answered once for many.
       */
      concerns?(statement: Pick<Statement, "effect" | "actions">, world: World): boolean;
      /**
       * It is about what is written and not about what it opens: what narrows a policy may still be written wrong, and the
       * same words in another statement are as wrong as before.
       */
      aboutWords?: true;
      check(subject: Subject, world: World): readonly Violation[];
    }
  /** Each principal with all its policies, on each side of the change. */
  | { on: "principal"; check(principal: Principal, world: World): readonly Violation[] }
  /** Each resource of these types, on each side of the change; `deleted`: what is wrong once it is gone. */
  | {
      on: "resource";
      types: readonly string[];
      check(resource: Resource, world: World): readonly Violation[];
      deleted?(resource: Resource, world: World): readonly Violation[];
    }
  /** Both sides of a policy at once: what it reports is introduced by the change. */
  | {
      on: "policy change";
      kinds: readonly PolicyKind[];
      also?: readonly ("limits" | "managed")[];
      check(change: PolicyChange, world: World): readonly Violation[];
    }
  /** Both sides of a resource at once: what it reports is introduced by the change. */
  | {
      on: "change";
      types: readonly string[];
      check(change: ResourcePair, around: Surroundings, world: World): readonly Violation[];
    }
  /** Each policy that the plan does not show yet. */
  | { on: "unknown"; check(policy: UnknownPolicy): readonly Violation[] }
  /** Each suppression that is about a resource of the plan. */
  | { on: "suppression"; check(use: SuppressionUse): readonly Violation[] };

export interface RuleFacts {
  /** Equals the file name, the fixture's and the documentation anchor. */
  id: string;
  /** Of the usual case. */
  severity: Severity;
  /** One line, no full stop: what is wrong. */
  summary: string;
  /** A short paragraph: how this is abused. */
  why: string;
  /** When the severity is another one, and when the confidence is not high: one or two sentences. */
  levels: string;
  /** Policy JSON or HCL, as a user would write it. */
  bad: string;
  good: string;
  /** One or two sentences in the imperative. */
  fix: string;
  /** It is about what kept requests back: what is not denied any more, somebody else may still have to allow. */
  lifts?: true;
  /** How bad it is in resources of these types when the access manifest itself says so: somebody decided it there. */
  declared?: { types: readonly string[]; severity: Severity };
  /** Public documentation. */
  references: readonly string[];
}

export type Rule = RuleFacts & Check;

/** Gives the rule itself, type-checked. */
export function rule(value: Rule): Rule {
  return value;
}

/** Gives the reference to a statement as findings carry it. */
export function refOf({ index, sid }: Statement): StatementRef {
  return { index, sid };
}

/** Gives what a request calls: an action, and what on where there is something. */
export function callOf({ action, resource }: Witness): string {
  return resource === null ? action : `${action} on ${resource}`;
}

/**
 * Gives what an answer of the engine says about a statement: a witness is shown, no request is no violation, and what
 * could not be decided is reported with low confidence, never passed over.
 * @param policy what was asked; its keys are shown in the witness
 * @param say the message for the request that was found
 * @param keys context keys that the rule is about, shown in the witness even where the policy does not look at them
 */
export function violationsOf(
  answer: Answer,
  statement: Statement,
  policy: Policy,
  say: (request: Request) => string,
  keys: readonly string[] = [],
): readonly Violation[] {
  switch (answer.kind) {
    case "none":
      return [];
    case "undecided":
      return [{ statement: refOf(statement), message: `cannot be decided: ${answer.because}`, confidence: "low" }];
    case "witness":
      return [
        {
          statement: refOf(statement),
          message: say(answer.request),
          witness: toWitness(answer.request, [policy], keys),
        },
      ];
  }
}

/** The same of an answer about a policy in the hands of those who hold it. */
export function violationsIn(
  { answer, confidence }: InHands,
  statement: Statement,
  policy: Policy,
  say: (request: Request) => string,
): readonly Violation[] {
  const violations = violationsOf(answer, statement, policy, say);
  return confidence === "high" ? violations : violations.map((violation) => ({ ...violation, confidence }));
}

/** Whether an account may be somebody else's. Where it is not known yet, it is that of something the plan makes. */
export const mayBeForeign = (account: string, own: string | null, { accounts }: World): boolean =>
  account !== own && account !== STAND_IN && accounts?.has(account) !== true;

/** Whether an account is somebody else's for sure: somebody said which ones are inside. */
export const isForeign = (account: string, own: string | null, world: World): boolean =>
  world.accounts !== null && mayBeForeign(account, own, world);

/** Accounts and organizations that are not ours, by id. */
export interface Outside {
  accounts: readonly string[];
  organizations: readonly string[];
}

/**
 * Gives what a statement opens to those outside the organization. Weighs low where all of them are on record, which is a
 * decision somebody took; info with low confidence as long as nobody said which accounts are inside.
 * @param say what they can do with an action, and what they can do at all, as ends of a sentence; which service's
 * actions are shown
 * @param servicesOf services that come for an account, where the statement names them
 */
export function openTo(
  { accounts, organizations }: Outside,
  { statement, alone }: Apart,
  policy: Policy,
  world: World,
  say: { call: (action: string) => string; reach: string; service?: string | null },
  servicesOf: (id: string) => readonly CallerClass[] = () => [],
): readonly Violation[] {
  const inOrder = [...organizations].sort(byCodeUnit);
  const outside = [
    // an account may be in an organization that the policy lets in, or in one that nobody mentions
    ...[...accounts].sort(byCodeUnit).map((id) => ({
      name: `account ${id}`,
      onRecord: world.vendors.has(id),
      views: [undefined, ...inOrder].map((organization) => {
        const view = outsider(id, [policy], organization);
        return { ...view, callers: [...view.callers, ...servicesOf(id)] };
      }),
    })),
    ...inOrder.map((id) => {
      const view = memberOf(id, [policy]);
      const callers = [...view.callers, ...servicesOf(id)];
      return { name: `organization ${id}`, onRecord: false, views: [{ ...view, callers }] };
    }),
  ];
  const found = flatMap(outside, ({ name, onRecord, views }) => {
    const questions = views.map((view) => ({ policies: [alone], ...view, service: say.service ?? null }));
    const answer = worstOf(questions, ask);
    return answer.kind === "none" ? [] : [{ name, onRecord, answer, questions }];
  });
  return weighed(found, world, `can ${say.reach}`, (names) =>
    violationsOf(worst(found.map(({ answer }) => answer)), statement, alone, ({ action }) => {
      const asked = flatMap(found, ({ questions }) => questions);
      return `${names}: outside the organization, and can ${say.call(callsIn(action, statement, asked, world))}`;
    }),
  );
}

/** An account or organization that is not ours, as a finding names it. */
export interface Outsider {
  name: string;
  /** As a third party: somebody decided it. */
  onRecord: boolean;
}

/**
 * Gives what is told of something that is open to these: it weighs low where all of them are on record, and is info with
 * low confidence as long as nobody said which accounts are inside.
 * @param reach what they can do or get, as the end of a sentence
 * @param tell gives what is told where all of them are outside
 */
export function weighed(
  who: readonly Outsider[],
  { accounts: inside }: World,
  reach: string,
  tell: (names: string) => readonly Violation[],
): readonly Violation[] {
  const names = who.map(({ name }) => name).join(", ");
  const violations = tell(names);
  if (who.every(({ onRecord }) => onRecord)) {
    return violations.map((violation) => ({
      ...violation,
      severity: "low",
      message: `${violation.message}; it is on record as a third party`,
    }));
  }
  if (inside !== null || who.some(({ name }) => !name.startsWith("account "))) return violations;
  return violations.map((violation) => ({
    ...violation,
    severity: "info",
    confidence: "low",
    message: `${names} ${reach}; whether it is in the organization cannot be told without its accounts (--manifest or --organization-accounts)`,
    remediation: "Say which accounts are inside, with --manifest or --organization-accounts.",
  }));
}

/**
 * Gives what a changed policy allows that it did not allow before: one violation, at the statement that opens it. It weighs
 * low where nothing but the names and settings of things can be read.
 * A policy that is new or gone is not a widened one.
 * @param say the message for the request that was found
 */
export function widened(
  { before, after }: PolicyChange,
  world: World,
  say: (witness: Witness) => string,
): readonly Violation[] {
  if (before.length === 0 || after.length === 0) return [];
  const asked = aboutItself(before, after);
  const found = flatMap(capsOf(after[0]!, world), (within) => opened(asked, world, within));
  const [first] = found.sort((one, other) => certainty(other) - certainty(one));
  if (!first) return [];
  const { diff, isMild: onlyMild } = first;
  if (diff.newAccess !== true) {
    return [{ statement: null, message: `cannot be compared with what it was: ${diff.because}`, confidence: "low" }];
  }
  if (onlyRotates(asked.before, asked.after)) return [];
  // what could not be read may have allowed it as well
  const unread = before.some(({ problems }) => problems.some(({ fatal }) => fatal));
  const { statement, witness } = diff;
  return [
    {
      statement,
      message: say(witness),
      witness,
      ...(onlyMild && { severity: "low" as const }),
      ...(unread && { confidence: "low" as const }),
    },
  ];
}

interface Opened {
  diff: PolicyDiff & { newAccess: true | null };
  /** Nothing else is opened. */
  isMild: boolean;
}

/** What is opened to one of those who have the policy; nothing where what binds him lets none of it through. */
function opened(
  { before, after }: Readonly<Record<"before" | "after", readonly Policy[]>>,
  world: World,
  within: Levels,
): Opened | readonly never[] {
  const all = newAccess(before, after, world, within);
  // what is found first may be the least of it
  const isFirstMild = all.newAccess === true && isMild(all.request.action);
  const rest = isFirstMild ? newAccess(before, after, world, [...within, [beyondMild()]]) : all;
  const diff = rest.newAccess === true ? rest : all;
  return diff.newAccess === false ? [] : { diff: diff as Opened["diff"], isMild: rest.newAccess === false };
}

const certainty = ({ diff, isMild }: Opened): number => (diff.newAccess === null ? 0 : isMild ? 1 : 2);
