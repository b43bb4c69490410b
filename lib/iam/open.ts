/** Whether an Allow statement is open to everyone, asked once for all rules that leave it to the one about that. */
import type { Policy, Statement } from "./policy.ts";
import { type Apart, stranger } from "./questions.ts";
import { ask } from "./witness.ts";

interface Known {
  colleagues: ReadonlySet<string> | null;
  service: string | null;
  open: boolean;
}

const known = new WeakMap<Policy, Known>();

/** Whether the Principal element can stand for somebody whom it does not name: without asking, so a yes is a perhaps. */
export function mayNameStrangers({ principals }: Statement): boolean {
  if (principals === null || principals.not) return true;
  // an ARN with a wildcard is refused by AWS, and policy-malformed's
  return principals.values.some(({ kind }) => kind === "anyone");
}

/** Gives what names those whom a statement lets in: where that is everyone, the Denies name whom they leave out. */
export const naming = ({ statement, alone, only }: Apart): Policy => (mayNameStrangers(statement) ? alone : only);

/**
 * Gives whether someone whom the policy does not name is let in, for certain.
 * @param policy the whole policy that the statement stands in
 * @param colleagues accounts that are no strangers; `null` when nobody said
 * @param service that answers, where that is known
 */
export function isOpenToStrangers(
  policy: Policy,
  apart: Apart,
  colleagues: ReadonlySet<string> | null,
  service: string | null = null,
): boolean {
  const { statement, alone } = apart;
  if (!mayNameStrangers(statement)) return false;
  const earlier = known.get(alone);
  if (earlier?.colleagues === colleagues && earlier.service === service) return earlier.open;
  const open = ask({ policies: [alone], ...stranger([policy], colleagues), service }).kind === "witness";
  known.set(alone, { colleagues, service, open });
  return open;
}
