import { flatMap } from "../../lib/flat-map.ts";
import { type IdentityProvider, identityProviders } from "../../lib/iam/identity-providers.ts";
import { exactClaims, isGithub, ownerClaims, type SubjectForm, subjectForm } from "../../lib/iam/oidc-subjects.ts";
import { pinnedValues } from "../../lib/iam/pinned.ts";
import type { Condition, Policy, Statement } from "../../lib/iam/policy.ts";
import {
  absent,
  actionGlob,
  comparedValues,
  condition,
  fixedValues,
  perAllow,
  present,
} from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { rule, type Violation, violationsOf } from "../rule.ts";

const assume = [actionGlob("sts:AssumeRoleWithWebIdentity")];

export default rule({
  id: "trust-oidc-subject",
  severity: "high",
  summary: "The trust does not fix who may come through the OIDC provider",
  why: "The provider vouches for everyone who uses it: every repository on GitHub, every pod of a cluster. Only the subject says which of them is meant. A wildcard before the slash lets in whoever registers a name that begins alike, an environment or a branch without its repository whoever gives his own that name, a negated operator lets in everyone else, and a pull request runs code that nobody reviewed.",
  levels:
    "High; medium where the owner is fixed, by the subject or by an issuer of its own, and not the one repository, project or service account, where pull requests are let in by name, or where only a token without a subject passes, which no provider issues; low where one repository is fixed and everything in it may come, or where the trust names Cognito's guests. Low confidence when the engine cannot decide.",
  bad: `"Condition": {
  "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
  "StringLike": { "token.actions.githubusercontent.com:sub": "repo:securecart*" }
}`,
  good: `"Condition": {
  "StringEquals": {
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": "repo:securecart@1234567/shop@7654321:environment:production"
  }
}`,
  fix: "Fix the subject with StringEquals: repository and branch or environment, namespace and service account, project or workspace. For GitHub prefer the immutable form with ids.",
  references: [
    "https://docs.github.com/en/actions/reference/security/oidc",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
  ],
  on: "policy",
  kinds: ["trust"],
  check({ policy }) {
    return flatMap(perAllow(policy), ({ statement, alone }) => {
      for (const provider of identityProviders(statement)) {
        const violations = provider.kind === "oidc" ? judge(statement, alone, provider) : [];
        if (violations.length > 0) return violations;
      }
      return [];
    });
  },
});

interface Case {
  where: readonly Condition[];
  message: string;
  severity?: Violation["severity"];
  remediation?: string;
}

/** From the worst to the least: the first that has a witness is reported, else the first that cannot be decided. */
function judge(statement: Statement, policy: Policy, { caller, host }: IdentityProvider): readonly Violation[] {
  const form = subjectForm(host, comparedValues([policy], `${host}:sub`));
  const key = `${host}:${form.claim}`;
  const pinned = pinnedValues(statement, key);
  const isOpen = (subject: string) => subject.endsWith(":pull_request") || form.unowned?.test(subject);
  if (pinned && key !== COGNITO_AUDIENCE && !pinned.some(isOpen)) return [];
  let doubt: readonly Violation[] = [];
  for (const { where, message, ...own } of cases(policy, form, host, key)) {
    const answer = ask({ policies: [policy], callers: [caller], actions: assume, where });
    const found = violationsOf(answer, statement, policy, ({ context }) => {
      const subject = context.get(key);
      return `${message} can assume this role${subject ? `, such as ${key} = "${subject[0]}"` : ""}`;
    }).map((violation) => ({ ...violation, ...own }));
    if (answer.kind === "witness") return found;
    if (doubt.length === 0) doubt = found;
  }
  return doubt;
}

function cases(policy: Policy, form: SubjectForm, host: string, key: string): readonly Case[] {
  const { foreign, anyone, ofTheOwner, ofOneOwner, unowned, tags } = form;
  const unfixed = { message: anyone, ...(ofOneOwner?.test(host) && { severity: "medium" as const }) };
  const subjects = comparedValues([policy], key);
  const unlike = (prefixes: readonly string[]) =>
    condition(
      "StringNotLike",
      key,
      prefixes.map((prefix) => `${prefix}*`),
    );
  const owners = prefixesOf(subjects, form.owner);
  const named = fixedValues([policy], key).filter((subject) => !unowned?.test(subject));
  const unnamed = [present(key), condition("StringNotEqualsIgnoreCase", key, named)];
  const others = (claims: readonly string[], sessionTags: readonly string[] = []) => [
    ...claims.map((claim) => `${host}:${claim}`).filter((other) => other !== key),
    ...sessionTags.map((tag) => `aws:RequestTag/${tag}`),
  ];
  const ofOthers = otherwise(policy, others(ownerClaims, tags?.owner));
  const ofAnother = otherwise(policy, others(exactClaims, tags?.exact));
  return [
    { where: [condition("StringEquals", key, [foreign]), ...ofOthers], ...unfixed },
    { where: [...unnamed, unlike(owners), ...ofOthers], ...unfixed, message: `${anyone} whose subject fits` },
    {
      where: [...unnamed, unlike(prefixesOf(subjects, form.exact)), ...ofAnother],
      message: ofTheOwner,
      severity: "medium",
    },
    // providers always set it: it is the operator that does not say what is meant
    { where: [absent(key), ...ofOthers], message: `a token without ${key}, if there ever is one,`, severity: "medium" },
    ...(isGithub(form) ? pullRequests(subjects, key) : []),
    ...(key === COGNITO_AUDIENCE ? [notSignedIn(policy)] : []),
  ];
}

function prefixesOf(subjects: readonly string[], part: RegExp | null): readonly string[] {
  return part === null ? [] : [...new Set(flatMap(subjects, (subject) => part.exec(subject)?.[0] ?? []))];
}

/** What else of the token the policy looks at has values that it does not name. */
function otherwise(policy: Policy, keys: readonly string[]): readonly Condition[] {
  return keys
    .filter((key) => comparedValues([policy], key).length > 0)
    .map((key) => condition("StringNotEqualsIgnoreCase", key, fixedValues([policy], key)));
}

/** A pull request runs the code of its branch. It is a choice where it is named, and an oversight behind a wildcard. */
function pullRequests(subjects: readonly string[], key: string): readonly Case[] {
  return prefixesOf(subjects, /^repo:[^/*?]+\/[^:*?]+:/).map((repository): Case => {
    const where = [condition("StringEquals", key, [`${repository}pull_request`])];
    const named = subjects.some((subject) => subject.startsWith(`${repository}pull_request`));
    return named
      ? { where, message: "a pull request, with code that nobody reviewed,", severity: "medium" }
      : { where, message: "every branch, tag and pull request of the repository", severity: "low" };
  });
}

const COGNITO_AUDIENCE = "cognito-identity.amazonaws.com:aud";

const HOW = "cognito-identity.amazonaws.com:amr";
const GUEST = "unauthenticated";

/** The pool also gives identities to people who did not sign in: a choice where the trust is for them by name. */
const notSignedIn = (policy: Policy): Case => ({
  where: [present(HOW), condition("StringEquals", HOW, [GUEST], { set: "ForAllValues" })],
  message: "someone who did not sign in",
  severity: comparedValues([policy], HOW).includes(GUEST) ? "low" : "medium",
  remediation:
    "Allow this role only what everyone may do, or let in nobody but those who signed in: cognito-identity.amazonaws.com:amr = authenticated, and allow_unauthenticated_identities = false at the pool.",
});
