/** Roles, who may assume them, and who vouches for callers from outside AWS. */
import type { Place } from "../../problem.ts";
import type { Keyed, PolicyDocument, Tags } from "./common.ts";

export interface Role extends Keyed {
  /** Account key it lives in. */
  account: string;
  name: string;
  path: string;
  description: string;
  trust: Trust;
  /** Seconds. */
  maxSessionDuration: number;
  /** ARNs: of AWS, and of the account's own. */
  managedPolicies: readonly string[];
  inlinePolicy: PolicyDocument | null;
  /** What is too large for an inline policy: customer managed policies that are the role's alone. */
  ownPolicies: readonly OwnPolicy[];
  permissionsBoundary: string | null;
  /** Only with a service trust on EC2. */
  instanceProfile: boolean;
  tags: Tags;
  place: Place;
}

export interface OwnPolicy {
  /** Unique in the account; the path is the role's. */
  name: string;
  document: PolicyDocument;
}

/** Who may assume a role. Account references are resolved to ids. */
export type Trust =
  /** Users of an account (their own policies permitting), with MFA unless a reason was given for turning it off. */
  | { kind: "users"; accountIds: readonly string[]; mfa: boolean }
  /** Members of IAM groups, user by user, always with MFA: a trust policy cannot name a group. */
  | { kind: "iamGroup"; accountId: string; groups: readonly string[]; userArns: readonly string[] }
  /** Roles named by ARN in another account. */
  | { kind: "roles"; arns: readonly string[] }
  /** People of a permission set in an account: its `AWSReservedSSO_` roles, by `aws:PrincipalArn`. */
  | { kind: "permissionSet"; accountId: string; permissionSetNames: readonly string[] }
  /** A vendor's account, always with an external id. */
  | { kind: "thirdParty"; accountId: string; externalId: string }
  | { kind: "service"; services: readonly string[] }
  | OidcTrust
  /** A SAML provider of the role's account, by ARN, and the sign-in addresses its assertions are made for. */
  | { kind: "saml"; providerArn: string; audiences: readonly string[] }
  | { kind: "cognito"; identityPools: readonly string[]; authenticated: boolean }
  /** `clusterArn` may hold a wildcard; `cluster` is `null` then. */
  | {
      kind: "podIdentity";
      cluster: string | null;
      region: string;
      clusterArn: string;
      namespace: string;
      serviceAccount: string;
    }
  /** `attributes`: by the rest of the tag's key, `x509Subject/CN`. */
  | {
      kind: "rolesAnywhere";
      trustAnchor: string;
      trustAnchorArn: string;
      attributes: Readonly<Record<string, readonly string[]>>;
    };

/** Tokens of an OIDC provider. */
export interface OidcTrust {
  /** Who makes them, where the manifest names the vendor; `oidc` for any other provider of identityProviders. */
  kind: "github" | "gitlab" | "terraformCloud" | "bitbucket" | "eks" | "oidc";
  /** Without `https://`, as condition keys begin: `token.actions.githubusercontent.com`. */
  issuer: string;
  audience: string;
  /** Full `sub` values such as `repo:securecart/shop:environment:production`; wildcards are meant as such. */
  subjects: readonly string[];
}

/** One for each provider and account. Those that a role's trust asks for and nobody declared are among them. */
export type IdentityProvider = OidcProvider | SamlProvider;

interface ProviderBase extends Keyed {
  /** Account key. */
  account: string;
  arn: string;
  tags: Tags;
  place: Place;
}

export interface OidcProvider extends ProviderBase {
  kind: "oidc";
  /** With `https://`. */
  url: string;
  clientIds: readonly string[];
  thumbprints: readonly string[];
}

export interface SamlProvider extends ProviderBase {
  kind: "saml";
  name: string;
  /** XML. */
  metadata: string;
}

/** A certificate authority that IAM Roles Anywhere trusts in one account, in the home Region. */
export interface TrustAnchor extends Keyed {
  /** Account key. */
  account: string;
  name: string;
  source: { pca: string } | { bundle: string };
  /** `null` until it exists and its id is written down: roles that trust it wait. */
  id: string | null;
  tags: Tags;
  place: Place;
}

/** The whole policy of a bucket that exists. */
export interface BucketPolicy extends Keyed {
  /** Account key. */
  account: string;
  bucket: string;
  document: PolicyDocument;
  /** The roles it names: AWS refuses a policy that names one that does not exist. */
  roles: readonly { key: string; account: string }[];
  place: Place;
}
