/** The blocks of docs/manifest.md, taken together, are a manifest. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gatehouse, root } from "./run.ts";

test("docs/manifest.md shows what validates", async () => {
  const text = readFileSync(join(root, "docs/manifest.md"), "utf8");
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml);
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-docs-"));
  try {
    for (const [index, yaml] of blocks.entries()) {
      if (!yaml.startsWith("#")) writeFileSync(join(folder, `${index}.yaml`), yaml);
    }
    const { code, stdout } = await gatehouse(["validate", "."], { cwd: folder });
    expect(stdout).toMatch(/^valid: 3 accounts, 2 units, 2 permission sets/);
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
