/**
 * Whom an example shows: the engine makes a caller up, and whoever has the policy stands in that one's place where it
 * makes no difference to the policies.
 */
import type { Witness } from "../lib/finding.ts";
import { EXAMPLE_ACCOUNT, SOMEONE } from "../lib/iam/callers.ts";
import { key, tellsTheCaller } from "../lib/iam/keys.ts";
import { oncePer } from "../lib/iam/memo.ts";
import { conditionsOf, deniesOf, type Policy } from "../lib/iam/policy.ts";
import { STAND_IN } from "../lib/iam/texts.ts";
import { capsOn } from "./caps.ts";
import type { Principal, Subject } from "./model.ts";
import type { Violation } from "./rule.ts";
import type { World } from "./world.ts";

/** In whose hands that is what a rule speaks of. */
export interface Held extends Pick<Subject, "account" | "holders"> {
  policies: readonly Policy[];
  world: World;
}

/** A policy that gives something; what only takes away is in nobody's hands. */
export const heldOf = ({ policy, limits, account, holders }: Subject, world: World): Held | null =>
  policy.kind === "identity" && !limits ? { account, holders, policies: [policy], world } : null;

export const heldBy = (principal: Principal, world: World): Held => ({
  account: principal.account,
  holders: [principal],
  policies: principal.policies.map(({ policy }) => policy),
  world,
});

/** Gives what a rule says, with the example and the message in the name of a holder. */
export function inNameOf(held: Held | null, violation: Violation): Pick<Violation, "message" | "witness"> {
  const { witness, message } = violation;
  if (witness?.principal !== SOMEONE || held === null) return violation;
  const holder = held.holders.length > 1 ? held.holders.find(isFree) : held.holders[0];
  const about = [...held.policies, ...(holder ? around(holder, held.world) : [])];
  const looked = conditionsOf(about).map(({ keyId }) => keyId);
  if (looked.some(tellsTheCaller)) return violation;
  const isBeyondIt = looked.some(isBeyond) && holder?.kind !== "user";
  const account = accountOf(holder, held) ?? EXAMPLE_ACCOUNT;
  const isMadeUp = account !== EXAMPLE_ACCOUNT && showsExample(witness) && !about.some(namesExample);
  const moved = (text: string) => text.replaceAll(EXAMPLE_ACCOUNT, account);
  const principal = holder && !isBeyondIt ? nameOf(account, holder) : userIn(account);
  const told = message.replaceAll(SOMEONE, principal);
  if (!isMadeUp) return { witness: { ...witness, principal }, message: told };
  const { action, resource } = witness;
  const context = Object.entries(witness.context).map(([name, value]) => [
    name,
    typeof value === "string" ? moved(value) : (value?.map(moved) ?? null),
  ]);
  return {
    witness: { principal, action, resource: resource && moved(resource), context: Object.fromEntries(context) },
    message: resource ? told.replaceAll(resource, moved(resource)) : told,
  };
}

/** Nothing that is around a policy keeps some of it back from him. */
const isFree = ({ boundary, boundaryUnknown, policies }: Principal): boolean =>
  boundary === null && !boundaryUnknown && policies.every(({ policy }) => deniesOf(policy).length === 0);

const around = (holder: Principal, world: World): readonly Policy[] => [
  ...holder.policies.map(({ policy }) => policy),
  ...capsOn(holder, world).flat(),
];

/** What a role never shows, and what the plan does not tell of anybody. */
const isBeyond = (keyId: string): boolean =>
  keyId === key.mfaPresent || keyId === key.mfaAge || keyId.startsWith("aws:principaltag/");

const showsExample = ({ resource, context }: Witness): boolean =>
  [resource, ...Object.values(context).flat()].some((text) => text !== null && isExample(text));

const isExample = (text: string): boolean => text.includes(EXAMPLE_ACCOUNT);
const namesExample = oncePer(({ statements }: Policy): boolean =>
  statements.some(
    ({ resources, conditions }) =>
      resources?.values.some(isExample) || conditions.some(({ values }) => values.some(isExample)),
  ),
);

/** A permission set stands in the account of Identity Center, and its sessions in others. */
const accountOf = (holder: Principal | undefined, held: Held): string | null =>
  holder?.kind === "permission set" ? null : (holder?.account ?? held.account);

const userIn = (account: string): string => SOMEONE.replace(EXAMPLE_ACCOUNT, account);

function nameOf(account: string, { kind, name, arn }: Principal): string {
  if (kind === "permission set") {
    const path = `role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${name || "example"}_0123456789abcdef`;
    return `arn:aws:iam::${account}:${path}`;
  }
  if (kind !== "role" && kind !== "user") return userIn(account);
  const known = arn.replace(/^arn:\*:iam::[^:]*:(role|user)\/(\*\/)?/, `arn:aws:iam::${account}:$1/`);
  if (!/[*?]/.test(known) && !known.includes(STAND_IN)) return known;
  return kind === "user" ? userIn(account) : `arn:aws:iam::${account}:role/example`;
}
