/** The JSON Schema of the grammar, narrowed to the keys that one manifest has: an editor then completes those. */

import { byCodeUnit } from "../finding.ts";
import type { SourceFile } from "../problem.ts";
import { isMap, type JsonMap, mapValues } from "./json.ts";
import { variableReference } from "./json-schema.ts";
import { keysAt, type Path } from "./node.ts";
import { parseFile } from "./parse.ts";
import { writtenUnitPaths } from "./units.ts";

/** What the definitions of the schema name, by the section whose keys they are. */
const sections: Readonly<Record<string, Path>> = {
  accountKey: ["accounts"],
  accountKeyOrId: ["accounts"],
  groupKey: ["identity", "groups"],
  iamGroupKey: ["iam", "groups"],
  iamUserKey: ["iam", "users"],
  identityProviderKey: ["identityProviders"],
  logGroupKey: ["monitoring", "logGroups"],
  managedPolicyKey: ["managedPolicies"],
  managedPolicyKeyOrName: ["managedPolicies"],
  oneAccount: ["accounts"],
  permissionSetKey: ["permissionSets"],
  policyKey: ["policies"],
  roleKey: ["roles"],
  templateKey: ["templates"],
  topicKey: ["monitoring", "topics"],
  trustAnchorKey: ["trustAnchors"],
  userKey: ["identity", "users"],
};

/** These may also name what is not in the manifest: keys are offered, others are no mistake. */
const open: ReadonlySet<string> = new Set(["accountKeyOrId", "managedPolicyKeyOrName"]);

/** The keys of a manifest by definition of the schema, of whatever files can be read: one completes while it is not valid yet. */
export function writtenKeys(files: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const roots = files.flatMap((file) => parseFile(file).root ?? []);
  const sorted = (keys: readonly string[]) => [...new Set(keys)].sort(byCodeUnit);
  return new Map([
    ["unitPath", sorted(roots.flatMap((root) => writtenUnitPaths(root)))],
    ...Object.entries(sections).map(
      ([name, path]) => [name, sorted(roots.flatMap((root) => keysAt(root, path)))] as const,
    ),
  ]);
}

/** `schema` with the keys in the place of their form; a section without keys leaves it as it is. */
export function withKeys(schema: JsonMap, keys: ReadonlyMap<string, readonly string[]>): JsonMap {
  if (!isMap(schema.definitions)) return schema;
  const definitions = mapValues(schema.definitions, (definition, name) => {
    const known = keys.get(name) ?? [];
    if (known.length === 0) return definition;
    return { anyOf: [{ type: "string", enum: known }, open.has(name) ? definition : variableReference] };
  });
  return { ...schema, definitions };
}

/** `schema` as a file of one's own: it says what renews it, which is not what makes Gatehouse's. */
export function renewedBy(schema: JsonMap, args: readonly string[]): JsonMap {
  return { ...schema, $comment: `Renewed by: gatehouse ${args.join(" ")}` };
}
