import { flatMap } from "../../lib/flat-map.ts";
import { type CallerClass, callersOf } from "../../lib/iam/caller-class.ts";
import { accountsNamed, EXAMPLE_ACCOUNT } from "../../lib/iam/callers.ts";
import { type Glob, matches } from "../../lib/iam/glob.ts";
import { enforcesMfa, isAboutMfa, isMetByMfa, refusesMfa } from "../../lib/iam/mfa.ts";
import { type Condition, deniesOf, type Policy, type Statement, withStatements } from "../../lib/iam/policy.ts";
import { withoutMfa } from "../../lib/iam/questions.ts";
import type { Request } from "../../lib/iam/statement.ts";
import { action } from "../../lib/iam/unnamed.ts";
import { type Answer, ask, worst } from "../../lib/iam/witness.ts";
import { refOf, rule, type Subject, type Violation, violationsOf } from "../rule.ts";

export default rule({
  id: "mfa-ineffective",
  severity: "high",
  summary: "The policy speaks of MFA and does not enforce it",
  why: "Long-term access keys carry no MFA key at all. An Allow with BoolIfExists and a Deny with plain Bool let them pass; Null only asks whether the key is there, and it may say false. An Allow with Bool false, or a Deny with Bool true, is the wrong way round: it keeps out those who have used MFA. And a role, or a session of Identity Center, never carries the key: a statement that demands it of them lets nobody in.",
  levels: "Always high. Low confidence when the engine cannot decide.",
  bad: `{
  "Effect": "Deny",
  "NotAction": ["iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"],
  "Resource": "*",
  "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "false" } }
}`,
  good: `{
  "Effect": "Deny",
  "NotAction": ["iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"],
  "Resource": "*",
  "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }
}`,
  fix: "In an Allow require Bool aws:MultiFactorAuthPresent = true; in a Deny use BoolIfExists = false. Ask it of users and account roots only: people of Identity Center do MFA when they sign in.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html",
  ],
  on: "policy",
  aboutWords: true,
  kinds: ["identity", "resource", "trust"],
  also: ["limits"],
  check(subject) {
    const { policy } = subject;
    if (!policy.statements.some(mentionsMfa)) return [];
    return flatMap(policy.statements.filter(mentionsMfa), (statement) => {
      const shut = lockedOut(subject, statement);
      if (shut !== null) return [{ statement: refOf(statement), message: shut }];
      if (enforcesMfa(statement)) return undone(subject, statement);
      return statement.effect === "Allow" ? withoutProof(policy, statement) : gapsOf(subject, statement);
    });
  },
});

const mentionsMfa = ({ conditions }: Statement) => conditions.some(isAboutMfa);

/** The policy with these statements instead of its own. */
const withoutTheMfa = (statement: Statement): Statement => ({
  ...statement,
  conditions: statement.conditions.filter((condition) => !isAboutMfa(condition)),
});

const usersFor = (policy: Policy): readonly CallerClass[] =>
  flatMap([...new Set([...accountsNamed([policy]), EXAMPLE_ACCOUNT])].sort(), (account) =>
    callersOf(account).slice(0, 1),
  );

/** Both ways of not having used MFA, asked one after the other. */
function asUser(question: {
  policies: readonly Policy[];
  within?: readonly (readonly Policy[])[];
  not?: Policy;
  actions?: readonly Glob[];
}): Answer {
  const { policies, within = [], not, actions } = question;
  let doubt: Answer = { kind: "none" };
  for (const where of withoutMfa()) {
    const callers = usersFor(policies[0]!);
    const answer = ask({
      ...{ policies, within, callers, where },
      ...(not && { notAllowedBy: [not] }),
      ...(actions && { actions }),
    });
    if (answer.kind === "witness") return answer;
    if (answer.kind === "undecided") doubt = answer;
  }
  return doubt;
}

const whose = ({ context }: Request) =>
  context.has("aws:multifactorauthpresent")
    ? "temporary credentials without MFA"
    : "long-term access keys, which carry no MFA key,";

const refusal = (statement: Statement) =>
  refusesMfa(statement) ? "; the condition is the wrong way round, and keeps out whoever has just used MFA" : "";

// ----------------------------------------------------------------------------------------------------------- Allow

/** What people need before they have an MFA device: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html */
const selfService: Policy = {
  kind: "identity",
  version: "2012-10-17",
  id: null,
  statements: [
    {
      index: 0,
      sid: null,
      offset: null,
      effect: "Allow",
      principals: null,
      actions: {
        values: ["iam:*MFADevice*", "iam:ChangePassword", "iam:Get*", "iam:List*", "sts:GetSessionToken"],
        not: false,
      },
      resources: { values: ["*"], not: false },
      conditions: [],
    },
  ],
};

/** What an Allow that speaks of MFA gives to somebody who has not used it. */
function withoutProof(policy: Policy, statement: Statement): readonly Violation[] {
  const alone = withStatements(policy, [statement, ...deniesOf(policy)]);
  const answer = asUser({ policies: [alone], ...(policy.kind === "identity" && { not: selfService }) });
  return violationsOf(
    answer,
    statement,
    alone,
    (request) => `${whose(request)} can call ${request.action}${refusal(statement)}`,
    ["aws:MultiFactorAuthPresent"],
  );
}

// ------------------------------------------------------------------------------------------------------------ Deny

