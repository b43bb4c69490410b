/**
 * Who calls: one caller of a concrete request.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and the table of
 * principal key values in .../reference_policies_variables.html
 */
import { compile, type Glob, matches } from "./glob.ts";
import { key } from "./keys.ts";
import type { PrincipalPattern, Principals } from "./policy.ts";

export type CallerKind =
  | "anonymous"
  | "root"
  | "user"
  | "role"
  /** One named session of a role. */
  | "session"
  | "federatedUser"
  | "service"
  /** Who signs in with a SAML or OIDC provider, before there are credentials. */
  | "federated"
  | "canonicalUser";

export interface Caller {
  kind: CallerKind;
  /** Twelve digits; `null` for callers without an account. */
  account: string | null;
  /** What the request's principal is written as: an ARN, a service, a provider, an id, `anonymous`. */
  name: string;
}

const identityProviders = new Set([
  "accounts.google.com",
  "cognito-identity.amazonaws.com",
  "graph.facebook.com",
  "www.amazon.com",
]);

export const kindByResource: Record<string, CallerKind> = {
  user: "user",
  role: "role",
  "assumed-role": "session",
  "federated-user": "federatedUser",
  "oidc-provider": "federated",
  "saml-provider": "federated",
};

/** Reads a caller as users write it; `null` when the text is none. */
export function readCaller(text: string): Caller | null {
  if (text === "anonymous" || text === "*") return { kind: "anonymous", account: null, name: "anonymous" };
  if (/^\d{12}$/.test(text)) return { kind: "root", account: text, name: `arn:aws:iam::${text}:root` };
  const arn = readArn(text);
  if (arn) {
    const kind = arn.resource === "root" ? "root" : kindByResource[arn.type];
    return kind ? { kind, account: kind === "federated" ? null : arn.account, name: text } : null;
  }
  if (identityProviders.has(text)) return { kind: "federated", account: null, name: text };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|aws\.internal|aws)$/.test(text)) {
    return { kind: "service", account: null, name: text };
  }
  if (/^[0-9a-f]{64}$/.test(text)) return { kind: "canonicalUser", account: null, name: text };
  return null;
}

export interface PrincipalArn {
  partition: string;
  account: string;
  /** `role/path/name`. */
  resource: string;
  /** `role`. */
  type: string;
}

export function readArn(text: string): PrincipalArn | null {
  const parts = /^arn:([\w-]+):(?:iam|sts)::([^:]*):(.+)$/.exec(text);
  if (!parts) return null;
  const [, partition, account, resource] = parts as unknown as [string, string, string, string];
  return { partition, account, resource, type: resource.split("/")[0]! };
}

/** `arn:aws:iam::1:role/path/name` and `arn:aws:sts::1:assumed-role/name/session` give `name`. */
export function roleName(text: string): string | null {
  const arn = readArn(text);
  const parts = arn?.resource.split("/") ?? [];
  if (arn?.type === "role") return parts.at(-1) ?? null;
  return arn?.type === "assumed-role" ? (parts[1] ?? null) : null;
}

/** Identity Center's roles lie under this path, which their sessions' ARNs do not tell. */
const SSO_PATH = "aws-reserved/sso.amazonaws.com/";

/** The value of aws:PrincipalArn; a session shows its role (whose path the session's ARN does not tell). */
export function principalArnOf(caller: Caller): string | null {
  if (caller.kind !== "session") return caller.account === null ? null : caller.name;
  const arn = readArn(caller.name);
  const role = roleName(caller.name) ?? "";
  const path = role.startsWith("AWSReservedSSO_") ? SSO_PATH : "";
  return `arn:${arn?.partition ?? "aws"}:iam::${caller.account}:role/${path}${role}`;
}

export const typeNames: Partial<Record<CallerKind, string>> = {
  root: "Account",
  user: "User",
  role: "AssumedRole",
  session: "AssumedRole",
  federatedUser: "FederatedUser",
  anonymous: "Anonymous",
};

/** Context that follows from the caller; lower-cased keys. What the request says itself goes before it. */
export function derivedContext(caller: Caller): Map<string, readonly string[]> {
  const context = new Map<string, readonly string[]>();
  const set = (keyId: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined) context.set(keyId, [value]);
  };
  set(key.principalArn, principalArnOf(caller));
  set(key.principalAccount, caller.account);
  set(key.principalType, typeNames[caller.kind]);
  if (caller.kind === "user") set(key.username, caller.name.split("/").at(-1));
  if (caller.kind !== "anonymous" && caller.kind !== "federated") {
    set(key.principalIsAwsService, String(caller.kind === "service"));
  }
  if (caller.kind === "service") set(key.principalServiceName, caller.name);
  return context;
}

/** Whether one value of a Principal element stands for the caller. */
export function standsFor(pattern: PrincipalPattern, caller: Caller): boolean {
  switch (pattern.kind) {
    case "anyone":
      return true;
    case "account":
      return caller.account === pattern.account;
    case "deleted":
      return false;
    case "service":
      return caller.kind === "service" && caller.name === pattern.service;
    case "federated":
      return caller.kind === "federated" && matches(globOf(pattern.provider), caller.name);
    case "canonicalUser":
      return caller.kind === "canonicalUser" && caller.name === pattern.id;
    case "arn":
      if (caller.account === null) return false;
      if (matches(globOf(pattern.arn), caller.name)) return true;
      // a role stands for all its sessions; role names are unique in an account whatever their path
      return (
        caller.kind === "session" &&
        caller.account === pattern.account &&
        roleName(pattern.arn) === roleName(caller.name)
      );
  }
}

/**
 * Whether one value of a NotPrincipal element leaves the caller out. An account leaves out its root alone: AWS asks for
 * it beside each user or role that is left out, and the account's others are not left out by it. Whether a user without
 * his account, or a role without the session, is left out depends on the service; here they are, since the Deny may not
 * bind them.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function leavesOut(pattern: PrincipalPattern, caller: Caller): boolean {
  return standsFor(pattern, caller) && (pattern.kind !== "account" || caller.kind === "root");
}

/** Whether the Principal or NotPrincipal element matches the caller. */
export function matchesPrincipal({ values, not }: Principals, caller: Caller): boolean {
  return not
    ? !values.some((pattern) => leavesOut(pattern, caller))
    : values.some((pattern) => standsFor(pattern, caller));
}

const globs = new Map<string, Glob>();
export function globOf(arn: string): Glob {
  let glob = globs.get(arn);
  if (!glob) {
    glob = compile(arn, { dialect: "arn" });
    globs.set(arn, glob);
  }
  return glob;
}
