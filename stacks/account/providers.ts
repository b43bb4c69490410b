/** Who vouches for callers from outside AWS, in one account. */
import type { IdentityProvider, TrustAnchor } from "../../lib/access/graph.ts";
import { IamOpenidConnectProvider, IamSamlProvider, RolesanywhereTrustAnchor } from "../aws.ts";
import { given } from "../base-stack.ts";
import type { Add, Made } from "./resources.ts";

/** OIDC and SAML providers, each once however many roles trust it. */
export function addProviders(add: Add, providers: readonly IdentityProvider[], made: Made): void {
  for (const provider of providers) made.set(provider.arn, addProvider(add, provider));
}

function addProvider(add: Add, provider: IdentityProvider) {
  const key = provider.key.split("/");
  const tags = given(provider.tags);
  if (provider.kind === "saml") {
    return add(IamSamlProvider, key, { name: provider.name, samlMetadataDocument: provider.metadata, tags });
  }
  const { url, clientIds, thumbprints } = provider;
  return add(IamOpenidConnectProvider, key, {
    url,
    clientIdList: [...clientIds],
    thumbprintList: thumbprints.length === 0 ? undefined : [...thumbprints],
    tags,
  });
}

/** Certificate authorities that IAM Roles Anywhere trusts. Roles name them by the id that AWS gives, not by reference. */
export function addTrustAnchors(add: Add, anchors: readonly TrustAnchor[]): void {
  for (const { key, name, source, tags } of anchors) {
    add(RolesanywhereTrustAnchor, [key], {
      name,
      enabled: true,
      source:
        "pca" in source
          ? { sourceType: "AWS_ACM_PCA", sourceData: { acmPcaArn: source.pca } }
          : { sourceType: "CERTIFICATE_BUNDLE", sourceData: { x509CertificateData: source.bundle } },
      tags: given(tags),
    });
  }
}
