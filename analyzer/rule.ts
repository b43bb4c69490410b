/** What a rule is, and what it sees. A rule is one file with one value: `export default rule({ ... })`. */
import type { Confidence, Severity, StatementRef, Witness } from "../lib/finding.ts";
import type { Policy, PolicyProblem, Statement } from "../lib/iam/policy.ts";
import type { Request } from "../lib/iam/statement.ts";
import { type Answer, toWitness } from "../lib/iam/witness.ts";
import type { UnknownPolicy } from "./report.ts";

/** One policy as it stands on one side of the change: before or after. */
export interface Subject {
  address: string;
  resourceType: string;
  /** Attribute path: `assume_role_policy`, `inline_policy[0].policy`. */
  attribute: string;
  /** What the document (or the grant, written as one) says. */
  policy: Policy;
  /** What of the document could not be read. */
  problems: readonly PolicyProblem[];
  /** Twelve digits of the account the resource is in, when the plan tells. */
  account: string | null;
}

/** What is known of the world around the plan. */
export interface World {
  organizationId: string | null;
  /** Ids of the organization's accounts, `null` when nobody said who is inside. */
  accounts: ReadonlySet<string> | null;
  /** Ids of accounts outside that somebody put on record as vendors, each with an external id. */
  vendors?: ReadonlySet<string>;
}

/** One thing wrong with one statement. The analyzer adds the address, the change and the fingerprint. */
export interface Violation {
  statement: StatementRef | null;
  message: string;
  witness?: Witness;
  remediation?: string;
  /** When this case is worse or better than the rule's usual one. */
  severity?: Severity;
  /** Default `high`. */
  confidence?: Confidence;
}

export interface Rule {
  /** Equals the file name, the fixture's and the documentation anchor. */
  id: string;
  severity: Severity;
  /** One line, no full stop: what is wrong. */
  summary: string;
  /** A short paragraph: how this is abused. */
  why: string;
  /** Policy JSON or HCL, as a user would write it. */
  bad: string;
  good: string;
  /** One or two sentences in the imperative. */
  fix: string;
  /** Public documentation. */
  references: readonly string[];
  /** Which policies it looks at. */
  appliesTo: readonly Policy["kind"][];
  /** Pure; called for each side of the change, so that introduced, unchanged and fixed follow by comparison. */
  check(subject: Subject, world: World): readonly Violation[];
  /** Called for each policy that the plan does not show yet. */
  checkUnknown?(policy: UnknownPolicy): readonly Violation[];
}

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
