/** Reads Terraform code from the disk, for `--source`. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { posix, relative, resolve, sep } from "node:path";
import type { Files } from "../analyzer/source/code.ts";
import type { TerraformSource } from "../analyzer/source/terraform.ts";
import { byCodeUnit } from "../lib/finding.ts";
import type { SourceFile } from "../lib/problem.ts";
import { fileReason } from "./files.ts";

/** Terraform's and OpenTofu's files; editors' backups and hidden files are none. */
const isCode = (name: string) => /^[^.].*\.(tf|tofu)(\.json)?$/.test(name);

/**
 * Reads the root module in `folder` with all modules below it, or says why it cannot.
 * @param rules the ids of all rules
 */
export async function loadSource(
  folder: string,
  cwd: string,
  rules: readonly string[],
): Promise<TerraformSource | { reason: string }> {
  const root = relative(cwd, resolve(cwd, folder)).split(sep).join(posix.sep) || ".";
  try {
    if (!statSync(resolve(cwd, folder)).isDirectory()) return { reason: "it is not a folder" };
    const { readSource } = await import("../analyzer/source/terraform.ts");
    const manifest = readIfThere(resolve(cwd, folder, ".terraform/modules/modules.json"));
    const source = readSource(root, manifest, filesIn(cwd, root), rules);
    const problems = [...source.problems, ...(await source.faults())];
    if (source.blocks === 0 && problems.length === 0) return { reason: "there is no Terraform code in it" };
    return { ...source, problems };
  } catch (error) {
    return { reason: fileReason(error) };
  }
}

/** Template files are read from the working directory and from the code's own folders: what a report quotes stands there. */
function filesIn(cwd: string, root: string): Files {
  return {
    code: (folder) => readFolder(folder, cwd),
    text: (path, folder) => {
      const file = realPath(cwd, path);
      const homes = [".", root, folder].map((home) => realPath(cwd, home));
      const isOwn = file !== null && homes.some((home) => home !== null && isVisibleIn(home, file));
      return isOwn ? readIfThere(file) : null;
    },
  };
}

const realPath = (cwd: string, path: string) =>
  statSync(resolve(cwd, path), { throwIfNoEntry: false }) ? realpathSync(resolve(cwd, path)) : null;

/** Hidden files hold what nobody wrote for Terraform, such as the credentials of git. */
const isVisibleIn = (home: string, file: string) =>
  relative(home, file)
    .split(sep)
    .every((part) => !part.startsWith(".") || part === ".terraform");

function readFolder(folder: string, cwd: string): readonly SourceFile[] {
  const path = resolve(cwd, folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && isCode(entry.name))
    .map(({ name }) => name)
    .sort(byCodeUnit)
    .map((name) => ({ name: posix.join(folder, name), text: readFileSync(resolve(path, name), "utf8") }));
}

function readIfThere(path: string): string | null {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, "utf8") : null;
}
