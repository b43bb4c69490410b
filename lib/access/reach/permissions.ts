/** What a principal's own policies say, read for the policy engine. */
import { groupBy } from "../../group.ts";
import { managedPolicy } from "../../iam/managed-policies.ts";
import { parsePolicy } from "../../iam/parse.ts";
import type { Policy } from "../../iam/policy.ts";
import type { AccessGraph, IamUser, PermissionSet, PolicyDocument, Role } from "../graph.ts";

/** The policies that decide what a principal may do. */
export interface Permissions {
  identity: readonly Policy[];
  /** One list: each of them has to allow as well; empty without a boundary. */
  boundaries: readonly (readonly Policy[])[];
  /** Policies whose content is not known here, by ARN or name: made elsewhere, or newer than this version. */
  unknown: readonly string[];
}

/** AWS managed policies by ARN. One that is not here is one that this version does not know. */
export type ManagedPolicies = ReadonlyMap<string, Policy>;

/** Gives permissions by permission set and account, by role, and by IAM user. */
export interface PermissionsOf {
  permissionSet(set: PermissionSet, account: string): Permissions;
  role(role: Role): Permissions;
  user(user: IamUser): Permissions;
}

/** Loads every AWS managed policy that the graph names. */
export async function loadManagedPolicies(graph: AccessGraph): Promise<ManagedPolicies> {
  const { permissionSets, roles, iamGroups, iamUsers } = graph;
  const boundaries = [
    ...permissionSets.flatMap(({ permissionsBoundary: boundary }) =>
      boundary !== null && "managedPolicyArn" in boundary ? boundary.managedPolicyArn : [],
    ),
    ...[...roles, ...iamUsers].flatMap(({ permissionsBoundary }) => permissionsBoundary ?? []),
  ];
  const attached = [permissionSets, roles, iamGroups, iamUsers].flatMap((holders) =>
    holders.flatMap(({ managedPolicies }) => managedPolicies),
  );
  const arns = [...new Set([...attached, ...boundaries])];
  const loaded = await Promise.all(arns.map(async (arn) => [arn, await managedPolicy(arn)] as const));
  return new Map(loaded.flatMap(([arn, policy]) => (policy === null ? [] : [[arn, policy] as const])));
}

/** Gives what the principals of a graph may do by their own policies. */
export function permissionsOf(graph: AccessGraph, managed: ManagedPolicies): PermissionsOf {
  const documents = new Map<PolicyDocument, Policy>();
  const read = (document: PolicyDocument | null): readonly Policy[] => {
    if (document === null) return [];
    const known = documents.get(document) ?? parsePolicy(document, "identity").policy;
    documents.set(document, known);
    return [known];
  };
  const ownPolicies = new Map(
    graph.managedPolicies.flatMap(({ arn, document }) => (document === null ? [] : [[arn, document] as const])),
  );
  const byArn = (arn: string): readonly Policy[] => {
    const policy = managed.get(arn);
    return policy === undefined ? read(ownPolicies.get(arn) ?? null) : [policy];
  };
  const collect = (
    documents: readonly (PolicyDocument | null)[],
    arns: readonly string[],
    boundary: string | null,
  ): Permissions => {
    const named = boundary === null ? arns : [...arns, boundary];
    return {
      identity: [...documents.flatMap(read), ...arns.flatMap(byArn)],
      boundaries: boundary === null ? [] : [byArn(boundary)].filter((level) => level.length > 0),
      unknown: [...new Set(named.filter((arn) => byArn(arn).length === 0))],
    };
  };

  const ids = new Map(graph.accounts.map(({ key, id }) => [key, id]));
  const customerArn = (account: string, { name, path }: { name: string; path: string }) =>
    `arn:aws:iam::${ids.get(account) ?? "?"}:policy${path}${name}`;
  const everywhere = new Map<string, Permissions>();
  const groups = groupBy(graph.iamGroups, ({ account }) => account);
  return {
    permissionSet(set, account) {
      const { permissionsBoundary: boundary, customerManagedPolicies: customer } = set;
      const own = boundary !== null && "customerManagedPolicy" in boundary ? boundary.customerManagedPolicy : null;
      const inEach = customer.length > 0 || own !== null;
      const known = inEach ? undefined : everywhere.get(set.key);
      if (known !== undefined) return known;
      const boundaryArn = boundary !== null && "managedPolicyArn" in boundary ? boundary.managedPolicyArn : null;
      const found = collect(
        [set.inlinePolicy],
        [...set.managedPolicies, ...customer.map((policy) => customerArn(account, policy))],
        own === null ? boundaryArn : customerArn(account, own),
      );
      if (!inEach) everywhere.set(set.key, found);
      return found;
    },
    role({ inlinePolicy, ownPolicies, managedPolicies, permissionsBoundary }) {
      return collect(
        [inlinePolicy, ...ownPolicies.map(({ document }) => document)],
        managedPolicies,
        permissionsBoundary,
      );
    },
    user({ key, account, inlinePolicy, mfaGuard, managedPolicies, permissionsBoundary }) {
      const memberOf = (groups.get(account) ?? []).filter(({ members }) => members.includes(key));
      return collect(
        [inlinePolicy, mfaGuard, ...memberOf.flatMap((group) => [group.inlinePolicy, group.mfaGuard])],
        [...managedPolicies, ...memberOf.flatMap((group) => group.managedPolicies)],
        permissionsBoundary,
      );
    },
  };
}
