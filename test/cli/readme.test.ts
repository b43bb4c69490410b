/** What the documents show is what is printed: every `$ ...` of their console blocks is run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { consoleBlocks, typeAll, typedIn } from "../../scripts/console.ts";
import { documents } from "../../scripts/documents.ts";
import { gatehouse, root } from "./run.ts";

const blocks = documents.flatMap((document) =>
  [...readFileSync(join(root, document), "utf8").matchAll(consoleBlocks)].map(([block], index) => {
    const typed = typedIn(block);
    return { title: `${document}, ${index + 1}: ${typed.at(-1)?.line}`, typed };
  }),
);

test("the documents show output", () => expect(blocks.length).toBeGreaterThan(3));

test.each(blocks)("$title", async ({ typed }) => {
  const run = async (args: readonly string[], cwd: string) => {
    const { stdout, stderr, code } = await gatehouse(args, { cwd });
    expect(code, stderr).toBeLessThan(2);
    return stdout;
  };
  expect(await typeAll(root, typed, run)).toEqual(typed);
});
