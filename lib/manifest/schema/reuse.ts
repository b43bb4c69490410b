/** What a manifest says once and means in several places: variables, templates and defaults. */
import { z } from "zod";
import { key, text } from "../fields.ts";
import { formsAt, requiredKeys, type Schema } from "../grammar.ts";
import { grant } from "./access.ts";
import { monitoring } from "./monitoring.ts";
import { account } from "./organization.ts";
import { permissionSet } from "./permission-sets.ts";
import { role } from "./roles.ts";

/** What each entry says for itself: who it is, and what has alternatives, of which another may be the entry's own. */
const own: ReadonlySet<string> = new Set([
  ...["allow", "apiCalls", "body", "deny", "description", "document", "file", "groups", "id", "logGroup"],
  ...["logGroupName", "members", "name", "pattern", "percentile", "preset", "renamedFrom", "statistic"],
  ...["template", "trail", "units", "users"],
]);

/** The fields of an entry that may be left out, all optional: for those there can be a default. */
function inheritable(entry: Schema): z.ZodObject {
  const shape = Object.fromEntries(
    formsAt(entry, []).flatMap((form) => {
      const needed = requiredKeys(form);
      const fields = Object.entries(form.shape).filter(([name]) => !own.has(name) && !needed.includes(name));
      return fields.map(([name, field]) => [name, z.optional(field)]);
    }),
  );
  return z.strictObject(shape);
}

const entries: Readonly<Record<string, Schema>> = {
  accounts: account,
  permissionSets: permissionSet,
  access: grant,
  roles: role,
};

const monitored = ["alarms", "dashboards", "events", "logGroups", "metricFilters", "topics"];

export const defaults = z
  .strictObject({
    ...Object.fromEntries(Object.entries(entries).map(([section, entry]) => [section, defaultsOf(section, entry)])),
    monitoring: z
      .strictObject(
        Object.fromEntries(
          monitored
            .map((section) => [section, formsAt(monitoring, [section, "*"])] as const)
            .flatMap(([section, [form]]) =>
              form === undefined ? [] : [[section, defaultsOf(`monitoring.${section}`, form)]],
            ),
        ),
      )
      .optional()
      .describe("Defaults of the sections of monitoring."),
  })
  .meta({
    description:
      "What entries of a section have unless they say otherwise. A field with no value (`owner:`) takes the default away.",
    examples: [{ access: { owner: "platform@example.com" }, roles: { permissionsBoundary: "PowerUserAccess" } }],
  });

function defaultsOf(section: string, entry: Schema) {
  return inheritable(entry).optional().describe(`What every entry of ${section} has unless it says otherwise.`);
}

export const templates = z.record(key, inheritable(account)).meta({
  description: "Accounts of one kind, by key: what an account has that names it as its `template`.",
  examples: [{ workload: { unit: "workloads", tags: { kind: "workload" } } }],
});

const valueOfVariable = z.union([
  text(/^[\s\S]{1,1000}$/, "is not 1 to 1,000 characters long"),
  z.number(),
  z.boolean(),
]);

export const variables = z
  .record(
    text(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "is not the name of a variable; use letters, digits, _ and -"),
    valueOfVariable,
  )
  .meta({
    description: "Values written once and named elsewhere as ${var.name}: as a whole value, or inside a text.",
    examples: [{ domain: "securecart.example" }],
  });
