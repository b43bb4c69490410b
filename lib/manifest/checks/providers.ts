/** Identity providers, trust anchors, and the roles that trust them. */
import { selectAccounts } from "../../access/select.ts";
import type { Problem } from "../../problem.ts";
import type { ErrorCode } from "../codes.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, warning, where } from "../problems.ts";
import type { Manifest } from "../schema.ts";
import { checkSelection } from "./access.ts";
import type { Places } from "./callers.ts";

/**
 * `duplicate-oidc-issuer`, `duplicate-saml-provider-name`, `saml-metadata`, `certificate-bundle`, `trust-anchor-id-without-account`,
 * `provider-kind`, `provider-not-in-account`, `trust-anchor-without-id`, and what `checkSelection` reports.
 */
export function checkProviders(places: Places, context: Context): Problem[] {
  const { identityProviders, trustAnchors, roles } = context.manifest;
  return [
    ...Object.entries(identityProviders).flatMap(([key, provider]) =>
      checkSelection(provider.in, ["identityProviders", key, "in"], "provider", context),
    ),
    ...Object.entries(trustAnchors).flatMap(([key, anchor]) =>
      checkSelection(anchor.in, ["trustAnchors", key, "in"], "trust anchor", context),
    ),
    ...duplicates(context),
    ...Object.keys(identityProviders).flatMap((key) => metadata(key, context)),
    ...Object.keys(trustAnchors).flatMap((key) => anchor(key, context)),
    ...Object.entries(roles).flatMap(([key, role]) => trusted(key, role.trust, places.get(key) ?? new Map(), context)),
  ];
}

/** An account has one provider for an issuer, and one of a name. */
function duplicates({ manifest, accounts, at }: Context): Problem[] {
  const first = new Map<string, string>();
  return Object.entries(manifest.identityProviders).flatMap(([key, { in: selection, oidc, saml }]) => {
    const [code, what, path]: [ErrorCode, string, string[]] =
      oidc === undefined
        ? ["duplicate-saml-provider-name", `SAML provider name "${saml?.name ?? key}"`, ["saml", "name"]]
        : ["duplicate-oidc-issuer", `issuer ${oidc.url}`, ["oidc", "url"]];
    for (const account of selectAccounts(selection, accounts).keys()) {
      const id = JSON.stringify([account, what.toLowerCase()]);
      const earlier = first.get(id);
      if (earlier === undefined) {
        first.set(id, key);
        continue;
      }
      const here = at(["identityProviders", key, ...path]);
      const there = at(["identityProviders", earlier, ...path]);
      const message = `${what} is already used in account "${account}" at ${where(there, here)}`;
      return [error(code, here, message, { related: [{ place: there, message: "first used here" }] })];
    }
    return [];
  });
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html */
const metadataLength = { min: 1_000, max: 10_000_000 };

function metadata(key: string, { manifest, at, text }: Context): Problem[] {
  const path = ["identityProviders", key, "saml", "file"];
  const file = manifest.identityProviders[key]?.saml?.file;
  const content = text(path, file);
  if (file === undefined || content === null) return [];
  if (!/<([\w-]+:)?(EntityDescriptor|EntitiesDescriptor)[\s>]/.test(content)) {
    const hint = "download it from the identity provider; it begins with EntityDescriptor";
    return [error("saml-metadata", at(path), `${file} is no SAML metadata`, { hint })];
  }
  if (content.length < metadataLength.min || content.length > metadataLength.max) {
    const message = `${file} has ${content.length} characters; AWS takes SAML metadata of ${metadataLength.min} to ${metadataLength.max}`;
    return [error("saml-metadata", at(path), message)];
  }
  return [];
}

function anchor(key: string, { manifest, accounts, at, keyAt, text }: Context): Problem[] {
  const { in: selection, bundle, ids } = manifest.trustAnchors[key]!;
  const path = ["trustAnchors", key];
  const present = selectAccounts(selection, accounts);
  const strays = Object.keys(ids)
    .filter((account) => Object.hasOwn(manifest.accounts, account) && !present.has(account))
    .map((account) => {
      const message = `trust anchor "${key}" is not in account "${account}": its id there means nothing`;
      return error("trust-anchor-id-without-account", keyAt([...path, "ids", account]), message);
    });
  const content = text([...path, "bundle"], bundle);
  if (bundle === undefined || content === null) return strays;
  const place = at([...path, "bundle"]);
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content)) {
    const hint = "remove it from the file, and from the history of the repository";
    return [...strays, error("certificate-bundle", place, `${bundle} holds a private key`, { hint })];
  }
  if (/-----BEGIN CERTIFICATE-----/.test(content)) return strays;
  const hint = "it holds BEGIN CERTIFICATE";
  return [...strays, error("certificate-bundle", place, `${bundle} holds no certificate in PEM form`, { hint })];
}

function trusted(
  role: string,
  trust: Manifest["roles"][string]["trust"],
  places: ReadonlyMap<string, string>,
  context: Context,
): Problem[] {
  const path = ["roles", role, "trust"];
  if ("rolesAnywhere" in trust) return trustedAnchor(trust.rolesAnywhere.trustAnchor, path, places, context);
  if ("saml" in trust) return trustedProvider(trust.saml.provider, "saml", [...path, "saml"], places, context);
  if ("eks" in trust) return trustedProvider(trust.eks.provider, "oidc", [...path, "eks"], places, context);
  return "oidc" in trust ? trustedProvider(trust.oidc.provider, "oidc", [...path, "oidc"], places, context) : [];
}

function trustedProvider(
  key: string,
  kind: "oidc" | "saml",
  path: Path,
  places: ReadonlyMap<string, string>,
  { manifest, accounts, at }: Context,
): Problem[] {
  if (!Object.hasOwn(manifest.identityProviders, key)) return [];
  const provider = manifest.identityProviders[key]!;
  const place = at([...path, "provider"]);
  if (provider[kind] === undefined) {
    const message = `identity provider "${key}" is ${kind === "oidc" ? "a SAML" : "an OIDC"} provider, not ${kind === "oidc" ? "an OIDC" : "a SAML"} one`;
    return [error("provider-kind", place, message)];
  }
  return absent(`identity provider "${key}"`, selectAccounts(provider.in, accounts), places, place);
}

function trustedAnchor(
  key: string,
  path: Path,
  places: ReadonlyMap<string, string>,
  { manifest, accounts, at }: Context,
): Problem[] {
  if (!Object.hasOwn(manifest.trustAnchors, key)) return [];
  const { in: selection, ids } = manifest.trustAnchors[key]!;
  const present = selectAccounts(selection, accounts);
  const place = at([...path, "rolesAnywhere", "trustAnchor"]);
  const missing = absent(`trust anchor "${key}"`, present, places, place);
  if (missing.length > 0) return missing;
  return [...places.keys()]
    .filter((account) => !Object.hasOwn(ids, account) && manifest.accounts[account]?.state === "active")
    .map((account) => {
      const message = `trust anchor "${key}" has no id yet in account "${account}": the role waits for it there`;
      const hint = `apply the stack of the account, then write trustAnchors.${key}.ids.${account}`;
      return warning("trust-anchor-without-id", place, message, { hint });
    });
}

function absent(
  what: string,
  present: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, string>,
  place: Problem["place"],
): Problem[] {
  const missing = [...places.keys()].filter((account) => !present.has(account));
  if (missing.length === 0) return [];
  const message = `${what} is not in every account of the role; missing in ${missing.join(", ")}`;
  return [
    error("provider-not-in-account", place, message, {
      hint: 'widen the "in" of the one, or narrow that of the other',
    }),
  ];
}
