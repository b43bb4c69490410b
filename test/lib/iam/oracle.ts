/**
 * A second, naive implementation of what a policy allows, written apart from the engine: regular expressions and
 * plain loops over a small universe of requests. The property tests hold the engine against it.
 */
export interface NaiveStatement {
  Effect: "Allow" | "Deny";
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action?: string[];
  NotAction?: string[];
  Resource?: string[];
  NotResource?: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

export interface NaiveRequest {
  principal: string;
  action: string;
  resource: string;
  /** Lower-cased keys. */
  context: Record<string, string[]>;
}

const regexOf = (pattern: string, flags = "") =>
  new RegExp(
    `^${[...pattern].map((c) => (c === "*" ? "[^]*" : c === "?" ? "[^]" : c.replace(/[.+^${}()|[\]\\]/g, "\\$&"))).join("")}$`,
    flags,
  );

function principalMatches(element: unknown, request: NaiveRequest): boolean {
  if (element === "*") return true;
  const of = element as Record<string, string[]>;
  const account = /^arn:aws:iam::(\d+):/.exec(request.principal)?.[1];
  return (
    (of.AWS ?? []).some(
      (value) =>
        value === "*" || value === request.principal || (account !== undefined && accountOf(value) === account),
    ) || (of.Service ?? []).includes(request.principal)
  );
}

const accountOf = (value: string) => /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];

/** "All principals except the user Bob" are denied where NotPrincipal lists Bob and the root of his account. */
function isExcepted(element: unknown, { principal }: NaiveRequest): boolean {
  if (element === "*") return true;
  const { AWS = [], Service = [] } = element as Record<string, string[]>;
  const roots = AWS.filter((value) => /^\d{12}$/.test(value)).map((account) => `arn:aws:iam::${account}:root`);
  return AWS.includes("*") || [...AWS, ...roots, ...Service].includes(principal);
}

function conditionHolds(name: string, values: string[], actual: string[] | undefined): boolean {
  const [, set, base, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name)!;
  if (base === "Null") return values.includes(String(actual === undefined));
  const negated = /Not/.test(base!);
  if (actual === undefined) return set === "ForAllValues" || ifExists !== undefined || (negated && !set);
  const one = (value: string) => values.some((wanted) => compare(base!.replace("Not", ""), value, wanted)) !== negated;
  if (set === "ForAllValues") return actual.every(one);
  if (set === "ForAnyValue") return actual.some(one);
  return negated ? actual.every(one) : actual.some(one);
}

function compare(operator: string, value: string, wanted: string): boolean {
  switch (operator) {
    case "StringEquals":
      return value === wanted;
    case "StringEqualsIgnoreCase":
    case "Bool":
      return value.toLowerCase() === wanted.toLowerCase();
    case "StringLike":
      return regexOf(wanted).test(value);
    case "NumericEquals":
      return Number(value) === Number(wanted);
    case "NumericLessThan":
      return Number(value) < Number(wanted);
    case "NumericGreaterThanEquals":
      return Number(value) >= Number(wanted);
    case "IpAddress": {
      const toInt = (ip: string) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
      const [base, length] = wanted.split("/") as [string, string];
      const size = 2 ** (32 - Number(length));
      return Math.floor(toInt(value) / size) === Math.floor(toInt(base) / size);
    }
  }
  throw new Error(`the oracle does not know ${operator}`);
}

/** Fills `${test:one}` in; a value's own characters are never wildcards. `null` where the key is absent. */
function filled(pattern: string, request: NaiveRequest): RegExp | null {
  const pieces = pattern.split("${test:one}");
  const value = request.context["test:one"]?.[0];
  if (pieces.length > 1 && value === undefined) return null;
  const literal = (value ?? "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${pieces.map((piece) => regexOf(piece).source.slice(1, -1)).join(literal)}$`);
}

export function naiveApplies(statement: NaiveStatement, request: NaiveRequest): boolean {
  const any = (list: string[], text: string, flags = "") =>
    list.some((pattern) => (flags ? regexOf(pattern, flags) : filled(pattern, request))?.test(text) === true);
  if (statement.Principal !== undefined && !principalMatches(statement.Principal, request)) return false;
  if (statement.NotPrincipal !== undefined && isExcepted(statement.NotPrincipal, request)) return false;
  if (statement.Action && !any(statement.Action, request.action, "i")) return false;
  if (statement.NotAction && any(statement.NotAction, request.action, "i")) return false;
  if (statement.Resource && !any(statement.Resource, request.resource)) return false;
  if (statement.NotResource && any(statement.NotResource, request.resource)) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => conditionHolds(operator, values, request.context[key.toLowerCase()])),
  );
}

export function naiveAllows(statements: readonly NaiveStatement[], request: NaiveRequest): boolean {
  const applying = statements.filter((statement) => naiveApplies(statement, request));
  return applying.length > 0 && applying.every((statement) => statement.Effect === "Allow");
}

/**
 * "The organization ID is a globally unique identifier", and paths begin with it: a member shows both, everyone else
 * neither.
 */
export function organizationsFit({ context }: NaiveRequest): boolean {
  return ["principal", "source", "resource", "vpce"].every((whose) => {
    const id = context[`aws:${whose}orgid`]?.[0];
    const paths = context[`aws:${whose}orgpaths`];
    return (id === undefined) === (paths === undefined) && (paths ?? []).every((path) => path.startsWith(`${id}/`));
  });
}
