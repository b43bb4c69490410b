/** The kinds of trust: the key that tells each from the others. */
export const trustKinds = [
  "users",
  "iamGroup",
  "role",
  "permissionSet",
  "thirdParty",
  "service",
  "github",
  "gitlab",
  "terraformCloud",
  "bitbucket",
  "oidc",
  "saml",
  "cognito",
  "eks",
  "podIdentity",
  "rolesAnywhere",
] as const;
export type TrustKind = (typeof trustKinds)[number];

/** Which kind of trust is written. */
export function trustKind(trust: object): TrustKind | null {
  return trustKinds.find((kind) => kind in trust) ?? null;
}
