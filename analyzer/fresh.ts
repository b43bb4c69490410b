/** What of a changed policy can be new at all: a cheap look before the engine is asked. */
import type { Policy, Statement } from "../lib/iam/policy.ts";
import { normalForm } from "./fingerprint.ts";

/**
 * Gives policies that allow the same new requests as `after`, without the Allows that stand in `before` as well: what
 * they allow is not new as long as no Deny went. No policies when nothing can be new.
 */
export function freshOf(before: readonly Policy[], after: readonly Policy[]): readonly Policy[] {
  const version = before[0]?.version;
  // the version says what `${...}` means, so that equal statements may differ
  if ([...before, ...after].some((policy) => policy.version !== version)) return after;
  const old = statementsOf(before);
  const now = statementsOf(after);
  const isOld = standsIn(old, now);
  const stays = standsIn(now, old);
  if (before.some(({ statements }) => statements.some((one) => isDeny(one) && !stays(one)))) return after;
  const fresh = after.map((policy) => ({
    ...policy,
    statements: policy.statements.filter((statement) => isDeny(statement) || !isOld(statement)),
  }));
  return fresh.some(({ statements }) => !statements.every(isDeny)) ? fresh : [];
}

const isDeny = ({ effect }: Statement) => effect === "Deny";
const statementsOf = (policies: readonly Policy[]): ReadonlySet<Statement> =>
  new Set(policies.flatMap(({ statements }) => statements));

/**
 * Gives the question whether a statement of the other side stands here as well: the very object, as it does where
 * nothing changed, or one that says the same. `false` may be wrong for what a side says twice.
 */
function standsIn(here: ReadonlySet<Statement>, there: ReadonlySet<Statement>): (statement: Statement) => boolean {
  let forms: ReadonlySet<string> | null = null;
  return (statement) => {
    if (here.has(statement)) return true;
    forms ??= new Set([...here].filter((one) => !there.has(one)).map(normalForm));
    return forms.has(normalForm(statement));
  };
}
