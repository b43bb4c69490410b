/**
 * What AWS refuses, or never finds in a request, in a document whose grammar is right.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html (its errors) and
 * .../reference_policies_elements_sid.html
 */
import { flatMap } from "../flat-map.ts";
import { touching } from "./actions.ts";
import { readRange } from "./address.ts";
import { readDate, readNumber, testOf } from "./condition.ts";
import { describePrincipal } from "./explain.ts";
import { oncePer } from "./memo.ts";
import { misreadings } from "./misread.ts";
import type { Condition, Patterns, Policy, PolicyProblem, Principals } from "./policy.ts";
import { quote, STAND_IN } from "./texts.ts";

/** Something wrong whose meaning is clear. */
export interface Refusal extends PolicyProblem {
  /** AWS takes it, and no more is allowed for it than was meant: some people come in no longer, or never did. */
  locksOut: boolean;
}

/**
 * Gives what is wrong with the values of a policy, statement by statement.
 * @param limits whether the policy only takes away: AWS Organizations has rules of its own for statement ids
 */
export function refusals({ kind, version, statements }: Policy, limits: boolean): readonly Refusal[] {
  const isOfIam = kind === "trust" || (kind === "identity" && !limits);
  const problems: Refusal[] = [];
  const add = (statement: number, messages: readonly string[], locksOut = false) => {
    for (const message of messages) problems.push({ message, fatal: false, statement, offset: null, locksOut });
  };
  for (const statement of statements) {
    const { index, sid, effect, actions, principals, resources, conditions } = statement;
    if (isOfIam) add(index, brokenId(sid));
    if (kind === "trust") add(index, foreignActions(actions));
    if (principals) add(index, brokenAccounts(principals));
    if (resources) add(index, brokenArns(resources));
    if (version === "2008-10-17") {
      const values = flatMap([resources, ...conditions], (each) => each?.values ?? []);
      add(index, plainVariables(values), effect === "Allow");
    } else for (const each of resources ? [resources, ...conditions] : conditions) add(index, openBraces(each));
    if (principals && effect === "Allow") add(index, withoutOrganization(principals, conditions), true);
    if (principals && effect === "Allow" && kind === "trust") add(index, lockedOut(principals, actions), true);
    for (const { message, locksOut } of misreadings(statement, kind)) add(index, [message], locksOut);
    for (const condition of conditions) {
      add(index, unreadable(condition));
      add(index, literalWildcards(condition), isNegated(condition) === (effect === "Deny"));
      add(index, impossibleIds(condition), isNegated(condition) === (effect === "Deny"));
    }
  }
  return problems;
}

/**
 * Gives what AWS Organizations does not take in a resource control policy, statement by statement.
 *
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
 */
export function refusalsOfRcp({ statements }: Policy): readonly PolicyProblem[] {
  return flatMap(statements, ({ index, effect, principals, actions }) =>
    [
      ...(effect === "Allow" ? ["a resource control policy only denies: Allow is for AWS's own RCPFullAWSAccess"] : []),
      ...(principals?.not || principals?.values.some(({ kind }) => kind !== "anyone")
        ? ['a resource control policy is about everyone: its Principal is "*", and conditions say who is exempt']
        : []),
      ...(actions.not ? ["a resource control policy has no NotAction"] : []),
    ].map((message) => ({ message, fatal: false, statement: index, offset: null })),
  );
}

const isNegated = ({ operator }: Condition): boolean => operator.includes("Not");

const NONE: readonly never[] = [];

const brokenId = (sid: string | null): readonly string[] =>
  sid === null || /^[0-9A-Za-z]*$/.test(sid) ? NONE : [`Sid ${quote(sid)}: IAM takes letters and digits only`];

/** Variables came with version 2012-10-17; a policy without a version is one of 2008-10-17. */
function plainVariables(values: readonly string[]): readonly string[] {
  const written = flatMap(values, (value) => /\$\{[\w-]+:[^}]*\}/.exec(value)?.[0] ?? []);
  return [...new Set(written)].map((text) => `${quote(text)} is plain text: variables need "Version": "2012-10-17"`);
}

