import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presetsPage } from "../../../scripts/presets-page.ts";

test("docs/presets shows the policies as they are; npx tsx scripts/generate-presets.ts writes it", () => {
  const page = readFileSync(new URL("../../../docs/presets/README.md", import.meta.url), "utf8");
  expect(page).toBe(presetsPage());
});
