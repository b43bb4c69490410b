/** Terraform code as the analyzer's source. */
import type { Location } from "../../lib/finding.ts";
import { parseAddress } from "../address.ts";
import type { Attribute, Block } from "./block.ts";
import { blockIn, blockOf, type Code, type Files, type Module, readCode } from "./code.ts";
import { type Ignores, readIgnores } from "./comments.ts";
import { scopeOf } from "./scope.ts";
import type { Source } from "./source.ts";
import { statementLine } from "./statements.ts";
import { Reader } from "./values.ts";

export interface TerraformSource extends Source, Ignores {
  /** How many blocks the code has. */
  blocks: number;
}

/**
 * Reads the code of a root module.
 * @param manifest text of `.terraform/modules/modules.json`, when there is one
 * @param rules the ids of all rules
 */
export function readSource(
  root: string,
  manifest: string | null,
  files: Files,
  rules: readonly string[],
): TerraformSource {
  const code = readCode(root, manifest, files);
  return {
    ...readIgnores(code, rules),
    blocks: code.modules.reduce((sum, { blocks }) => sum + blocks.length, 0),
    locate: ({ address, attribute, statement }) => {
      const found = blockAt(code, address);
      if (!found) return null;
      const call = callOfForeign(found.module);
      if (call) return { file: call.file, line: call.line };
      return locationIn(found.block, found.module, attribute, statement?.index ?? null);
    },
    documents: (variables) => (text, path) => {
      const address = parseAddress(text);
      const found = address && blockOf(code, address);
      const attribute = found && attributeAt(found.block, path);
      if (!attribute) return undefined;
      const scope = scopeOf(found.block, found.module, address);
      return new Reader(code, variables).document({ attribute, scope }) ?? undefined;
    },
  };
}

function blockAt(code: Code, text: string) {
  const address = parseAddress(text);
  return address && blockOf(code, address);
}

/** The call of a module that was downloaded: its code is somebody else's, the call is one's own. */
function callOfForeign(module: Module): Block | null {
  const within: Module[] = [];
  for (let at: Module | null = module; at; at = at.parent) within.unshift(at);
  return within.find(({ folder }) => folder.split("/").includes(".terraform"))?.call ?? null;
}

function locationIn(block: Block, module: Module, path: string, statement: number | null): Location {
  const inner = innermost(block, path);
  const attribute = inner && attributeAt(block, path);
  if (!attribute) return { file: block.file, line: (inner ?? block).line };
  const document = documentSource(attribute, module);
  if (document) return { file: document.file, line: statementBlock(document, statement).line };
  const line = statement === null ? attribute.line : statementLine(attribute, statement);
  return { file: block.file, line };
}

const step = /^(?<name>[^[]+)(?:\[(?<index>\d+)\])?$/;

/** The nested block that a path such as `inline_policy[0].policy` leads to; `null` when blocks are generated. */
function innermost(block: Block, path: string): Block | null {
  return path
    .split(".")
    .slice(0, -1)
    .reduce<Block | null>((outer, part) => {
      const { name, index = "0" } = step.exec(part)?.groups ?? {};
      return outer?.blocks.filter(({ head }) => head[0] === name)[Number(index)] ?? null;
    }, block);
}

function attributeAt(block: Block, path: string): Attribute | undefined {
  return innermost(block, path)?.attributes.get(path.split(".").at(-1) ?? "");
}

/** The policy document data source that an attribute names. */
function documentSource({ expression }: Attribute, module: Module): Block | null {
  const name = /^"?(?:\$\{)?\s*data\.aws_iam_policy_document\.([\w-]+)(?:\[[^\]]*\])?\.(?:minified_)?json/.exec(
    expression,
  )?.[1];
  return name === undefined ? null : blockIn(module, "data", "aws_iam_policy_document", name);
}

/** The block of a statement, where every statement has one; otherwise the whole. */
function statementBlock(document: Block, index: number | null): Block {
  const merged = [...document.attributes.keys()].some((name) => /^(source|override)_/.test(name));
  const generated = document.blocks.some(({ head }) => head[0] === "dynamic");
  if (index === null || merged || generated) return document;
  return document.blocks.filter(({ head }) => head[0] === "statement")[index] ?? document;
}
