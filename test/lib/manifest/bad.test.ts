import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { readManifest } from "../../../lib/manifest/read.ts";
import type { BadManifest } from "../../fixtures/manifests/bad.ts";
import { good } from "../../fixtures/manifests/bad.ts";

// a file of cases for each part of the grammar: bad.ts, bad-roles.ts ...
const folder = new URL("../../fixtures/manifests/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.startsWith("bad"));
const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href)));
const bad: BadManifest[] = modules.flatMap((module) => module.bad);

const read = (text: string) =>
  readManifest([{ name: "access.yaml", text }], { asOf: "2026-11-22", policyFiles: new Map() });

test("the manifest that the cases change has nothing wrong", () => {
  const { graph, problems } = read(good);
  expect(problems).toEqual([]);
  expect(graph?.accounts.map(({ key }) => key)).toEqual(["management", "shop-dev", "shop-prod"]);
});

test.each(bad)("$title", ({ text, says, hints }) => {
  const { graph, problems } = read(text);
  expect(
    problems.map(
      ({ place, severity, code, message }) => `${place?.line}:${place?.column} ${severity} ${code} ${message}`,
    ),
  ).toEqual(says);
  if (hints) expect(problems.flatMap(({ hint }) => hint ?? [])).toEqual(hints);
  expect(graph).toBeNull();
});

test("every case is told apart by what is said", () => {
  expect(bad.length).toBeGreaterThanOrEqual(40);
  expect(bad.filter(({ says }) => says.length === 0)).toEqual([]);
});
