/** Fields of the manifest as its JSON Schema knows them, with `*` for keys: `accounts.*.tags`. */
import { at } from "../analyzer/json.ts";
import { byCodeUnit } from "../lib/finding.ts";

/** What the JSON Schema consists of where it says which fields there are. */
export interface Schema {
  $ref?: string;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
}

/** Selections, statements, references and the like: they are the same everywhere, and nothing below is told apart. */
const closed = new Set([
  "allow",
  "config.accounts",
  "customerManagedPolicies",
  "deny",
  "document",
  "except",
  "in",
  "limits",
  "permissionsBoundary",
  "reservedSlots",
  "subject",
  "to",
]);

function isClosed(path: readonly string[]): boolean {
  return closed.has(path.slice(-1).join(".")) || closed.has(path.slice(-2).join("."));
}

/** All fields there are, but for the fields of fields that are closed or that hold themselves. */
export function allFields(root: Schema): string[] {
  const found = new Set<string>();
  const visit = (schema: Schema, path: readonly string[], above: readonly Schema[]): void => {
    for (const one of alternatives(schema, root)) {
      if (above.includes(one)) continue;
      const here = [...above, one];
      if (one.items !== undefined) visit(one.items, path, here);
      for (const [key, value] of Object.entries(one.properties ?? {})) {
        const field = [...path, key];
        found.add(field.join("."));
        if (!isClosed(field)) visit(value, field, here);
      }
      if (typeof one.additionalProperties === "object") visit(one.additionalProperties, [...path, "*"], here);
    }
  };
  visit(root, [], []);
  return [...found].sort(byCodeUnit);
}

/** The fields that a part of a manifest writes, the innermost ones alone. */
export function writtenFields(written: unknown, root: Schema): string[] {
  const visit = (value: unknown, schemas: readonly Schema[], path: readonly string[]): string[] => {
    const known = schemas.flatMap((schema) => alternatives(schema, root));
    if (Array.isArray(value)) {
      const items = known.flatMap(({ items }) => items ?? []);
      return value.flatMap((item) => visit(item, items.length > 0 ? items : known, path));
    }
    if (typeof value !== "object" || value === null || isClosed(path)) return [path.join(".")];
    const inner = Object.entries(value).flatMap(([key, held]) => {
      const named = known.flatMap(({ properties }) => properties?.[key] ?? []);
      if (named.length > 0) return visit(held, named, [...path, key]);
      const any = known.flatMap(({ additionalProperties: any }) => (typeof any === "object" ? any : []));
      return any.length === 0 ? [path.join(".")] : visit(held, any, [...path, "*"]);
    });
    return inner.length === 0 ? [path.join(".")] : inner;
  };
  // units hold units
  const fields = visit(written, [root], []).map((field) =>
    field.replace(/(\.\*\.units)+(?=\.\*\.)/, "").replace(/\.\*$/, ""),
  );
  return [...new Set(fields)];
}

/** A schema and whatever it stands for. */
function alternatives(schema: Schema, root: Schema): Schema[] {
  const named = schema.$ref === undefined ? [] : alternatives(definition(schema.$ref, root), root);
  const others = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => list ?? []);
  return [schema, ...named, ...others.flatMap((other) => alternatives(other, root))];
}

/** @param reference `#/$defs/tags` */
function definition(reference: string, root: Schema): Schema {
  const found = at(root, ...reference.split("/").slice(1));
  return typeof found === "object" && found !== null ? found : {};
}
