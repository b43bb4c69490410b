/**
 * The questions that callers ask of the engine again and again, so that no caller looks into policy JSON: what a
 * stranger is, what having no MFA means, one Allow statement at a time.
 *
 * Ask `couldAllow(policy, actions)` first where a rule is about some actions only, and build the actions with
 * `actionGlob("iam:PassRole")`: what it refuses needs no question. (`ask` does so itself, but the work of putting many
 * questions together is saved too.)
 */
import { condition } from "./elements.ts";
import { oncePer, oncePerText } from "./memo.ts";
import { type Condition, deniesOf, type Policy, type Statement, withStatements } from "./policy.ts";

export { condition } from "./elements.ts";
export { couldAllow } from "./screen.ts";
export { actionGlob } from "./statement.ts";
export {
  comparedValues,
  fixedValues,
  memberOf,
  organizationsNamed,
  outsider,
  stranger,
  type Viewpoint,
} from "./viewpoint.ts";

/** One Allow statement of a policy, apart from the others. */
export interface Apart {
  statement: Statement;
  /** It and all Deny statements: what it opens. */
  alone: Policy;
  /** Nothing but it: whom it names. */
  only: Policy;
}

/** Gives the Allow statements of a policy one by one; every rule that asks gets the same objects. */
export const perAllow = oncePer((policy: Policy): readonly Apart[] => {
  const denies = deniesOf(policy);
  return policy.statements
    .filter((statement) => statement.effect === "Allow")
    .map((statement) => setApart(policy, statement, denies));
});

const latest = oncePer((_: Statement): { apart: StatementApart | null } => ({ apart: null }));

/** A statement that both sides of a change share, under the same Denies, is one question. */
function setApart(policy: Policy, statement: Statement, denies: readonly Statement[]): Apart {
  const last = latest(statement);
  if (!last.apart?.isOf(policy, denies)) last.apart = new StatementApart(policy, statement, denies);
  return last.apart;
}

/** Puts the policies together when they are asked about: most statements are of no interest to any rule. */
class StatementApart implements Apart {
  readonly statement: Statement;
  private readonly policy: Policy;
  private readonly denies: readonly Statement[];
  private both: Policy | null = null;
  private itself: Policy | null = null;

  constructor(policy: Policy, statement: Statement, denies: readonly Statement[]) {
    this.statement = statement;
    this.policy = policy;
    this.denies = denies;
  }

  isOf({ id, version, kind }: Policy, denies: readonly Statement[]): boolean {
    const { policy } = this;
    if (policy.id !== id || policy.version !== version || policy.kind !== kind) return false;
    return this.denies.length === denies.length && this.denies.every((deny, i) => deny === denies[i]);
  }

  get alone(): Policy {
    this.both ??= withStatements(this.policy, [this.statement, ...this.denies]);
    return this.both;
  }

  get only(): Policy {
    this.itself ??= withStatements(this.policy, [this.statement]);
    return this.itself;
  }
}

/** The key is not in the request. */
export const absent = oncePerText((keyName): Condition => condition("Null", keyName, ["true"]));
/** The key is in the request. */
export const present = oncePerText((keyName): Condition => condition("Null", keyName, ["false"]));

/**
 * Gives the two ways of not having used MFA: long-term access keys, which carry no MFA key at all, and temporary
 * credentials that say `false`.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
 */
export const withoutMfa = (): readonly (readonly Condition[])[] => WITHOUT_MFA;

const WITHOUT_MFA = [
  [absent("aws:MultiFactorAuthPresent"), absent("aws:MultiFactorAuthAge")],
  [condition("Bool", "aws:MultiFactorAuthPresent", ["false"]), absent("aws:MultiFactorAuthAge")],
];
