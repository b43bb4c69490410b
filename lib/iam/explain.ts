/** Answers of the engine in a colleague's words. */
import type { Witness } from "../finding.ts";
import type { Condition, Patterns, PrincipalPattern, Principals, Statement } from "./policy.ts";
import { operatorName } from "./render.ts";

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

function patterns(noun: string, { values, not }: Patterns): string {
  if (!not && values.includes("*")) return `every ${noun}`;
  return not ? `every ${noun} but ${listOf(values)}` : listOf(values);
}

function describePrincipals({ values, not }: Principals): string {
  const names = values.map(describePrincipal);
  return not ? `everyone but ${listOf(names)}` : listOf(names);
}

function describePrincipal(pattern: PrincipalPattern): string {
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

function listOf(values: readonly string[]): string {
  const shown = values.slice(0, 4).join(", ");
  return values.length > 4 ? `${shown} and ${values.length - 4} more` : shown;
}
