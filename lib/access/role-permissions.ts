/** What a role may do: managed policies, its own statements, and those of presets. */
import type { Context } from "../manifest/context.ts";
import { customerManagedArn, namedPolicy } from "../manifest/customer-managed.ts";
import { managedPolicyArn } from "../manifest/managed-policies.ts";
import { documentOf } from "../manifest/policy.ts";
import { type RolePresetContext, rolePresets } from "../manifest/role-presets.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { PolicyDocument } from "./graph.ts";
import { inlinePolicy } from "./inline-policy.ts";
import { sortedSet } from "./sorted.ts";

type RoleInput = Manifest["roles"][string];

/** All statements of a role that are its own, in one document: of its presets, as written, and the roles it may assume. */
export function ownStatements(key: string, role: RoleInput, context: Context): PolicyDocument | null {
  const terraform = presetContext(context.manifest);
  const ofPresets = role.presets.flatMap((name) => rolePresets[name].statements?.(terraform) ?? []);
  const preset = documentOf(ofPresets, []);
  const written = inlinePolicy(["roles", key], role, context);
  if (preset === null || written === null) return preset ?? written;
  return { Version: "2012-10-17", Statement: [...preset.Statement, ...written.Statement] };
}

function presetContext({ terraform: { backend, executionRole } }: Manifest): RolePresetContext {
  if (backend === "local" || !("s3" in backend)) return { executionRole, state: null };
  const { bucket, key = "gatehouse" } = backend.s3;
  return { executionRole, state: { bucket, folder: String(key) } };
}

/** ARNs of the managed policies that a role names. @param account twelve digits */
export function attachedPolicies(role: RoleInput, account: string, manifest: Manifest): string[] {
  const ofPresets = role.presets.flatMap((name) => rolePresets[name].managedPolicies);
  const customers = role.customerManagedPolicies.map((one) => customerManagedArn(namedPolicy(one, manifest), account));
  return sortedSet([...[...ofPresets, ...role.managedPolicies].map(managedPolicyArn), ...customers]);
}
