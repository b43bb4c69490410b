/** Where a request comes from: somebody whom the policies do not name, or somebody of an account outside. */
import { flatMap } from "../flat-map.ts";
import { coverMuch, isWide, PRIVATE_RANGES, readRange } from "./address.ts";
import { alike } from "./alike.ts";
import { anonymous, type CallerClass, strangerAccount } from "./caller-class.ts";
import { accountsLike, accountsNamed, callersApart, EXAMPLE_ACCOUNT, namedCallers } from "./callers.ts";
import { condition } from "./elements.ts";
import { key, organizationKeys, tellsTheSource } from "./keys.ts";
import { oncePer } from "./memo.ts";
import { type Condition, conditionsOf, conditionsOn, type Policy } from "./policy.ts";
import { couldLetIn } from "./screen.ts";
import { sourceAccounts, UNNAMED_SERVICE } from "./sources.ts";
import { statementsOf } from "./statement.ts";

/** Callers and circumstances that a question is limited to. */
export interface Viewpoint {
  callers: readonly CallerClass[];
  where: readonly Condition[];
}

/**
 * Gives someone whom the policies do not name: in an account of his own, or without any credentials. Where a policy
 * compares with a pattern (`o-a*`, an account `4*`), his own value may as well be one that the pattern matches.
 * @param colleagues accounts that he must not be mistaken for, such as the organization's; `null` when nobody said
 */
export function stranger(policies: readonly Policy[], colleagues: Iterable<string> | null = null): Viewpoint {
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return strangerTo(policies, colleagues);
  // nothing is open to anyone unnamed, with whatever he sends
  if (!couldLetIn(policy)) return WITHOUT_CREDENTIALS;
  const known = strangers(alike(policy));
  if (known.view === null || known.colleagues !== colleagues) {
    known.view = strangerTo(policies, colleagues);
    known.colleagues = colleagues;
  }
  return known.view;
}

/** Several rules ask about the same stranger. */
const strangers = oncePer((_: Policy): { colleagues: Iterable<string> | null; view: Viewpoint | null } => ({
  colleagues: null,
  view: null,
}));

const WITHOUT_CREDENTIALS: Viewpoint = { callers: [anonymous], where: [] };

function strangerTo(policies: readonly Policy[], colleagues: Iterable<string> | null): Viewpoint {
  const known = new Set([...accountsNamed(policies), ...flatMap(policies, sourceAccounts), ...(colleagues ?? [])]);
  const accounts = [strangerAccount(known), ...accountsLike(policies, known)];
  const addresses = addressFacts(policies, (named) => [...PRIVATE_RANGES, ...named]);
  return {
    callers: [...callersApart(accounts, policies), ...onHisBehalf(policies), anonymous],
    where: [...outsideFacts(policies, accounts, OTHER_ORGANIZATION), ...unsigned(policies), ...addresses],
  };
}

/** A service, where policies look at the source that it calls for: where they look at services, that is a deputy's story. */
function onHisBehalf(policies: readonly Policy[]): readonly CallerClass[] {
  const asked = conditionsOf(policies).map(({ keyId }) => keyId);
  const areServicesMeant = asked.includes(key.principalIsAwsService) || asked.includes(key.principalServiceName);
  const isSourceAsked = asked.some(tellsTheSource) && !areServicesMeant;
  return isSourceAsked ? [{ kind: "service", account: null, name: UNNAMED_SERVICE }] : [];
}

/**
 * A signed call to a function URL needs a policy of the caller's own account besides, so signing keeps the public out. An
 * account that the policies name may well have one.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
function unsigned(policies: readonly Policy[]): readonly Condition[] {
  const isAsked = mention(policies, key.functionUrlAuthType);
  return isAsked ? [condition("StringEquals", key.functionUrlAuthType, ["NONE"], { ifExists: true })] : [];
}

/** Gives the users, roles and sessions of an account, in an organization of its own. */
export function outsider(account: string, policies: readonly Policy[], organizationId = OTHER_ORGANIZATION): Viewpoint {
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return outsiderTo(policies, account, organizationId);
  const known = outsiders(alike(policy));
  const id = `${account} ${organizationId}`;
  let view = known.get(id);
  if (!view) {
    view = outsiderTo(policies, account, organizationId);
    known.set(id, view);
  }
  return view;
}

