/** What the stack `bootstrap` makes of a graph. Loads no CDKTF. */

import type { AccessGraph, Account, IdentityProvider, Role } from "../lib/access/graph.ts";
import { oidcProviderArn } from "../lib/access/trust-policy.ts";

type Graph = Pick<AccessGraph, "accounts" | "identityProviders" | "organization" | "roles" | "terraform">;

export const bootstrapStack = "bootstrap";

/** Whether a role, or a provider, is made before anything else, and so not by the stack of its account. */
export function isBootstrap({ organization, accounts, terraform: { pipeline } }: Graph) {
  const managementAccount = organization.managementAccount;
  const id = accounts.find(({ key }: Account) => key === managementAccount)?.id ?? "";
  const arn = pipeline === null ? null : oidcProviderArn(id, pipeline.issuer);
  return {
    role: ({ account, key }: Role) => account === managementAccount && (pipeline?.roles.includes(key) ?? false),
    provider: (provider: IdentityProvider) => provider.arn === arn,
  };
}

/** The roles and providers of `bootstrap`, and the same graph without them. */
export function cutBootstrap<G extends Graph>(graph: G) {
  const { role, provider } = isBootstrap(graph);
  return {
    own: { roles: graph.roles.filter(role), identityProviders: graph.identityProviders.filter(provider) },
    rest: {
      ...graph,
      roles: graph.roles.filter((one) => !role(one)),
      identityProviders: graph.identityProviders.filter((one) => !provider(one)),
    },
  };
}
