/**
 * Kinds of callers that the search chooses from, and what each can and cannot send.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Availability")
 */

import { flatMap } from "../flat-map.ts";
import type { KeyTest } from "./condition.ts";
import { compile, type Glob } from "./glob.ts";
import { canExist, isAlwaysPresent, isOfOtherIssuers, issuerOf, key, tellsTheSource } from "./keys.ts";
import { oncePer } from "./memo.ts";
import type { PrincipalPattern, Principals } from "./policy.ts";
import {
  type Caller,
  type CallerKind,
  globOf,
  kindByResource,
  leavesOut,
  principalArnOf,
  readArn,
  roleName,
  standsFor,
  typeNames,
} from "./principal.ts";

/**
 * Callers of one kind that the search may choose from: all users of an account, one named session, the anonymous
 * caller. What sets them apart within the kind is the value of aws:PrincipalArn.
 */
export interface CallerClass {
  kind: CallerKind;
  account: string | null;
  /** The one caller, or `null` where aws:PrincipalArn is still open. */
  name: string | null;
  /** Users only: all users of this name, whatever their path. */
  username?: string;
  /** The partitions that its ARNs may be in. */
  partitions?: readonly string[];
  /** Its path holds a colon, which makes further segments of its ARN: allowed, and nobody's is by accident. */
  isPoisoned?: true;
}

/** An account that the policies do not mention: a stranger's. */
export function strangerAccount(mentioned: ReadonlySet<string>): string {
  for (const account of ["999999999999", "888888888888", "777777777777"]) if (!mentioned.has(account)) return account;
  let number = 100_000_000_000;
  while (mentioned.has(String(number))) number++;
  return String(number);
}

const callersByAccount = new Map<string, readonly CallerClass[]>();

/** The partitions that anybody can have an account in. */
const PARTITIONS: readonly string[] = ["aws", "aws-us-gov", "aws-cn", "aws-eusc"];

/** The classes of callers that an account has: its users, its roles, its root, its federated users. */
export const callersOf = (account: string): readonly CallerClass[] => callersIn(PARTITIONS, account);

/**
 * The same, where something tells the partition.
 * @param partitions none: nothing tells it
 */
export function callersIn(partitions: readonly string[], account: string): readonly CallerClass[] {
  if (partitions.length === 0) return callersOf(account);
  const id = `${partitions.join()} ${account}`;
  let callers = callersByAccount.get(id);
  if (!callers) {
    callers = kindsOfAccount.map((kind) => ({ kind, account, name: null, partitions }));
    callersByAccount.set(id, callers);
  }
  return callers;
}

const kindsOfAccount = ["user", "role", "root", "federatedUser"] as const;

export const anonymous: CallerClass = { kind: "anonymous", account: null, name: "anonymous" };

const demandsOf = oncePer((_: Principals) => new Map<CallerClass, boolean | KeyTest>());

/** What a Principal element demands of a class: nothing it could fail (`true`), the impossible, or a certain ARN. */
export function demandOf(principals: Principals, who: CallerClass): boolean | KeyTest {
  const byCaller = demandsOf(principals);
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
    const demand = classDemand(pattern, who, principals.not ? leavesOut : standsFor);
    if (demand === true) return !principals.not;
    if (demand) arns.push(demand);
  }
  if (arns.length === 0) return principals.not;
  return arnTest(arns, principals.not);
}

function classDemand(pattern: PrincipalPattern, who: CallerClass, isNamedBy: typeof standsFor): boolean | Glob {
  if (who.name !== null) return isNamedBy(pattern, who as Caller);
  if (pattern.kind !== "arn") return isNamedBy(pattern, { ...who, name: "" });
  const arn = readArn(pattern.arn);
  const possible = arn !== null && (kindByResource[arn.type] === who.kind || /[*?]/.test(arn.type));
  return possible && (arn.account === who.account || /[*?]/.test(arn.account)) ? globOf(pattern.arn) : false;
}

function arnTest(arns: readonly Glob[], not: boolean): KeyTest {
  const test = { family: "string", globs: arns, bounds: [], compare: "=", ranges: [], not } as const;
  return { keyId: key.principalArn, key: "aws:PrincipalArn", absentOk: false, present: { of: "some", test } };
}

function fixed(keyId: string, values: readonly string[]): KeyTest {
  const globs = values.map((value) => compile(value, { dialect: value.startsWith("arn:") ? "arn" : "string" }));
  const test = { family: "string", globs, bounds: [], compare: "=", ranges: [], not: false } as const;
  return { keyId, key: keyId, absentOk: false, present: { of: "each", test } };
}

