/**
 * Who calls: one caller of a concrete request, and kinds of callers for the search.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and the table of
 * principal key values in .../reference_policies_variables.html
 */
import type { KeyTest } from "./condition.ts";
import { compile, type Glob, matches } from "./glob.ts";
import { canExist, isAlwaysPresent, key } from "./keys.ts";
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

const kindByResource: Record<string, CallerKind> = {
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

interface PrincipalArn {
  partition: string;
  account: string;
  /** `role/path/name`. */
  resource: string;
  /** `role`. */
  type: string;
}

function readArn(text: string): PrincipalArn | null {
  const parts = /^arn:([\w-]+):(?:iam|sts)::([^:]*):(.+)$/.exec(text);
  if (!parts) return null;
  const [, partition, account, resource] = parts as unknown as [string, string, string, string];
  return { partition, account, resource, type: resource.split("/")[0]! };
}

/** `arn:aws:iam::1:role/path/name` and `arn:aws:sts::1:assumed-role/name/session` give `name`. */
function roleName(text: string): string | null {
  const arn = readArn(text);
  const parts = arn?.resource.split("/") ?? [];
  if (arn?.type === "role") return parts.at(-1) ?? null;
  return arn?.type === "assumed-role" ? (parts[1] ?? null) : null;
}

/** The value of aws:PrincipalArn; a session shows its role (whose path the session's ARN does not tell). */
export function principalArnOf(caller: Caller): string | null {
  if (caller.kind === "session") return `arn:aws:iam::${caller.account}:role/${roleName(caller.name)}`;
  return caller.account === null ? null : caller.name;
}

const typeNames: Partial<Record<CallerKind, string>> = {
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

/** Whether the Principal or NotPrincipal element matches the caller. */
export function matchesPrincipal(principals: Principals, caller: Caller): boolean {
  return principals.values.some((pattern) => standsFor(pattern, caller)) !== principals.not;
}

const globs = new Map<string, Glob>();
function globOf(arn: string): Glob {
  let glob = globs.get(arn);
  if (!glob) {
    glob = compile(arn, { dialect: "arn" });
    globs.set(arn, glob);
  }
  return glob;
}

// ------------------------------------------------------------------------------------------------ kinds of callers

/**
 * Callers of one kind that the search may choose from: all users of an account, one named session, the anonymous
 * caller. What sets them apart within the kind is the value of aws:PrincipalArn.
 */
export interface CallerClass {
  kind: CallerKind;
  account: string | null;
  /** The one caller, or `null` where aws:PrincipalArn is still open. */
  name: string | null;
}

/** An account that the policies do not mention: a stranger's. */
export function strangerAccount(mentioned: ReadonlySet<string>): string {
  for (const account of ["999999999999", "888888888888", "777777777777"]) if (!mentioned.has(account)) return account;
  let number = 100_000_000_000;
  while (mentioned.has(String(number))) number++;
  return String(number);
}

const callersByAccount = new Map<string, readonly CallerClass[]>();

/** The classes of callers that an account has: its users, its roles, its root. */
export function callersOf(account: string): readonly CallerClass[] {
  let callers = callersByAccount.get(account);
  if (!callers) {
    callers = [
      { kind: "user", account, name: null },
      { kind: "role", account, name: null },
      { kind: "root", account, name: `arn:aws:iam::${account}:root` },
    ];
    callersByAccount.set(account, callers);
  }
  return callers;
}

export const anonymous: CallerClass = { kind: "anonymous", account: null, name: "anonymous" };

const demands = new WeakMap<Principals, WeakMap<CallerClass, boolean | KeyTest>>();

/** What a Principal element demands of a class: nothing it could fail (`true`), the impossible, or a certain ARN. */
export function demandOf(principals: Principals, who: CallerClass): boolean | KeyTest {
  let byCaller = demands.get(principals);
  if (!byCaller) {
    byCaller = new WeakMap();
    demands.set(principals, byCaller);
  }
  let demand = byCaller.get(who);
  if (demand === undefined) {
    demand = makeDemand(principals, who);
    byCaller.set(who, demand);
  }
  return demand;
}

function makeDemand(principals: Principals, who: CallerClass): boolean | KeyTest {
  const arns: Glob[] = [];
  for (const pattern of principals.values) {
    const demand = classDemand(pattern, who);
    if (demand === true) return !principals.not;
    if (demand) arns.push(demand);
  }
  if (arns.length === 0) return principals.not;
  return arnTest(arns, principals.not);
}

function classDemand(pattern: PrincipalPattern, who: CallerClass): boolean | Glob {
  if (who.name !== null) return standsFor(pattern, who as Caller);
  if (pattern.kind !== "arn") return standsFor(pattern, { ...who, name: "" });
  const arn = readArn(pattern.arn);
  const possible = arn !== null && (kindByResource[arn.type] === who.kind || /[*?]/.test(arn.type));
  return possible && (arn.account === who.account || /[*?]/.test(arn.account)) ? globOf(pattern.arn) : false;
}

function arnTest(arns: readonly Glob[], not: boolean): KeyTest {
  const test = { family: "string", globs: arns, bounds: [], compare: "=", ranges: [], not } as const;
  return { keyId: key.principalArn, key: "aws:PrincipalArn", absentOk: false, present: { of: "some", test } };
}

function fixed(keyId: string, values: readonly string[]): KeyTest {
  const globs = values.map((value) => compile(value, { dialect: "string" }));
  const test = { family: "string", globs, bounds: [], compare: "=", ranges: [], not: false } as const;
  return { keyId, key: keyId, absentOk: false, present: { of: "each", test } };
}

const absent = (keyId: string): KeyTest => ({ keyId, key: keyId, absentOk: true, present: false });
const present = (keyId: string): KeyTest => ({ keyId, key: keyId, absentOk: false, present: true });

/** Keys that a kind of caller never sends. */
const neverSent: Partial<Record<CallerKind, readonly string[]>> = {
  // "Anonymous requests do not include this key"
  anonymous: [
    key.principalArn,
    key.principalAccount,
    key.principalOrgId,
    key.principalOrgPaths,
    key.principalIsAwsService,
    key.username,
    key.mfaPresent,
    key.mfaAge,
  ],
  // credentials from AssumeRole carry no MFA information, Identity Center's sessions included
  role: [key.mfaPresent, key.mfaAge, key.username],
  session: [key.mfaPresent, key.mfaAge, key.username],
  root: [key.username],
  service: [
    key.principalArn,
    key.principalAccount,
    key.principalOrgId,
    key.principalOrgPaths,
    key.username,
    key.mfaPresent,
    key.mfaAge,
  ],
  federated: [key.principalArn, key.principalAccount, key.username, key.mfaPresent, key.mfaAge],
  canonicalUser: [key.username],
};

const testsByClass = new WeakMap<CallerClass, Map<string, readonly KeyTest[]>>();

/** What being of this class says about one context key; the search adds it for the keys that the policies use. */
export function classTests(who: CallerClass, keyId: string): readonly KeyTest[] {
  let byKey = testsByClass.get(who);
  if (!byKey) {
    byKey = new Map();
    testsByClass.set(who, byKey);
  }
  let tests = byKey.get(keyId);
  if (!tests) {
    tests = makeClassTests(who, keyId);
    byKey.set(keyId, tests);
  }
  return tests;
}

function makeClassTests(who: CallerClass, keyId: string): KeyTest[] {
  if (!canExist(keyId)) return [absent(keyId)];
  const tests: KeyTest[] = [];
  if (isAlwaysPresent(keyId)) tests.push(present(keyId));
  if (neverSent[who.kind]?.includes(keyId)) tests.push(absent(keyId));
  if (who.kind === "anonymous" && keyId.startsWith("aws:principaltag/")) tests.push(absent(keyId));
  if (who.account !== null) {
    if (keyId === key.principalAccount) tests.push(fixed(keyId, [who.account]));
    if (keyId === key.principalArn) tests.push(fixed(keyId, arnsOf(who)));
  }
  if (keyId === key.principalType && typeNames[who.kind]) tests.push(fixed(keyId, [typeNames[who.kind]!]));
  if (keyId === key.principalIsAwsService && who.kind !== "anonymous" && who.kind !== "federated") {
    tests.push(fixed(keyId, [String(who.kind === "service")]));
  }
  if (keyId === key.principalServiceName) {
    tests.push(who.kind === "service" && who.name ? fixed(keyId, [who.name]) : absent(keyId));
  }
  return tests;
}

function arnsOf(who: CallerClass): string[] {
  if (who.name !== null) return [principalArnOf(who as Caller)!];
  return ["aws", "aws-us-gov", "aws-cn"].map((partition) => `arn:${partition}:iam::${who.account}:${who.kind}/*`);
}
