/** What a permission set, role, IAM group or user allows by itself. */
import type { Context } from "../manifest/context.ts";
import { documentOf } from "../manifest/policy.ts";
import type { Manifest } from "../manifest/schema.ts";
import { assumeRolesStatement } from "./assume-roles.ts";
import type { PolicyDocument } from "./graph.ts";

export type OwnPermissions = Pick<Manifest["roles"][string], "allow" | "deny" | "file"> & {
  assumeRoles?: readonly string[];
};

/** The inline policy at `path`: its statements or its file, and the roles it may assume. */
export function inlinePolicy(
  path: readonly string[],
  { allow, deny, file, assumeRoles = [] }: OwnPermissions,
  context: Context,
): PolicyDocument | null {
  const written = file === undefined ? documentOf(allow, deny) : context.file([...path, "file"], file);
  const assume = assumeRolesStatement(assumeRoles, context);
  if (assume === null) return written;
  return { Version: "2012-10-17", Statement: [...(written?.Statement ?? []), assume] };
}
