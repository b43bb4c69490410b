/** Answers of the engine in a colleague's words. */
import type { Witness } from "../finding.ts";
import { flatMap } from "../flat-map.ts";
import type { Condition, Patterns, Policy, PrincipalPattern, Principals, Statement } from "./policy.ts";
import { operatorName } from "./render.ts";
import { type Mismatch, mismatch, type Request, statementsOf } from "./statement.ts";

/** Statements, and values in them, that are told in full; the rest is counted. */
const TOLD = 4;

/** Gives the request of a witness in one sentence: who calls what, with which keys present and absent. */
export function describeRequest({ principal, action, resource, context }: Witness): string {
  const keys = Object.entries(context).map(([key, value]) =>
    value === null ? `${key} is absent` : `${key} is ${[value].flat().join(", ")}`,
  );
  const what = `${principal} calls ${action}${resource === null ? "" : ` on ${resource}`}`;
  return keys.length === 0 ? what : `${what}, where ${keys.join(" and ")}`;
}

/** Gives one line a demand: what must hold for the statement to apply. */
export function describeStatement(statement: Statement): string[] {
  const { effect, principals, actions, resources, conditions } = statement;
  return [
    `${effect}s ${patterns("action", actions)}${resources ? ` on ${patterns("resource", resources)}` : ""}`,
    ...(principals ? [`for ${describePrincipals(principals)}`] : []),
    ...conditions.map(describeCondition),
  ];
}

/**
 * Gives why policies do not allow a request: the Deny that applies, or what each Allow statement that comes near it
 * misses. An Allow for other actions is passed over.
 */
export function explainRefusal(policies: readonly Policy[], request: Request): string[] {
  const near = flatMap(flatMap(policies, statementsOf), (compiled) => {
    const { statement } = compiled;
    const missed = mismatch(compiled, request);
    if (statement.effect === "Deny") return missed === null ? [`${nameOf(statement)} denies it`] : [];
    if (missed === null || missed.element === "action") return [];
    return [`${nameOf(statement)} does not apply: ${describeMismatch(statement, missed, request)}`];
  });
  if (near.length === 0) return ["no statement allows the action"];
  return near.length > TOLD ? [...near.slice(0, TOLD), `and ${near.length - TOLD} more`] : near;
}

/** `statement 1 (Sid)`, counted from 1 as people do. */
export function nameOf({ index, sid }: Pick<Statement, "index" | "sid">): string {
  return `statement ${index + 1}${sid === null ? "" : ` (${sid})`}`;
}

function describeMismatch(statement: Statement, missed: Mismatch, { caller, resource, context }: Request): string {
  switch (missed.element) {
    case "principal":
      return `it is for ${statement.principals ? describePrincipals(statement.principals) : "others"}, not ${caller.name}`;
    case "resource":
      return `it is about ${statement.resources ? patterns("resource", statement.resources) : "others"}, not ${resource}`;
    case "action":
      return "it is about other actions";
    case "condition": {
      const condition = statement.conditions[missed.index];
      if (!condition) return "a condition does not hold";
      const values = context.get(condition.keyId);
      const actual = values === undefined ? "the key is absent" : `the key is ${values.join(", ")}`;
      return `it asks ${describeCondition(condition).replace(/^where /, "")}, and ${actual}`;
    }
  }
}

function patterns(noun: string, { values, not }: Patterns): string {
  if (!not && values.includes("*")) return `every ${noun}`;
  return not ? `every ${noun} but ${listOf(values)}` : listOf(values);
}

function describePrincipals({ values, not }: Principals): string {
  const names = values.map((pattern) =>
    not && pattern.kind === "account" ? `the root of account ${pattern.account}` : describePrincipal(pattern),
  );
  return not ? `everyone but ${listOf(names)}` : listOf(names);
}

/** Says who it is that a Principal element names. */
export function describePrincipal(pattern: PrincipalPattern): string {
  switch (pattern.kind) {
    case "anyone":
      return "everyone";
    case "account":
      return `account ${pattern.account}`;
    case "arn":
      return pattern.arn;
    case "deleted":
      return `${pattern.id} (deleted)`;
    case "service":
      return pattern.service;
    case "federated":
      return pattern.provider;
    case "canonicalUser":
      return `canonical user ${pattern.id}`;
  }
}

function describeCondition(condition: Condition): string {
  const { key, values, operator } = condition;
  if (operator === "Null") return `where ${key} is ${values.includes("true") ? "absent" : "present"}`;
  return `where ${operatorName(condition)} ${key} = ${values.join(" | ")}`;
}

/** A value of any length, short enough to be read. */
const clip = (text: string) => (text.length > 100 ? `${text.slice(0, 97)}...` : text);

function listOf(values: readonly string[]): string {
  const shown = values.slice(0, TOLD).map(clip).join(", ");
  return values.length > TOLD ? `${shown} and ${values.length - TOLD} more` : shown;
}
