/**
 * What policies allow of what can be asked of AWS: a request is for an action that exists, where a pattern stands for
 * some. For S3, an action on buckets never names an object, nor the other way round, and policies write the ARNs of both
 * in one list. Whoever is in an account of the organization is in the organization. A service that says for which resource it
 * calls says for which account as well.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
 */
import { flatMap } from "../lib/flat-map.ts";
import { accountsLike, accountsNamed } from "../lib/iam/callers.ts";
import { diffPolicies, type PolicyDiff } from "../lib/iam/diff.ts";
import { examplesOf } from "../lib/iam/examples.ts";
import { matches } from "../lib/iam/glob.ts";
import { key } from "../lib/iam/keys.ts";
import { oncePer, oncePerText } from "../lib/iam/memo.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import { example } from "../lib/iam/pick.ts";
import { conditionsOn, type Policy } from "../lib/iam/policy.ts";
import { isObjectAction } from "../lib/iam/s3-actions.ts";
import { allows, type Request } from "../lib/iam/statement.ts";
import { action, resource } from "../lib/iam/unnamed.ts";
import { type Answer, ask, type Question } from "../lib/iam/witness.ts";
import { accountInArn } from "./configuration.ts";
import type { Facts, World } from "./world.ts";

/** What says which requests there are. */
type Known = Pick<World, "facts" | "accounts" | "organizationId">;

/** `diffPolicies` on what can be asked of AWS. */
export function newAccess(
  before: readonly Policy[],
  after: readonly Policy[],
  world: Known,
  within: readonly (readonly Policy[])[] = [],
  service: string | null = null,
): PolicyDiff {
  const diff = diffPolicies(before, after, within, service);
  if (diff.newAccess !== true) return diff;
  const request = nearby(diff.request, { policies: after, notAllowedBy: before, within }, world);
  if (request === null) return diffPolicies(before, after, [...within, ...possible(after, world)], service);
  const { action, resource } = request;
  return { ...diff, request, witness: { ...diff.witness, action, resource } };
}

/** `ask` for what can be asked of AWS. */
export function askPossible(question: Question, world: Known): Answer {
  const answer = ask(question);
  if (answer.kind !== "witness") return answer;
  const { policies, within = [] } = question;
  const request = nearby(answer.request, question, world);
  return request === null
    ? ask({ ...question, within: [...within, ...possible(policies, world)] })
    : { ...answer, request };
}

/**
 * Gives the request itself where it can be made, or one that gets the same answer: for an action that exists, on another
 * resource that the statements name. `null`: it takes a search to tell whether there is any.
 */
function nearby(request: Request, question: Question, world: Known): Request | null {
  const { facts } = world;
  const isReal = facts.isAction(request.action) !== false;
  const isMade = canBeMade(request, question.policies, facts);
  if (isOutOfPlace(request, question, world)) return null;
  if (isMade && isReal) return request;
  for (const { effect, actions, resources } of flatMap(question.policies, ({ statements }) => statements)) {
    const meant = actions.values.filter((pattern) => matches(action(pattern), request.action));
    // what a Deny leaves out is let through as well
    const isLetThrough = effect === "Allow" ? !actions.not : actions.not && isMade;
    if (!isLetThrough || meant.length === 0) continue;
    const others = isMade
      ? flatMap(meant, (pattern) => facts.actionsLike(pattern).map(({ name }) => ({ ...request, action: name })))
      : flatMap(resources?.not ? [] : (resources?.values ?? []), (arn) => on(arn, request));
    const found = others.find((other) => canBeMade(other, question.policies, facts) && isAnswer(other, question));
    if (found) return found;
  }
  return isMade ? request : null;
}

/** The request on an example of the ARN. */
function on(arn: string, request: Request): Request | readonly never[] {
  const text = example(resource(arn), "example");
  return text === null ? [] : { ...request, resource: text };
}

const isAnswer = (request: Request, { policies, within = [], notAllowedBy }: Question): boolean =>
  allows(policies, request) &&
  !(notAllowedBy && allows(notAllowedBy, request)) &&
  within.every((list) => allows(list, request));

const BUCKETS = "arn:*:s3:::*";
const OBJECTS = "arn:*:s3:::*/*";

interface Actions {
  onBuckets: readonly string[];
  onObjects: readonly string[];
  /** By their names in lower case. */
  about: ReadonlyMap<string, { buckets: boolean; objects: boolean }>;
}

/** The actions by what the catalogue says of them; none where nobody asked for the service. */
const actionsOf = oncePer((facts: Facts): Actions => {
  const names = facts.actionsLike("s3:*").map(({ name }) => name);
  const best = examplesOf("s3");
  // what a reader knows best is tried first
  const sorted = [...best.filter((name) => names.includes(name)), ...names.filter((name) => !best.includes(name))];
  const actions = sorted.map((name) => {
    const arns = facts.resourcesOf(name).map(({ source }) => source);
    return { name, buckets: arns.includes(BUCKETS), objects: isObjectAction(name) };
  });
  return {
    onBuckets: flatMap(actions, ({ name, buckets }) => (buckets ? name : [])),
    onObjects: flatMap(actions, ({ name, objects }) => (objects ? name : [])),
    about: new Map(actions.map((action) => [action.name.toLowerCase(), action])),
  };
});

