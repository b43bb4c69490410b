/** The blocks of docs/manifest.md, taken together, are a manifest. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gatehouse, root } from "./run.ts";

const blocks = [...readFileSync(join(root, "docs/manifest.md"), "utf8").matchAll(/^```yaml\n(.*?)^```$/gms)].map(
  ([, yaml = ""]) => yaml,
);
const isPart = (yaml: string) => !yaml.startsWith("#");
const isAlternative = (yaml: string) => yaml.startsWith("# instead of the block above");

async function validate(parts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-docs-"));
  try {
    // files that the blocks name
    for (const file of ["okta.xml", "on-premises-ca.pem"]) {
      copyFileSync(join(root, "examples/trust-kinds", file), join(folder, file));
    }
    for (const [index, yaml] of parts.entries()) writeFileSync(join(folder, `${index}.yaml`), yaml);
    return await gatehouse(["validate", "."], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("docs/manifest.md shows what validates", async () => {
  const { code, stdout } = await validate(blocks.filter(isPart));
  expect(stdout).toMatch(/^valid: 3 accounts, 2 units, 2 permission sets, \d+ assignments?, 3 roles\n$/);
  expect(code).toBe(0);
});

test("its alternatives validate as well, in the place of the block above them", async () => {
  const alternatives = blocks.flatMap((yaml, index) => (isAlternative(yaml) ? [index] : []));
  expect(alternatives).not.toEqual([]);
  for (const index of alternatives) {
    // of several one after the other each takes the place of the block above them all
    const above = blocks.findLastIndex((yaml, at) => at < index && !isAlternative(yaml));
    const parts = blocks.filter((yaml, at) => at === index || (at !== above && isPart(yaml)));
    expect(await validate(parts)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^valid: [^;]*$/) });
  }
});
