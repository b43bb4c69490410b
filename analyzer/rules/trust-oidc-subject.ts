import type { CallerClass } from "../../lib/iam/caller-class.ts";
import { compile } from "../../lib/iam/glob.ts";
import type { Condition, Policy, Statement } from "../../lib/iam/policy.ts";
import { absent, comparedValues, condition, perAllow, present } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { rule, type Violation, violationsOf } from "../rule.ts";

const assume = [compile("sts:AssumeRoleWithWebIdentity", { dialect: "string", fold: true })];

interface Provider {
  /** Which provider URLs, without `https://`, it is about. */
  hosts: RegExp;
  /** The claim that says who comes. */
  claim: "sub" | "aud" | "app_id";
  /** Whom a claim can name, the widest first: `owner` is what a subject must fix at least. */
  owner: RegExp | null;
  /** A subject of somebody else. */
  foreign: string;
  /** Who that is, in a sentence. */
  who: string;
}

/** Where a provider is not listed, the subject must be fixed and nothing is known of its form. */
const providers: readonly Provider[] = [
  {
    // an enterprise may have an issuer of its own below the host
    hosts: /^token\.actions\.githubusercontent\.com(\/|$)/,
    claim: "sub",
    // a repository can be told to say another claim first: job_workflow_ref:ORG/..., repository_owner:ORG:...
    owner: /^(?:repo:[^/@*?]+(?:@[^/*?]+)?\/|(?!repo:)\w+:[^/@:*?]+[/@:])/,
    foreign: "repo:someone-else/anything:ref:refs/heads/main",
    who: "a GitHub Actions workflow of someone else's repository",
  },
  {
    hosts: /(^|\.)gitlab\./,
    claim: "sub",
    owner: /^project_path:([^/*?]+)\//,
    foreign: "project_path:someone-else/anything:ref_type:branch:ref:main",
    who: "a GitLab pipeline of someone else's project",
  },
  {
    hosts: /^app\.terraform\.io$/,
    claim: "sub",
    owner: /^organization:([^:*?]+):/,
    foreign: "organization:someone-else:project:any:workspace:any:run_phase:apply",
    who: "a workspace of someone else's HCP Terraform organization",
  },
  {
    hosts: /^oidc\.eks\./,
    claim: "sub",
    owner: /^system:serviceaccount:([^:*?]+):/,
    foreign: "system:serviceaccount:any-namespace:any-account",
    who: "a pod of any service account in the cluster",
  },
  {
    hosts: /^oidc\.circleci\.com\//,
    claim: "sub",
    owner: /^org\/([^/*?]+)\/project\/([^/*?]+)\//,
    foreign: "org/someone-else/project/any/user/any",
    who: "a CircleCI job of any project",
  },
  {
    hosts: /^api\.bitbucket\.org\//,
    claim: "sub",
    owner: /^\{[^}*?]+\}/,
    foreign: "{someone-else}:{any}",
    who: "a Bitbucket pipeline of any repository",
  },
  // these name the application, not the person
  {
    hosts: /^accounts\.google\.com$/,
    claim: "aud",
    owner: null,
    foreign: "someone-else",
    who: "a user of any application",
  },
  {
    hosts: /^cognito-identity\.amazonaws\.com$/,
    claim: "aud",
    owner: null,
    foreign: "someone-else",
    who: "a user of any identity pool",
  },
  {
    hosts: /^(www\.amazon\.com|graph\.facebook\.com)$/,
    claim: "app_id",
    owner: null,
    foreign: "someone-else",
    who: "a user of any application",
  },
  { hosts: /./, claim: "sub", owner: null, foreign: "someone-else", who: "anyone who can sign in with the provider" },
];

export default rule({
  id: "trust-oidc-subject",
  severity: "high",
  summary: "The trust does not fix who may come through the OIDC provider",
  why: "The provider vouches for everyone who uses it: every repository on GitHub, every pod of a cluster. Only the subject says which of them is meant. A wildcard before the slash lets in whoever registers a name that begins alike, a negated or IfExists operator lets in everyone else, and a pull request runs code that nobody reviewed.",
  levels:
    "High; medium when every repository of one organization is let in. Low confidence when the engine cannot decide.",
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
    return perAllow(policy).flatMap(({ statement, alone }) => {
      for (const { caller, host } of oidcCallers(statement.principals)) {
        const violations = judge(statement, alone, caller, host);
        if (violations.length > 0) return violations;
      }
      return [];
    });
  },
});

function oidcCallers(principals: Policy["statements"][number]["principals"]): { caller: CallerClass; host: string }[] {
  return (principals?.values ?? []).flatMap((pattern) => {
    if (pattern.kind !== "federated" || pattern.provider.includes(":saml-provider/")) return [];
    const name = pattern.provider;
    const host = name.replace(/^arn:[^/]*:oidc-provider\//, "").toLowerCase();
    return [{ caller: { kind: "federated", account: null, name }, host }];
  });
}

type Case = { where: readonly Condition[]; message: string; severity?: Violation["severity"] };

function judge(statement: Statement, policy: Policy, caller: CallerClass, host: string): readonly Violation[] {
  const provider = providers.find(({ hosts }) => hosts.test(host))!;
  const key = `${host}:${provider.claim}`;
  for (const { where, message, severity } of cases(policy, provider, key)) {
    const answer = ask({ policies: [policy], callers: [caller], actions: assume, where });
    const found = violationsOf(answer, statement, policy, ({ context }) => {
      const subject = context.get(key);
      return subject ? `${message}, such as ${key} = "${subject[0]}"` : message;
    });
    if (found.length > 0) return severity ? found.map((violation) => ({ ...violation, severity })) : found;
  }
  return [];
}

/** From the worst to the least; the first that has a witness is reported. */
function cases(policy: Policy, { foreign, owner, who }: Provider, key: string): readonly Case[] {
  const all: Case[] = [
    { where: [condition("StringEquals", key, [foreign])], message: `${who} can assume this role` },
    { where: [absent(key)], message: `a token without ${key} can assume this role` },
  ];
  const subjects = comparedValues([policy], key);
  const fixed = subjects.filter((subject) => !/[*?]/.test(subject));
  const owners = owner ? subjects.flatMap((subject) => owner.exec(subject)?.[0] ?? []) : [];
  const others = [
    present(key),
    condition(
      "StringNotLike",
      key,
      [...new Set(owners)].map((prefix) => `${prefix}*`),
    ),
    condition("StringNotEqualsIgnoreCase", key, fixed),
  ];
  all.push({ where: others, message: `${who} can assume this role` });
  if (foreign.startsWith("repo:")) all.push(...githubCases(key, subjects, fixed));
  if (key === COGNITO_AUDIENCE) all.push(...cognitoCases);
  return all;
}

const COGNITO_AUDIENCE = "cognito-identity.amazonaws.com:aud";

/** The pool also gives identities to people who did not sign in. */
const cognitoCases: readonly Case[] = [
  {
    where: [
      present("cognito-identity.amazonaws.com:amr"),
      condition("StringEquals", "cognito-identity.amazonaws.com:amr", ["unauthenticated"], { set: "ForAllValues" }),
    ],
    message: "someone who did not sign in can assume this role",
    severity: "medium",
  },
];

function githubCases(key: string, subjects: readonly string[], fixed: readonly string[]): readonly Case[] {
  const repositories = new Set(subjects.flatMap((subject) => /^repo:[^/*?]+\/[^:*?]+:/.exec(subject)?.[0] ?? []));
  return [
    {
      where: [
        condition("StringLike", key, ["repo:*"]),
        condition(
          "StringNotLike",
          key,
          [...repositories].map((prefix) => `${prefix}*`),
        ),
        condition("StringNotEqualsIgnoreCase", key, fixed),
      ],
      message: "every repository of the organization can assume this role",
      severity: "medium",
    },
    {
      where: [
        condition("StringLike", key, ["repo:*:pull_request"]),
        condition("StringNotLike", key, ["repo:*:*:pull_request"]),
      ],
      message: "a pull request can assume this role, with code that nobody reviewed",
    },
  ];
}
