/**
 * Facts about condition keys that decide whether a request can exist.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Availability" and
 * "Value type" of each key). All names are lower-cased: keys ignore case.
 */
import { flatMap } from "../flat-map.ts";
import { STAND_IN } from "./texts.ts";

export const key = {
  principalArn: "aws:principalarn",
  principalAccount: "aws:principalaccount",
  principalType: "aws:principaltype",
  principalOrgId: "aws:principalorgid",
  principalOrgPaths: "aws:principalorgpaths",
  principalIsAwsService: "aws:principalisawsservice",
  principalServiceName: "aws:principalservicename",
  username: "aws:username",
  userId: "aws:userid",
  mfaPresent: "aws:multifactorauthpresent",
  mfaAge: "aws:multifactorauthage",
  callerAccount: "kms:calleraccount",
  externalId: "sts:externalid",
  functionUrlAuthType: "lambda:functionurlauthtype",
  resourceAccount: "aws:resourceaccount",
  sourceIp: "aws:sourceip",
  sourceArn: "aws:sourcearn",
  sourceAccount: "aws:sourceaccount",
} as const;

/** The keys of one organization that a request tells: its id, and paths that begin with the id. */
export interface OrganizationKeys {
  id: string;
  paths: string;
}

/** The caller's organization, that of the source a service acts for, of the resource, and of the endpoint's owner. */
export const organizationKeys: readonly OrganizationKeys[] = ["principal", "source", "resource", "vpce"].map(
  (whose) => ({
    id: `aws:${whose}orgid`,
    paths: `aws:${whose}orgpaths`,
  }),
);

/** In every request, signed or not. */
const always = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:requestedregion",
  "aws:securetransport",
  "aws:useragent",
  "aws:viaawsservice",
]);

const booleans = new Set([
  key.mfaPresent,
  key.principalIsAwsService,
  "aws:securetransport",
  "aws:viaawsservice",
  "elasticfilesystem:accessedviamounttarget",
  "kms:bypasspolicylockoutsafetycheck",
  "kms:grantisforawsresource",
]);

const multiValued = new Set([
  ...organizationKeys.map(({ paths }) => paths),
  "aws:calledvia",
  "aws:principalservicenameslist",
  "aws:tagkeys",
  "dynamodb:attributes",
  "dynamodb:leadingkeys",
  "cognito-identity.amazonaws.com:amr",
]);

/** Keys that say who calls; they hang together, see `principal.ts`. */
const ofTheCaller = new Set<string>([
  key.principalArn,
  key.principalAccount,
  key.principalType,
  key.principalIsAwsService,
  key.principalServiceName,
  key.username,
  key.userId,
  key.callerAccount,
]);

/** Sent by services alone, to say on whose behalf they call. */
const ofServices = new Set<string>([key.sourceArn, key.sourceAccount, "aws:sourceorgid", "aws:sourceorgpaths"]);

/** Only a service sends the key, and says with it on whose behalf it calls. */
export const tellsTheSource = (keyId: string): boolean => ofServices.has(keyId);
/** The key is in every request. */
export const isAlwaysPresent = (keyId: string): boolean => always.has(keyId);
/** Its only values are `true` and `false`. */
export const isBoolean = (keyId: string): boolean => booleans.has(keyId);
/** `null`: not known here. */
export function isMultiValued(keyId: string): boolean | null {
  if (multiValued.has(keyId)) return true;
  return keyId.startsWith("aws:") || /^(aud|azp|oaud|sub)$/.test(claimOf(keyId)?.name ?? "") ? false : null;
}

/** Gives the issuer of an OIDC provider as its condition keys begin: without `https://`, lower-cased. */
export function issuerOf(provider: string): string {
  return provider.replace(/^arn:[^/]*:oidc-provider\//, "").toLowerCase();
}

/**
 * Whether the key is a claim, and no token of these issuers has it. Not told where an issuer is not known before apply.
 * @param issuers none: nobody comes with a token
 */
export function isOfOtherIssuers(keyId: string, issuers: readonly string[]): boolean {
  if (issuers.length === 0 || issuers.some((issuer) => issuer.includes(STAND_IN))) return false;
  return claimOf(keyId) !== null && !isOfIssuers(keyId, issuers);
}

/** Whether the key is named by one of these issuers, whatever that is called. */
export const isOfIssuers = (keyId: string, issuers: readonly string[]): boolean =>
  issuers.some((issuer) => keyId.startsWith(`${issuer}:`));

/** A claim of an OIDC provider's tokens: its issuer without `https://`, lower-cased, and its name. */
export interface Claim {
  host: string;
  name: string;
}

/** Gives the claim that a condition key stands for; `null` for a key of a service, whose name has no dot. */
export function claimOf(keyId: string): Claim | null {
  const [, host, name] = /^([\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/[^\s:]*)?):([^\s:/]+)$/.exec(keyId) ?? [];
  return host === undefined || name === undefined ? null : { host, name };
}
/** Fixed by the caller's identity, not free to choose. */
export const tellsTheCaller = (keyId: string): boolean => ofTheCaller.has(keyId);

/** Its value goes with that of another key, with who calls, or with whose the resource is. */
export const isTied = (keyId: string): boolean => ofTheCaller.has(keyId) || hangTogether.has(keyId);

const hangTogether = new Set<string>([
  key.mfaPresent,
  key.mfaAge,
  ...flatMap(organizationKeys, ({ id, paths }) => [id, paths]),
  key.resourceAccount,
]);

/** Whether the key belongs to calls of one service, and the action to another. */
export function isOfOtherCalls(keyId: string, action: string): boolean {
  const [service] = keyId.split(":", 1);
  return !ofAllCalls.test(keyId) && service !== action.split(":", 1)[0]!.toLowerCase();
}

/** AWS's own, claims of identity providers, and what credentials tell of where they were handed out. */
const ofAllCalls = /^(aws|saml|sts|identitystore):|^[^:]*\.|^[^:]+:(source|roledelivery)/;

/**
 * Whether any service can ever send the key: `prefix:name`, with no blank before the part that users name themselves
 * (`aws:RequestTag/Cost Center`, `kms:EncryptionContext:App Name`). A key that cannot
 * exist is absent from every request, so a condition on it never does what its author meant.
 */
export function canExist(keyId: string): boolean {
  return /^[^\s:]+:[^\s/:]+([/:].*)?$/s.test(keyId) && !WRITTEN_OUT.test(keyId);
}

/** Tokens have `sub`, `aud` and `iss`: what these stand for is the name of no claim. */
const WRITTEN_OUT = /\.[^:]*:(subject|audience|issuer)$/;
