/** What binds somebody besides his own policies: his boundary, and the account's service control policies. */
import { flatMap } from "../lib/flat-map.ts";
import { compile, type Glob } from "../lib/iam/glob.ts";
import { key } from "../lib/iam/keys.ts";
import { oncePer } from "../lib/iam/memo.ts";
import { disjoint, includes } from "../lib/iam/pick.ts";
import { type Condition, conditionsOn, type Policy, type Statement, withStatements } from "../lib/iam/policy.ts";
import { UNNAMED } from "../lib/iam/unnamed.ts";
import type { Principal, Subject } from "./model.ts";
import type { World } from "./world.ts";

/** Policies of which each list allows what is allowed at all. */
export type Levels = readonly (readonly Policy[])[];

/** Somebody of an account; without a kind nobody in particular. */
export type Bound = Pick<Principal, "account"> & Partial<Pick<Principal, "kind" | "arn">>;

/**
 * Gives the service control policies that bind somebody. Most of them exempt a few roles by aws:PrincipalArn: whether he
 * is one of those is decided where his ARN tells it, and nobody in particular is none that is named.
 */
export function levelsFor(who: Bound, { serviceControlPolicies }: World): Levels {
  // sessions of a permission set are in other accounts than the set itself
  const account = who.kind === "permission set" ? null : who.account;
  const levels = account === null ? undefined : serviceControlPolicies.get(account);
  return levels && levels.length > 0 ? decidedFor(levels)(arnsOf(who).join("\n")) : NONE;
}

const NONE: Levels = [];

/**
 * Gives what binds those who have a policy, once for all who are bound by the same; one entry at least. What a policy of a
 * resource opens, it opens to others.
 */
export function capsOf({ policy, limits, account, holders }: Subject, world: World): readonly Levels[] {
  if (policy.kind !== "identity" || limits) return [NONE];
  if (holders.length === 0) return [levelsFor({ account }, world)];
  return [...new Set(holders.map((holder) => capsOn(holder, world)))];
}

/** Gives what binds a principal. */
export const capsOn = (principal: Principal, world: World): Levels =>
  principal.boundary ? boundedBy(principal.boundary)(levelsFor(principal, world)) : levelsFor(principal, world);

/** The same list for all who have the boundary. */
const boundedBy = oncePer((boundary: Policy) => oncePer((levels: Levels): Levels => [[boundary], ...levels]));

/** Patterns of what aws:PrincipalArn says of him. */
function arnsOf({ account, kind, arn = "*" }: Bound): readonly string[] {
  const own = `arn:*:iam::${account ?? "*"}`;
  switch (kind) {
    case "role":
    case "user":
      return [arn, arn.replace("/*/", "/")];
    case "group":
      return [`${own}:user/${UNNAMED}`];
    default:
      return [`${own}:role/${UNNAMED}`, `${own}:user/${UNNAMED}`];
  }
}

/** Accounts of a unit are bound by the same lists, and principals of a plan are asked about again and again. */
const decidedFor = oncePer((levels: Levels): ((arns: string) => Levels) => {
  const isAsked = conditionsOn(levels.flat(), key.principalArn).length > 0;
  const byArns = new Map<string, Levels>();
  return (arns) => {
    if (!isAsked) return levels;
    const known = byArns.get(arns);
    if (known) return known;
    const globs = arns.split("\n").map(arnGlob);
    const decided = levels.map((policies) => policies.map((policy) => decide(policy, globs)));
    byArns.set(arns, decided);
    return decided;
  };
});

const arnGlob = (arn: string): Glob => compile(arn, { dialect: "arn" });

/** The policy without what it asks of aws:PrincipalArn, as far as that is certain of somebody with one of these ARNs. */
function decide(policy: Policy, arns: readonly Glob[]): Policy {
  if (conditionsOn([policy], key.principalArn).length === 0) return policy;
  const statements = flatMap(policy.statements, (statement): Statement | readonly never[] => {
    const answers = new Map(statement.conditions.map((condition) => [condition, holdsFor(condition, arns)]));
    if ([...answers.values()].includes(false)) return [];
    const open = statement.conditions.filter((condition) => answers.get(condition) === null);
    return open.length === statement.conditions.length ? statement : { ...statement, conditions: open };
  });
  return withStatements(policy, statements);
}

/** Whether a condition on aws:PrincipalArn holds; `null` where that is not certain, and for all others. */
function holdsFor({ keyId, operator, values }: Condition, arns: readonly Glob[]): boolean | null {
  const comparison = keyId === key.principalArn ? /^(Arn|String)(Not)?(Equals|Like)$/.exec(operator) : null;
  if (!comparison || values.some((value) => value.includes("${"))) return null;
  const [, family, negated, verb] = comparison;
  // ArnEquals reads wildcards as ArnLike does
  const dialect = family === "Arn" ? "arn" : verb === "Like" ? "string" : "literal";
  const named = values.map((value) => compile(value, { dialect }));
  const isOne = arns.every((arn) => named.some((glob) => includes(glob, arn)));
  if (isOne || arns.every((arn) => named.every((glob) => disjoint(glob, arn))))
    return isOne === (negated === undefined);
  return null;
}
