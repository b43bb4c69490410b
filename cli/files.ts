/** Files, all or nothing: what is written appears complete, or nothing has changed. */
import { lstatSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "a file is where a folder should be",
  EISDIR: "it is a folder, not a file",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or folder",
  ENOSPC: "no space left on the device",
  ENOTDIR: "a part of the path is a file, not a folder",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
};

/** Says in words why the file system refused. Anything else than its refusal is a bug and thrown on. */
export function fileReason(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") throw error;
  return reasons[error.code] ?? error.code;
}

/**
 * Writes some files below a folder and removes others, all or nothing; folders are created as needed.
 * @param folder absolute; new files are prepared inside it, so that putting them in place is a mere rename
 * @param files text by absolute path
 * @param remove absolute paths; one that does not exist is fine
 * @returns the reason when it could not be done; then everything is as it was before
 */
export function replaceFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  remove: readonly string[] = [],
): string | null {
  const undo: (() => void)[] = [];
  // Not `recursive`: with it Node never returns where the file system takes no folders, such as /proc.
  const makeFolder = (path: string) => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    if (dirname(path) !== path) makeFolder(dirname(path));
    mkdirSync(path);
    undo.push(() => rmSync(path, { recursive: true, force: true }));
  };
  const move = (from: string, to: string) => {
    renameSync(from, to);
    undo.push(() => renameSync(to, from));
  };

  try {
    makeFolder(folder);
    const staging = mkdtempSync(join(folder, ".gatehouse-"));
    const clean = () => rmSync(staging, { recursive: true, force: true });
    undo.push(clean);

    // Everything that can fail for want of space comes before the first file is touched.
    const staged = [...files].map(([target, text], index) => {
      const source = join(staging, `new-${index}`);
      writeFileSync(source, text);
      makeFolder(dirname(target));
      return { source, target };
    });
    for (const [index, target] of [...remove, ...files.keys()].entries()) {
      if (isFile(target)) move(target, join(staging, `old-${index}`));
    }
    for (const { source, target } of staged) move(source, target);
    clean();
    return null;
  } catch (error) {
    for (const step of undo.reverse()) step();
    return fileReason(error);
  }
}

/** Writes one file that the user named, all or nothing. Returns the reason when it could not be done. */
export function writeOutput(path: string, text: string): string | null {
  try {
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind === undefined || kind.isFile()) {
      const target = kind ? realpathSync(path) : path;
      return replaceFiles(dirname(target), new Map([[target, text]]));
    }
    // A device or a pipe (/dev/stdout, a process substitution) is written to, never replaced.
    writeFileSync(path, text);
    return null;
  } catch (error) {
    return fileReason(error);
  }
}

const isFile = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
