/** A revision of a git repository as a tree of files, read without a checkout. */
import { spawnSync } from "node:child_process";
import { posix, relative, resolve, sep } from "node:path";
import { didYouMean } from "../lib/suggest.ts";
import { type FileTree, isWithin, missing, noFile, outside, type Unreadable } from "./file-tree.ts";

export interface Revision {
  /** Full hash of the commit. */
  commit: string;
  /** The repository's root folder, absolute: where the revision's files would be. */
  root: string;
  /** The folder that the search began in, by the name that git has for it. */
  here: string;
}

/** What git said, or why it said nothing, as a sentence. */
type Output = { bytes: Buffer } | { failed: string };

/** Answers are small but for files, of which a manifest may have 16 MiB. */
const maxBuffer = 64 * 1024 * 1024;

/**
 * Runs git without a shell. No argument comes from a user but after `--end-of-options`; nothing is fetched that the
 * user's own configuration does not fetch, and no pager, hook or prompt is started.
 */
function git(cwd: string, args: readonly string[], input?: string): Output {
  const env = { ...process.env, GIT_LITERAL_PATHSPECS: "1", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  const options = { cwd, env, maxBuffer, ...(input === undefined ? {} : { input }) };
  const { error, status, stdout, stderr } = spawnSync("git", ["--no-optional-locks", ...args], options);
  if (error !== undefined) {
    const absent = "code" in error && error.code === "ENOENT";
    return { failed: absent ? "git is not on the PATH" : error.message };
  }
  if (status === 0) return { bytes: stdout };
  return {
    failed:
      stderr
        .toString("utf8")
        .split("\n", 1)[0]
        ?.replace(/^fatal: /, "") ?? "git failed",
  };
}

/** What can be the name of a revision, `HEAD~1`, `main@{yesterday}` or `v1^{}` included, and is no option. */
const revisionName = /^[^-\s\p{Cc}:][^\s\p{Cc}:]*$/u;

/** The commit that `name` means in the repository around `cwd`, or why there is none. */
export function findRevision(name: string, cwd: string): Revision | { failed: string; hint: string | null } {
  const top = git(cwd, ["rev-parse", "--show-toplevel", "--show-prefix"]);
  if ("failed" in top) {
    const none = top.failed.startsWith("not a git repository");
    return { failed: none ? "this is no git repository" : top.failed, hint: null };
  }
  const commit = revisionName.test(name)
    ? git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`])
    : { failed: "" };
  // git 2.39 repeats the option that ends options
  const hash =
    "bytes" in commit ? /^([0-9a-f]{40}|[0-9a-f]{64})$/m.exec(commit.bytes.toString("utf8"))?.[1] : undefined;
  if (hash !== undefined) {
    const [root = "", prefix = ""] = top.bytes.toString("utf8").split("\n");
    return { commit: hash, root: resolve(root), here: resolve(root, prefix) };
  }
  const shallow = git(cwd, ["rev-parse", "--is-shallow-repository"]);
  const isShallow = "bytes" in shallow && shallow.bytes.toString("utf8").startsWith("true");
  const suggestion = didYouMean(name, refs(cwd));
  const hint = isShallow ? "the clone is shallow; get its history: git fetch --unshallow (fetch-depth: 0)" : null;
  return { failed: `git knows no revision "${name}"${suggestion}`, hint: hint ?? (suggestion ? null : expected) };
}

const expected =
  "write a file or folder, a branch, tag or commit such as main or HEAD~1, or a path in one: main:access/";

/** Names of branches and tags. */
function refs(cwd: string): string[] {
  const listed = git(cwd, ["for-each-ref", "--count=1000", "--format=%(refname:short)"]);
  return "bytes" in listed ? listed.bytes.toString("utf8").split("\n").filter(Boolean) : [];
}

interface Blob {
  hash: string;
  size: number;
  /** The content is the path that the link leads to. */
  isLink: boolean;
}

/** Links that lead to links; more are taken for a circle. */
const maxLinks = 40;

/** The files of a revision, as if they were below the repository's root. */
export function revisionTree({ commit, root }: Revision): FileTree | { failed: string } {
  const listed = git(root, ["ls-tree", "-r", "-z", "-l", "--full-tree", commit]);
  if ("failed" in listed) return listed;
  return new RevisionTree(root, listed.bytes.toString("utf8"));
}

class RevisionTree implements FileTree {
  private readonly root: string;
  private readonly blobs = new Map<string, Blob>();
  private readonly folders = new Map<string, Map<string, boolean>>();
  private readonly contents = new Map<string, Uint8Array>();

  /** @param listing `<mode> <type> <hash> <size>\t<path>`, each ended by a zero byte */
  constructor(root: string, listing: string) {
    this.root = root;
    for (const entry of listing.split("\0")) {
      const [, mode, type, hash, size, path] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(entry) ?? [];
      // a submodule is another repository
      if (type !== "blob" || path === undefined || hash === undefined) continue;
      this.blobs.set(path, { hash, size: Number(size), isLink: mode === "120000" });
      for (let below = path, isFolder = false; below !== "."; below = posix.dirname(below), isFolder = true) {
        const folder = posix.dirname(below);
        const entries = this.folders.get(folder) ?? new Map<string, boolean>();
        this.folders.set(folder, entries.set(posix.basename(below), isFolder));
      }
    }
  }

  kind(path: string): "file" | "folder" | null {
    const real = this.follow(this.name(path));
    if (typeof real !== "string") return null;
    return this.blobs.has(real) ? "file" : this.folders.has(real) ? "folder" : null;
  }

  entries(folder: string) {
    const real = this.follow(this.name(folder));
    if (typeof real !== "string") return real;
    const found = this.folders.get(real);
    if (found === undefined) return missing;
    const entries = [...found].map(([name, isFolder]) => ({ name, isFolder }));
    this.fetch(entries.flatMap(({ name }) => (/\.ya?ml$/.test(name) ? [posix.join(real, name)] : [])));
    return entries;
  }

  open(file: string, root: string) {
    const [real, realRoot] = [this.follow(this.name(file)), this.follow(this.name(root))];
    if (typeof real !== "string") return real;
    if (typeof realRoot !== "string" || !isWithin(this.path(realRoot), this.path(real))) return outside;
    const blob = this.blobs.get(real);
    if (blob === undefined) return this.folders.has(real) ? noFile : missing;
    return {
      size: blob.size,
      read: () => {
        this.fetch([real]);
        return this.contents.get(blob.hash) ?? { unreadable: "is not in this clone of the repository" };
      },
    };
  }

  /** Reads files together: a process for each would take longer than all the rest. */
  private fetch(paths: readonly string[]): void {
    const wanted = paths.flatMap((path) => this.blobs.get(path) ?? []).filter(({ hash }) => !this.contents.has(hash));
    if (wanted.length === 0 || wanted.reduce((sum, { size }) => sum + size, 0) > maxBuffer / 2) return;
    const read = git(this.root, ["cat-file", "--batch"], wanted.map(({ hash }) => `${hash}\n`).join(""));
    if ("failed" in read) return;
    // `<hash> blob <size>\n`, the content, `\n`
    for (let at = 0; at < read.bytes.length; ) {
      const end = read.bytes.indexOf("\n", at);
      const [hash = "", type, size] = read.bytes.toString("latin1", at, end).split(" ");
      if (type !== "blob") {
        at = end + 1;
        continue;
      }
      const start = end + 1;
      this.contents.set(hash, read.bytes.subarray(start, start + Number(size)));
      at = start + Number(size) + 1;
    }
  }

  /** The path without links in it. */
  private follow(path: string, links = 0): string | Unreadable {
    if (path.startsWith("..")) return outside;
    const steps = path.split("/");
    for (let length = 1; length <= steps.length; length++) {
      const link = steps.slice(0, length).join("/");
      const blob = this.blobs.get(link);
      if (blob === undefined || !blob.isLink) continue;
      if (links >= maxLinks) return { unreadable: "is a link that leads to itself" };
      this.fetch([link]);
      const target = new TextDecoder().decode(this.contents.get(blob.hash));
      if (target.startsWith("/")) return outside;
      return this.follow(posix.join(posix.dirname(link), target, ...steps.slice(length)), links + 1);
    }
    return path;
  }

  private name(path: string): string {
    return relative(this.root, path).split(sep).join(posix.sep) || ".";
  }

  private path(name: string): string {
    return resolve(this.root, name);
  }
}
