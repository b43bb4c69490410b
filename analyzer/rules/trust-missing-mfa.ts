import { flatMap } from "../../lib/flat-map.ts";
import type { CallerClass } from "../../lib/iam/caller-class.ts";
import { accountsNamed, callersApart } from "../../lib/iam/callers.ts";
import { enforcesMfa } from "../../lib/iam/mfa.ts";
import { isOpenToStrangers } from "../../lib/iam/open.ts";
import type { Statement } from "../../lib/iam/policy.ts";
import {
  absent,
  actionGlob,
  comparedValues,
  condition,
  fixedValues,
  present,
  withoutMfa,
} from "../../lib/iam/questions.ts";
import { couldBeMet } from "../../lib/iam/screen.ts";
import { type Answer, ask } from "../../lib/iam/witness.ts";
import { eachAllow, isForeign, rule, violationsOf } from "../rule.ts";

const EXTERNAL_ID = "sts:ExternalId";
const assume = [actionGlob("sts:AssumeRole")];

/** Accounts that may stand for users whom a wildcard principal and a condition let in. */
const COLLEAGUES = ["123456789012", "210987654321"];

/** Keys that only sessions of roles carry: a trust that asks for one lets no user in. */
const ofSessions = [
  "aws:FederatedProvider",
  "aws:SourceIdentity",
  "aws:EC2InstanceSourceVPC",
  "ec2:SourceInstanceARN",
  "identitystore:UserId",
  "lambda:SourceFunctionArn",
].map(absent);

export default rule({
  id: "trust-missing-mfa",
  severity: "high",
  summary: "An IAM user may assume the role without MFA",
  why: "A leaked access key is then enough to hold the role. An account root in a trust policy stands for every user of that account. BoolIfExists, Null and a Deny with plain Bool look like protection and are none: long-term access keys carry no MFA key at all.",
  levels:
    "High; low where no account is named, and a condition lets in users of the organization, a network or such among others. Low confidence when the engine cannot decide. Not asked of accounts that are known to be outside the organization.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
  "Action": "sts:AssumeRole",
  "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "true" } }
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
  "Action": "sts:AssumeRole",
  "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } }
}`,
  fix: "Require Bool aws:MultiFactorAuthPresent = true, without IfExists. Where only roles should come in, name them, or narrow the account by aws:PrincipalArn: roles cannot present MFA.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent",
  ],
  on: "policy",
  kinds: ["trust"],
  check: eachAllow((apart, { policy, account: own }, world) => {
    const { accounts } = world;
    const { statement, alone } = apart;
    if (!mayNameUsers(statement) || enforcesMfa(statement)) return [];
    // whoever is outside for sure has his own rules, and mostly machines: trust-no-external-id and others tell of them
    const mentioned = accountsNamed([policy]);
    const named = [...mentioned].filter((id) => !isForeign(id, own, world));
    const colleagues = COLLEAGUES.filter((id) => !mentioned.has(id)).slice(0, 1);
    const users = callersApart([...named, ...colleagues], [policy]).filter(isUser);
    if (!couldBeMet([alone], users, [])) return [];
    // open to everyone: that is trust-anyone's finding, and the missing MFA not the point
    if (isOpenToStrangers(policy, apart, accounts)) return [];
    // a vendor's machines come with an external id that was agreed on, and have no MFA device; any other is no proof
    const agreed = comparedValues([alone], EXTERNAL_ID).filter((value) => /^[^*?]/.test(value));
    const other = [
      condition("StringNotEqualsIgnoreCase", EXTERNAL_ID, fixedValues([alone], EXTERNAL_ID)),
      // how well a pattern fixes it is trust-no-external-id's
      condition("StringNotLike", EXTERNAL_ID, agreed),
    ];
    const ways = flatMap(withoutMfa(), (facts) => [
      [...facts, ...ofSessions, absent(EXTERNAL_ID)],
      [...facts, ...ofSessions, present(EXTERNAL_ID), ...other],
    ]);
    for (const where of ways) {
      const answer = ask({ policies: [alone], callers: users, actions: assume, where });
      const found = violationsOf(
        answer,
        statement,
        alone,
        ({ caller }) => `${caller.name} can assume this role without MFA`,
        ["aws:MultiFactorAuthPresent"],
      );
      if (found.length > 0)
        return found.map((violation) => ({ ...violation, ...(isOneOf(colleagues, answer) && MILD) }));
    }
    return [];
  }),
});

const MILD = { severity: "low" as const };

/** No account is named, and a condition lets in many: users are among them, and nobody had them in mind. */
const isOneOf = (accounts: readonly (string | null)[], answer: Answer) =>
  answer.kind === "witness" && accounts.includes(answer.request.caller.account);

/** `arn:aws:iam::*:role/x` means roles, whatever a user's path could spell. */
const isUser = ({ kind, isPoisoned }: CallerClass): boolean => kind === "user" && !isPoisoned;

/** Services, providers and roles by ARN are no users. */
function mayNameUsers({ principals }: Statement): boolean {
  if (principals === null || principals.not) return true;
  return principals.values.some(
    (value) =>
      value.kind === "anyone" || value.kind === "account" || (value.kind === "arn" && !/:role\//.test(value.arn)),
  );
}
