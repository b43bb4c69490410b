/** The Terraform code of one root module with the modules that it calls, as blocks by address. */
import { posix } from "node:path";
import type { SourceFile } from "../../lib/problem.ts";
import type { Address } from "../address.ts";
import { asArray, asString, at, member, parseJson } from "../json.ts";
import type { Attribute, Block, Body } from "./block.ts";
import { readBlocks } from "./blocks.ts";

/** One module call; the same folder may stand behind several. */
export interface Module {
  /** Names of the calls from the root. */
  path: readonly string[];
  folder: string;
  /** The block that calls it, `null` at the root. */
  call: Block | null;
  parent: Module | null;
  bodies: readonly Body[];
  blocks: readonly Block[];
  /** The first block with these words in front: `resource aws_iam_role deploy`. */
  byHead: ReadonlyMap<string, Block>;
}

/** A file that cannot be read as a whole. */
export interface Doubt {
  file: SourceFile;
  line: number;
}

export interface Code {
  root: string;
  files: Files;
  modules: readonly Module[];
  doubts: readonly Doubt[];
  moduleAt(path: readonly string[]): Module | null;
}

/** The disk, by the names that the user knows files by. */
export interface Files {
  /** The `.tf` and `.tf.json` files of a folder; none when there is no folder. */
  code(folder: string): readonly SourceFile[];
  /** The text of a file of the code's own, such as a template; `null` without one. `folder`: of the module that reads it. */
  text(path: string, folder: string): string | null;
}

/** Calls of modules inside modules; Terraform itself sets no limit. */
const maxDepth = 20;

/**
 * Reads the code below a root module.
 * @param manifest text of `.terraform/modules/modules.json`, which `terraform init` writes; without it only calls of
 *   local folders are followed
 */
export function readCode(root: string, manifest: string | null, files: Files): Code {
  const installed = foldersIn(manifest);
  const read = new Map<string, ReturnType<typeof contentOf>>();
  const contentIn = (folder: string) => {
    const known = read.get(folder) ?? contentOf(files.code(folder));
    read.set(folder, known);
    return known;
  };
  const modules = new Map<string, Module>();
  const enter = (path: readonly string[], folder: string, call: Block | null, parent: Module | null) => {
    const { bodies, blocks, byHead } = contentIn(folder);
    const module: Module = { path, folder, call, parent, bodies, blocks, byHead };
    modules.set(path.join("."), module);
    if (path.length === maxDepth) return;
    for (const block of module.blocks) {
      const [kind, name] = block.head;
      if (kind !== "module" || name === undefined) continue;
      const below = [...path, name];
      const source = literalOf(block.attributes.get("source"));
      const known = installed.get(below.join("."));
      const local = source !== null && /^\.\.?\//.test(source) ? posix.join(folder, source) : null;
      const target = known === undefined ? local : posix.join(root, known);
      if (target !== null) enter(below, target, block, module);
    }
  };
  enter([], posix.normalize(root), null, null);
  const doubts = [...read.values()].flatMap((content) => content.doubts);
  return {
    root,
    files,
    modules: [...modules.values()],
    doubts,
    moduleAt: (path) => modules.get(path.join(".")) ?? null,
  };
}

interface Content extends Pick<Module, "bodies" | "blocks" | "byHead"> {
  doubts: readonly Doubt[];
}

function contentOf(files: readonly SourceFile[]): Content {
  const bodies = files.map(readBlocks);
  const doubts = files.flatMap((file, index) => {
    const line = bodies[index]?.doubt ?? null;
    return line === null ? [] : [{ file, line }];
  });
  const blocks = bodies.flatMap((body) => body.blocks);
  const byHead = new Map([...blocks].reverse().map((block) => [block.head.join(" "), block]));
  return { bodies, blocks, byHead, doubts };
}

/** The text of a file that a module names; Terraform runs in the root module. */
export function fileIn({ root, files }: Code, { folder }: Module, path: string): string | null {
  return posix.isAbsolute(path) ? null : files.text(posix.join(root, path), folder);
}

/** The folder of a module, as the module knows it. */
export const relativeTo = ({ root }: Code, { folder }: Module) => posix.relative(root, folder) || ".";

/** The call of a module that was downloaded: its code is somebody else's, the call is one's own. */
export function callOfForeign(module: Module): Block | null {
  const within: Module[] = [];
  for (let at: Module | null = module; at; at = at.parent) within.unshift(at);
  return within.find(({ folder }) => folder.split("/").includes(".terraform"))?.call ?? null;
}

/** The block of a module with this head. */
export function blockIn(module: Module, ...head: readonly string[]): Block | null {
  return module.byHead.get(head.join(" ")) ?? null;
}

/** The block that an instance comes from. */
export function blockOf(code: Code, { modules, mode, type, name }: Address): { module: Module; block: Block } | null {
  const module = code.moduleAt(modules.map((step) => step.name));
  const block = module && blockIn(module, mode === "managed" ? "resource" : mode, type, name);
  return module && block && { module, block };
}

/** The text of a string without anything interpolated. */
export function literalOf(attribute: Attribute | undefined): string | null {
  const text = attribute?.expression.trim() ?? "";
  if (!/^"([^"\\$%]|[$%](?!\{))*"$/.test(text)) return null;
  return text.slice(1, -1);
}

/** Folders of module calls, relative to the root, by their names joined with dots. */
function foldersIn(manifest: string | null): ReadonlyMap<string, string> {
  const parsed = manifest === null ? null : parseJson(manifest);
  const entries = parsed && "value" in parsed ? asArray(member(parsed.value, "Modules")) : [];
  return new Map(
    entries.flatMap((entry) => {
      const key = asString(at(entry, "Key"));
      const folder = asString(at(entry, "Dir"));
      return key && folder !== null ? [[key, folder] as const] : [];
    }),
  );
}
