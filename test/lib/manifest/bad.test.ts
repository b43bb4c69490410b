import { expect, test } from "vitest";
import { readManifest } from "../../../lib/manifest/read.ts";
import { bad, good } from "../../fixtures/manifests/bad.ts";

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
