/** References to customer managed policies: by key of `managedPolicies`, or by the name that one made elsewhere has. */
import { managedPolicyArn } from "./managed-policies.ts";
import type { Manifest } from "./schema.ts";

/** As written: a key or name, or name and path. */
export type PolicyReference = Manifest["permissionSets"][string]["customerManagedPolicies"][number];

export interface NamedPolicy {
  name: string;
  path: string;
}

/** The name and path that a reference stands for; a key of `managedPolicies` goes before a name. */
export function namedPolicy(reference: PolicyReference, { managedPolicies }: Manifest): NamedPolicy {
  if (typeof reference !== "string") return reference;
  if (!Object.hasOwn(managedPolicies, reference)) return { name: reference, path: "/" };
  const { name = reference, path } = managedPolicies[reference]!;
  return { name, path };
}

/** `arn:aws:iam::333333333333:policy/teams/shop/boundary` */
export function customerManagedArn({ name, path }: NamedPolicy, accountId: string): string {
  return `arn:aws:iam::${accountId}:policy${path}${name}`;
}

/** The ARN that a permissions boundary has in an account; `null` when there is none. */
export function boundaryArn(
  boundary: Manifest["permissionSets"][string]["permissionsBoundary"],
  accountId: string,
  manifest: Manifest,
): string | null {
  if (boundary === undefined) return null;
  if (typeof boundary === "string") return managedPolicyArn(boundary);
  return customerManagedArn(namedPolicy(boundary.customerManagedPolicy, manifest), accountId);
}
