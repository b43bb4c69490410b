/**
 * Conditions that AWS takes, and whose values cannot do what they were written for: they leave out all that the key can
 * be, or name what it never is.
 */
import { coverEveryone, isPrivate, isWide, readRange } from "./address.ts";
import { holds, testOf } from "./condition.ts";
import { compile, type Glob } from "./glob.ts";
import { isAlwaysPresent, key } from "./keys.ts";
import { oncePer } from "./memo.ts";
import { pick } from "./pick.ts";
import type { Condition, Policy, Statement } from "./policy.ts";

/** What a condition makes of its statement. */
export interface Misreading {
  message: string;
  /** Some people come in no longer, or never did. */
  locksOut: boolean;
}

/** Gives what the conditions of a statement do that nobody can have meant. */
export function misreadings({ effect, conditions }: Statement, kind: Policy["kind"]): readonly Misreading[] {
  const found: Misreading[] = [];
  for (const condition of conditions) {
    const { keyId, operator, key: name } = condition;
    const denies = effect === "Deny";
    // what else is asked may be what the statement is about: `and without MFA`
    const isAlone = conditions.length === 1;
    const every = keyId === key.sourceIp || operator.endsWith("NotLike") ? leftOut(condition) : null;
    if (every !== null) {
      const never = every.isAll && (!testOf(condition).absentOk || isIn(keyId, kind));
      if (never) {
        found.push({
          message: `${operator} ${name} exempts ${every.name}: the ${effect} never holds`,
          locksOut: !denies,
        });
      } else if (denies && isAlone && !isOfUnsigned(condition, every)) {
        found.push({ message: `${operator} ${name} exempts ${every.name}`, locksOut: false });
      }
    }
    if (keyId === key.sourceIp && isOfPrivateRanges(condition)) {
      const message = `${operator} ${name} compares with private ranges only, which never match: it is the public address, and absent where a request comes through a VPC endpoint; aws:VpcSourceIp is the private one, aws:SourceVpce the endpoint`;
      const negated = operator.startsWith("Not");
      // a Deny of all public addresses, and no way around it, is one of everyone
      found.push({ message, locksOut: negated === denies && !(negated && isAlone) });
    }
    if (keyId === "aws:securetransport" && denies && isInverted(condition) && !conditions.some(isAboutTls)) {
      found.push({
        message: `${operator} ${name} denies what comes by TLS, and lets plain HTTP pass`,
        locksOut: false,
      });
    }
  }
  return found;
}

/** Whether the key is in every request that the policy is about: users and roles say who they are. */
const isIn = (keyId: string, kind: Policy["kind"]): boolean =>
  isAlwaysPresent(keyId) || (kind === "identity" && (keyId === key.principalArn || keyId === key.principalAccount));

/** Whoever has no ARN has not signed the request: to deny just those may be meant. */
const isOfUnsigned = ({ keyId, values: texts }: Condition, { isAll }: Pick<Values, "isAll">): boolean =>
  isAll && keyId === key.principalArn && texts.length === 1;

interface Values {
  name: string;
  /** The key is never anything else. */
  isAll: boolean;
  like: Glob;
}

const values = (name: string, like: string, isAll = true): Values => ({
  name,
  isAll,
  like: compile(like, { dialect: "arn" }),
});

/** What keys that say who calls, and from where, can be: the first that a list leaves out is told. */
const possible: Readonly<Record<string, readonly Values[]>> = {
  [key.principalArn]: [
    values("everyone who signs", "arn:aws:*"),
    values("every role of every account", "arn:aws:iam::*:role/*", false),
  ],
  [key.principalAccount]: [values("every account", "????????????")],
  [key.principalOrgId]: [values("every organization", "o-*")],
  [key.principalOrgPaths]: [values("every organization", "o-*/*")],
  "aws:requestedregion": [values("every region", "*-*-*")],
  "aws:sourcevpc": [values("every VPC of every account", "vpc-*")],
  "aws:sourcevpce": [values("every VPC endpoint of every account", "vpce-*")],
};

/** What a negated condition leaves out altogether: all that its key can be, or all of a kind. */
const leftOut = oncePer((condition: Condition): Pick<Values, "name" | "isAll"> | null => {
  const { present } = testOf(condition);
  if (typeof present === "boolean" || !present.test.not) return null;
  const { globs, ranges } = present.test;
  if (condition.keyId === key.sourceIp) {
    return ranges.some(isWide) && coverEveryone(ranges) ? { name: "every IPv4 address", isAll: false } : null;
  }
  if (globs.every(({ literal }) => literal !== null)) return null;
  const inAws = globs.map((glob) => inPartition(glob, condition));
  return possible[condition.keyId]?.find(({ like }) => isWithin(like, inAws)) ?? null;
});

const isWithin = (like: Glob, globs: readonly Glob[]): boolean =>
  pick([
    { globs: [like], not: false },
    { globs, not: true },
  ]).kind === "none";

/** Roles of any partition are all there are where a policy is about that partition. */
const inPartition = ({ source }: Glob, { operator }: Condition): Glob =>
  compile(source.replace(/^arn:aws-[\w-]+:/, "arn:aws:"), { dialect: operator.startsWith("Arn") ? "arn" : "string" });

const isOfPrivateRanges = oncePer(({ values: texts }: Condition): boolean => {
  const ranges = texts.map(readRange);
  return ranges.length > 0 && ranges.every((range) => range !== null && isPrivate(range));
});

const isInverted = (condition: Condition): boolean => {
  const test = testOf(condition);
  return holds(test, ["true"]) && !holds(test, ["false"]);
};

/** An old version of TLS is one that comes by TLS. */
const isAboutTls = ({ keyId }: Condition): boolean => keyId.endsWith(":tlsversion");
