/** What kind of policy a document is, where nobody says so. */
import { fromValue, type JsonNode, readJson } from "./json.ts";
import type { PolicyKind } from "./policy.ts";

/** Gives the kind that the statements' elements suggest: a principal without a resource is a trust policy. */
export function guessKind(source: unknown): PolicyKind {
  const read = typeof source === "string" ? readJson(source) : { node: fromValue(source) };
  if ("error" in read) return "identity";
  const statements = itemsOf(read.node.members.find(({ key }) => key === "Statement"));
  const has = (...names: string[]) => statements.some(({ members }) => members.some(({ key }) => names.includes(key)));
  if (!has("Principal", "NotPrincipal")) return "identity";
  return has("Resource", "NotResource") ? "resource" : assumesRoles(statements) ? "trust" : "resource";
}

function assumesRoles(statements: readonly JsonNode[]): boolean {
  return statements.some(({ members }) =>
    members.some(
      (member) =>
        (member.key === "Action" || member.key === "NotAction") &&
        itemsOf(member).some((item) => /^sts:/i.test(String(item.value)) || item.value === "*"),
    ),
  );
}

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (!node) return [];
  return node.type === "array" ? node.items : [node];
}
