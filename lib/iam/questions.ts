/**
 * The questions that callers ask of the engine again and again, so that no caller looks into policy JSON: what a
 * stranger is, what having no MFA means, one Allow statement at a time.
 */
import { isWide, readRange } from "./address.ts";
import { anonymous, type CallerClass, callersOf, strangerAccount } from "./caller-class.ts";
import { accountsNamed, namedCallers } from "./callers.ts";
import { key } from "./keys.ts";
import { type Condition, conditionsOf, type Operator, type Policy, type Statement } from "./policy.ts";

/** Gives, for each Allow statement, the policy with all its Deny statements but no other Allow. */
export function perAllow(policy: Policy): { statement: Statement; alone: Policy }[] {
  const denies = policy.statements.filter((statement) => statement.effect === "Deny");
  return policy.statements
    .filter((statement) => statement.effect === "Allow")
    .map((statement) => ({ statement, alone: { ...policy, statements: [statement, ...denies] } }));
}

/** Gives a condition for `Question.where`. */
export function condition(
  operator: Operator,
  keyName: string,
  values: readonly string[],
  more: { ifExists?: boolean; set?: Condition["set"] } = {},
): Condition {
  return {
    operator,
    set: more.set ?? null,
    ifExists: more.ifExists ?? false,
    key: keyName,
    keyId: keyName.toLowerCase(),
    values,
  };
}

/** The key is not in the request. */
export const absent = (keyName: string): Condition => condition("Null", keyName, ["true"]);
/** The key is in the request. */
export const present = (keyName: string): Condition => condition("Null", keyName, ["false"]);

/** Callers and circumstances that a question is limited to. */
export interface Viewpoint {
  callers: readonly CallerClass[];
  where: readonly Condition[];
}

/**
 * Gives someone whom the policies do not name: in an account of his own, or without any credentials.
 * @param colleagues accounts that he must not be mistaken for, such as the organization's
 */
export function stranger(policies: readonly Policy[], colleagues: Iterable<string> = []): Viewpoint {
  const account = strangerAccount(new Set([...accountsNamed(policies), ...colleagues]));
  const where = [
    ...outsideFacts(account, OTHER_ORGANIZATION),
    ...addressFacts(policies, (named) => [...PRIVATE_RANGES, ...named]),
  ];
  return { callers: [...callersOf(account).slice(0, 2), anonymous], where };
}

/** Gives the users, roles and sessions of an account, in an organization of its own. */
export function outsider(account: string, policies: readonly Policy[], organizationId = OTHER_ORGANIZATION): Viewpoint {
  const sessions = namedCallers(policies).filter((caller) => caller.account === account);
  // a network that the policies name may well be his
  const addresses = condition("NotIpAddress", key.sourceIp, PRIVATE_RANGES);
  return {
    callers: [...callersOf(account), ...sessions],
    where: [...outsideFacts(account, organizationId), addresses],
  };
}

/** Gives someone in an organization that the policies name, in an account that they do not. */
export function memberOf(organizationId: string, policies: readonly Policy[]): Viewpoint {
  return outsider(strangerAccount(accountsNamed(policies)), policies, organizationId);
}

/** Ids of organizations that the policies compare the caller's with. */
export function organizationsNamed(policies: readonly Policy[]): Set<string> {
  const values = ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"].flatMap((name) => comparedValues(policies, name));
  return new Set(values.flatMap((value) => /^o-[a-z0-9]+/.exec(value)?.[0] ?? []));
}

const OTHER_ORGANIZATION = "o-0000000000";

/**
 * What keys can say of someone in `account`, outside the organization: his own values, or nothing. Keys that are not
 * here are his to choose: tags on himself, his user name, the time, the user agent, an external id.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html ("The meaning
 * of public") and the global condition keys.
 */
function outsideFacts(account: string, organizationId: string): readonly Condition[] {
  const id = `${account} ${organizationId}`;
  let facts = factsOf.get(id);
  if (!facts) {
    facts = makeOutsideFacts(account, organizationId);
    factsOf.set(id, facts);
  }
  return facts;
}

/** Few outsiders are asked about, and most of them again and again. */
const factsOf = new Map<string, readonly Condition[]>();

function makeOutsideFacts(account: string, organizationId: string): readonly Condition[] {
  const own = (keyName: string, ...values: string[]) => condition("StringLike", keyName, values, { ifExists: true });
  // an ARN without an account, such as a bucket's, says nothing of whose it is
  const ownArn = (keyName: string) =>
    condition("ArnLike", keyName, [`arn:*:*:*:${account}:*`, "arn:*:*:*::*"], { ifExists: true });
  const ownPaths = (keyName: string) =>
    condition("StringLike", keyName, [`${organizationId}/*`], { set: "ForAllValues" });
  return [
    own("aws:PrincipalOrgID", organizationId),
    ownPaths("aws:PrincipalOrgPaths"),
    own("aws:SourceAccount", account),
    own("aws:SourceOwner", account),
    ownArn("aws:SourceArn"),
    own("aws:SourceOrgID", organizationId),
    ownPaths("aws:SourceOrgPaths"),
    own("aws:SourceVpc", "vpc-00000000000000000"),
    own("aws:SourceVpce", "vpce-00000000000000000"),
    ownArn("aws:SourceVpcArn"),
    own("aws:VpceAccount", account),
    own("aws:VpceOrgID", organizationId),
    ownPaths("aws:VpceOrgPaths"),
    own("aws:userid", "AIDAOFANOTHERACCOUNT*", "AROAOFANOTHERACCOUNT*"),
    own("kms:CallerAccount", account),
    own("s3:DataAccessPointAccount", account),
    ownArn("s3:DataAccessPointArn"),
    // signed calls are decided by the caller's own policies, mounts by the network
    own("lambda:FunctionUrlAuthType", "NONE"),
    own("elasticfilesystem:AccessedViaMountTarget", "false"),
  ];
}

/** RFC 1918, RFC 6598, RFC 4193, loopback and link-local: no public caller has such an address. */
const PRIVATE_RANGES = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
];

/** Where a caller from outside cannot come from, when the policies look at addresses at all. */
function addressFacts(policies: readonly Policy[], notFrom: (named: string[]) => readonly string[]): Condition[] {
  const values = comparedValues(policies, key.sourceIp);
  if (values.length === 0) return [];
  // a range as wide as a continent's pins nobody's network
  const narrow = values.filter((value) => {
    const range = readRange(value);
    return range !== null && !isWide(range);
  });
  return [condition("NotIpAddress", key.sourceIp, notFrom(narrow))];
}

/**
 * Gives the two ways of not having used MFA: long-term access keys, which carry no MFA key at all, and temporary
 * credentials that say `false`.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
 */
export function withoutMfa(): readonly (readonly Condition[])[] {
  return [
    [absent("aws:MultiFactorAuthPresent"), absent("aws:MultiFactorAuthAge")],
    [condition("Bool", "aws:MultiFactorAuthPresent", ["false"]), absent("aws:MultiFactorAuthAge")],
  ];
}

/** Values that the policies fix for a key, without wildcards. */
export function fixedValues(policies: readonly Policy[], keyName: string): string[] {
  return conditionsOf(policies)
    .filter(({ keyId }) => keyId === keyName.toLowerCase())
    .flatMap(({ values }) => values)
    .filter((value) => !/[*?]/.test(value));
}

/** All values that the policies compare a key with, wildcards included. */
export function comparedValues(policies: readonly Policy[], keyName: string): string[] {
  return conditionsOf(policies)
    .filter(({ keyId }) => keyId === keyName.toLowerCase())
    .flatMap(({ values }) => values);
}
