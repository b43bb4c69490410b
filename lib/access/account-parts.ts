import type { AccessGraph } from "./graph.ts";

/** What an account's stack holds: a row for each part. */
export const accountParts: Readonly<Record<string, (graph: AccessGraph) => readonly { account: string }[]>> = {
  managedPolicies: ({ managedPolicies }) => managedPolicies.filter(({ document }) => document !== null),
  iamGroups: ({ iamGroups }) => iamGroups,
  iamUsers: ({ iamUsers }) => iamUsers,
  passwordPolicies: ({ passwordPolicies }) => passwordPolicies,
  roles: ({ roles }) => roles,
  identityProviders: ({ identityProviders }) => identityProviders,
  trustAnchors: ({ trustAnchors }) => trustAnchors,
  bucketPolicies: ({ bucketPolicies }) => bucketPolicies,
  contacts: ({ accounts }) =>
    accounts.flatMap(({ key, alone, contacts }) => (alone ? contacts.map(() => ({ account: key })) : [])),
};