/** Several rules ask about the same account. */
const outsiders = oncePer((_: Policy) => new Map<string, Viewpoint>());

function outsiderTo(policies: readonly Policy[], account: string, organizationId: string): Viewpoint {
  const sessions = namedCallers(policies).filter((caller) => caller.account === account);
  // a network that the policies name may well be his
  const addresses = addressFacts(policies, () => PRIVATE_RANGES);
  return {
    callers: [...callersApart([account], policies), ...sessions],
    where: [...outsideFacts(policies, [account], organizationId), ...addresses],
  };
}

/** Gives someone in an organization that the policies name, in an account that they do not. */
export function memberOf(organizationId: string, policies: readonly Policy[]): Viewpoint {
  return outsider(strangerAccount(accountsNamed(policies)), policies, organizationId);
}

/** Whose organization lets somebody in: the resource's own does not. */
const letIn = organizationKeys.filter(({ id }) => id !== "aws:resourceorgid");

/** Ids of organizations that the policies compare with: the caller's, that of whom a service acts for, of an endpoint. */
export function organizationsNamed(policies: readonly Policy[]): Set<string> {
  const values = flatMap(letIn, ({ id, paths }) => [
    ...comparedValues(policies, id),
    ...comparedValues(policies, paths),
  ]);
  return new Set(flatMap(values, (value) => /^o-[a-z0-9]+/.exec(value)?.[0] ?? []));
}

const OTHER_ORGANIZATION = "o-0000000000";

/**
 * What keys can say of someone in one of `accounts`, outside the organization: his own values, or nothing. Keys that
 * are not here are his to choose: tags on himself, his user name, the time, the user agent, an external id.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html ("The meaning
 * of public") and the global condition keys.
 */
function outsideFacts(policies: readonly Policy[], accounts: readonly string[], organizationId: string): Condition[] {
  const facts: Condition[] = [];
  for (const [keyId, keyName, kind] of ownedKeys) {
    if (mention(policies, keyId)) facts.push(ownFact(policies, keyName, kind, accounts, organizationId));
  }
  return [...facts, ...resourceFacts(policies, accounts)];
}

/** Whether policies compare the key, or use it as a variable. */
function mention(policies: readonly Policy[], keyId: string): boolean {
  for (const policy of policies) if (mentionedBy(policy).has(keyId)) return true;
  return false;
}

const mentionedBy = oncePer((policy: Policy): ReadonlySet<string> => {
  const keys = new Set(conditionsOf([policy]).map(({ keyId }) => keyId));
  for (const { variables } of statementsOf(policy)) for (const keyId of variables) keys.add(keyId);
  return keys;
});

type Owned = "account" | "organization" | "path" | "arn" | "endpoint" | readonly string[];

/** Keys whose value is given by whom or what the request comes from, and by what part of it. */
const owned: readonly (readonly [key: string, of: Owned])[] = [
  ["aws:PrincipalOrgID", "organization"],
  ["aws:PrincipalOrgPaths", "path"],
  ["aws:SourceAccount", "account"],
  ["aws:SourceOwner", "account"],
  ["aws:SourceArn", "arn"],
  ["aws:SourceOrgID", "organization"],
  ["aws:SourceOrgPaths", "path"],
  ["aws:SourceVpc", ["vpc-00000000000000000"]],
  ["aws:SourceVpce", ["vpce-00000000000000000"]],
  ["aws:SourceVpcArn", "arn"],
  ["aws:VpceAccount", "account"],
  ["aws:VpceOrgID", "organization"],
  ["aws:VpceOrgPaths", "path"],
  ["aws:userid", ["AIDAOFANOTHERACCOUNT", "AROAOFANOTHERACCOUNT:*"]],
  ["kms:CallerAccount", "account"],
  ["s3:DataAccessPointAccount", "account"],
  ["s3:DataAccessPointArn", "arn"],
  // whoever subscribes something of ours sends us our own messages
  ["sns:Endpoint", "endpoint"],
  ["vpc-lattice-svcs:SourceVpc", ["vpc-00000000000000000"]],
  ["vpc-lattice-svcs:SourceVpcOwnerAccount", "account"],
  // mounts are decided by the network
  ["elasticfilesystem:AccessedViaMountTarget", ["false"]],
];

