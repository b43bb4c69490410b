/**
 * A statement in somebody's hands: what else that principal is denied, what its boundary and the account's service
 * control policies leave of it.
 */
import type { Confidence } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { EXAMPLE_ACCOUNT } from "../lib/iam/callers.ts";
import type { Glob } from "../lib/iam/glob.ts";
import { key } from "../lib/iam/keys.ts";
import { oncePer, oncePerText } from "../lib/iam/memo.ts";
import {
  type Condition,
  conditionsOf,
  conditionsOn,
  deniesOf as deniesIn,
  type Policy,
  type Statement,
  withStatements,
} from "../lib/iam/policy.ts";
import { absent, condition } from "../lib/iam/questions.ts";
import { couldReach } from "../lib/iam/screen.ts";
import { statementsOf } from "../lib/iam/statement.ts";
import { ofTheUnnamed, resource } from "../lib/iam/unnamed.ts";
import { type Answer, ask, type Question } from "../lib/iam/witness.ts";
import { capsOn, levelsFor } from "./caps.ts";
import { accountInArn } from "./configuration.ts";
import type { Principal, Subject } from "./model.ts";
import { withoutPresumed } from "./presumed.ts";
import type { World } from "./world.ts";

/** What is asked of somebody's policies. */
export interface Asked extends Pick<Question, "actions" | "resources" | "where"> {
  /** Variables that may stand for the resource's own name: `user/${aws:username}` is oneself. */
  own?: readonly string[];
  /** The resource is of the caller's own making, so that its names and tags are his to choose. */
  made?: true;
  /** Condition keys, in small letters, that say what is the caller's to choose of a resource that is not. */
  chosen?: (keyId: string) => boolean;
  /** What is known of each of those that it is asked about. */
  about?: readonly (readonly Condition[])[];
}

/** Asks whether these policies allow such a request, in the hands of one principal, on a resource that nobody named. */
export type Ask = (policies: readonly Policy[], asked: Asked) => Answer;

/** What an answer is worth. */
export interface InHands {
  answer: Answer;
  /** Low where what limits the principal is not known. */
  confidence: Confidence;
}

/**
 * Gives the answer that matters most among those for each holder of a policy. A policy that nobody holds yet stands for
 * itself, under the account's service control policies.
 * @param judge what is asked, in the hands of one holder
 */
export function inHands(
  subject: Pick<Subject, "account" | "holders">,
  world: World,
  judge: (ask: Ask) => Answer,
): InHands {
  if (subject.holders.length === 0) {
    return {
      answer: judge(askWithin([], levelsFor({ account: subject.account }, world), subject, world)),
      confidence: "high",
    };
  }
  let best: InHands = { answer: { kind: "none" }, confidence: "high" };
  for (const holder of subject.holders) {
    const found: InHands = {
      answer: judge(askFor(holder, world)),
      confidence: holder.boundaryUnknown ? "low" : "high",
    };
    if (weight(found) > weight(best)) best = found;
  }
  return best;
}

/** Gives the question in the hands of one principal. */
export function askFor(principal: Principal, world: World): Ask {
  return askWithin(deniesOf(principal), capsOn(principal, world), principal, world);
}

const askWithin =
  (
    denies: readonly Policy[],
    within: readonly (readonly Policy[])[],
    { account }: Pick<Subject, "account">,
    { facts }: World,
  ): Ask =>
  (policies, { own = [], made, chosen, about = [], where = [], actions, resources }) => {
    const all = [...policies, ...denies.filter((other) => !policies.some((policy) => holds(policy, other)))];
    const everything = within.length > 0 ? [...all, ...within.flat()] : all;
    const home = account ?? accountIn(policies) ?? EXAMPLE_ACCOUNT;
    const unnamed = made ? [] : ofTheUnnamed(everything, own);
    return ask({
      actions,
      resources: resources && inAccounts(resources, accountsOf(everything, actions, home)),
      policies: all,
      within,
      where: [
        ...flatMap(
          unnamed.filter(({ keyId }) => !chosen?.(keyId)),
          (fact) => (fact.keyId === key.principalAccount ? ofAccount(home) : knownOf(about, fact)),
        ),
        ...flatMap(everything, neverSent(facts)),
        ...where,
      ],
    });
  };

/** What holds for one of these in place of what holds for the unnamed; nothing where it holds for some and not for others. */
function knownOf(about: readonly (readonly Condition[])[], fact: Condition): Condition | readonly Condition[] {
  if (!isTold(fact.keyId)) return fact;
  const id = tagOf(fact.keyId);
  const known = flatMap(about, (facts) => facts.find(({ keyId }) => tagOf(keyId) === id) ?? []);
  const [first] = known;
  if (!first) return fact;
  const values = [...new Set(flatMap(known, ({ values }) => values))];
  return known.length === about.length ? condition(first.operator, fact.key, values) : [];
}

/** What a plan tells of a resource, where it tells something. */
const isTold = (keyId: string): boolean => keyId === "ecs:cluster" || keyId.includes(":resourcetag/");

