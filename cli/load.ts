/** Reads the files of a manifest: a file with its includes, or a folder. Whatever is wrong with them is a problem, not an exception. */
import { posix, relative, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { byCodeUnit } from "../lib/finding.ts";
import { parseFile } from "../lib/manifest/parse.ts";
import { error, sortProblems, warning } from "../lib/manifest/problems.ts";
import type { PolicyFile } from "../lib/manifest/read.ts";
import { type FileReference, includes, policyFiles, relativeTo, textFiles } from "../lib/manifest/references.ts";
import type { Place, Problem, SourceFile } from "../lib/problem.ts";
import { disk, type FileTree, isWithin } from "./file-tree.ts";

/** All files of a manifest together. Real ones are a hundred times smaller. */
const maxBytes = 16 * 1024 * 1024;

export interface LoadedManifest {
  /** By name, which is relative to the working directory. */
  files: SourceFile[];
  policyFiles: Map<string, PolicyFile>;
  problems: Problem[];
  /** What one could take for a part of the manifest, and why it is none; `null` when there is nothing of the kind. */
  leftOut: string | null;
}

/**
 * Reads the manifest at `path` (a file or a folder), or `access.yaml`, or `access/`. Nothing outside the manifest's
 * folder is read, by way of a link neither.
 * @param tree where files are: on the disk, or in a git revision
 */
export function loadManifest(path: string | undefined, cwd: string, tree: FileTree = disk): LoadedManifest {
  const start = path ?? ["access.yaml", "access"].find((name) => tree.kind(resolve(cwd, name)) !== null);
  if (start === undefined) {
    const hint = "name a file or folder, or write one with: gatehouse init";
    return failed(error("no-manifest", null, "there is no manifest here: neither access.yaml nor access/", { hint }));
  }
  const absolute = resolve(cwd, start);
  const kind = tree.kind(absolute);
  if (kind === null) return failed(error("missing-file", null, `${start} does not exist`));
  if (kind === "other") return failed(error("unreadable-file", null, `${start} is neither a file nor a folder`));
  const root = kind === "folder" ? absolute : resolve(absolute, "..");
  const loader = new Loader(root, cwd, tree);
  if (kind === "file") loader.load(absolute, null, []);
  else loader.loadFolder();
  const loaded = loader.result();
  return { ...loaded, leftOut: path === undefined ? leftOut(start, loaded.files, cwd, tree) : null };
}

/** With both of the default places there, only the file is read, unless it includes what is in the folder. */
function leftOut(start: string, files: readonly SourceFile[], cwd: string, tree: FileTree): string | null {
  if (start !== "access.yaml" || tree.kind(resolve(cwd, "access")) !== "folder") return null;
  if (files.some(({ name }) => name.startsWith("access/"))) return null;
  return 'access.yaml is read, the folder access/ is not; to read it as well write: include: "access/**/*.yaml"';
}

class Loader {
  private readonly root: string;
  private readonly cwd: string;
  private readonly tree: FileTree;
  private readonly files = new Map<string, SourceFile>();
  private readonly policies = new Map<string, PolicyFile>();
  private readonly problems: Problem[] = [];
  private bytes = 0;
  /** The file with which the manifest became too large. */
  private tooLarge: string | null = null;

  constructor(root: string, cwd: string, tree: FileTree) {
    this.root = root;
    this.cwd = cwd;
    this.tree = tree;
  }

  result(): LoadedManifest {
    // a template that the manifest names, in YAML itself, is no part of it
    const own = [...this.files.values()].filter(({ name }) => !this.policies.has(name));
    const files = own.sort((a, b) => byCodeUnit(a.name, b.name));
    if (this.tooLarge !== null) {
      // half a manifest would read as one that takes access away
      return failed(error("manifest-too-large", null, `the manifest is larger than 16 MiB, as of ${this.tooLarge}`));
    }
    return { files, policyFiles: this.policies, problems: sortProblems(this.problems), leftOut: null };
  }

  loadFolder(): void {
    const found = this.manifestFiles(this.root);
    if (found.length === 0 && this.problems.length === 0) {
      this.problems.push(error("no-manifest", null, `${this.nameOf(this.root)} holds no *.yaml or *.yml file`));
    }
    for (const file of found) this.load(file, null, []);
  }

  /** Reads `file` and what it includes. `from` is the include that asked for it, `chain` the files on the way here. */
  load(file: string, from: Place | null, chain: readonly string[]): void {
    const name = this.nameOf(file);
    if (chain.includes(name)) {
      const cycle = [...chain.slice(chain.indexOf(name)), name].join(" -> ");
      this.problems.push(error("include-cycle", from, `the files include each other: ${cycle}`));
      return;
    }
    if (this.files.has(name) || this.tooLarge !== null) return;
    const text = this.read(file);
    if (typeof text !== "string") {
      this.problems.push(error("unreadable-file", from, `${name} ${text.unreadable}`));
      return;
    }
    const source = { name, text };
    this.files.set(name, source);
    // the parser is only needed here for files that name other files
    const node = /\b(include|file|bundle)\b/.test(text) ? parseFile(source).root : null;
    if (node === null) return;
    for (const reference of includes(node)) this.include(reference, name, [...chain, name]);
    for (const { value } of [...policyFiles(node), ...textFiles(node)]) this.loadPolicy(relativeTo(name, value));
  }

  private loadPolicy(name: string): void {
    if (!this.policies.has(name)) this.policies.set(name, this.read(resolve(this.cwd, name)));
  }

  private include({ value, place }: FileReference, from: string, chain: readonly string[]): void {
    const pattern = relativeTo(from, value);
    const { base, isGlob } = picomatch.scan(pattern);
    if (value.startsWith("/") || !isWithin(this.root, resolve(this.cwd, base))) {
      this.problems.push(error("outside-manifest", place, `"${value}" is outside the manifest's folder`));
      return;
    }
    if (!isGlob) {
      this.load(resolve(this.cwd, pattern), place, chain);
      return;
    }
    const matches = picomatch(this.below(resolve(this.cwd, pattern)));
    // "*.yaml" does not mean the file it stands in
    const others = this.manifestFiles(resolve(this.cwd, base)).filter((file) => this.nameOf(file) !== from);
    const found = others.filter((file) => matches(this.below(file)));
    if (found.length === 0) this.problems.push(warning("include-matches-nothing", place, `no file matches "${value}"`));
    for (const file of found) this.load(file, place, chain);
  }

  /** The `*.yaml` and `*.yml` files in `folder` and below it, sorted; hidden ones and node_modules are left out. */
  private manifestFiles(folder: string): string[] {
    if (this.tree.kind(folder) !== "folder") return [];
    const entries = this.tree.entries(folder);
    if ("unreadable" in entries) {
      this.problems.push(error("unreadable-file", null, `${this.nameOf(folder)} ${entries.unreadable}`));
      return [];
    }
    const names = entries.filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
    return names
      .sort((a, b) => byCodeUnit(a.name, b.name))
      .flatMap((entry) => {
        const path = resolve(folder, entry.name);
        if (entry.isFolder) return this.manifestFiles(path);
        if (/\.ya?ml$/i.test(entry.name)) return [path];
        if (this.tree.kind(path) === "folder") this.problems.push(linked(this.nameOf(path)));
        return [];
      });
  }

  private read(file: string): PolicyFile {
    const opened = this.tree.open(file, this.root);
    if ("unreadable" in opened) return opened;
    this.bytes += opened.size;
    if (this.bytes > maxBytes) {
      this.tooLarge ??= this.nameOf(file);
      return { unreadable: "is too large" };
    }
    const bytes = opened.read();
    if ("unreadable" in bytes) return bytes;
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return { unreadable: "is not UTF-8 text" };
    }
  }

  private below(file: string): string {
    return relative(this.root, file).split(sep).join(posix.sep);
  }

  private nameOf(file: string): string {
    return relative(this.cwd, file).split(sep).join(posix.sep) || ".";
  }
}

function linked(name: string): Problem {
  const message = `${name} is a link to a folder: what is in it is not read`;
  return warning("linked-folder", null, message, { hint: "put the files here, or link them one by one" });
}

function failed(problem: Problem): LoadedManifest {
  return { files: [], policyFiles: new Map(), problems: [problem], leftOut: null };
}
