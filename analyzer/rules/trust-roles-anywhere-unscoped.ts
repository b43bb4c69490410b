import { flatMap } from "../../lib/flat-map.ts";
import type { CallerClass } from "../../lib/iam/caller-class.ts";
import { onBehalfOfOthers } from "../../lib/iam/deputies.ts";
import { type Condition, conditionsOf, type Policy } from "../../lib/iam/policy.ts";
import { absent, actionGlob, condition, fixedValues, perAllow, present } from "../../lib/iam/questions.ts";
import { type Answer, ask, worst } from "../../lib/iam/witness.ts";
import { rule, violationsOf } from "../rule.ts";

const SERVICE = "rolesanywhere.amazonaws.com";
const ANCHOR = "aws:SourceArn";
const caller: CallerClass = { kind: "service", account: null, name: SERVICE };
const assume = [actionGlob("sts:AssumeRole")];

/** Keys that say whose certificate it is: mapped attributes, and the source identity, which is the common name. */
const ofTheCertificate = /^(aws:(principal|request)tag\/x509|sts:sourceidentity$)/;

export default rule({
  id: "trust-roles-anywhere-unscoped",
  severity: "high",
  summary: "The trust does not fix whose certificates Roles Anywhere takes",
  why: "The service vouches for every certificate of every trust anchor in the account. Without the trust anchor in aws:SourceArn another authority is as good as yours; without an attribute of the certificate every host that has one can take the role.",
  levels:
    "High; medium where one of the two is fixed: the trust anchor, and with it who issues certificates, or the certificate, of any trust anchor of one account.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "Service": "rolesanywhere.amazonaws.com" },
  "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "Service": "rolesanywhere.amazonaws.com" },
  "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
  "Condition": {
    "ArnEquals": { "aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/4f1c2f5e-0000-4000-8000-000000000000" },
    "StringEquals": { "aws:PrincipalTag/x509Subject/CN": "backup.securecart.example" }
  }
}`,
  fix: "Require the trust anchor with ArnEquals aws:SourceArn, and the certificate with StringEquals aws:PrincipalTag/x509Subject/... or x509SAN/....",
  references: ["https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html"],
  on: "policy",
  kinds: ["trust"],
  check({ policy }, { accounts }) {
    return flatMap(perAllow(policy), ({ statement, alone }) => {
      const named = statement.principals?.values.some(({ kind, ...of }) => "service" in of && of.service === SERVICE);
      if (named !== true) return [];
      const anchor = asked(alone, [
        [absent(ANCHOR)],
        [present(ANCHOR), condition("StringNotEquals", ANCHOR, fixedValues([alone], ANCHOR))],
      ]);
      const certificate = asked(alone, otherCertificates(alone));
      const missing = [
        ...(anchor.kind === "none" ? [] : ["of any trust anchor (aws:SourceArn does not fix one)"]),
        ...(certificate.kind === "none" ? [] : ["of any holder (no attribute of the certificate is fixed)"]),
      ];
      const violations = violationsOf(
        worst([anchor, certificate]),
        statement,
        alone,
        () => `a certificate ${missing.join(" and ")} can assume this role`,
        [ANCHOR],
      );
      const foreign = asked(alone, onBehalfOfOthers(policy, accounts ?? []));
      const isHalf = [anchor, certificate].some(({ kind }) => kind === "none") && foreign.kind === "none";
      return isHalf ? violations.map((violation) => ({ ...violation, severity: "medium" as const })) : violations;
    });
  },
});

function asked(policy: Policy, ways: readonly (readonly Condition[])[]): Answer {
  return worst(ways.map((where) => ask({ policies: [policy], callers: [caller], actions: assume, where })));
}

/** Certificates without the attributes that the policy looks at, and with other values. */
function otherCertificates(policy: Policy): readonly (readonly Condition[])[] {
  const keys = [...new Set(conditionsOf([policy]).map(({ keyId }) => keyId))].filter((key) =>
    ofTheCertificate.test(key),
  );
  return [keys.map(absent), keys.map((key) => condition("StringEquals", key, ["q9-someone-else"]))];
}
