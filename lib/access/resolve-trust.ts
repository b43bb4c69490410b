/** Who may assume a role: references to accounts, roles, groups and providers -> ids, ARNs and claims. */
import type { Manifest } from "../manifest/schema.ts";
import { servicePrincipal } from "../manifest/service-principals.ts";
import type { OidcTrust, Trust } from "./graph.ts";
import { sortedEntries, sortedSet } from "./sorted.ts";

type TrustInput = Manifest["roles"][string]["trust"];
type Written<K extends string> = Extract<TrustInput, Record<K, unknown>>[K];
/** Ids of the accounts that have one and are active, by key. */
export type Ids = ReadonlyMap<string, string>;

/** An account by key and by its twelve digits. */
export interface AccountId {
  key: string;
  id: string;
}

/**
 * The trust of a role in one account.
 * @returns `null` when something has no id yet: an account that it trusts, or a trust anchor
 */
export function resolveTrust(trust: TrustInput, account: AccountId, manifest: Manifest, ids: Ids): Trust | null {
  if ("thirdParty" in trust) return { kind: "thirdParty", accountId: trust.thirdParty, externalId: trust.externalId };
  if ("service" in trust) return { kind: "service", services: sortedSet(trust.service.map(servicePrincipal)) };
  const token = oidcTrust(trust, manifest);
  if (token !== null) return { ...token, subjects: sortedSet(token.subjects) };
  if ("saml" in trust) return samlTrust(trust.saml, account.id, manifest);
  if ("cognito" in trust) {
    const { identityPool, authenticated } = trust.cognito;
    return { kind: "cognito", identityPools: sortedSet(identityPool), authenticated };
  }
  if ("podIdentity" in trust) return podTrust(trust.podIdentity, account.id, manifest);
  if ("rolesAnywhere" in trust) return certificateTrust(trust.rolesAnywhere, account, manifest);
  return "account" in trust ? accountTrust(trust, manifest, ids) : null;
}

/** The tokens of an OIDC provider that a trust means, whoever makes them; `null` for every other kind of trust. */
export function oidcTrust(trust: TrustInput, manifest: Manifest): OidcTrust | null {
  if ("github" in trust) {
    const subjects = trust.github.map(githubSubject);
    return { kind: "github", issuer: "token.actions.githubusercontent.com", audience: "sts.amazonaws.com", subjects };
  }
  if ("gitlab" in trust) return gitlabTrust(trust.gitlab);
  if ("terraformCloud" in trust) {
    const { hostname, audience } = trust.terraformCloud;
    return { kind: "terraformCloud", issuer: hostname, audience, subjects: terraformSubjects(trust.terraformCloud) };
  }
  if ("bitbucket" in trust) return bitbucketTrust(trust.bitbucket);
  if ("oidc" in trust) {
    const { provider, audience, subject } = trust.oidc;
    return { kind: "oidc", issuer: issuerOf(provider, manifest), audience, subjects: subject };
  }
  if ("eks" in trust) {
    const { provider, namespace, serviceAccount } = trust.eks;
    const subjects = serviceAccount.map((name) => `system:serviceaccount:${namespace}:${name}`);
    return { kind: "eks", issuer: issuerOf(provider, manifest), audience: "sts.amazonaws.com", subjects };
  }
  return null;
}

