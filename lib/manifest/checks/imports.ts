/** `terraform.imports`: what the provider can import, by ids of the shape that it takes. */
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import type { Context } from "../context.ts";
import { importIds } from "../import-ids.ts";
import { error } from "../problems.ts";

/** `import-type`, `import-id`, `imported-twice`. Whether the stack makes what is imported, `synth` sees. */
export function checkImports({ manifest, at, keyAt }: Context): Problem[] {
  return Object.entries(manifest.terraform.imports).flatMap(([stack, ids]) => {
    const seen = new Map<string, string>();
    return Object.entries(ids).flatMap(([address, id]): Problem[] => {
      const path = ["terraform", "imports", stack, address];
      const type = address.slice(0, address.indexOf("."));
      const known = Object.hasOwn(importIds, type) ? importIds[type] : undefined;
      if (known === undefined) {
        const message = `no stack makes resources of the type "${type}"${didYouMean(type, types)}`;
        return [error("import-type", keyAt(path), message)];
      }
      if (known === null) {
        const hint = "leave it out: applying it takes over what is there";
        return [error("import-type", keyAt(path), `the AWS provider cannot import "${type}"`, { hint })];
      }
      if (!known.shape.test(id)) {
        const message = `"${id}" is not what "${type}" is imported by`;
        return [error("import-id", at(path), message, { hint: `expected: ${known.like}` })];
      }
      const same = JSON.stringify([type, id]);
      const first = seen.get(same);
      seen.set(same, first ?? address);
      if (first === undefined) return [];
      return [error("imported-twice", at(path), `"${id}" is imported as ${first} already: one thing, one resource`)];
    });
  });
}

const types = Object.keys(importIds);