/** Some services send a tag under their own prefix as well. */
const tagOf = (keyId: string): string => keyId.replace(/^[a-z0-9-]+:(?=resourcetag\/)/, "");

/** The caller's account, as a value that variables stand for. */
const ofAccount = oncePerText((account): Condition => condition("StringEquals", "aws:PrincipalAccount", [account]));

/** The account that the policies speak of first, where the plan does not tell whose they are. */
function accountIn(policies: readonly Policy[]): string | null {
  for (const policy of policies) {
    const account = firstAccountIn(policy);
    if (account !== null) return account;
  }
  return null;
}

const firstAccountIn = oncePer(({ statements }: Policy): string | null => {
  for (const { effect, resources } of statements) {
    for (const value of (effect === "Allow" && resources?.values) || []) {
      const account = accountInArn(value);
      if (account !== null) return account;
    }
  }
  return null;
});

/** No request has a key that no service knows. */
const neverSent = oncePer(({ isConditionKey }: World["facts"]) =>
  oncePer((policy: Policy): readonly Condition[] =>
    flatMap(conditionsOf([policy]), ({ key }) => (isConditionKey(key) === false ? [absent(key)] : [])),
  ),
);

/** Whether the policy has all statements of the other: what it denies itself needs not be said again. */
function holds(policy: Policy, other: Policy): boolean {
  const statements = statementsIn(policy);
  return policy.version === other.version && other.statements.every((statement) => statements.has(statement));
}
const statementsIn = oncePer(({ statements }: Policy): ReadonlySet<Statement> => new Set(statements));

/**
 * Whether AWS wrote the policy for a role of one of its services, and only such services have it: nobody chose what it
 * says. Some are for instances, and are in the hands of what runs there.
 */
export const isForService = ({ managed, holders }: Subject) => {
  if (managed === null) return false;
  return FOR_SERVICES.test(managed)
    ? holders.every(
        (one) =>
          one.kind === "role" && (one.trust === null || trustsServices(one.trust, (name) => !RUNS_CODE.test(name))),
      )
    : holders.length > 0 &&
        holders.every(({ trust }) => trust !== null && trustsServices(trust, (name) => OWN_WORK.test(name)));
};

const FOR_SERVICES = /:policy\/(aws-)?service-role\/(?!Amazon(EC2Rolefor|ElasticMapReduceforEC2))/;

/** Services that use a role for their own work alone, and run nobody's code with it. */
const OWN_WORK = /^(autoscaling|codedeploy|ecs|eks|elasticbeanstalk|es|opensearchservice|spotfleet)\.amazonaws\./;
/** Services that run the author's own code with the role. */
const RUNS_CODE = /^(codebuild|ec2|ecs-tasks|edgelambda|lambda|pods\.eks|tasks\.apprunner)\.amazonaws\./;

/** Whether a trust policy lets in nobody but such services. */
const trustsServices = ({ policy: { statements } }: Subject, isOne: (service: string) => boolean): boolean =>
  statements.length > 0 &&
  statements.every(
    ({ effect, principals }) =>
      effect === "Deny" ||
      (principals?.not === false &&
        principals.values.every((value) => value.kind === "service" && isOne(value.service))),
  );

/** The accounts that the policies keep these actions to; none where they do not. */
function accountsOf(
  policies: readonly Policy[],
  actions: readonly Glob[] | undefined,
  home: string,
): readonly string[] {
  if (conditionsOn(policies, key.resourceAccount).length === 0) return [];
  const keeping = flatMap(flatMap(policies, statementsOf), ({ statement, actions: own }) => {
    if (actions && !couldReach(own, actions)) return [];
    const isKept = statement.effect === "Allow" ? /^String(Equals|Like)/ : /^StringNot(Equals|Like)/;
    return statement.conditions.filter(({ keyId, operator }) => keyId === key.resourceAccount && isKept.test(operator));
  });
  const named = flatMap(keeping, ({ values }) => values).map((value) => (value.includes("${") ? home : value));
  return [...new Set(named.filter((value) => /^\d{12}$/.test(value)))];
}

/** A resource that the policies keep to some accounts is in one of them. */
const inAccounts = (resources: readonly Glob[], accounts: readonly string[]): readonly Glob[] =>
  accounts.length === 0
    ? resources
    : flatMap(resources, ({ source }) =>
        accounts.map((account) => resource(source.replace(/^(arn:[^:]*:[^:]*:[^:]*):\*:/, `$1:${account}:`))),
      );

const weight = ({ answer, confidence }: InHands) =>
  answer.kind === "none" ? 0 : answer.kind === "undecided" ? 1 : confidence === "low" ? 2 : 3;

const denied = new WeakMap<Principal, readonly Policy[]>();

/** The Deny statements of all that a principal has, each with the version of its policy. */
function deniesOf(principal: Principal): readonly Policy[] {
  let list = denied.get(principal);
  if (!list) {
    list = flatMap(withoutPresumed(principal.policies), ({ policy }) => {
      const statements = deniesIn(policy);
      return statements.length > 0 ? [withStatements(policy, statements)] : [];
    });
    denied.set(principal, list);
  }
  return list;
}
