import type { Witness } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import { type Policy, type PrincipalPattern, type Statement, withStatements } from "../../lib/iam/policy.ts";
import { fewOf } from "../../lib/iam/texts.ts";
import {
  callOf,
  lessForOwnDeputies,
  newAccess,
  type PolicyChange,
  type Principal,
  rule,
  type Subject,
  type Violation,
  type World,
  widened,
} from "../rule.ts";

export default rule({
  id: "permission-widened",
  severity: "medium",
  summary: "The change allows what the policy did not allow before",
  why: "Permissions grow a line at a time, and a reviewer sees a diff of JSON: a NotAction, a removed condition or a wildcard one level up allows much more than it looks. The witness is a request that the new policy allows and the old one refuses.",
  levels:
    "Medium for most widenings, low where only names and settings can be read besides, or where a service that was let in, or an account of AWS's that delivers its logs, now comes for our own account by another guard; other rules say when what it now allows is dangerous in itself. Low confidence when the two policies cannot be weighed against each other; medium where a resource's policy names a role or user of its own account, which may have been allowed by the account's policies. What an EKS access entry or access policy reaches in a cluster is written below the cluster: groups, and the objects, secrets and roles of a namespace. Low where whoever has the policy in the plan was allowed as much by all its policies together, and where a resource control policy still refuses all that is new. Not reported where a statement only moves between inline policies of one role, user or group, nor where boundaries or service control policies keep all of it back from those who have the policy.",
  bad: `  "Effect": "Allow",
- "Action": ["s3:GetObject"],
+ "Action": ["s3:Get*", "s3:Put*"],
  "Resource": "arn:aws:s3:::invoices/*"`,
  good: `  "Effect": "Allow",
- "Action": ["s3:Get*", "s3:Put*"],
+ "Action": ["s3:GetObject", "s3:PutObject"],
  "Resource": "arn:aws:s3:::invoices/*"`,
  fix: "Check that the new access is meant, and name no more actions, resources and principals than it needs.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html",
  ],
  on: "policy change",
  kinds: ["identity", "resource"],
  also: ["managed"],
  check(change, world) {
    const ofResource = change.after[0]?.policy.kind === "resource";
    const found = lessForOwnDeputies(change, world, (asked) =>
      widened(asked, world, (witness) =>
        ofResource
          ? `now lets ${witness.principal} call ${callOf(witness)}`
          : `now allows ${callOf(isAboutNothing(witness, world) ? { ...witness, resource: null } : witness)}`,
      ),
    );
    if (found.length === 0) return ofResource ? named(change, world) : found;
    if (isMoved(change)) return [];
    const told = found.map((violation) => ({
      ...violation,
      message: `${violation.message}${besides(violation, change)}`,
    }));
    return isHeld(change, world) ? told.map((violation) => ({ ...violation, severity: "low" })) : told;
  },
});

/** One request is shown; a wildcard for all of a service brings more than that. */
function besides({ statement }: Violation, { before, after }: PolicyChange): string {
  const of = ({ actions, effect }: Statement) => (effect === "Allow" && !actions.not ? actions.values : []);
  const earlier = flatMap(before, ({ policy }) => flatMap(policy.statements, of));
  const now = flatMap(after, ({ policy }) =>
    flatMap(policy.statements, (one) => (one.index === statement?.index ? of(one) : [])),
  );
  const whole = now.filter(
    (action) => /^[\w-]+:\*+$/.test(action) && !earlier.includes(action) && !earlier.includes("*"),
  );
  return whole.length > 0 ? `, and every other action of ${fewOf(whole.map((action) => action.split(":")[0]!))}` : "";
}

