import { flatMap } from "../../lib/flat-map.ts";
import { identityProviders } from "../../lib/iam/identity-providers.ts";
import { pinnedValues } from "../../lib/iam/pinned.ts";
import { absent, actionGlob, condition, perAllow } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { rule, violationsOf } from "../rule.ts";

const KEY = "SAML:aud";
const assume = [actionGlob("sts:AssumeRoleWithSAML")];

/** https://docs.aws.amazon.com/general/latest/gr/signin-service.html */
const isSignIn = (url: string) =>
  /^https:\/\/([\w-]+\.)?signin\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)\//.test(url);

/** No assertion; and one that was made for another service than AWS's sign-in, in whatever region. */
const notForAws = [[absent(KEY)], [condition("StringEquals", KEY, ["https://app.someone-else.example/saml"])]];

export default rule({
  id: "trust-saml-audience",
  severity: "medium",
  summary: "The trust does not fix for whom the SAML assertion was made",
  why: "The identity provider signs assertions for every application it serves. A role that does not look at SAML:aud also takes one that was made for another application, which that application can replay.",
  levels: "Always medium.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "Federated": "arn:aws:iam::111122223333:saml-provider/okta" },
  "Action": "sts:AssumeRoleWithSAML"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "Federated": "arn:aws:iam::111122223333:saml-provider/okta" },
  "Action": "sts:AssumeRoleWithSAML",
  "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } }
}`,
  fix: "Fix SAML:aud with StringEquals: https://signin.aws.amazon.com/saml, or the sign-in addresses of the regions in use.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml",
  ],
  on: "policy",
  kinds: ["trust"],
  check({ policy }) {
    return flatMap(perAllow(policy), ({ statement, alone }) => {
      for (const { caller, kind, host } of identityProviders(statement)) {
        if (kind !== "saml" || pinnedValues(statement, KEY.toLowerCase())?.every(isSignIn)) continue;
        for (const where of notForAws) {
          const answer = ask({ policies: [alone], callers: [caller], actions: assume, where });
          const found = violationsOf(
            answer,
            statement,
            alone,
            () => `an assertion of ${host} for any other application can assume this role`,
            [KEY],
          );
          if (found.length > 0) return found;
        }
      }
      return [];
    });
  },
});
