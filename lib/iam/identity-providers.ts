/** Identity providers that a trust policy lets people and workloads come from. */
import { flatMap } from "../flat-map.ts";
import type { CallerClass } from "./caller-class.ts";
import { issuerOf } from "./keys.ts";
import type { Statement } from "./policy.ts";

export interface IdentityProvider {
  /** Whoever signs in with it. */
  caller: CallerClass;
  kind: "oidc" | "saml";
  /** OIDC: the issuer without `https://`, lower-cased, as its condition keys begin. SAML: the ARN. */
  host: string;
}

/** Gives the providers that stand in a statement's Principal element. */
export function identityProviders({ principals }: Statement): readonly IdentityProvider[] {
  if (principals === null || principals.not) return [];
  return flatMap(principals.values, (pattern): IdentityProvider[] => {
    if (pattern.kind !== "federated") return [];
    const name = pattern.provider;
    const caller: CallerClass = { kind: "federated", account: null, name };
    if (name.includes(":saml-provider/")) return [{ caller, kind: "saml", host: name }];
    return [{ caller, kind: "oidc", host: issuerOf(name) }];
  });
}

/** Providers whose audience is the application, and so says who comes: for the others it only says for whom the token is. */
const byApplication =
  /^(accounts\.google\.com|cognito-identity\.amazonaws\.com|www\.amazon\.com|graph\.facebook\.com)$/;

/** Whether the audience of the provider's tokens, and not their subject, tells who comes. */
export function isNamedByApplication(host: string): boolean {
  return byApplication.test(host);
}
