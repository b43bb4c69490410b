import { flatMap } from "../../lib/flat-map.ts";
import { identityProviders, isNamedByApplication } from "../../lib/iam/identity-providers.ts";
import { pinnedValues } from "../../lib/iam/pinned.ts";
import type { Condition, Statement } from "../../lib/iam/policy.ts";
import { absent, actionGlob, condition, fixedValues, perAllow, present } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { rule, violationsOf } from "../rule.ts";

const assume = [actionGlob("sts:AssumeRoleWithWebIdentity")];

export default rule({
  id: "trust-oidc-audience",
  severity: "medium",
  summary: "The trust does not fix for whom the OIDC token was issued",
  why: "A token says for which application it was issued. A role that does not look at it also takes tokens that were meant for another one, and that the other application can pass on. IfExists and ForAllValues also take a token without the claim.",
  levels:
    "Always medium, also where only a token without an audience passes, which no provider should issue: ForAllValues and IfExists rely on it. Providers whose audience names the application itself (Google, Cognito, Amazon, Facebook) are trust-oidc-subject's, but for a Google account that is named: any application it signs in to gets a token of it.",
  bad: `"Condition": {
  "StringEquals": { "token.actions.githubusercontent.com:sub": "repo:securecart/shop:environment:production" }
}`,
  good: `"Condition": {
  "StringEquals": {
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": "repo:securecart/shop:environment:production"
  }
}`,
  fix: "Fix the provider's aud key with StringEquals: sts.amazonaws.com for GitHub Actions and EKS, the value configured at the provider elsewhere.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws",
  ],
  on: "policy",
  kinds: ["trust"],
  check({ policy }) {
    return flatMap(perAllow(policy), ({ statement, alone }) => {
      for (const { caller, kind, host } of identityProviders(statement)) {
        if (kind !== "oidc" || (isNamedByApplication(host) && !isOfOnePerson(statement, host))) continue;
        const key = `${host}:aud`;
        if ([key, `${host}:oaud`].some((audience) => pinnedValues(statement, audience) !== null)) continue;
        const others = condition("StringNotEqualsIgnoreCase", key, fixedValues([alone], key));
        const asked = (where: readonly Condition[], say: string) =>
          violationsOf(
            ask({ policies: [alone], callers: [caller], actions: assume, where }),
            statement,
            alone,
            () => say,
            [key],
          );
        const found = asked([present(key), others], `a token of ${host} for any other audience can assume this role`);
        if (found.length > 0) return found;
        const bare = `a token of ${host} without an audience, if there ever is one, can assume this role`;
        const left = asked([absent(key)], bare);
        if (left.length > 0) return left;
      }
      return [];
    });
  },
});

/** A Cognito identity belongs to one pool, and so to one audience; a Google account signs in to many applications. */
const isOfOnePerson = (statement: Statement, host: string): boolean =>
  host === "accounts.google.com" && pinnedValues(statement, `${host}:sub`) !== null;
