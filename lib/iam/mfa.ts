/** What a statement's own conditions say of those who have not used MFA. */
import { holds, testOf } from "./condition.ts";
import { key } from "./keys.ts";
import type { Condition, Statement } from "./policy.ts";

/** What the two keys say where MFA was not used: long-term access keys, and temporary credentials. */
const NO_MFA: readonly ReadonlyMap<string, readonly string[]>[] = [new Map(), new Map([[key.mfaPresent, ["false"]]])];

/** Whether a condition looks at one of the two keys. */
export const isAboutMfa = ({ keyId }: Condition): boolean => keyId === key.mfaPresent || keyId === key.mfaAge;

/** Whether the conditions on MFA alone keep out whoever has not used it, or of a Deny, always catch him. */
export function enforcesMfa({ effect, conditions }: Statement): boolean {
  const tests = conditions.filter(isAboutMfa).map(testOf);
  if (tests.length === 0) return effect === "Deny";
  return NO_MFA.every((keys) => {
    const met = tests.every((test) => holds(test, keys.get(test.keyId)));
    return effect === "Deny" ? met : !met;
  });
}

/** What the two keys say to whoever has used MFA just now. */
const WITH_MFA: ReadonlyMap<string, readonly string[]> = new Map([
  [key.mfaPresent, ["true"]],
  [key.mfaAge, ["0"]],
]);

const isMet = (condition: Condition): boolean => holds(testOf(condition), WITH_MFA.get(condition.keyId));

/** Whether the statement looks at nothing but MFA, and whoever has just used it meets that; `false` is a perhaps. */
export function isMetByMfa({ conditions }: Statement): boolean {
  return conditions.every((condition) => isAboutMfa(condition) && isMet(condition));
}

/** Whether the conditions on MFA are the wrong way round: whoever has just used it is kept out by them alone. */
export function refusesMfa({ effect, conditions }: Statement): boolean {
  const met = conditions.filter(isAboutMfa).every(isMet);
  return effect === "Deny" ? met : !met;
}
