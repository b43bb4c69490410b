/** What the documents show is what the command prints: every `$ gatehouse ...` of their console blocks is run. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documents } from "../../scripts/documents.ts";
import { gatehouse, root } from "./run.ts";

const text = documents.map((name) => readFileSync(join(root, name), "utf8")).join("\n");
const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = ""]) => text);
const shown = blocks.flatMap((text) =>
  text
    .split(/^\$ gatehouse /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)] as const),
);

test("the documents show output", () => expect(shown.length).toBeGreaterThan(3));

test.each(shown)("gatehouse %s", async (line, expected) => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-readme-"));
  symlinkSync(join(root, "examples"), join(folder, "examples"));
  try {
    const { stdout, code } = await gatehouse(line.split(" "), { cwd: folder });
    expect(code).toBeLessThan(2);
    expect(`${stdout.trimEnd()}\n`).toBe(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
