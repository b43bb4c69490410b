/** The comment in the documentation is the one that is posted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { gatehouse, root } from "../cli/run.ts";

const call = "review examples/careless-change/plan.json --manifest examples/securecart --as-of 2026-06-01 --dry-run";

it(`docs/review-comment.md is what \`gatehouse ${call}\` prints`, async () => {
  const { code, stdout } = await gatehouse(call.split(" "));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^### Gatehouse: \d+ findings introduced/);
  expect(readFileSync(join(root, "docs", "review-comment.md"), "utf8")).toBe(stdout);
});
