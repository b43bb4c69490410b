import { byCodeUnit, type Severity } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import { type Statement, withStatements } from "../../lib/iam/policy.ts";
import { fixedValues } from "../../lib/iam/questions.ts";
import { attributeOf, inBlocks, lost, type Resource, rule, type Subject, type Surroundings } from "../rule.ts";

/** One way to say whom AWS believes. */
interface Voucher {
  /** As in "... is another one". */
  says: string;
  severity: Severity;
  /** Who vouches: one more than before is somebody else who may. */
  of(provider: Resource): readonly unknown[];
}

interface Provider {
  what: string;
  vouchers: readonly Voucher[];
  /** Whether a statement lets its people in. */
  trusts(statement: Statement, provider: Resource, trust: Subject): boolean;
}

const isFederated = ({ principals }: Statement, provider: Resource): boolean =>
  principals?.not === false &&
  principals.values.some(
    (pattern) => pattern.kind === "federated" && pattern.provider === attributeOf(provider, "arn"),
  );

const comesFrom = ({ principals }: Statement, service: string): boolean =>
  principals?.values.some((pattern) => pattern.kind === "service" && pattern.service === service) === true;

/** What stands between two marks, without blanks: certificates in XML and PEM; the whole where there is none. */
const certificates =
  (begin: string, end: string) =>
  (text: unknown): readonly string[] => {
    if (typeof text !== "string") return [];
    const found = text.matchAll(new RegExp(`${begin}([^<-]*)${end}`, "g"));
    const inner = [...found].map(([, body = ""]) => body.replace(/\s/g, ""));
    return inner.length > 0 ? inner : [text];
  };
const inXml = certificates("<(?:\\w+:)?X509Certificate[^>]*>", "</");
const inPem = certificates("-----BEGIN CERTIFICATE-----", "-----END");

const source = (anchor: Resource, key: string) =>
  inBlocks(inBlocks(attributeOf(anchor, "source"), "source_data").flat(), key);

const listOf = (provider: Resource, name: string) => [attributeOf(provider, name)].flat();

/**
 * Issuers with a certificate of a public authority.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
 */
const publiclySigned = /^(https:\/\/)?(accounts\.google\.com|gitlab\.com|token\.actions\.githubusercontent\.com)(\/|$)/;

const providers: Readonly<Record<string, Provider>> = {
  aws_iam_saml_provider: {
    what: "the SAML provider",
    vouchers: [
      {
        says: "believes assertions of another key",
        severity: "high",
        of: (provider) => inXml(attributeOf(provider, "saml_metadata_document")),
      },
    ],
    trusts: isFederated,
  },
  aws_iam_openid_connect_provider: {
    what: "the OIDC provider",
    vouchers: [
      {
        says: "takes tokens for one more audience",
        severity: "medium",
        of: (provider) => listOf(provider, "client_id_list"),
      },
      {
        // AWS looks at it only where the issuer's certificate is of no public authority
        says: "believes an issuer with another certificate",
        severity: "low",
        of: (provider) =>
          publiclySigned.test(String(attributeOf(provider, "url"))) ? [] : listOf(provider, "thumbprint_list"),
      },
    ],
    trusts: isFederated,
  },
  aws_rolesanywhere_trust_anchor: {
    what: "the trust anchor",
    vouchers: [
      {
        says: "believes certificates of another authority",
        severity: "high",
        of: (anchor) => [...flatMap(source(anchor, "x509_certificate_data"), inPem), ...source(anchor, "acm_pca_arn")],
      },
    ],
    trusts: (statement, anchor, { policy }) => {
      if (!comesFrom(statement, "rolesanywhere.amazonaws.com")) return false;
      const fixed = fixedValues([withStatements(policy, [statement])], "aws:SourceArn");
      return fixed.length === 0 || fixed.includes(String(attributeOf(anchor, "arn")));
    },
  },
};

/** Addresses of the roles that let the provider's people in, after the change. */
function trusting(provider: Resource, { trusts }: Provider, around: Surroundings): readonly string[] {
  return around
    .ofType("aws_iam_role")
    .filter(({ address }) =>
      flatMap(around.policiesAt(address), ({ after }) => after)
        .filter(({ policy }) => policy.kind === "trust")
        .some((trust) =>
          trust.policy.statements.some(
            (statement) => statement.effect === "Allow" && trusts(statement, provider, trust),
          ),
        ),
    )
    .map(({ address }) => address)
    .sort(byCodeUnit);
}

const SHOWN = 10;

export default rule({
  id: "trust-provider-changed",
  severity: "high",
  summary: "Somebody else can vouch for the people of an identity provider or trust anchor",
  why: "Roles trust the provider, not the key behind it. Whoever owns the new certificate or metadata signs in as anyone, to every role that trusts the provider, and no trust policy shows a change.",
  levels:
    "High for SAML metadata and trust anchors; medium for one more audience of an OIDC provider; low for its thumbprints, which AWS looks at only where no public authority has signed the issuer's certificate, and none for those of GitHub, GitLab and Google. Low confidence when the new value is not known yet. A certificate that is only taken out is not reported, and nor is a new provider.",
  bad: `  resource "aws_iam_saml_provider" "corporate" {
    name                   = "corporate"
-   saml_metadata_document = file("idp.xml")
+   saml_metadata_document = file("another-idp.xml")
  }`,
  good: `resource "aws_iam_saml_provider" "corporate" {
  name                   = "corporate"
  saml_metadata_document = file("idp.xml")
}`,
  fix: "Compare the fingerprint of the new certificate with what the owners of the identity provider say, on another channel than the pull request.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html",
    "https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html",
  ],
  on: "change",
  types: Object.keys(providers).sort(),
  check({ type, before, after }, around) {
    const provider = providers[type];
    if (!provider || !before || !after) return [];
    const roles = trusting(before, provider, around);
    const named = roles.slice(0, SHOWN).join(", ");
    const more = roles.length > SHOWN ? ` and ${roles.length - SHOWN} more` : "";
    const into = roles.length === 0 ? "no role of this plan trusts it" : `into ${named}${more}`;
    return flatMap(provider.vouchers, ({ says, severity, of }) => {
      const [was, is] = [of(before), of(after)];
      const gone = lost(was, is).length > 0;
      // what is not known yet is none of those that were there
      const unsure = gone && is.length === 0;
      if (lost(is, was).length === 0 && !unsure) return [];
      const message = `${provider.what} ${says}: whoever it is gets ${into}`;
      return [
        {
          statement: null,
          message: roles.length === 0 ? `${provider.what} ${says}; ${into}` : message,
          severity,
          ...(unsure && { confidence: "low" as const }),
        },
      ];
    });
  },
});
