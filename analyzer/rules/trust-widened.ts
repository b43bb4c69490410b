import { byCodeUnit, type Witness } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import { conditionsOf, type Statement, withStatements } from "../../lib/iam/policy.ts";
import { lessForOwnDeputies, type PolicyChange, rule, type Subject, widened } from "../rule.ts";

export default rule({
  id: "trust-widened",
  severity: "medium",
  summary: "The change lets someone assume the role who could not before",
  why: "A trust policy decides who may become the role. In a long document a removed condition or one more principal is easily read over, and the role's permissions go to someone nobody meant. The witness is a request that the new policy allows and the old one refuses.",
  levels:
    "Medium for most widenings; low for what comes with a session, such as its tags, for who is in already, where a service that was let in comes for our own account by another guard, and where a resource control policy still refuses all that is new. Low confidence when the two policies cannot be weighed against each other.",
  bad: `  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
  "Action": "sts:AssumeRole"
- "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } }`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/deploy" },
  "Action": "sts:AssumeRole"
}`,
  fix: "Check that whoever is let in anew is meant to be, and name no more than that.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html"],
  on: "policy change",
  kinds: ["trust"],
  check: (change, world) =>
    lessForOwnDeputies(asAssumed(change), world, (asked) =>
      widened(asked, world, (witness) => `now lets ${whoIn(witness)} call ${witness.action}${noLongerAsked(change)}`),
    ),
});

/** What somebody had to show to come in, and nobody has to now: an external id, MFA, an organization. */
function noLongerAsked({ before, after }: PolicyChange): string {
  const asked = (subjects: readonly Subject[]) =>
    flatMap(subjects, ({ policy: { statements } }) =>
      flatMap(statements, ({ effect, conditions }) => (effect === "Allow" ? conditions : [])),
    );
  const left = new Set(asked(after).map(({ keyId }) => keyId));
  const lost = new Map(asked(before).map(({ keyId, key }) => [keyId, key]));
  for (const keyId of left) lost.delete(keyId);
  const names = [...lost.values()].sort(byCodeUnit);
  return names.length === 0 ? "" : `, and asks nobody for ${names.join(" or ")} any more`;
}

/** A provider vouches for many: the claim tells which of them comes. */
function whoIn({ principal, context }: Witness): string {
  const [, subject] = Object.entries(context).find(([key]) => /:sub$/i.test(key)) ?? [];
  return typeof subject === "string" ? `${JSON.stringify(subject)} of ${principal}` : principal;
}

/**
 * The change without the tags and the source identity that services of AWS give to sessions: they choose them, not people.
 *
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
function asAssumed(change: PolicyChange): PolicyChange {
  const before = change.before.map(withoutSetUp);
  const known = new Set(flatMap(conditionsOf(before.map(({ policy }) => policy)), ({ values }) => values));
  return { ...change, before, after: change.after.map((subject) => byName(withoutSetUp(subject), known)) };
}

/**
 * With the names of repositories of GitHub in the place of their names and ids, where the names stood before: it is the
 * same repository, which nobody else can get by its name later.
 *
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
function byName(subject: Subject, known: ReadonlySet<string>): Subject {
  const isKnown = (value: string) => nameIn(value) !== value && known.has(nameIn(value));
  const { policy } = subject;
  if (!conditionsOf([policy]).some(({ values }) => values.some(isKnown))) return subject;
  const statements = policy.statements.map((statement) => ({
    ...statement,
    conditions: statement.conditions.map((condition) => ({
      ...condition,
      values: condition.values.map((value) => (isKnown(value) ? nameIn(value) : value)),
    })),
  }));
  return { ...subject, policy: withStatements(policy, statements) };
}

const nameIn = (subject: string): string => subject.replace(/^repo:([^@/:]+)@\d+\/([^@/:]+)@\d+:/, "repo:$1/$2:");

function withoutSetUp(subject: Subject): Subject {
  const { policy } = subject;
  const statements = flatMap(policy.statements, assuming);
  const stays =
    statements.length === policy.statements.length && statements.every((one, i) => one === policy.statements[i]);
  // what is known of a policy is known of the object
  return stays ? subject : { ...subject, policy: withStatements(policy, statements) };
}

function assuming(statement: Statement): Statement | readonly never[] {
  const { effect, actions, principals } = statement;
  const isOfServices = principals?.not === false && principals.values.every(({ kind }) => kind === "service");
  const values = actions.values.filter((name) => !/^sts:(TagSession|SetSourceIdentity|SetContext)$/i.test(name));
  if (!isOfServices || effect === "Deny" || actions.not || values.length === actions.values.length) return statement;
  return values.length > 0 ? { ...statement, actions: { values, not: false } } : [];
}
