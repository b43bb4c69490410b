/** Which of a principal's Deny statements do not stand after a change, and whether that lets anything through. */
import { flatMap } from "../../../lib/flat-map.ts";
import { leavesOpen } from "../../../lib/iam/leaves-open.ts";
import { normalForm } from "../../../lib/iam/normal-form.ts";
import { conditionsOf, deniesOf, type Policy, type Statement, withStatements } from "../../../lib/iam/policy.ts";
import { condition } from "../../../lib/iam/questions.ts";
import { type Answer, ask } from "../../../lib/iam/witness.ts";
import { askPossible, capsOn, type Principal, type Subject, type World } from "../../rule.ts";

/** What one policy of a principal denied, and none of its policies says any more. */
export interface Lost {
  subject: Subject;
  /** Nothing but the Deny statements that are gone. */
  denied: Policy;
}

/** A list of blocks is one place, as `permission-widened` sees it. */
const placeOf = ({ address, attribute }: Subject): string => `${address} ${attribute.replaceAll(/\[\d+\]/g, "[]")}`;

/** Gives what does not stand in any policy of the principal any more: a Deny may move, and be written another way. */
export function lostBetween(before: Principal, after: Principal): readonly Lost[] {
  if (before === after) return [];
  const touched = before.policies.filter(({ policy }, i) => !standStill(policy, after.policies[i]?.policy));
  if (touched.length === 0) return [];
  const kept = new Set(after.policies.map(({ policy }) => policy));
  const changed = touched.filter(({ policy }) => !kept.has(policy));
  if (changed.length === 0) return [];
  const stands = standsIn(after.policies);
  return flatMap(changed, (subject) => {
    const { policy } = subject;
    const statements = deniesOf(policy).filter((statement) => !stands(statement, policy));
    return statements.length > 0 ? [{ subject, denied: withStatements(policy, statements) }] : [];
  });
}

/** Whether a policy has the same Denies on both sides, which they share as one object each. */
function standStill(policy: Policy, now: Policy | undefined): boolean {
  if (policy === now) return true;
  const denies = deniesOf(policy);
  if (denies.length === 0) return true;
  const others = now && now.version === policy.version ? deniesOf(now) : [];
  return denies.every((deny, i) => deny === others[i]);
}

/** The version of a policy says what `${...}` means in its statements. */
function standsIn(subjects: readonly Subject[]): (statement: Statement, policy: Policy) => boolean {
  const all = flatMap(subjects, ({ policy }) => deniesOf(policy).map((statement) => ({ statement, policy })));
  // what did not change is mostly the same object
  const same = new Map(all.map(({ statement, policy }) => [statement, policy.version]));
  let forms: ReadonlySet<string> | null = null;
  const formOf = (statement: Statement, { version }: Policy) => `${version} ${normalForm(statement)}`;
  return (statement, policy) => {
    if (same.get(statement) === policy.version) return true;
    forms ??= new Set(all.map((one) => formOf(one.statement, one.policy)));
    return forms.has(formOf(statement, policy));
  };
}

/**
 * Gives a request that was denied and is allowed now. What the policy that changed allows itself is `permission-widened`'s,
 * but for what it allowed before as well.
 * @param allowed `all`: whatever is not denied now, since what the principal is allowed is not known
 */
export function letThrough(lost: Lost, who: Principal, allowed: "its" | "all", world: World): Answer {
  const { subject } = lost;
  const place = placeOf(subject);
  const its = who.policies.map((other) => (placeOf(other) === place ? withoutItsAllows(other.policy) : other.policy));
  if (allowed === "all") return askOf(lost, who, [leavesOpen(withStatements(lost.denied, [])), ...its], [], world);
  const beside = askOf(lost, who, its, [], world);
  if (beside.kind === "witness") return beside;
  const own = askOf(
    lost,
    who,
    who.policies.map(({ policy }) => policy),
    [[onlyAllows(subject.policy)]],
    world,
  );
  return own.kind === "none" ? beside : own;
}

/** Asks for a request that was denied, and that these policies allow now. */
function askOf(
  lost: Lost,
  who: Principal,
  policies: readonly Policy[],
  allowedBefore: readonly (readonly Policy[])[],
  world: World,
): Answer {
  const denied = ofRealActions(lost.denied, world);
  const within = [...allowedBefore, ...capsOn(who, world)];
  const looksAtCaller = conditionsOf([...policies, denied]).some(({ keyId }) => keyId === "aws:principalarn");
  const isNamed = looksAtCaller && (who.kind === "role" || who.kind === "user");
  const where = isNamed ? [condition("ArnLike", "aws:PrincipalArn", [who.arn])] : [];
  return askPossible({ policies, notAllowedBy: [leavesOpen(denied)], within, where }, world);
}

/** An action that does not exist was never denied to anybody. */
function ofRealActions(policy: Policy, { facts }: World): Policy {
  const isReal = (name: string) => facts.isAction(name) !== false;
  if (policy.statements.every(({ actions }) => actions.not || actions.values.every(isReal))) return policy;
  const statements = policy.statements.map((statement) =>
    statement.actions.not
      ? statement
      : { ...statement, actions: { not: false, values: statement.actions.values.filter(isReal) } },
  );
  return withStatements(
    policy,
    statements.filter(({ actions }) => actions.not || actions.values.length > 0),
  );
}

/** Whether it denied nothing of what its own policy allows: somebody wrote it against what others allow. */
export function isAgainstOthers({ subject, denied }: Lost): boolean {
  return ask({ policies: [onlyAllows(subject.policy)], notAllowedBy: [leavesOpen(denied)] }).kind === "none";
}

const onlyAllows = (policy: Policy): Policy =>
  withStatements(
    policy,
    policy.statements.filter(({ effect }) => effect === "Allow"),
  );

/** A request that one of its Allows is about is left out: as if it denied what it allows. */
const withoutItsAllows = (policy: Policy): Policy =>
  withStatements(
    policy,
    policy.statements.map((statement) => ({ ...statement, effect: "Deny" })),
  );
