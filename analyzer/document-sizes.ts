/** Documents that are longer than AWS takes, by the place that they stand in. */
import type { PolicyProblem } from "../lib/iam/policy.ts";
import { type Limit, limits } from "../lib/limits.ts";

/** By resource type and path; policies of AWS Organizations by their type. */
const places: Readonly<Record<string, Limit>> = {
  "aws_iam_policy policy": limits.managedPolicySize,
  "aws_iam_role assume_role_policy": limits.trustPolicySize,
  "aws_iam_role inline_policy[].policy": limits.roleInlineSize,
  "aws_iam_role_policy policy": limits.roleInlineSize,
  "aws_iam_user_policy policy": limits.iamUserInlineSize,
  "aws_iam_group_policy policy": limits.iamGroupInlineSize,
  "aws_ssoadmin_permission_set_inline_policy inline_policy": limits.permissionSetInlineSize,
  "aws_organizations_policy content identity": limits.scpSize,
  "aws_organizations_policy content resource": limits.rcpSize,
};

/**
 * Gives what is to be said of a document that does not fit its place, however far AWS raises the quota. Only text is
 * counted: what the plan does not show in full may turn out longer or shorter.
 */
export function oversize(
  resourceType: string,
  path: string,
  kind: string,
  document: unknown,
): readonly PolicyProblem[] {
  const place = `${resourceType} ${path}`;
  const limit = places[place] ?? places[`${place} ${kind}`];
  if (!limit || typeof document !== "string") return NONE;
  const most = limit.atMost ?? limit.value;
  // most are far from it
  if (document.length <= most) return NONE;
  const size = (limit.unit.includes("blanks not counted") ? document.replace(/\s/g, "") : document).length;
  const message = `the document is ${size} characters long, and AWS takes ${most} (${limit.unit})`;
  return size > most ? [{ message, fatal: false, statement: null, offset: null }] : NONE;
}

const NONE: readonly never[] = [];
