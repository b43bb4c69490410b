/**
 * Renews the output in the console blocks of the documents: every `$ gatehouse ...` is run as it stands.
 *
 *   npx tsx scripts/generate-console.ts [DOCUMENT...]
 *
 * That the documents are current is a test (test/cli/readme.test.ts).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { documents } from "./documents.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const asked = process.argv.slice(2);

for (const document of asked.length > 0 ? asked : documents) {
  const path = join(root, document);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/(?<=^```console\n).*?(?=^```$)/gms, renew));
}

function renew(block: string): string {
  const commands = [...block.matchAll(/^\$ gatehouse (.*)$/gm)].map(([, line = ""]) => line);
  return commands.map((line) => `$ gatehouse ${line}\n${run(line.split(" "))}`).join("");
}

/** In a folder of its own, as a command may write files. */
function run(args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-console-"));
  symlinkSync(join(root, "examples"), join(folder, "examples"));
  try {
    const command = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "cli/gatehouse.ts"), ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
    if (status === null || status > 1) throw new Error(`gatehouse ${args.join(" ")} ended with ${status}: ${stderr}`);
    return `${stdout.trimEnd()}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
