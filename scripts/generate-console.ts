/**
 * Renews the output in the console blocks of the documents: every `$ ...` is run as it stands, those of one block in the
 * same folder.
 *
 *   npx tsx scripts/generate-console.ts [DOCUMENT...]
 *
 * That the documents are current is a test (test/cli/readme.test.ts).
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { consoleBlocks, typeAll, typedIn } from "./console.ts";
import { documents } from "./documents.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const asked = process.argv.slice(2);

for (const document of asked.length > 0 ? asked : documents) {
  const path = join(root, document);
  const text = readFileSync(path, "utf8");
  const blocks: string[] = [];
  for (const [block] of text.matchAll(consoleBlocks)) blocks.push(await renew(block));
  writeFileSync(
    path,
    text.replace(consoleBlocks, () => blocks.shift() ?? ""),
  );
}

async function renew(block: string): Promise<string> {
  const typed = await typeAll(root, typedIn(block), run);
  return typed.map(({ line, output }) => `$ ${line}\n${output}`).join("");
}

function run(args: readonly string[], cwd: string): string {
  const command = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "cli/gatehouse.ts"), ...args];
  const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd, encoding: "utf8" });
  if (status === null || status > 1) throw new Error(`gatehouse ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
