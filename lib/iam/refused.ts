/**
 * What AWS refuses, or never finds in a request, in a document whose grammar is right.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html (its errors) and
 * .../reference_policies_elements_sid.html
 */
import { flatMap } from "../flat-map.ts";
import { readRange } from "./address.ts";
import { readDate, readNumber } from "./condition.ts";
import { oncePer } from "./memo.ts";
import type { Condition, Patterns, Policy, PolicyProblem, Principals } from "./policy.ts";
import { quote, STAND_IN } from "./texts.ts";

/**
 * Gives what is wrong with the values of a policy, statement by statement.
 * @param limits whether the policy only takes away: AWS Organizations has rules of its own for statement ids
 */
export function refusals({ kind, statements }: Policy, limits: boolean): readonly PolicyProblem[] {
  const isOfIam = kind === "trust" || (kind === "identity" && !limits);
  const problems: PolicyProblem[] = [];
  const add = (statement: number, messages: readonly string[]) => {
    for (const message of messages) problems.push({ message, fatal: false, statement, offset: null });
  };
  for (const { index, sid, actions, principals, conditions } of statements) {
    if (isOfIam) add(index, brokenId(sid));
    if (kind === "trust") add(index, foreignActions(actions));
    if (principals) add(index, brokenAccounts(principals));
    for (const condition of conditions) add(index, unreadable(condition));
  }
  return problems;
}

const NONE: readonly never[] = [];

const brokenId = (sid: string | null): readonly string[] =>
  sid === null || /^[0-9A-Za-z]*$/.test(sid) ? NONE : [`Sid ${quote(sid)}: IAM takes letters and digits only`];

/** "AssumeRole policy may only specify STS AssumeRole actions". */
const foreignActions = oncePer(({ values, not }: Patterns): readonly string[] =>
  not
    ? []
    : values
        .filter((value) => /^(?!sts:)[\w-]+:/i.test(value))
        .map((value) => `a trust policy allows actions of STS only, not ${quote(value)}`),
);

const brokenAccounts = oncePer(({ values }: Principals): readonly string[] =>
  flatMap(values, (value) =>
    value.kind === "arn" && /^\d+$/.test(value.account) && value.account.length !== 12
      ? [`${quote(value.arn)}: an account id has twelve digits, not ${value.account.length}`]
      : [],
  ),
);

/** Variables, and what the analyzer writes for values that a plan does not know yet, stand for something readable. */
const isOpen = (text: string) => text.includes("${") || text.includes(STAND_IN);

const isBoolean = (text: string) => /^(true|false)$/i.test(text);

/** What the operators of a kind read; the others compare text. */
const readers: readonly (readonly [operator: RegExp, reads: (text: string) => boolean, expected: string])[] = [
  [/^(Bool|Null)$/, isBoolean, "true or false"],
  [/^Numeric/, (text) => !Number.isNaN(readNumber(text)), "a number"],
  [/^Date/, (text) => !Number.isNaN(readDate(text)), "a date such as 2026-01-31T00:00:00Z, or seconds since 1970"],
  [/IpAddress$/, (text) => readRange(text) !== null, "an address or a range such as 203.0.113.0/24"],
  [/^Arn/, (text) => /^(arn:|[*?])/.test(text), "an ARN"],
];

const unreadable = oncePer(({ operator, key, values }: Condition): readonly string[] => {
  const [, reads, expected] = readers.find(([operators]) => operators.test(operator)) ?? [];
  if (!reads) return [];
  return values
    .filter((value) => !isOpen(value) && !reads(value))
    .map((value) => `${operator} ${key} compares with ${quote(value)}, which never matches: expected ${expected}`);
});