function canBeMade({ action, resource }: Request, policies: readonly Policy[], facts: Facts): boolean {
  if (resource === null || !/^arn:[^:]*:s3:::./.test(resource)) return true;
  const { about } = actionsOf(facts);
  if (about.size === 0) return true;
  const known = about.get(action.toLowerCase());
  return known ? known[resource.includes("/") ? "objects" : "buckets"] : unlistedIn(policies, facts).includes(action);
}

/** Actions that policies spell out and the catalogue does not have yet. */
function unlistedIn(policies: readonly Policy[], facts: Facts): readonly string[] {
  const { about } = actionsOf(facts);
  const written = flatMap(policies, ({ statements }) => flatMap(statements, ({ actions }) => actions.values));
  return written.filter((name) => /^s3:[^*?]+$/i.test(name) && !about.has(name.toLowerCase()));
}

/** Whether the context holds what does not go together. */
function isOutOfPlace(request: Request, question: Question, known: Known): boolean {
  return isElsewhere(request, question, known) || isForAnother(request, question);
}

/** Whether the resource that a service calls for is in another account than the one that it calls for. */
function isForAnother({ context }: Request, { policies, notAllowedBy }: Question): boolean {
  const account = accountInArn(context.get(key.sourceArn)?.[0] ?? null);
  if (account === null || context.get(key.sourceAccount)?.[0] === account) return false;
  return conditionsOn([...policies, ...(notAllowedBy ?? [])], key.sourceAccount).length > 0;
}

/** Whether an account of the organization calls as if from another one, or an account of another as if from ours. */
function isElsewhere({ caller, context }: Request, question: Question, { accounts, organizationId }: Known): boolean {
  if (organizationId === null || caller.account === null || accounts === null || accounts.size === 0) return false;
  const looksAtIt = [...question.policies, ...(question.notAllowedBy ?? [])].some(
    (policy) => conditionsOn([policy], key.principalOrgId).length > 0,
  );
  return looksAtIt && accounts.has(caller.account) !== (context.get(key.principalOrgId)?.[0] === organizationId);
}

/** Members of the organization, or as many as tell them apart: those whom the policies name, and one for all others. */
export function membersFor(accounts: ReadonlySet<string>, policies: readonly Policy[]): readonly string[] {
  const named = accountsNamed(policies);
  if (accountsLike(policies, named).length > 0) return [...accounts];
  const other = [...accounts].find((id) => !named.has(id));
  return [...accounts].filter((id) => id === other || named.has(id));
}

/** Gives the requests that can be made, as policies of which each allows them. */
function possible(
  policies: readonly Policy[],
  { facts, accounts, organizationId }: Known,
): readonly (readonly Policy[])[] {
  const ofS3 = actionsOf(facts).about.size > 0 ? [[possibleWith(facts)(unlistedIn(policies, facts).join(" "))]] : [];
  const elsewhere = organizationId === null || accounts === null ? [] : outOfPlace(organizationId, accounts, policies);
  const forAnother = sourceAccountsIn(policies).map((account) => ({
    ArnLike: { [key.sourceArn]: `arn:*:*:*:${account}:*` },
    StringNotEquals: { [key.sourceAccount]: account },
  }));
  const impossible = [...elsewhere, ...forAnother];
  return impossible.length === 0 ? ofS3 : [...ofS3, [allBut(impossible)]];
}

/** To be of one of our accounts and not of our organization, or the other way round. */
function outOfPlace(organizationId: string, accounts: ReadonlySet<string>, policies: readonly Policy[]) {
  if (accounts.size === 0) return [];
  const isOurs = { "aws:PrincipalAccount": membersFor(accounts, policies) };
  const inOurs = { [key.principalOrgId]: organizationId };
  return [
    { StringEquals: isOurs, StringNotEquals: inOurs },
    { StringEquals: inOurs, StringNotEquals: isOurs },
  ];
}

function allBut(conditions: readonly object[]): Policy {
  const everything = { Action: "*", Resource: "*" };
  const Statement = [
    { Effect: "Allow", ...everything },
    ...conditions.map((Condition) => ({ Effect: "Deny", ...everything, Condition })),
  ];
  return parsePolicy({ Version: "2012-10-17", Statement }, "identity").policy;
}

const sourceAccountsIn = (policies: readonly Policy[]): readonly string[] => [
  ...new Set(
    flatMap(conditionsOn(policies, key.sourceArn), ({ values }) => flatMap(values, (arn) => accountInArn(arn) ?? [])),
  ),
];

/** With actions that the catalogue does not have, separated by blanks. */
const possibleWith = oncePer((facts: Facts) => {
  const { onBuckets, onObjects } = actionsOf(facts);
  const onlyBuckets = onBuckets.filter((name) => !onObjects.includes(name));
  return oncePerText((unlisted): Policy => {
    const more = unlisted.split(" ").filter((name) => name !== "");
    const document = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "*", NotResource: BUCKETS },
        { Effect: "Allow", Action: [...onObjects, ...more], Resource: OBJECTS },
        { Effect: "Allow", Action: [...onBuckets, ...more], Resource: BUCKETS },
        { Effect: "Deny", Action: onlyBuckets, Resource: OBJECTS },
      ],
    };
    return parsePolicy(document, "identity").policy;
  });
});
