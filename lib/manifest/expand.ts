/** What a manifest writes once and means in several places, written out: variables, then templates, then defaults. */
import { putDefaults } from "./defaults.ts";
import type { MapNode } from "./node.ts";
import { manifestSchema } from "./schema.ts";
import { type Expanded, putVariables } from "./variables.ts";

/** The tree with everything in its place. Each value keeps the place where it is written. */
export function expand(root: MapNode): Expanded {
  const { root: written, problems, ...variables } = putVariables(root);
  const { defaults, templates } = manifestSchema.shape;
  const filled = putDefaults(written, { defaults, templates });
  return { root: filled.root, problems: [...problems, ...filled.problems], ...variables };
}