/** An issuer as condition keys and ARNs write it. */
export function bareIssuer(url: string): string {
  return url.replace(/^https:\/\//, "");
}

/** https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims */
function githubSubject({ repository, environment, branch, tag }: Written<"github">[number]): string {
  if (environment !== undefined) return `repo:${repository}:environment:${environment}`;
  if (branch !== undefined) return `repo:${repository}:ref:refs/heads/${branch}`;
  return tag === undefined ? `repo:${repository}:pull_request` : `repo:${repository}:ref:refs/tags/${tag}`;
}

/** https://docs.gitlab.com/ci/cloud_services/ */
function gitlabTrust({ project, branch = [], tag = [], url, audience = url }: Written<"gitlab">): OidcTrust {
  const refs = [...branch.map((name) => `branch:ref:${name}`), ...tag.map((name) => `tag:ref:${name}`)];
  const subjects = refs.map((ref) => `project_path:${project}:ref_type:${ref}`);
  return { kind: "gitlab", issuer: bareIssuer(url), audience, subjects };
}

/** https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration */
function terraformSubjects({ organization, project, workspace, phase }: Written<"terraformCloud">): string[] {
  return workspace.flatMap((name) =>
    phase.map((run) => `organization:${organization}:project:${project}:workspace:${name}:run_phase:${run}`),
  );
}

/**
 * The subject ends with the step, which is another every time.
 * https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/
 */
function bitbucketTrust({
  workspace,
  workspaceUuid,
  repositoryUuid,
  environmentUuid,
}: Written<"bitbucket">): OidcTrust {
  const environment = environmentUuid === undefined ? "" : `{${environmentUuid}}:`;
  return {
    kind: "bitbucket",
    issuer: `api.bitbucket.org/2.0/workspaces/${workspace}/pipelines-config/identity/oidc`,
    audience: `ari:cloud:bitbucket::workspace/${workspaceUuid}`,
    subjects: repositoryUuid.map((repository) => `{${repository}}:${environment}*`),
  };
}

function issuerOf(provider: string, manifest: Manifest): string {
  return bareIssuer(manifest.identityProviders[provider]?.oidc?.url ?? "");
}

function samlTrust({ provider, audience }: Written<"saml">, account: string, manifest: Manifest): Trust {
  const name = manifest.identityProviders[provider]?.saml?.name ?? provider;
  return { kind: "saml", providerArn: samlProviderArn(account, name), audiences: sortedSet(audience) };
}

export function samlProviderArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:saml-provider/${name}`;
}

function podTrust(pod: Written<"podIdentity">, account: string, { organization }: Manifest): Trust {
  const { cluster = null, region = organization.homeRegion, namespace, serviceAccount } = pod;
  const where = cluster === null && pod.region === undefined ? "*" : region;
  const clusterArn = `arn:aws:eks:${where}:${account}:cluster/${cluster ?? "*"}`;
  return { kind: "podIdentity", cluster, region, clusterArn, namespace, serviceAccount };
}

function certificateTrust(
  { trustAnchor, subject, san }: Written<"rolesAnywhere">,
  account: AccountId,
  { organization, trustAnchors }: Manifest,
): Trust | null {
  const id = trustAnchors[trustAnchor]?.ids[account.key];
  if (id === undefined) return null;
  const attributes = [...named("x509Subject", subject), ...named("x509SAN", san)];
  return {
    kind: "rolesAnywhere",
    trustAnchor,
    trustAnchorArn: `arn:aws:rolesanywhere:${organization.homeRegion}:${account.id}:trust-anchor/${id}`,
    attributes: Object.fromEntries(attributes),
  };
}

function named(part: string, values: Readonly<Record<string, readonly string[] | undefined>>): [string, string[]][] {
  return sortedEntries(values).flatMap(([name, of]) => (of === undefined ? [] : [[`${part}/${name}`, sortedSet(of)]]));
}

function accountTrust(trust: Extract<TrustInput, { account: unknown }>, manifest: Manifest, ids: Ids): Trust | null {
  const keys = [trust.account].flat();
  const accountIds = keys.flatMap((key) => ids.get(key) ?? []);
  const [accountId] = accountIds;
  if (accountId === undefined || accountIds.length < keys.length) return null;
  if ("users" in trust) return { kind: "users", accountIds: sortedSet(accountIds), mfa: trust.mfa };
  if ("iamGroup" in trust) {
    const userArns = sortedSet(
      membersOf(trust.iamGroup, trust.account, manifest).map((user) => userArn(accountId, user)),
    );
    return { kind: "iamGroup", accountId, groups: sortedSet(trust.iamGroup), userArns };
  }
  if ("permissionSet" in trust) {
    const permissionSetNames = sortedSet(trust.permissionSet.map((key) => manifest.permissionSets[key]?.name ?? key));
    return { kind: "permissionSet", accountId, permissionSetNames };
  }
  return { kind: "roles", arns: sortedSet(trust.role.map((key) => roleArn(accountId, key, manifest))) };
}

interface IamUserName {
  path: string;
  name: string;
}

/** The users of an account that are in one of the groups. */
export function membersOf(groups: readonly string[], account: string, { iam }: Manifest): IamUserName[] {
  const members = groups.flatMap((key) => (Object.hasOwn(iam.groups, key) ? iam.groups[key]!.members : []));
  return [...new Set(members)].flatMap((key) => {
    const user = Object.hasOwn(iam.users, key) ? iam.users[key]! : null;
    return user?.in === account ? [{ path: user.path, name: user.name ?? key }] : [];
  });
}

function userArn(account: string, { path, name }: IamUserName): string {
  return `arn:aws:iam::${account}:user${path}${name}`;
}

/** @param account twelve digits */
export function roleArn(account: string, key: string, { roles }: Manifest): string {
  const { path = "/", name = key } = roles[key] ?? {};
  return `arn:aws:iam::${account}:role${path}${name}`;
}
