/** A checked manifest -> the access graph. Total: `checkManifest` has made sure that every name is known. */
import { byCodeUnit } from "../finding.ts";
import type { Context } from "../manifest/context.ts";
import { namedPolicy } from "../manifest/customer-managed.ts";
import { managedPolicyArn } from "../manifest/managed-policies.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { AccessGraph, Backend, Identity, PermissionSet, TerraformSettings } from "./graph.ts";
import { inlinePolicy } from "./inline-policy.ts";
import { resolvePipeline, withoutIdlePlanRoles, withPipelineRoles } from "./pipeline.ts";
import { resolveAssertions } from "./resolve-assertions.ts";
import { resolveAssignments } from "./resolve-assignments.ts";
import { resolveBucketPolicies } from "./resolve-bucket-policies.ts";
import { resolveDelegations } from "./resolve-delegations.ts";
import { resolveIam } from "./resolve-iam.ts";
import { resolveMonitoring } from "./resolve-monitoring.ts";
import {
  resolveAccounts,
  resolveBudgets,
  resolveOrganization,
  resolvePolicies,
  resolveUnits,
} from "./resolve-organization.ts";
import { resolveProviders, resolveTrustAnchors } from "./resolve-providers.ts";
import { resolveRoles } from "./resolve-roles.ts";
import { sortedEntries, sortedRecord, sortedSet } from "./sorted.ts";

/** What the manifest means. Every list is sorted, so that the order of files and keys does not show. */
export function resolve(written: Context): AccessGraph {
  const context = withPipelineRoles(written);
  const { manifest } = context;
  const accounts = resolveAccounts(context);
  const roles = resolveRoles(context, accounts);
  const permissionSets = sortedEntries(manifest.permissionSets).map(([key, set]) => permissionSet(key, set, context));
  return withoutIdlePlanRoles({
    organization: resolveOrganization(context),
    units: resolveUnits(context),
    accounts,
    organizationPolicies: resolvePolicies(context),
    budgets: resolveBudgets(context, accounts),
    identity: resolveIdentity(manifest),
    permissionSets,
    delegations: resolveDelegations(context),
    ...resolveAssignments(context, accounts),
    ...resolveIam(context, accounts),
    roles,
    identityProviders: resolveProviders(context, accounts, roles),
    trustAnchors: resolveTrustAnchors(context, accounts),
    bucketPolicies: resolveBucketPolicies(context, accounts, roles),
    monitoring: resolveMonitoring(context, accounts),
    assertions: resolveAssertions(context, accounts),
    terraform: resolveTerraform(context),
  });
}

function resolveIdentity({ identity }: Manifest): Identity {
  return {
    source: identity.source,
    instanceArn: identity.instanceArn ?? null,
    identityStoreId: identity.identityStoreId ?? null,
    attributes: sortedEntries(identity.attributes).map(([key, source]) => ({ key, source })),
    groups: sortedEntries(identity.groups).map(([key, group]) => ({
      key,
      renamedFrom: group.renamedFrom ?? null,
      name: group.name ?? key,
      description: group.description,
      members: sortedSet(group.members),
    })),
    users: sortedEntries(identity.users).map(([key, user]) => ({
      key,
      renamedFrom: user.renamedFrom ?? null,
      userName: user.userName ?? user.email,
      givenName: user.givenName,
      familyName: user.familyName,
      displayName: user.displayName ?? `${user.givenName} ${user.familyName}`,
      email: user.email,
    })),
  };
}

function permissionSet(key: string, set: Manifest["permissionSets"][string], context: Context): PermissionSet {
  const name = set.name ?? key;
  const boundary = set.permissionsBoundary;
  return {
    key,
    renamedFrom: set.renamedFrom ?? null,
    name,
    description: set.description ?? name,
    sessionDuration: isoDuration(set.session),
    relayState: set.relayState ?? null,
    managedPolicies: sortedSet(set.managedPolicies.map(managedPolicyArn)),
    customerManagedPolicies: set.customerManagedPolicies
      .map((reference) => namedPolicy(reference, context.manifest))
      .sort((a, b) => byCodeUnit(a.path, b.path) || byCodeUnit(a.name, b.name)),
    inlinePolicy: inlinePolicy(["permissionSets", key], set, context),
    permissionsBoundary: boundary === undefined ? null : resolveBoundary(boundary, context.manifest),
    tags: sortedRecord(set.tags),
    place: context.keyAt(["permissionSets", key]),
  };
}

function resolveBoundary(
  boundary: NonNullable<Manifest["permissionSets"][string]["permissionsBoundary"]>,
  manifest: Manifest,
): PermissionSet["permissionsBoundary"] {
  if (typeof boundary === "string") return { managedPolicyArn: managedPolicyArn(boundary) };
  return { customerManagedPolicy: namedPolicy(boundary.customerManagedPolicy, manifest) };
}

/** ISO 8601 with hours and minutes, as Identity Center writes it: `PT1H30M`. */
function isoDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  return `PT${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${rest > 0 ? `${rest}S` : ""}`;
}

function resolveTerraform({ manifest, keyAt }: Context): TerraformSettings {
  const { terraform } = manifest;
  const { executionRole, planRole = null, shards = null, defaultTags } = terraform;
  const backend = backendOf(terraform.backend);
  const imports = sortedEntries(terraform.imports).flatMap(([stack, ids]) =>
    sortedEntries(ids).map(([address, id]) => {
      return { stack, address, id, place: keyAt(["terraform", "imports", stack, address]) };
    }),
  );
  const pipeline = resolvePipeline(manifest);
  return { backend, executionRole, planRole, pipeline, shards, defaultTags: sortedRecord(defaultTags), imports };
}

function backendOf(backend: Manifest["terraform"]["backend"]): Backend {
  if (backend === "local") return { kind: "local" };
  if ("s3" in backend) return { kind: "s3", settings: sortedRecord(backend.s3) };
  return { kind: "cloud", settings: sortedRecord(backend.cloud) };
}