/** Whether whoever has the policy in the plan was allowed as much, by all its policies together. */
function isHeld({ before, after }: PolicyChange, world: World): boolean {
  const earlier = flatMap(before, ({ holders }) => holders);
  const holders = flatMap(after, (subject) => subject.holders);
  const policiesOf = ({ policies }: Principal) => policies.map(({ policy }) => policy);
  return (
    holders.length > 0 &&
    holders.every((holder) => {
      const same = earlier.find(({ address }) => address === holder.address);
      return same && newAccess(policiesOf(same), policiesOf(holder), world).newAccess === false;
    })
  );
}

/** Whether an action cannot be limited to resources: what the request is shown with means nothing. */
const isAboutNothing = ({ action }: Witness, { facts }: World): boolean =>
  facts.isAction(action) === true && facts.resourcesOf(action).length === 0;

/**
 * A resource's own account in Principal leaves it to the account's policies who may do what; whom the resource's policy
 * names beside it needs none. Nothing is said where the account loses something in exchange.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function named({ before, after, ...change }: PolicyChange, world: World): readonly Violation[] {
  if (!after.some(leavesToAccount)) return [];
  const apart = { ...change, before: before.map(withoutOwnAccount), after: after.map(withoutOwnAccount) };
  const found = widened(
    apart,
    world,
    (witness) => `now lets ${witness.principal} call ${callOf(witness)} without a policy of its own`,
  ).filter(({ witness }) => witness !== undefined);
  if (found.length === 0 || widened({ ...change, before: after, after: before }, world, callOf).length > 0) return [];
  return found.map((violation) => ({ ...violation, confidence: "medium" }));
}

const isOwn = ({ account }: Subject, principal: PrincipalPattern) =>
  principal.kind === "account" && principal.account === account;

const leavesToAccount = (subject: Subject): boolean =>
  subject.policy.statements.some(
    ({ effect, principals }) =>
      effect === "Allow" && principals?.not === false && principals.values.some((one) => isOwn(subject, one)),
  );

function withoutOwnAccount(subject: Subject): Subject {
  const statements = flatMap(subject.policy.statements, (statement) => {
    const { effect, principals } = statement;
    if (effect === "Deny" || !principals || principals.not) return statement;
    const values = principals.values.filter((one) => !isOwn(subject, one));
    if (values.length === principals.values.length) return statement;
    return values.length > 0 ? { ...statement, principals: { ...principals, values } } : [];
  });
  return { ...subject, policy: withStatements(subject.policy, statements) };
}

/**
 * Whether the statements that an inline policy gains, and the Denies that it loses, only change places with another
 * policy of its holder. A managed policy may have holders that the plan does not show.
 */
function isMoved(change: PolicyChange): boolean {
  if (change.resourceType === "aws_iam_policy") return false;
  const holders = flatMap(change.after, (subject) => subject.holders);
  return holders.length > 0 && holders.every((holder) => isMovedWithin(change, holder));
}

function isMovedWithin({ address, before, after }: PolicyChange, holder: Principal): boolean {
  const earlier = flatMap(before, ({ holders }) => holders).find((other) => other.address === holder.address);
  if (!earlier) return false;
  const elsewhere = ({ policies }: Principal) => policies.filter((other) => other.address !== address);
  const gone = missing("Allow", elsewhere(earlier), elsewhere(holder));
  const come = missing("Deny", elsewhere(holder), elsewhere(earlier));
  return (
    missing("Allow", after, before).every((statement) => gone.includes(statement)) &&
    missing("Deny", before, after).every((statement) => come.includes(statement))
  );
}

/** Statements that stand in some policies and not in others, as text. */
function missing(effect: Statement["effect"], here: readonly Subject[], there: readonly Subject[]): readonly string[] {
  const statements = (subjects: readonly Subject[]) =>
    flatMap(subjects, ({ policy }) =>
      policy.statements.filter((one) => one.effect === effect).map((one) => textOf(one, policy)),
    );
  const others = new Set(statements(there));
  return statements(here).filter((text) => !others.has(text));
}

/** The version decides what a variable means. */
const textOf = ({ actions, resources, conditions }: Statement, { version }: Policy): string =>
  JSON.stringify([version, actions, resources, conditions]);
