import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { loadManifest } from "../../../cli/load.ts";
import { manifestSchema } from "../../../lib/manifest/schema.ts";
import { nearest } from "../../../lib/suggest.ts";
import { bad, good } from "../../fixtures/manifests/bad.ts";

const schema = JSON.parse(readFileSync(new URL("../../../schema/manifest.schema.json", import.meta.url), "utf8"));
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

test("every key of the grammar is described, for the editor", () => {
  const missing: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "examples" || key === "default") continue;
      if (key === "properties") {
        for (const [name, field] of Object.entries(value as Record<string, { description?: string }>)) {
          if (!field.description) missing.push(`${path}.${name}`);
        }
      }
      visit(value, `${path}.${key}`);
    }
  };
  visit(z.toJSONSchema(manifestSchema, { io: "input", target: "draft-7" }), "");
  // the words of AWS's own policy documents, and the lists that the policy grammar repeats, speak for themselves
  expect(
    missing.filter(
      (path) => !/\.(Version|Id|Statement|Sid|Effect|(Not)?(Principal|Action|Resource)|Condition)$/.test(path),
    ),
  ).toEqual([]);
});

test("the example's files satisfy the JSON Schema, each by itself", () => {
  const { files } = loadManifest("examples/securecart", process.cwd());
  expect(files.length).toBeGreaterThan(5);
  for (const { name, text } of files) {
    expect(validate(parse(text)), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\S+manifest\.schema\.json\n/);
  }
});

test("the editor sees the mistakes that the grammar sees", () => {
  expect(validate(parse(good))).toBe(true);
  const titles = ["a mistyped key", "a mistyped choice", "an account id of eleven digits", "a mistyped preset"];
  for (const title of titles) {
    const { text } = bad.find((one) => one.title === title)!;
    expect(validate(parse(text)), title).toBe(false);
  }
});

test.each([
  ["develpers", ["developers", "devops"], "developers"],
  ["Developers", ["developers"], "developers"],
  ["nuit", ["unit", "units"], "unit"],
  ["finance", ["developers"], null],
  ["q", ["r"], null],
])("nearest to %s", (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
