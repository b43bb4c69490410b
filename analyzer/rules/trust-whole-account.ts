import type { CallerClass } from "../../lib/iam/caller-class.ts";
import { accountsNamed } from "../../lib/iam/callers.ts";
import { isOpenToStrangers } from "../../lib/iam/open.ts";
import { type Condition, conditionsOf, type Policy } from "../../lib/iam/policy.ts";
import { absent, actionGlob, comparedValues, condition, withoutMfa } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { eachAllow, isForeign, rule, violationsOf } from "../rule.ts";

const assume = [actionGlob("sts:AssumeRole")];

/** A user and a role that nobody has in mind: only patterns that fit all of an account fit them. */
const anybody = (account: string): readonly CallerClass[] => [
  { kind: "user", account, name: `arn:aws:iam::${account}:user/q9-anybody` },
  { kind: "role", account, name: `arn:aws:iam::${account}:role/q9-anybody` },
];

/** What not everybody in an account has: tags, an external id, the right network, a known identity behind the session. */
const special =
  /^(aws:principaltag\/.*|sts:externalid|(aws|sts):sourceidentity|aws:federatedprovider|aws:sourcevpce?)$/;

function nothingSpecial(policy: Policy): Condition[] {
  const keys = new Set(conditionsOf([policy]).map(({ keyId }) => keyId));
  return [
    ...withoutMfa()[0]!,
    ...[...keys].filter((keyId) => special.test(keyId)).map(absent),
    ...(keys.has("aws:sourceip")
      ? [condition("NotIpAddress", "aws:SourceIp", comparedValues([policy], "aws:SourceIp"))]
      : []),
    ...(keys.has("aws:userid")
      ? [condition("StringNotLike", "aws:userid", comparedValues([policy], "aws:userid"))]
      : []),
  ];
}

export default rule({
  id: "trust-whole-account",
  severity: "low",
  summary: "Every user and role of an account may be let into the role",
  why: "An account root as principal hands the decision to that account: whoever there may call sts:AssumeRole, by a wildcard perhaps, can come in. That is how IAM delegates, and wider than most roles need.",
  levels:
    "Always low. Not reported where the trust narrows the account: by aws:PrincipalArn, a tag on the caller, an external id, MFA or the network; and not of accounts that are known to be outside the organization.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
  "Action": "sts:AssumeRole"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
  "Action": "sts:AssumeRole",
  "Condition": { "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/deploy-*" } }
}`,
  fix: "Name the roles that need it, or narrow the account by aws:PrincipalArn.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts",
  ],
  on: "policy",
  kinds: ["trust"],
  check: eachAllow((apart, { policy, account: own }, world) => {
    const { statement, alone, only } = apart;
    // of accounts that are outside for sure, trust-outside-organization tells
    const named = [...accountsNamed([only])].filter((id) => !isForeign(id, own, world));
    if (named.length === 0) return [];
    const where = nothingSpecial(policy);
    const answers = named.sort().map((account) => ({
      account,
      answer: ask({ policies: [alone], callers: anybody(account), actions: assume, where }),
    }));
    const open = answers.filter(({ answer }) => answer.kind !== "none");
    const worst = open.find(({ answer }) => answer.kind === "witness") ?? open[0];
    // open to everyone is trust-anyone's finding
    if (!worst || isOpenToStrangers(policy, apart, world.accounts)) return [];
    const who = open.map(({ account }) => `account ${account}`).join(" and of ");
    const whose = open.length > 1 ? "their" : "that account's";
    const say = () => `any user or role of ${who} can be let into this role by ${whose} own policies`;
    return violationsOf(worst.answer, statement, alone, say).map(({ witness: _, ...violation }) => violation);
  }),
});
