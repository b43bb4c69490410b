/** Who vouches for callers from outside AWS: identity providers and trust anchors -> one for each account. */
import { byCodeUnit } from "../finding.ts";
import type { Context } from "../manifest/context.ts";
import type { Account, IdentityProvider, OidcProvider, OidcTrust, Role, TrustAnchor } from "./graph.ts";
import { activeIds } from "./resolve-roles.ts";
import { bareIssuer, samlProviderArn } from "./resolve-trust.ts";
import { selectAccounts } from "./select.ts";
import { sortedEntries, sortedRecord, sortedSet } from "./sorted.ts";
import { oidcProviderArn } from "./trust-policy.ts";

/**
 * The providers of the manifest, and those that roles ask for by naming a vendor. An account has one for an issuer,
 * whoever needs it, with all audiences.
 */
export function resolveProviders(
  context: Context,
  accounts: readonly Account[],
  roles: readonly Role[],
): IdentityProvider[] {
  const declared = declaredProviders(context, accounts);
  const byArn = new Map(declared.map((provider) => [provider.arn, provider]));
  const ids = activeIds(accounts);
  for (const role of roles) {
    const token = oidcOf(role);
    const id = ids.get(role.account);
    if (token === null || id === undefined) continue;
    const arn = oidcProviderArn(id, token.issuer);
    const known = byArn.get(arn) ?? implied(token, role, arn);
    if (known.kind === "oidc") {
      byArn.set(arn, { ...known, clientIds: sortedSet([...known.clientIds, token.audience]) });
    }
  }
  return [...byArn.values()].sort((a, b) => byCodeUnit(a.account, b.account) || byCodeUnit(a.key, b.key));
}

function oidcOf({ trust }: Role): OidcTrust | null {
  return "issuer" in trust ? trust : null;
}

const usualIssuers: ReadonlySet<string> = new Set([
  "token.actions.githubusercontent.com",
  "gitlab.com",
  "app.terraform.io",
]);

/** The provider of a vendor that nobody declared. Its key is the vendor's, with the issuer where that is not the usual one. */
function implied({ kind, issuer }: OidcTrust, { account, place }: Role, arn: string): OidcProvider {
  const key = usualIssuers.has(issuer) ? kind : `${kind}/${issuer}`;
  const url = `https://${issuer}`;
  return { kind: "oidc", key, renamedFrom: null, account, arn, url, clientIds: [], thumbprints: [], tags: {}, place };
}

function declaredProviders({ manifest, keyAt, text }: Context, accounts: readonly Account[]): IdentityProvider[] {
  const ids = activeIds(accounts);
  return sortedEntries(manifest.identityProviders).flatMap(([key, provider]) => {
    const path = ["identityProviders", key];
    const base = {
      key,
      renamedFrom: provider.renamedFrom ?? null,
      tags: sortedRecord(provider.tags),
      place: keyAt(path),
    };
    const metadata = text([...path, "saml", "file"], provider.saml?.file);
    return [...selectAccounts(provider.in, accounts).keys()].flatMap((account): IdentityProvider[] => {
      const id = ids.get(account);
      if (id === undefined) return [];
      if (provider.oidc !== undefined) {
        const { url, clientIds, thumbprints } = provider.oidc;
        const arn = oidcProviderArn(id, bareIssuer(url));
        return [{ ...base, kind: "oidc", account, arn, url, clientIds: sortedSet(clientIds), thumbprints }];
      }
      const name = provider.saml?.name ?? key;
      return metadata === null
        ? []
        : [{ ...base, kind: "saml", account, arn: samlProviderArn(id, name), name, metadata }];
    });
  });
}

/** In the home Region of the organization. */
export function resolveTrustAnchors({ manifest, keyAt, text }: Context, accounts: readonly Account[]): TrustAnchor[] {
  const ids = activeIds(accounts);
  return sortedEntries(manifest.trustAnchors)
    .flatMap(([key, anchor]) => {
      const path = ["trustAnchors", key];
      const bundle = text([...path, "bundle"], anchor.bundle);
      const source = anchor.pca === undefined ? { bundle: bundle ?? "" } : { pca: anchor.pca };
      return [...selectAccounts(anchor.in, accounts).keys()]
        .filter((account) => ids.has(account))
        .map((account) => ({
          key,
          renamedFrom: anchor.renamedFrom ?? null,
          account,
          name: anchor.name ?? key,
          source,
          id: anchor.ids[account] ?? null,
          tags: sortedRecord(anchor.tags),
          place: keyAt(path),
        }));
    })
    .sort((a, b) => byCodeUnit(a.account, b.account) || byCodeUnit(a.key, b.key));
}
