/** Terraform code as the analyzer's source. */
import type { Problem } from "../../lib/problem.ts";
import { parseAddress } from "../address.ts";
import { blockOf, type Files, readCode } from "./code.ts";
import { type Ignores, readIgnores } from "./comments.ts";
import { faultsIn } from "./faults.ts";
import { attributeAt, locationOf } from "./locations.ts";
import { scopeOf } from "./scope.ts";
import type { Source } from "./source.ts";
import { Reader } from "./values.ts";

export interface TerraformSource extends Source, Ignores {
  /** How many blocks the code has. */
  blocks: number;
  /** Looks closer at files that seem to be broken. */
  faults(): Promise<readonly Problem[]>;
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
    faults: () => faultsIn(code.doubts),
    locate: (finding, variables) => locationOf(code, finding, variables),
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