/** What a Deny that speaks of MFA leaves open to somebody who has not used it. */
function gapsOf(subject: Subject, statement: Statement): readonly Violation[] {
  const { policy, limits } = subject;
  const meant: Statement = { ...withoutTheMfa(statement), effect: "Allow" };
  const whole = policy.kind === "trust" && !limits;
  const asked = whole ? policy : withStatements(policy, [meant, ...deniesOf(policy)]);
  const within = [...(whole ? [[withStatements(policy, [meant])]] : []), ...leftOut(policy)];
  const answer = asUser({ policies: [asked], within });
  if (answer.kind === "none" || guardedByAllow(policy, meant)) return [];
  // best shown with something that they are allowed
  const theirs = worst(
    theirPolicies(subject).map((those) => asUser({ policies: [asked], within: [...within, those] })),
  );
  return violationsOf(
    theirs.kind === "witness" ? theirs : answer,
    statement,
    withStatements(policy, [statement]),
    (request) => `${whose(request)} are not denied ${request.action}${refusal(statement)}`,
    ["aws:MultiFactorAuthPresent"],
  );
}

/** What each of those who hold a policy has; the policy itself where nobody is known to. */
const theirPolicies = ({ policy, holders }: Subject): readonly (readonly Policy[])[] =>
  holders.length > 0 ? holders.map(({ policies }) => policies.map((subject) => subject.policy)) : [[policy]];

/** What a Deny that works leaves out, such as what people need before they have a device, no other one has to catch. */
function leftOut(policy: Policy): readonly (readonly Policy[])[] {
  const working = deniesOf(policy).filter((deny) => deny.actions.not && mentionsMfa(deny) && enforcesMfa(deny));
  return working.map((deny) => [
    withStatements(policy, [{ ...deny, effect: "Allow", resources: null, conditions: [] }]),
  ]);
}

/** Whoever takes the device away puts his own in its place: AWS's own policies leave this to sessions with MFA. */
const UNDOES = action("iam:DeactivateMFADevice");

/** What a Deny of all but some actions leaves to somebody who has not used MFA, where something allows it. */
function undone(subject: Subject, statement: Statement): readonly Violation[] {
  const { policy } = subject;
  const { effect, actions } = statement;
  if (
    effect !== "Deny" ||
    !actions.not ||
    !actions.values.some((pattern) => matches(action(pattern), "iam:DeactivateMFADevice"))
  )
    return [];
  const answers = theirPolicies(subject).map((policies) => asUser({ policies, actions: [UNDOES] }));
  return violationsOf(
    worst(answers),
    statement,
    withStatements(policy, [statement]),
    (request) => `${whose(request)} are not denied ${request.action}: another device can take the place of the first`,
    ["aws:MultiFactorAuthPresent"],
  );
}

/** The Deny only adds to Allow statements that demand MFA themselves, such as by limiting its age. */
function guardedByAllow(policy: Policy, meant: Statement): boolean {
  const within = [[withStatements(policy, [meant])]];
  const reached = ask({ policies: [policy], within, callers: usersFor(policy) });
  return reached.kind === "witness" && asUser({ policies: [policy], within }).kind === "none";
}

// -------------------------------------------------------------------------------------------------------- lock-out

/** Says whom the statement demands MFA of who can never show it; `null` where nobody is locked out. */
function lockedOut(subject: Subject, statement: Statement): string | null {
  const { policy } = subject;
  if (isForIdentityCenter(subject)) return lockedOutOfIdentityCenter(policy, statement);
  if (policy.kind !== "trust") return null;
  const allows =
    statement.effect === "Allow" ? [statement] : policy.statements.filter(({ effect }) => effect === "Allow");
  for (const allow of allows) {
    for (const value of allow.principals?.not ? [] : (allow.principals?.values ?? [])) {
      const shut = lockedOutOf(policy, { ...allow, principals: { values: [value], not: false } });
      if (shut !== null) return `demands MFA of ${shut}, who can never show it: nobody can come in this way`;
    }
  }
  return null;
}

/** Gives somebody whom the statement would let in if nobody asked for MFA, and lets in with no MFA there is. */
function lockedOutOf(policy: Policy, allow: Statement): string | null {
  const denies = deniesOf(policy);
  // an account stands for its users, who can show it
  const isForUsers = allow.principals?.values.every(({ kind }) => kind === "account") === true;
  if (isForUsers && denies.length === 0 && isMetByMfa(allow)) return null;
  if (ask({ policies: [withStatements(policy, [allow, ...denies])] }).kind !== "none") return null;
  const others = denies.filter((deny) => !mentionsMfa(deny));
  const free = ask({ policies: [withStatements(policy, [withoutTheMfa(allow), ...others])] });
  return free.kind === "witness" ? free.request.caller.name : null;
}

const isForIdentityCenter = ({ resourceType, holders }: Subject) =>
  resourceType === "aws_ssoadmin_permission_set_inline_policy" ||
  (holders.length > 0 && holders.every(({ kind }) => kind === "permission set"));

/** Sessions of Identity Center are roles, and their requests never have the key. */
function lockedOutOfIdentityCenter(policy: Policy, statement: Statement): string | null {
  const callers = callersOf(EXAMPLE_ACCOUNT).filter(({ kind }) => kind === "role");
  const applies = (one: Statement, where: readonly Condition[] = []) =>
    ask({ policies: [withStatements(policy, [{ ...one, effect: "Allow" }])], callers, where }).kind === "witness";
  const free = applies(withoutTheMfa(statement));
  if (statement.effect === "Allow") {
    return free && !applies(statement)
      ? "sessions of Identity Center never show MFA: the statement allows nothing"
      : null;
  }
  const [keys] = withoutMfa();
  return free && applies(statement, keys)
    ? "sessions of Identity Center never show MFA: the statement denies everything it is about"
    : null;
}
