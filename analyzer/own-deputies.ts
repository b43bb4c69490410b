/** One guard against confused deputies in the place of another: the service comes for our own account before and after. */
import type { Severity, Witness } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { key, tellsTheSource } from "../lib/iam/keys.ts";
import { deliveredBy } from "../lib/iam/log-accounts.ts";
import { type PrincipalPattern, type Statement, withStatements } from "../lib/iam/policy.ts";
import { condition } from "../lib/iam/questions.ts";
import { sourceAccounts } from "../lib/iam/sources.ts";
import type { PolicyChange, Subject } from "./model.ts";
import type { World } from "./world.ts";

interface Told {
  witness?: Witness;
  severity?: Severity;
}

/**
 * Gives what is found in a change, which weighs low where all that is new is that a service comes for our own account
 * that was let in before, by another guard or in the person of an account of AWS's.
 * @param find looks at the change as it is given
 */
export function lessForOwnDeputies<Found extends Told>(
  change: PolicyChange,
  world: World,
  find: (change: PolicyChange) => readonly Found[],
): readonly Found[] {
  const found = find(change);
  const before = found.length > 0 ? withOwnDeputies(change, world) : null;
  if (!before) return found;
  const rest = find({ ...change, before });
  if (rest.length === 0) return found.map((one) => ({ ...one, severity: "low" as const }));
  return rest.some(({ witness }) => witness) ? rest : found;
}

/** What stood before, with its services let in for whatever our own account has; `null` where that changes nothing. */
function withOwnDeputies({ before, after }: PolicyChange, world: World): readonly Subject[] | null {
  const own = flatMap(after, (subject) => ownAccounts(subject, world));
  const more = before.map(({ policy }) => flatMap(policy.statements, (one) => asOwnDeputies(one, own)));
  if (more.every(({ length }) => length === 0)) return null;
  return before.map((subject, i) => ({
    ...subject,
    policy: withStatements(subject.policy, [...subject.policy.statements, ...more[i]!]),
  }));
}

/** The account of the policy, or where nothing tells it, as of most buckets: those inside that its sources are in. */
const ownAccounts = ({ account, policy }: Subject, { accounts: inside }: World): readonly string[] =>
  account === null ? sourceAccounts(policy).filter((id) => inside?.has(id)) : [account];

/** What a statement allows to services, for whoever of the account they say they come. */
function asOwnDeputies(statement: Statement, own: readonly string[]): readonly Statement[] {
  const { effect, principals, actions } = statement;
  if (effect === "Deny" || principals?.not !== false || own.length === 0) return [];
  // what else was asked is asked of somebody behind the service: of a certificate, a signed-in user
  if (!statement.conditions.every(({ keyId }) => tellsTheSource(keyId) || keyId === key.externalId)) return [];
  const values = flatMap(principals.values, (one): PrincipalPattern | readonly never[] => {
    if (one.kind === "service") return one;
    const service = one.kind === "account" && !actions.not ? deliveredBy(one.account, actions.values) : null;
    return service === null ? [] : { kind: "service", service };
  });
  if (values.length === 0) return [];
  return [
    condition("StringEquals", key.sourceAccount, own),
    condition(
      "ArnLike",
      key.sourceArn,
      own.map((account) => `arn:*:*:*:${account}:*`),
    ),
  ].map((guard) => ({ ...statement, principals: { values, not: false }, conditions: [guard] }));
}
