import { expect, test } from "vitest";
import { loadManifest } from "../../../cli/load.ts";
import { readManifest } from "../../../lib/manifest/read.ts";

test("the example of a single account has nothing wrong, nor doubtful", () => {
  const { files, policyFiles } = loadManifest("examples/single-account", process.cwd());
  const { graph, problems } = readManifest(files, { asOf: "2026-11-22", policyFiles });
  expect(problems).toEqual([]);
  expect(graph?.organization.mode).toBe("single-account");
  expect(graph?.accounts.map(({ key, alone, management }) => [key, alone, management])).toEqual([
    ["bakery", true, true],
  ]);
  expect(files.every(({ text }) => text.startsWith("# yaml-language-server: $schema="))).toBe(true);
});