const ownedKeys = owned.map(([keyName, of]) => [keyName.toLowerCase(), keyName, of] as const);

function ownFact(
  policies: readonly Policy[],
  keyName: string,
  of: Owned,
  accounts: readonly string[],
  organizationId: string,
): Condition {
  if (of === "arn") {
    // an ARN without an account, such as a bucket's, says nothing of whose it is
    const arns = [...accounts.map((account) => `arn:*:*:*:${account}:*`), "arn:*:*:*::*"];
    return condition("ArnLike", keyName, arns, { ifExists: true });
  }
  if (of === "endpoint") {
    const queues = accounts.map((account) => `arn:*:*:*:${account}:someone-else`);
    const named = comparedValues(policies, keyName).filter((value) => accounts.includes(value.split(":")[4] ?? ""));
    return condition("StringLike", keyName, [...queues, ...named, ...ENDPOINTS], { ifExists: true });
  }
  const alike = comparedValues(policies, keyName).filter(
    (value) => /[*?]/.test(value) && /[^*?]/.test(value) && !UNIQUE_ID.test(value),
  );
  if (of === "account") return condition("StringLike", keyName, accounts, { ifExists: true });
  if (of === "path") {
    const open = alike.map((value) => value.split("/")[0] ?? "").filter((id) => /[*?]/.test(id));
    const organizations = [organizationId, ...open.map(oneLike)];
    return condition(
      "StringLike",
      keyName,
      organizations.map((id) => `${id}/*`),
      { set: "ForAllValues" },
    );
  }
  const own = of === "organization" ? [organizationId] : of;
  return condition("StringLike", keyName, [...own, ...alike.map(oneLike)], { ifExists: true });
}

/** Of somebody else, by any protocol of SNS: a policy that names a host, a domain or a number fixes whose it is. */
const ENDPOINTS = [
  "https://someone-else.example/",
  "http://someone-else.example/",
  "someone@else.example",
  "+15555550100",
];

/** Begins with the id of one user or role, as in `AROAEXAMPLEID:*`: AWS gives it to nobody else. */
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{8,}/;

/** A value that a pattern matches. */
const oneLike = (pattern: string) => pattern.replaceAll("*", "00000000").replaceAll("?", "0");

/** The resource is ours, not his: its account and organization are those that the policies name, or others of ours. */
function resourceFacts(policies: readonly Policy[], accounts: readonly string[]): Condition[] {
  return flatMap(
    [
      ["aws:ResourceAccount", EXAMPLE_ACCOUNT],
      ["aws:ResourceOrgID", "o-ours000000"],
    ],
    ([keyName, ours]) => {
      if (!mention(policies, keyName!.toLowerCase())) return [];
      const values = [...fixedValues(policies, keyName!), ours!].filter(
        (value) => !value.includes("${") && !accounts.includes(value),
      );
      return [condition("StringEquals", keyName!, values)];
    },
  );
}

/** Where a caller from outside cannot come from, when the policies look at addresses at all. */
function addressFacts(policies: readonly Policy[], notFrom: (named: string[]) => readonly string[]): Condition[] {
  const values = comparedValues(policies, key.sourceIp);
  if (values.length === 0) return [];
  // a range as wide as a continent's pins nobody's network
  const narrow = values.filter((value) => {
    const range = readRange(value);
    return range !== null && !isWide(range);
  });
  const all = narrow.map(readRange).filter((range) => range !== null);
  // many narrow ranges can be the whole internet in pieces
  return [condition("NotIpAddress", key.sourceIp, notFrom(coverMuch(all) ? [] : narrow))];
}

/** Values that the policies fix for a key, without wildcards. */
export function fixedValues(policies: readonly Policy[], keyName: string): string[] {
  return comparedValues(policies, keyName).filter((value) => !/[*?]/.test(value));
}

/** All values that the policies compare a key with, wildcards included. */
export function comparedValues(policies: readonly Policy[], keyName: string): string[] {
  return flatMap(conditionsOn(policies, keyName.toLowerCase()), ({ values }) => values);
}
