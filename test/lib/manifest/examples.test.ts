/** What the grammar can say is said in the examples: whoever looks for how to write it finds it there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadManifest } from "../../../cli/load.ts";
import { policyTypeNames } from "../../../lib/manifest/policy-types.ts";
import { presetNames } from "../../../lib/manifest/presets.ts";
import { trustKinds } from "../../../lib/manifest/schema/trust-kinds.ts";
import { allFields, type Schema, writtenFields } from "../../../scripts/fields.ts";

const root = new URL("../../../", import.meta.url).pathname;
const schema: Schema = JSON.parse(readFileSync(join(root, "schema/manifest.schema.json"), "utf8"));

const manifest = (folder: string): unknown[] =>
  loadManifest(`examples/${folder}`, root).files.map(({ text }): unknown => parse(text));
const securecart = manifest("securecart");
const all = [...securecart, ...manifest("single-account"), ...manifest("trust-kinds")];

/** Every field that is written, with those it is in. */
function fieldsOf(parts: readonly unknown[]): ReadonlySet<string> {
  const fields = parts.flatMap((part) => writtenFields(part, schema).map((field) => field.split(".")));
  return new Set(fields.flatMap((steps) => steps.map((_, index) => steps.slice(0, index + 1).join("."))));
}

const missing = (names: readonly string[], used: ReadonlySet<unknown>) => names.filter((name) => !used.has(name));
const known = allFields(schema);
const below = (section: string) =>
  known.filter((field) => field.startsWith(`${section}.`) && !field.slice(section.length + 1).includes("."));

test("SecureCart has every section, and every part of monitoring", () => {
  // a folder needs no list of its files
  const sections = known.filter((field) => !field.includes(".") && field !== "include");
  expect(sections.length).toBeGreaterThan(20);
  expect(missing([...sections, ...below("monitoring")], fieldsOf(securecart))).toEqual([]);
});

test("every kind of trust is there; SecureCart's people come through Identity Center, not as IAM users", () => {
  const kinds = trustKinds.map((kind) => `roles.*.trust.${kind}`);
  expect(missing(kinds, new Set(known))).toEqual([]);
  expect(missing(kinds, fieldsOf(securecart))).toEqual(["roles.*.trust.users"]);
  expect(missing(kinds, fieldsOf(all))).toEqual([]);
});

test("SecureCart has every type of policy and every preset", () => {
  const policies = securecart.flatMap((part) => {
    const { policies = {} } = part as { policies?: Record<string, { type: string; preset?: string }> };
    return Object.values(policies);
  });
  expect(missing(policyTypeNames, new Set(policies.map(({ type }) => type)))).toEqual([]);
  expect(missing(presetNames, new Set(policies.map(({ preset }) => preset)))).toEqual([]);
});

test("every alternative of which one has to be written is there", () => {
  const ways = Object.entries({
    assertions: ["always", "never", "only"],
    "monitoring.events": ["apiCalls", "pattern"],
    "monitoring.config.conformancePacks": ["file", "pack"],
    identityProviders: ["oidc", "saml"],
    trustAnchors: ["bundle", "pca"],
  }).flatMap(([section, names]) => names.map((name) => `${section}.*.${name}`));
  expect(missing(ways, new Set(known))).toEqual([]);
  // a certificate authority of AWS Private CA is on docs/manifest.md
  expect(missing(ways, fieldsOf(all))).toEqual(["trustAnchors.*.pca"]);
});
