/** The JSON Schema of the grammar, narrowed to the keys that one manifest has: an editor then completes those. */

import { byCodeUnit } from "../finding.ts";
import type { SourceFile } from "../problem.ts";
import { keyOnly, unitPathOnly } from "./fields.ts";
import { keysAt, type Path } from "./node.ts";
import { parseFile } from "./parse.ts";
import { writtenUnitPaths } from "./units.ts";

/** JSON, as far as a schema goes. */
type Json = undefined | null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const sections = {
  account: ["accounts"],
  group: ["identity", "groups"],
  permissionSet: ["permissionSets"],
  policy: ["policies"],
  role: ["roles"],
  template: ["templates"],
  user: ["identity", "users"],
} as const satisfies Record<string, Path>;
type Kind = keyof typeof sections | "unit";

/** What a field names, by the name of the field. */
const fields: Readonly<Record<string, Kind>> = {
  account: "account",
  accounts: "account",
  assumeRoles: "role",
  bucketAccount: "account",
  groups: "group",
  in: "account",
  managementAccount: "account",
  members: "user",
  permissionSet: "permissionSet",
  permissionSets: "permissionSet",
  policies: "policy",
  role: "role",
  roles: "role",
  template: "template",
  to: "account",
  unit: "unit",
  units: "unit",
  users: "user",
};

/** The keys of a manifest, of whatever files of it can be read: one completes while it is not valid yet. */
export function writtenKeys(files: readonly SourceFile[]): ReadonlyMap<Kind, readonly string[]> {
  const roots = files.flatMap((file) => parseFile(file).root ?? []);
  const sorted = (keys: readonly string[]) => [...new Set(keys)].sort(byCodeUnit);
  return new Map<Kind, readonly string[]>([
    ["unit", sorted(roots.flatMap((root) => writtenUnitPaths(root)))],
    ...Object.entries(sections).map(
      ([kind, path]) => [kind as Kind, sorted(roots.flatMap((root) => keysAt(root, path)))] as const,
    ),
  ]);
}

/** `schema` with the keys in the place of their form, wherever a field names one; a kind without keys stays as it is. */
export function withKeys(schema: Json, keys: ReadonlyMap<Kind, readonly string[]>): Json {
  if (isList(schema)) return schema.map((item) => withKeys(item, keys));
  if (!isMap(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([word, value]) => [
      word,
      word === "properties" && isMap(value) ? propertiesWithKeys(value, keys) : withKeys(value, keys),
    ]),
  );
}

function propertiesWithKeys(
  properties: { readonly [name: string]: Json },
  keys: ReadonlyMap<Kind, readonly string[]>,
): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => {
      const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const known = kind === undefined ? [] : (keys.get(kind) ?? []);
      const inner = withKeys(field, keys);
      return [
        name,
        kind === undefined || known.length === 0
          ? inner
          : named(inner, kind === "unit" ? unitPathOnly : keyOnly, known),
      ];
    }),
  );
}

/** A field's own texts of the form `form`, alone or in a list, become one of `known`. */
function named(field: Json, form: RegExp, known: readonly string[]): Json {
  if (!isMap(field)) return field;
  if (field.type === "string" && field.pattern === form.source) {
    const { pattern: _, ...rest } = field;
    return { ...rest, enum: known };
  }
  return Object.fromEntries(
    Object.entries(field).map(([word, value]) => {
      if (word === "items") return [word, named(value, form, known)];
      if ((word === "anyOf" || word === "allOf") && isList(value))
        return [word, value.map((one) => named(one, form, known))];
      return [word, value];
    }),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
