/** Folders that a script writes whole. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Makes `folder` hold these files and nothing else; with `--check` only says whether it does, and exits 1 if not. */
export function writeGenerated(folder: string, files: ReadonlyMap<string, string>): void {
  const path = join(root, folder);
  if (process.argv.includes("--check")) {
    const extra = list(path).filter((name) => !files.has(name));
    const stale = [...files].filter(([name, text]) => read(join(path, name)) !== text);
    if (stale.length + extra.length > 0) {
      console.error(`${folder} is stale: run npm run generate`);
      process.exitCode = 1;
    }
    return;
  }
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(path, name), text);
  console.log(`${folder}: ${files.size} files`);
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