/** A variable ends where its brace is closed. */
const isOpenBrace = (value: string): boolean => value.includes("${") && /\$\{[^}]*(\$\{|$)/.test(value);

const openBraces = ({ values }: Pick<Patterns, "values">): readonly string[] =>
  values.some(isOpenBrace)
    ? values.filter(isOpenBrace).map((value) => `${quote(value)}: the brace of a variable is not closed`)
    : NONE;

/** What an ARN in full is not: "IAM resource ... cannot contain region information", and the like. */
const wrongArns: readonly (readonly [wrong: RegExp, says: string])[] = [
  [/^arn:(?!aws(-[a-z]+)*:|[^:]*[*?])/, "no partition of AWS: expected arn:aws:, arn:aws-cn: or arn:aws-us-gov:"],
  [/^([^:*?]*:){0,4}[^:*?]*$/, "an ARN has six parts, arn:aws:service:region:account:resource"],
  [/^arn:[^:]*:iam:[^:]+:/, "an ARN of IAM has no region"],
  [/^arn:[^:]*:iam:::/, "an ARN of IAM names an account, and matches nothing without one"],
];

/** Most ARNs are of another service, and in full. */
const plainArn = /^arn:aws:(?!iam:)[^:*?]*:[^:*?]*:[^:*?]*:/;

const mayBeBroken = (value: string): boolean => value.startsWith("arn:") && !plainArn.test(value) && !isOpen(value);

const brokenArns = ({ values }: Patterns): readonly string[] =>
  values.some(mayBeBroken)
    ? flatMap(values.filter(mayBeBroken), (value) => {
        const says = wrongArns.find(([wrong]) => wrong.test(value))?.[1];
        return says ? [`${quote(value)}: ${says}`] : [];
      })
    : NONE;

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

/** A service is in no organization; the one that it comes for has a key of its own. */
function withoutOrganization({ values, not }: Principals, conditions: readonly Condition[]): readonly string[] {
  if (not || values.length === 0 || values.some(({ kind }) => kind !== "service")) return NONE;
  return conditions
    .filter((condition) => /^aws:principalorg(id|paths)$/.test(condition.keyId) && !testOf(condition).absentOk)
    .map(
      ({ key }) =>
        `no service sends ${key}, so that the Allow never holds: ${key.replace(/principal/i, "Source")} says whom it comes for`,
    );
}

/** How somebody gets into a role at all, and who does: sts:TagSession and the like only go with one of these. */
const entries = [
  { action: "sts:AssumeRole", who: /^(account|arn|service)$/ },
  { action: "sts:AssumeRoleWithSAML", who: /:saml-provider\// },
  { action: "sts:AssumeRoleWithWebIdentity", who: /:oidc-provider\/|^[\w-]+(\.[\w-]+)+$/ },
].map((entry) => ({ ...entry, isAllowed: touching([entry.action]) }));

/** Whoever is named comes in by an action of his kind: AWS takes the others, and turns him down. */
function lockedOut(principals: Principals, actions: Patterns): readonly string[] {
  const allowed = entries.filter(({ isAllowed }) => isAllowed({ actions }));
  if (principals.not || allowed.length === 0 || allowed.length === entries.length) return NONE;
  return flatMap(principals.values, (value) => {
    const text = value.kind === "federated" ? value.provider : value.kind;
    const own = entries.find(({ who }) => who.test(text));
    if (!own || allowed.includes(own)) return [];
    const names = allowed.map(({ action }) => action).join(" and ");
    return [`${describePrincipal(value)} never comes in by ${names}, only by ${own.action}`];
  });
}

/** STS takes no other external ids: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

const impossibleIds = oncePer(({ operator, key, keyId, values }: Condition): readonly string[] => {
  if (keyId !== "sts:externalid" || !/^String(Not)?Equals/.test(operator)) return NONE;
  return values
    .filter((value) => !isOpen(value) && !/[*?]/.test(value) && !EXTERNAL_ID.test(value))
    .map(
      (value) =>
        `${operator} ${key} compares with ${quote(value)}, which never matches: an external id has two characters or more, letters, digits and +=,.@:/-`,
    );
});

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

/** Keys whose values hold neither `*` nor `?`: what is compared with one was meant as a pattern. */
const isWithoutWildcards = (keyId: string): boolean =>
  /^(aws:(userid|username|requestedregion)|sts:externalid)$|^aws:(principal|source)(arn|account|orgid|orgpaths|vpce?)$/.test(
    keyId,
  ) || /^iam:(passedtoservice|policyarn|permissionsboundary)$|^[^:]+\.[^:]+:(sub|aud)$/.test(keyId);

const literalWildcards = oncePer(({ operator, key, keyId, values }: Condition): readonly string[] => {
  if (!/^String(Not)?Equals/.test(operator) || !isWithoutWildcards(keyId)) return NONE;
  return values
    .filter((value) => /[*?]/.test(value.replace(/\$\{[^}]*\}/g, "")))
    .map(
      (value) =>
        `${operator} ${key} compares with ${quote(value)}, which never matches: its wildcards are plain text, and ${operator.replace(/Equals.*/, "Like")} reads them`,
    );
});
