/** Where the files of a manifest are: on the disk, or in a revision of a git repository. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";

/** Why something cannot be read, as the end of a sentence: `does not exist`. */
export interface Unreadable {
  unreadable: string;
}

export interface OpenFile {
  /** Bytes. */
  size: number;
  read(): Uint8Array | Unreadable;
}

/** All paths are absolute. */
export interface FileTree {
  kind(path: string): "file" | "folder" | "other" | null;
  entries(folder: string): readonly { name: string; isFolder: boolean }[] | Unreadable;
  /** A file that is below `root`, links followed. */
  open(file: string, root: string): OpenFile | Unreadable;
}

export const disk: FileTree = {
  kind(path) {
    const stat = attempt(() => statSync(path));
    if ("unreadable" in stat) return null;
    return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other";
  },
  entries(folder) {
    const entries = attempt(() => readdirSync(folder, { withFileTypes: true }));
    if ("unreadable" in entries) return entries;
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  },
  open(file, root) {
    const real = attempt(() => realpathSync(file));
    if (typeof real !== "string") return real;
    const realRoot = attempt(() => realpathSync(root));
    if (typeof realRoot !== "string") return realRoot;
    if (!isWithin(realRoot, real)) return outside;
    const stat = attempt(() => statSync(real));
    if ("unreadable" in stat) return stat;
    return stat.isFile() ? { size: stat.size, read: () => attempt(() => readFileSync(real)) } : noFile;
  },
};

export const outside: Unreadable = { unreadable: "is outside the manifest's folder" };
export const noFile: Unreadable = { unreadable: "is not a file" };
export const missing: Unreadable = { unreadable: "does not exist" };

/** `true` when `path` is `folder` or below it; both absolute. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}

const reasons: Record<string, string> = {
  ENOENT: missing.unreadable,
  EACCES: "cannot be read: permission denied",
  ELOOP: "is a link that leads to itself",
};

/** The result, or why the file system refused. */
function attempt<T>(act: () => T): T | Unreadable {
  try {
    return act();
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown reason";
    return { unreadable: reasons[code] ?? `cannot be read: ${code}` };
  }
}
