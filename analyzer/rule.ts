/** What a rule is. A rule is one file with one value: `export default rule({ ... })`. */
import type { Confidence, Severity, StatementRef, Witness } from "../lib/finding.ts";
import { diffPolicies } from "../lib/iam/diff.ts";
import type { Policy, PolicyKind, Statement } from "../lib/iam/policy.ts";
import type { Request } from "../lib/iam/statement.ts";
import { type Answer, toWitness } from "../lib/iam/witness.ts";
import { freshOf } from "./fresh.ts";
import type { PolicyChange, Principal, Resource, ResourcePair, Subject, Surroundings } from "./model.ts";
import type { UnknownPolicy } from "./report.ts";
import type { InHands } from "./standing.ts";
import type { SuppressionUse } from "./suppress.ts";
import type { World } from "./world.ts";

export { attributeOf, inBlocks, isUnknown } from "./attribute.ts";
export { type Around, eachAllow } from "./each-allow.ts";
export type { PolicyChange, Principal, Resource, ResourcePair, Subject, Surroundings } from "./model.ts";
export { type Ask, type Asked, askFor, type InHands, inHands, isForService } from "./standing.ts";
export { lost, type Row, ways, weakened } from "./weakening.ts";
export type { World } from "./world.ts";

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

/**
 * Gives what a changed policy allows that it did not allow before: one violation, at the statement that opens it.
 * A policy that is new or gone is not a widened one.
 * @param say the message for the request that was found
 */
export function widened({ before, after }: PolicyChange, say: (witness: Witness) => string): readonly Violation[] {
  if (before.length === 0 || after.length === 0) return [];
  const policiesOf = (subjects: readonly Subject[]) => subjects.map(({ policy }) => policy);
  const was = policiesOf(before);
  const fresh = freshOf(was, policiesOf(after));
  if (fresh.length === 0) return [];
  const diff = diffPolicies(was, fresh);
  if (diff.newAccess !== true) {
    if (diff.newAccess === false) return [];
    return [{ statement: null, message: `cannot be compared with what it was: ${diff.because}`, confidence: "low" }];
  }
  // what could not be read may have allowed it as well
  const unread = before.some(({ problems }) => problems.some(({ fatal }) => fatal));
  const { statement, witness } = diff;
  return [{ statement, message: say(witness), witness, ...(unread && { confidence: "low" }) }];
}
