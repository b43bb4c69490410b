/** Reads Terraform code from the disk, for `--source`. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { posix, relative, resolve, sep } from "node:path";
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
    const source = readSource(root, manifest, (path) => readFolder(path, cwd), rules);
    return source.blocks > 0 ? source : { reason: "there is no Terraform code in it" };
  } catch (error) {
    return { reason: fileReason(error) };
  }
}

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
