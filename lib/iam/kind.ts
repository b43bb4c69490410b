/** What kind of policy a document is, where nobody says so. */
import { fromValue, type JsonNode, readJson } from "./json.ts";
import type { PolicyKind } from "./policy.ts";

/** Gives the kind that the statements' elements suggest: a principal without a resource is a trust policy. */
export function guessKind(source: unknown): PolicyKind {
  const read = typeof source === "string" ? readJson(source) : { node: fromValue(source) };
  if ("error" in read) return "identity";
  const statements = itemsOf(read.node.entries.find(({ key }) => key === "Statement")?.value);
  const has = (...names: string[]) => statements.some(({ entries }) => entries.some(({ key }) => names.includes(key)));
  if (!has("Principal", "NotPrincipal")) return "identity";
  return has("Resource", "NotResource") ? "resource" : assumesRoles(statements) ? "trust" : "resource";
}

function assumesRoles(statements: readonly JsonNode[]): boolean {
  return statements.some(({ entries }) =>
    entries.some(
      ({ key, value }) =>
        (key === "Action" || key === "NotAction") &&
        itemsOf(value).some((item) => /^sts:/i.test(String(item.value)) || item.value === "*"),
    ),
  );
}

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (!node) return [];
  return node.type === "array" ? node.items : [node];
}
