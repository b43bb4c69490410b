/** The grammar as the JSON Schema that an editor completes and checks by: whatever `validate` takes is valid by it. */
import { z } from "zod";
import { isList, isMap, type Json, type JsonMap, mapValues } from "./json.ts";
import { saidInSchema } from "./together.ts";

/** The schema of one file of a manifest. Draft 7 is what the YAML language server reads. */
export function jsonSchemaOf(grammar: z.ZodType): JsonMap {
  // a file may be a part of a manifest, so no section is required of it
  const { required: _, ...schema } = z.toJSONSchema(grammar, { io: "input", target: "draft-7", override: withChecks });
  const { definitions, ...rest } = withVariables(JSON.parse(JSON.stringify(schema)));
  return shared(withoutValue({ ...rest, definitions: { ...(isMap(definitions) ? definitions : {}), variable } }));
}

/** Adds which keys go together. What a schema was made from, by describing or checking it further, has said its part. */
function withChecks({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const before = zodSchema._zod.parent === undefined ? [] : saidInSchema(zodSchema._zod.parent);
  const own = saidInSchema(zodSchema).filter((form) => !before.includes(form));
  // where nothing but a reference says so far that it is a map
  const type = jsonSchema.type === undefined ? { type: "object" as const } : {};
  if (own.length > 0) jsonSchema.allOf = [...(jsonSchema.allOf ?? []), ...own.map((form) => ({ ...type, ...form }))];
}

const inText = "\\$\\{var\\.[^}]+\\}";
const variable: JsonMap = { type: "string", pattern: inText, description: "A variable: ${var.name}." };
export const variableReference: JsonMap = { $ref: "#/definitions/variable" };

/** Keywords that hold a schema, a list of schemas, or schemas by name. `propertyNames` is left out: no variable stands in a key. */
const inner: ReadonlySet<string> = new Set(["items", "additionalProperties"]);
const lists: ReadonlySet<string> = new Set(["anyOf", "allOf"]);
const maps: ReadonlySet<string> = new Set(["properties", "definitions"]);

/** `schema` with every schema right below it as `change` makes it. */
function mapBelow(schema: JsonMap, change: (schema: JsonMap, name: string, keyword: string) => Json): JsonMap {
  const changed = (value: Json, name: string, keyword: string) => (isMap(value) ? change(value, name, keyword) : value);
  return mapValues(schema, (value, keyword) => {
    if (inner.has(keyword)) return changed(value, keyword, keyword);
    if (lists.has(keyword) && isList(value)) return value.map((one) => changed(one, keyword, keyword));
    if (maps.has(keyword) && isMap(value)) return mapValues(value, (one, name) => changed(one, name, keyword));
    return value;
  });
}

/** A variable can stand for any scalar, and in any text. What a text has to look like is then seen by `validate` alone. */
function withVariables(schema: JsonMap): JsonMap {
  const { type, pattern, minLength, maxLength, ...rest } = schema;
  if (schema.enum !== undefined || schema.const !== undefined) return withAlternative(schema, variableReference);
  if (type === "string" && (pattern !== undefined || maxLength !== undefined)) {
    const any = `[\\s\\S]{${minLength ?? 0},${maxLength ?? ""}}$`;
    const form = pattern === undefined ? `^${any}` : maxLength === undefined ? pattern : `^(?=${any})${pattern}`;
    return { type, pattern: `${form}|${inText}`, ...rest };
  }
  if (type === "boolean" || type === "number" || type === "integer") {
    return { type: [type, "string"], pattern: `^${inText}$`, ...withoutSafeIntegers(rest) };
  }
  return mapBelow(schema, withVariables);
}

/** What every number of JavaScript is within says nothing. */
function withoutSafeIntegers(schema: JsonMap): JsonMap {
  const said = ([, value]: [string, Json]) => value !== Number.MAX_SAFE_INTEGER && value !== Number.MIN_SAFE_INTEGER;
  return Object.fromEntries(Object.entries(schema).filter(said));
}

const annotations: ReadonlySet<string> = new Set(["default", "description", "examples"]);

/** What `schema` takes, or else `other`; what is said about the field stays on top of it. */
function withAlternative(schema: JsonMap, other: JsonMap): JsonMap {
  const entries = Object.entries(schema);
  const said = Object.fromEntries(entries.filter(([keyword]) => annotations.has(keyword)));
  const form = Object.fromEntries(entries.filter(([keyword]) => !annotations.has(keyword)));
  const [only, ...more] = Object.keys(form);
  const parts = form[only ?? ""];
  const alternatives = more.length === 0 && isList(parts) && (only === "anyOf" || parts.length === 1) ? parts : [form];
  return { ...said, anyOf: [...alternatives, other] };
}

/** A field for which there can be a default may be written with no value: that takes the default away. */
function withoutValue(schema: JsonMap): JsonMap {
  return withProperties(schema, propertiesOf(propertiesOf(schema).defaults));
}

/** The sections of `schema`, where `defaults` says what their entries can inherit. */
function withProperties(schema: JsonMap, defaults: JsonMap): JsonMap {
  return {
    ...schema,
    properties: mapValues(propertiesOf(schema), (section, name) => {
      const fields = propertiesOf(defaults[name]);
      if (!isMap(section) || !isMap(defaults[name])) return section;
      // sections that hold further sections have no entries of their own
      if (isMap(section.properties)) return withProperties(section, fields);
      return mapBelow(section, (entry) => inheriting(entry, fields));
    }),
  };
}

/** An entry of a section, some of whose `fields` it may inherit: which of those go together, only `validate` sees. */
function inheriting(entry: JsonMap, fields: JsonMap): JsonMap {
  if (!isMap(entry.properties)) return entry;
  const { allOf, ...rest } = entry;
  const told = isList(allOf) ? allOf.filter((form) => !keysIn(form).some((key) => Object.hasOwn(fields, key))) : [];
  return {
    ...rest,
    properties: mapValues(entry.properties, (field, name) =>
      Object.hasOwn(fields, name) && isMap(field) ? orNull(field) : field,
    ),
    ...(told.length > 0 ? { allOf: told } : {}),
  };
}

/** All that `form` names: the keys that it is about, among other words. */
function keysIn(form: Json): string[] {
  if (isList(form)) return form.flatMap(keysIn);
  if (isMap(form)) return Object.entries(form).flatMap(([key, value]) => [key, ...keysIn(value)]);
  return typeof form === "string" ? [form] : [];
}

function orNull(field: JsonMap): JsonMap {
  const { type } = field;
  if (typeof type === "string") return { ...field, type: [type, "null"] };
  if (isList(type)) return { ...field, type: [...type, "null"] };
  return withAlternative(field, { type: "null" });
}

function propertiesOf(schema: Json): JsonMap {
  return isMap(schema) && isMap(schema.properties) ? schema.properties : {};
}

/** Fields that are the same in several places, name and all, become definitions, where that makes the schema shorter. */
function shared(schema: JsonMap): JsonMap {
  const uses = new Map<string, number>();
  const count = (one: JsonMap, name: string, keyword: string): JsonMap => {
    const id = identity(one, name);
    if (keyword !== "properties") return mapBelow(one, count);
    const before = uses.get(id) ?? 0;
    uses.set(id, before + 1);
    return before === 0 ? mapBelow(one, count) : one;
  };
  mapBelow(schema, count);

  const names = new Map<string, string>();
  const definitions: Record<string, Json> = {};
  const taken = new Set(isMap(schema.definitions) ? Object.keys(schema.definitions) : []);
  const share = (one: JsonMap, name: string, keyword: string): JsonMap => {
    const id = identity(one, name);
    const times = uses.get(id) ?? 0;
    const lines = JSON.stringify(one, null, 2).split("\n").length;
    if (keyword !== "properties" || (times - 1) * lines <= 3 * times) return mapBelow(one, share);
    let as = names.get(id);
    if (as === undefined) {
      as = free(name, taken);
      taken.add(as);
      names.set(id, as);
      definitions[as] = mapBelow(one, share);
    }
    return { $ref: `#/definitions/${as}` };
  };
  const rest = mapBelow(schema, share);
  return { ...rest, definitions: { ...(isMap(rest.definitions) ? rest.definitions : {}), ...definitions } };
}

function identity(field: JsonMap, name: string): string {
  return `${name} ${JSON.stringify(field)}`;
}

function free(name: string, taken: ReadonlySet<string>): string {
  let as = name;
  for (let number = 2; taken.has(as); number++) as = `${name}${number}`;
  return as;
}
