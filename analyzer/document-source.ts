/**
 * The document that an `aws_iam_policy_document` data source will give. Terraform reads it only during apply when
 * anything it depends on changes, although often every argument is known already.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
import { asArray, asString, at, isObject, type JsonObject, member, someDeep } from "./json.ts";
import type { ResourceChange } from "./plan.ts";

/** Arguments that decide the document. */
const deciding = [
  "statement",
  "version",
  "policy_id",
  "source_json",
  "override_json",
  "source_policy_documents",
  "override_policy_documents",
];
const merging = ["source_json", "override_json", "source_policy_documents", "override_policy_documents"];

/** The document as text or as JSON value, or why it cannot be told yet. */
export function documentOf(source: ResourceChange): { document: unknown } | { reason: string } {
  const { address, after, afterUnknown } = source;
  const json = asString(member(after, "json"));
  if (json !== null && member(afterUnknown, "json") !== true) return { document: json };
  if (deciding.some((argument) => someDeep(member(afterUnknown, argument), (leaf) => leaf === true))) {
    return { reason: `${address} holds values that are known only after apply` };
  }
  if (merging.some((argument) => isGiven(member(after, argument)))) {
    return { reason: `${address} merges other documents, and is read during apply` };
  }
  return {
    document: {
      Version: asString(member(after, "version")) ?? "2012-10-17",
      ...optional("Id", member(after, "policy_id")),
      Statement: asArray(member(after, "statement")).map(statementOf),
    },
  };
}

function statementOf(block: unknown): JsonObject {
  const condition: Record<string, Record<string, unknown[]>> = {};
  for (const row of asArray(member(block, "condition"))) {
    const operator = asString(at(row, "test")) ?? "";
    const keys = condition[operator] ?? {};
    const key = asString(at(row, "variable")) ?? "";
    const values = asArray(at(row, "values")).map(withVariables);
    condition[operator] = { ...keys, [key]: [...(keys[key] ?? []), ...values] };
  }
  return {
    ...optional("Sid", member(block, "sid")),
    Effect: asString(member(block, "effect")) ?? "Allow",
    ...optional("Principal", principalsOf(member(block, "principals"))),
    ...optional("NotPrincipal", principalsOf(member(block, "not_principals"))),
    ...optional("Action", member(block, "actions")),
    ...optional("NotAction", member(block, "not_actions")),
    ...optional("Resource", listOf(member(block, "resources"))),
    ...optional("NotResource", listOf(member(block, "not_resources"))),
    ...optional("Condition", condition),
  };
}

/** A block of type `*` means everyone, whatever stands beside it. */
function principalsOf(blocks: unknown): unknown {
  const principals: Record<string, unknown[]> = {};
  for (const block of asArray(blocks)) {
    const type = asString(member(block, "type")) ?? "";
    if (type === "*") return "*";
    principals[type] = [...(principals[type] ?? []), ...listOf(member(block, "identifiers"))];
  }
  return principals;
}

function listOf(value: unknown): unknown[] {
  return asArray(value).map(withVariables);
}

/** The data source takes `&{aws:username}` for `${aws:username}`, which Terraform would read as its own. */
function withVariables(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("&{", "${") : value;
}

function optional(key: string, value: unknown): JsonObject {
  return isGiven(value) ? { [key]: value } : {};
}

function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== null && value !== undefined && value !== "";
}
