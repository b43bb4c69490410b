/** From the normal form back to JSON. */
import type { Condition, Patterns, Policy, PrincipalPattern, Principals, Statement } from "./policy.ts";

type Json = Record<string, unknown>;

/** Gives the canonical document: `parsePolicy(renderPolicy(policy))` is `policy`, positions aside. */
export function renderPolicy({ version, id, statements }: Policy): Json {
  return {
    Version: version,
    ...(id !== null && { Id: id }),
    Statement: statements.map(renderStatement),
  };
}

/** Gives one statement, its elements in the order of AWS's documentation. */
export function renderStatement({ sid, effect, principals, actions, resources, conditions }: Statement): Json {
  return {
    ...(sid !== null && { Sid: sid }),
    Effect: effect,
    ...(principals && { [principals.not ? "NotPrincipal" : "Principal"]: renderPrincipals(principals) }),
    ...element("Action", actions),
    ...(resources && element("Resource", resources)),
    ...(conditions.length > 0 && { Condition: renderConditions(conditions) }),
  };
}

const element = (name: string, { values, not }: Patterns): Json => ({ [not ? `Not${name}` : name]: scalar(values) });

const scalar = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values);

function renderPrincipals({ values }: Principals): unknown {
  if (values.length === 1 && values[0]!.kind === "anyone") return "*";
  const byType = new Map<string, string[]>();
  for (const pattern of values) {
    const [type, text] = principalText(pattern);
    byType.set(type, [...(byType.get(type) ?? []), text]);
  }
  return Object.fromEntries([...byType].map(([type, texts]) => [type, scalar(texts)]));
}

function principalText(pattern: PrincipalPattern): [type: string, text: string] {
  switch (pattern.kind) {
    case "anyone":
      return ["AWS", "*"];
    case "account":
      return ["AWS", pattern.account];
    case "arn":
      return ["AWS", pattern.arn];
    case "deleted":
      return ["AWS", pattern.id];
    case "service":
      return ["Service", pattern.service];
    case "federated":
      return ["Federated", pattern.provider];
    case "canonicalUser":
      return ["CanonicalUser", pattern.id];
  }
}

function renderConditions(conditions: readonly Condition[]): Json {
  const block: Record<string, Json> = {};
  for (const condition of conditions) {
    const name = operatorName(condition);
    block[name] = { ...block[name], [condition.key]: scalar(condition.values) };
  }
  return block;
}

/** `ForAllValues:StringLikeIfExists`. */
export function operatorName({ set, operator, ifExists }: Condition): string {
  return `${set === null ? "" : `${set}:`}${operator}${ifExists ? "IfExists" : ""}`;
}
