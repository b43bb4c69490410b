/** Roles -> one for each account they are in, with account references as ids and ARNs. */
import { byCodeUnit } from "../finding.ts";
import { trustsEc2 } from "../manifest/checks/roles.ts";
import type { Context } from "../manifest/context.ts";
import { boundaryArn } from "../manifest/customer-managed.ts";
import { managedPolicyArn } from "../manifest/managed-policies.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { Account, Role, Trust } from "./graph.ts";
import { inlinePolicy } from "./inline-policy.ts";
import { selectAccounts } from "./select.ts";
import { sortedEntries, sortedRecord, sortedSet } from "./sorted.ts";

type RoleInput = Manifest["roles"][string];
type Ids = ReadonlyMap<string, string>;

/** A role whose own account or a trusted one has no id yet is left out; a warning at the account says so. */
export function resolveRoles(context: Context, accounts: readonly Account[]): Role[] {
  const { manifest, keyAt } = context;
  const active = accounts.filter(({ state }) => state === "active");
  const ids: Ids = new Map(active.flatMap(({ key, id }) => (id === null ? [] : [[key, id] as const])));
  return sortedEntries(manifest.roles)
    .flatMap(([key, role]) => {
      const trust = resolveTrust(role.trust, manifest, ids);
      if (trust === null) return [];
      return [...selectAccounts(role.in, active).keys()].flatMap((account) => {
        const id = ids.get(account);
        if (id === undefined) return [];
        return [
          {
            key,
            renamedFrom: role.renamedFrom ?? null,
            account,
            name: role.name ?? key,
            path: role.path,
            description: role.description,
            trust,
            maxSessionDuration: role.session,
            managedPolicies: sortedSet(role.managedPolicies.map(managedPolicyArn)),
            inlinePolicy: inlinePolicy(["roles", key], role, context),
            permissionsBoundary: boundaryArn(role.permissionsBoundary, id, manifest),
            instanceProfile: role.instanceProfile ?? trustsEc2(role),
            tags: sortedRecord(role.tags),
            place: keyAt(["roles", key]),
          },
        ];
      });
    })
    .sort((a, b) => byCodeUnit(a.account, b.account) || byCodeUnit(a.key, b.key));
}

/** `null` when an account id is missing. */
function resolveTrust(trust: RoleInput["trust"], manifest: Manifest, ids: Ids): Trust | null {
  if ("thirdParty" in trust) return { kind: "thirdParty", accountId: trust.thirdParty, externalId: trust.externalId };
  if ("service" in trust) return { kind: "service", services: sortedSet(trust.service.map(servicePrincipal)) };
  if ("github" in trust) {
    return { kind: "github", subjects: sortedSet(trust.github.map(githubSubject)), audience: "sts.amazonaws.com" };
  }
  const accountIds = [trust.account].flat().flatMap((key) => ids.get(key) ?? []);
  const [accountId] = accountIds;
  if (accountId === undefined || accountIds.length < [trust.account].flat().length) return null;
  if ("users" in trust) return { kind: "users", accountIds: sortedSet(accountIds), mfa: trust.mfa };
  if ("permissionSet" in trust) {
    const permissionSetNames = sortedSet(trust.permissionSet.map((key) => manifest.permissionSets[key]?.name ?? key));
    return { kind: "permissionSet", accountId, permissionSetNames };
  }
  return { kind: "roles", arns: sortedSet(trust.role.map((key) => roleArn(accountId, key, manifest.roles[key]))) };
}

function roleArn(accountId: string, key: string, role: RoleInput | undefined): string {
  return `arn:aws:iam::${accountId}:role${role?.path ?? "/"}${role?.name ?? key}`;
}

function servicePrincipal(service: string): string {
  return service.includes(".") ? service : `${service}.amazonaws.com`;
}

/** https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims */
function githubSubject(run: Extract<RoleInput["trust"], { github: unknown }>["github"][number]): string {
  const { repository, environment, branch, tag } = run;
  if (environment !== undefined) return `repo:${repository}:environment:${environment}`;
  if (branch !== undefined) return `repo:${repository}:ref:refs/heads/${branch}`;
  return tag === undefined ? `repo:${repository}:pull_request` : `repo:${repository}:ref:refs/tags/${tag}`;
}
