import { flatMap } from "../../lib/flat-map.ts";
import { testOf } from "../../lib/iam/condition.ts";
import { isNeverSent } from "../../lib/iam/global-keys.ts";
import { identityProviders } from "../../lib/iam/identity-providers.ts";
import { canExist, isOfIssuers, isOfOtherIssuers } from "../../lib/iam/keys.ts";
import type { Condition, Statement } from "../../lib/iam/policy.ts";
import { type CompiledStatement, statementsOf } from "../../lib/iam/statement.ts";
import { refOf, rule, type Subject, type Violation, type World } from "../rule.ts";

export default rule({
  id: "condition-key-unknown",
  severity: "medium",
  summary: "A condition looks at a key that no service sends",
  why: "AWS takes any key in a condition, misspelt ones too. The key is absent from every request: a Deny on it never holds and protects nothing, a negated or IfExists operator on it always holds and narrows nothing.",
  levels:
    "Medium; high where the statement opens more than it says: in a Deny that never holds, or an Allow whose condition always does; and where a Deny of an organization's policy or of a resource's own always holds, and keeps everybody out. Low where an Allow has it in a variable, and matches less than it says.",
  bad: `{
  "Effect": "Deny",
  "Action": "iam:*",
  "Resource": "*",
  "Condition": { "Bool": { "aws:MultiFactorAuthPresnt": "false" } }
}`,
  good: `{
  "Effect": "Deny",
  "Action": "iam:*",
  "Resource": "*",
  "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }
}`,
  fix: "Write the key as AWS documents it: the global keys, the keys of the service, or those of the identity provider.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  ],
  on: "policy",
  kinds: ["identity", "resource", "trust"],
  also: ["limits"],
  aboutWords: true,
  check(subject, { facts }) {
    return flatMap(statementsOf(subject.policy), (compiled) => {
      const found = inConditions(compiled.statement, subject, facts);
      return found.length > 0 ? found : inVariables(compiled, facts);
    });
  },
});

const NONE: readonly never[] = [];

function inConditions(statement: Statement, subject: Subject, facts: World["facts"]): readonly Violation[] {
  const { conditions } = statement;
  if (conditions.length === 0) return NONE;
  const issuers = issuersOf(statement);
  // most often every key is one of AWS's, and nobody comes with a token
  if (issuers.length === 0 && conditions.every(({ key }) => facts.isConditionKey(key) !== false)) return NONE;
  const unknown = conditions.filter(({ key, keyId }) =>
    isOfIssuers(keyId, issuers)
      ? !canExist(keyId)
      : isOfOtherIssuers(keyId, issuers) || facts.isConditionKey(key) === false,
  );
  if (unknown.length === 0) return [];
  const message = [...new Set(unknown.map(({ key }) => key))]
    .map((key) => {
      const claim = /:(sub|aud|iss)\w+$/i.exec(key)?.[1];
      if (claim && isOfIssuers(key.toLowerCase(), issuers))
        return `no token has "${key}"; did you mean "${key.slice(0, key.lastIndexOf(":"))}:${claim.toLowerCase()}"?`;
      if (isOfOtherIssuers(key.toLowerCase(), issuers)) return `no token of ${issuers.join(", ")} has "${key}"`;
      const meant = facts.nearestKey(key);
      return `no service sends "${key}"${meant === null ? "" : `; did you mean "${meant}"?`}`;
    })
    .join("; ");
  const shut = shutOut(statement, unknown, subject);
  const isBad = shut !== null || unknown.some((condition) => opensUp(statement, condition));
  const effect = shut ?? effectOf(statement, unknown);
  return [{ statement: refOf(statement), message: `${message} (${effect})`, severity: isBad ? "high" : "medium" }];
}

/** Variables that begin otherwise may be those of a service, which only its own policies know. */
function inVariables({ statement, variables }: CompiledStatement, facts: World["facts"]): readonly Violation[] {
  if (variables.length === 0) return NONE;
  const unknown = variables.filter(isNeverSent);
  if (unknown.length === 0) return NONE;
  const message = unknown
    .map((key) => {
      const meant = facts.nearestKey(key);
      return `no request has a value for the variable "\${${key}}"${meant === null ? "" : `; did you mean "\${${meant}}"?`}`;
    })
    .join("; ");
  const severity = statement.effect === "Deny" ? "medium" : "low";
  return [{ statement: refOf(statement), message: `${message} (what it stands in matches nothing)`, severity }];
}

/** The issuers of a statement's OIDC providers. */
const issuersOf = (statement: Statement): readonly string[] =>
  flatMap(identityProviders(statement), ({ kind, host }) => (kind === "oidc" ? [host] : []));

/** What the condition makes of the statement, as its key is absent from every request. */
function opensUp({ effect }: Statement, condition: Condition): boolean {
  const { absentOk } = testOf(condition);
  return effect === "Deny" ? !absentOk : absentOk;
}

/** Says whom a Deny keeps out that nothing in it spares any more; `null` where that is one's own loss. */
function shutOut(
  statement: Statement,
  unknown: readonly Condition[],
  { policy, resourceType }: Subject,
): string | null {
  const { effect, conditions } = statement;
  const isForMany = policy.kind !== "identity" || resourceType === "aws_organizations_policy";
  if (effect !== "Deny" || !isForMany || !unknown.every((condition) => testOf(condition).absentOk)) return null;
  const others = conditions.length > unknown.length ? " whom its other conditions do not spare" : "";
  return `the condition always holds: the Deny hits everybody${others}, the organization's own people included`;
}

function effectOf({ effect }: Statement, unknown: readonly Condition[]): string {
  const never = unknown.some((condition) => !testOf(condition).absentOk);
  if (never) return effect === "Deny" ? "the Deny never holds" : "the Allow never holds";
  return "the condition always holds";
}
