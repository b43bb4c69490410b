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
  const had = formsOf(before);
  const has = formsOf(after);
  const lostDeny = before.some(({ statements }) =>
    statements.some((statement) => isDeny(statement) && !has.has(normalForm(statement))),
  );
  if (lostDeny) return after;
  const fresh = after.map((policy) => ({
    ...policy,
    statements: policy.statements.filter((statement) => isDeny(statement) || !had.has(normalForm(statement))),
  }));
  return fresh.some(({ statements }) => !statements.every(isDeny)) ? fresh : [];
}

const isDeny = ({ effect }: Statement) => effect === "Deny";
const formsOf = (policies: readonly Policy[]): ReadonlySet<string> =>
  new Set(policies.flatMap(({ statements }) => statements.map(normalForm)));
