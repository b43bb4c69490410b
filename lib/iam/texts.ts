/** What single texts of a document stand for, and what is wrong with one. */
import { type Condition, type Operator, operators, type PrincipalPattern } from "./policy.ts";

/** What a text stands for, as far as it can be told. */
export interface Meaning<T> {
  value: T;
  /** A sentence, where AWS refuses the text. */
  wrong: string | null;
  /** What it says cannot be relied on; otherwise its meaning is clear. */
  fatal: boolean;
}

const right = <T>(value: T): Meaning<T> => ({ value, wrong: null, fatal: false });
const misfit = <T>(value: T, wrong: string): Meaning<T> => ({ value, wrong, fatal: false });

/** Stands in what is judged for a value, or a part of one, that is known only after apply: nobody else has it. */
export const STAND_IN = "known-after-apply";

/** Text from a document, safe to print: clipped, control characters made visible. */
export function quote(text: string | null): string {
  const clipped = text !== null && text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return JSON.stringify(clipped);
}

/** Gives the first three of some names, and how many more there are. */
export const fewOf = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

/** Whether it is an action, or a pattern of actions that AWS takes. */
export const isAction = (text: string): boolean => text === "*" || text === "*:*" || /^[\w-]+:[\w*?]+$/.test(text);

/** Says why it is no action. "Action vendors (e.g., aws, ec2, etc.) must not contain wildcards". */
export const noAction = (text: string): string =>
  /^[^:]*[*?]/.test(text)
    ? `${quote(text)}: AWS takes no wildcard in the name of a service`
    : `${quote(text)} is not an action: expected service:Name, such as s3:GetObject`;

/** Whether it is a resource that is read as it stands, without a placeholder; others are looked at more closely. */
export const isArn = (text: string) => text === "*" || (text.startsWith("arn:") && !text.includes("<"));

/** Gives the pattern of a Resource or NotResource element. */
export function readResource(text: string): Meaning<string> {
  // API Gateway's short form for its own stages and methods
  if (text.startsWith("execute-api:/")) return right(`arn:*:execute-api:*:*:*${text.slice("execute-api:".length)}`);
  if (/^(arn:|\*+$)/.test(text)) return filled(text);
  // `*/*` would be all that has a path
  const meant = /^[*?][^:]*\/[^:]*$/.test(text) ? `arn:*:*:*:*:${text}` : text;
  return misfit(meant, `${quote(text)} is not an ARN: expected arn:aws:service:region:account:resource, or *`);
}

/** An account that is still a placeholder, as in examples, may become any account: it is read as a wildcard. */
function filled(text: string): Meaning<string> {
  const value = text.replace(/^(arn:[^:]*:[^:]*:[^:]*:)<[^<>:]+>:/, "$1*:");
  return value === text ? right(text) : misfit(value, `${quote(text)} has a placeholder where the account id belongs`);
}

export const principalTypes = ["AWS", "Service", "Federated", "CanonicalUser"] as const;
export type PrincipalType = (typeof principalTypes)[number];

/** Gives the principal that a text under this type names; `null` where it names none. */
export function readPrincipal(type: PrincipalType, text: string): Meaning<PrincipalPattern | null> {
  switch (type) {
    case "AWS":
      return readAwsPrincipal(text);
    case "Service": {
      const service = { kind: "service", service: text } as const;
      if (isServicePrincipal(text)) return right(service);
      return misfit(service, `${quote(text)} is not a service principal: expected a name such as lambda.amazonaws.com`);
    }
    case "Federated": {
      const provider = filled(text);
      return { ...provider, value: { kind: "federated", provider: provider.value } };
    }
    case "CanonicalUser":
      return right({ kind: "canonicalUser", id: text });
  }
}

/** Partitions have domains of their own: `.amazonaws.com`, `.amazonaws.com.cn`, and those of governments. */
const isServicePrincipal = (text: string) =>
  /^[\w-][\w.-]*\.(amazonaws\.[a-z.]+|aws\.internal|gov|uk|eu)$|^alexa-\w+\.amazon\.com$/i.test(text);

function readAwsPrincipal(text: string): Meaning<PrincipalPattern | null> {
  if (text === "*") return right({ kind: "anyone" });
  if (/^\d{12}$/.test(text)) return right({ kind: "account", account: text });
  // unique ids stand where the principal they belonged to was deleted
  if (/^A[A-Z]{3}[A-Z0-9]{8,}$/.test(text)) return right({ kind: "deleted", id: text });
  const arn = filled(text);
  const [, account, name] = /^arn:[\w-]+:(?:iam|sts)::([^:]*):(.+)$/.exec(arn.value) ?? [];
  if (account === undefined) {
    const wrong = `${quote(text)} is not a principal: expected an account id, an IAM ARN or *`;
    return { value: null, wrong, fatal: true };
  }
  if (name === "root" && /^\d{12}$/.test(account)) return { ...arn, value: { kind: "account", account } };
  const [, other] = NO_PRINCIPAL.exec(name!) ?? [];
  if (other !== undefined)
    return misfit(null, `${quote(text)}: AWS takes no ${other} as a principal, and it lets nobody in`);
  const value = { kind: "arn", arn: arn.value, account } as const;
  if (arn.wrong !== null || !/[*?]/.test(text)) return { ...arn, value };
  const risk = /[*?]/.test(account) ? ", and name the account: a wildcard there lets everyone in" : "";
  return misfit(
    value,
    `${quote(text)}: a wildcard cannot be part of a principal; use aws:PrincipalArn in a condition${risk}`,
  );
}

/** What IAM has beside users and roles. */
const NO_PRINCIPAL = /^(group|policy|instance-profile|oidc-provider|saml-provider|mfa|server-certificate)\//;

/** A condition operator with what stands before and behind it. */
export type ConditionOperator = Pick<Condition, "operator" | "set" | "ifExists">;

const plainOperators = new Map<string, ConditionOperator>(
  operators.map((operator) => [operator, { operator, set: null, ifExists: false }]),
);
const operatorByName = new Map<string, Operator>(operators.map((operator) => [operator.toLowerCase(), operator]));

/** Gives the operator of this name, such as `ForAllValues:StringLikeIfExists`; `null` where there is none. */
export function readOperator(name: string): ConditionOperator | null {
  return plainOperators.get(name) ?? readComposed(name);
}

function readComposed(name: string): ConditionOperator | null {
  const parts = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/is.exec(name)!;
  const operator = operatorByName.get(parts[2]!.toLowerCase());
  if (!operator || (operator === "Null" && (parts[1] || parts[3]))) return null;
  const set = !parts[1] ? null : parts[1].toLowerCase() === "forallvalues" ? "ForAllValues" : "ForAnyValue";
  return { operator, set, ifExists: parts[3] !== undefined };
}