const absent = (keyId: string): KeyTest => ({ keyId, key: keyId, absentOk: true, present: false });
const present = (keyId: string): KeyTest => ({ keyId, key: keyId, absentOk: false, present: true });

/** The forms of aws:userid: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const userIds: Partial<Record<CallerKind, (account: string) => string[]>> = {
  user: () => ["AIDA*"],
  role: () => ["AROA*:*"],
  session: () => ["AROA*:*"],
  root: (account) => [account],
  federatedUser: (account) => [`${account}:*`],
};

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
    key.userId,
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:federatedprovider",
    "aws:sourceidentity",
    "aws:tokenissuetime",
  ],
  // credentials from AssumeRole carry no MFA information, Identity Center's sessions included: see also below
  role: [key.mfaAge, key.username],
  session: [key.mfaAge, key.username],
  federatedUser: [key.username],
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
  if (who.kind !== "service" && tellsTheSource(keyId)) tests.push(absent(keyId));
  if (who.kind === "anonymous" && keyId === "aws:viaawsservice") tests.push(fixed(keyId, ["false"]));
  if (
    who.kind === "federated" &&
    who.name?.includes(":oidc-provider/") &&
    isOfOtherIssuers(keyId, [issuerOf(who.name)])
  ) {
    tests.push(absent(keyId));
  }
  if (who.kind === "anonymous" && keyId.startsWith("aws:principaltag/")) tests.push(absent(keyId));
  if (who.account !== null) {
    if (keyId === key.principalAccount) tests.push(fixed(keyId, [who.account]));
    if (keyId === key.principalArn)
      tests.push(fixed(keyId, arnsOf(who)), ...(who.name === null ? [wellFormed(who)] : []));
  }
  // "the temporary credentials returned by AssumeRole do not include MFA information": absent or false, never true
  if (keyId === key.mfaPresent && (who.kind === "role" || who.kind === "session")) {
    tests.push({ ...fixed(keyId, ["false"]), absentOk: true });
  }
  if (keyId === key.username && who.kind === "user") {
    tests.push(who.username === undefined ? present(keyId) : fixed(keyId, [who.username]));
  }
  if (keyId === key.userId && userIds[who.kind]) tests.push(fixed(keyId, userIds[who.kind]!(who.account ?? "")));
  if (keyId === key.callerAccount) tests.push(who.account === null ? absent(keyId) : fixed(keyId, [who.account]));
  if (keyId === key.principalType && typeNames[who.kind]) tests.push(fixed(keyId, [typeNames[who.kind]!]));
  if (keyId === key.principalIsAwsService && who.kind !== "anonymous" && who.kind !== "federated") {
    tests.push(fixed(keyId, [String(who.kind === "service")]));
  }
  // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: a signature tells that there is an account, not whose
  if (keyId === key.functionUrlAuthType && who.kind === "anonymous") tests.push(fixed(keyId, ["NONE"]));
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: two characters or more
  if (keyId === key.externalId) tests.push({ ...fixed(keyId, ["??*"]), absentOk: true });
  if (keyId === key.principalServiceName) {
    tests.push(who.kind === "service" && who.name ? fixed(keyId, [who.name]) : absent(keyId));
  }
  return tests;
}

/** Patterns of aws:PrincipalArn. */
function arnsOf(who: CallerClass): string[] {
  const { kind, account, name } = who;
  if (name !== null && kind !== "session") return [principalArnOf({ kind, account, name })!];
  return flatMap(who.partitions ?? PARTITIONS, (partition) =>
    resourcesOf(who).map(
      (resource) => `arn:${partition}:${kind === "federatedUser" ? "sts" : "iam"}::${account}:${resource}`,
    ),
  );
}

function resourcesOf({ kind, name, username }: CallerClass): string[] {
  if (name !== null) {
    // the session's ARN does not tell its role's path
    const role = roleName(name);
    return [`role/${role}`, `role/*/${role}`];
  }
  if (username !== undefined) return [`user/${username}`, `user/*/${username}`];
  if (kind === "root") return ["root"];
  return [`${kind === "federatedUser" ? "federated-user" : kind}/*`];
}

/** A name has letters, and only a path may hold a colon. */
function wellFormed({ isPoisoned }: CallerClass): KeyTest {
  return { ...arnTest(isPoisoned ? NAMELESS : [...NAMELESS, COLONS], true) };
}

const NAMELESS = [compile("*/", { dialect: "string" })];
const COLONS = compile("*:*:*:*:*:*:*", { dialect: "string" });
