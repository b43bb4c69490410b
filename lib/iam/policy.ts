/**
 * Policies in normal form: what every caller reads instead of raw policy JSON.
 *
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { flatMap } from "../flat-map.ts";
import { oncePer } from "./memo.ts";

/**
 * Where a policy stands, which decides the elements it may have.
 * - `identity`: no Principal (also permission sets, boundaries, session policies, SCPs)
 * - `resource`: Principal and Resource (also RCPs)
 * - `trust`: Principal, no Resource: the role itself
 */
export type PolicyKind = "identity" | "resource" | "trust";

export interface Policy {
  kind: PolicyKind;
  /** With 2008-10-17 (the default when absent) `${...}` is literal text. */
  version: "2008-10-17" | "2012-10-17";
  id: string | null;
  statements: readonly Statement[];
}

export interface Statement {
  /** Position in the document's Statement list, from 0. */
  index: number;
  sid: string | null;
  /** Where the statement begins in the source text, `null` where the policy was not given as text. */
  offset: number | null;
  effect: "Allow" | "Deny";
  /** `null` in identity policies. */
  principals: Principals | null;
  /** As written; action names are compared ignoring case. */
  actions: Patterns;
  /** `null` in trust policies. */
  resources: Patterns | null;
  conditions: readonly Condition[];
}

/** `not: false`: one of `values` matches. `not: true` (NotAction, NotResource): none does. */
export interface Patterns {
  values: readonly string[];
  not: boolean;
}

export interface Principals {
  values: readonly PrincipalPattern[];
  not: boolean;
}

export type PrincipalPattern =
  /** `"*"` and `{ "AWS": "*" }`: everyone, the anonymous caller included. */
  | { kind: "anyone" }
  /** Twelve digits or `arn:...:root`: every principal of that account; in NotPrincipal its root alone. */
  | { kind: "account"; account: string }
  /** A user, role, assumed-role or federated-user ARN. Invalid wildcards are kept and read as such: the worst case. */
  | { kind: "arn"; arn: string; account: string }
  /** `AIDA...`, `AROA...`: the principal was deleted; matches nobody. */
  | { kind: "deleted"; id: string }
  | { kind: "service"; service: string }
  /** A SAML or OIDC provider ARN, or `cognito-identity.amazonaws.com` and the like. */
  | { kind: "federated"; provider: string }
  | { kind: "canonicalUser"; id: string };

/** One condition operator on one key. Keys AND, values OR (for negated operators: NOT any). */
export interface Condition {
  operator: Operator;
  set: "ForAllValues" | "ForAnyValue" | null;
  ifExists: boolean;
  /** As written; compare with `keyId`. */
  key: string;
  /** Lower-cased key: condition keys ignore case. */
  keyId: string;
  values: readonly string[];
}

export const operators = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "NumericEquals",
  "NumericNotEquals",
  "NumericLessThan",
  "NumericLessThanEquals",
  "NumericGreaterThan",
  "NumericGreaterThanEquals",
  "DateEquals",
  "DateNotEquals",
  "DateLessThan",
  "DateLessThanEquals",
  "DateGreaterThan",
  "DateGreaterThanEquals",
  "Bool",
  "BinaryEquals",
  "IpAddress",
  "NotIpAddress",
  "ArnEquals",
  "ArnNotEquals",
  "ArnLike",
  "ArnNotLike",
  "Null",
] as const;
export type Operator = (typeof operators)[number];

/**
 * Something in a document that AWS would reject or that cannot mean what it says. `offset` counts characters from 0 in
 * the source text; `null` where the policy was not given as text.
 */
export interface PolicyProblem {
  message: string;
  /** What the document says cannot be relied on; otherwise AWS refuses the form of something whose meaning is clear. */
  fatal: boolean;
  /** `null`: the document as a whole. */
  statement: number | null;
  offset: number | null;
}

/** Gives a function that collects something from policies; each policy is looked through once. */
export function collector<T>(collect: (policy: Policy) => readonly T[]): (policies: readonly Policy[]) => readonly T[] {
  const listOf = oncePer(collect);
  return (policies) => (policies.length === 1 ? listOf(policies[0]!) : flatMap(policies, listOf));
}

/** Gives all conditions of the policies. */
export const conditionsOf = collector(({ statements }) => flatMap(statements, ({ conditions }) => conditions));

/**
 * Gives the policy with these statements instead of its own. Element by element: a copy by `...` would be another kind
 * of object to V8, and what is compiled for policies as they are read would not hold for it.
 */
export const withStatements = ({ kind, version, id }: Policy, statements: readonly Statement[]): Policy => ({
  kind,
  version,
  id,
  statements,
});

/** Gives the Deny statements of a policy. */
export const deniesOf = ({ statements }: Policy): readonly Statement[] =>
  statements.filter(({ effect }) => effect === "Deny");

const conditionIndex = oncePer((policy: Policy): ReadonlyMap<string, readonly Condition[]> => {
  const index = new Map<string, Condition[]>();
  for (const condition of conditionsOf([policy])) {
    const same = index.get(condition.keyId);
    if (same) same.push(condition);
    else index.set(condition.keyId, [condition]);
  }
  return index;
});

/** Gives the conditions of the policies on one key, by its lower-case name. */
export function conditionsOn(policies: readonly Policy[], keyId: string): readonly Condition[] {
  return flatMap(policies, (policy) => conditionIndex(policy).get(keyId) ?? NONE);
}

const NONE: readonly Condition[] = [];

/** Gives all values of the policies' Principal and NotPrincipal elements. */
export const principalsOf = collector(({ statements }) =>
  flatMap(statements, ({ principals }) => principals?.values ?? []),
);
