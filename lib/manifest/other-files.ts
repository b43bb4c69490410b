/** Files that are taken for a manifest and are something else: what they look like, and who reads them. */
import type { Problem } from "../problem.ts";
import { nearest } from "../suggest.ts";
import { keysKnownAt } from "./grammar.ts";
import type { MapNode } from "./node.ts";
import { error, startOf } from "./problems.ts";
import { manifestSchema } from "./schema.ts";

interface Kind {
  /** All of these keys, at the top. */
  keys: readonly string[];
  what: string;
  /** The command that reads it. */
  hint(file: string): string;
}

const kinds: readonly Kind[] = [
  { keys: ["format_version", "planned_values"], what: "a Terraform plan", hint: (file) => `gatehouse analyze ${file}` },
  {
    keys: ["format_version", "resource_changes"],
    what: "a Terraform plan",
    hint: (file) => `gatehouse analyze ${file}`,
  },
  {
    keys: ["lineage", "serial"],
    what: "a Terraform state",
    hint: () => "plans are judged: terraform show -json PLAN | gatehouse analyze -",
  },
  { keys: ["Version", "Statement"], what: "a policy document", hint: (file) => `gatehouse policy check ${file}` },
  {
    keys: ["terraform", "resource"],
    what: "a stack in Terraform's JSON",
    hint: () => "plan it with Terraform, then: terraform show -json PLAN | gatehouse analyze -",
  },
];

/** `not-a-manifest`: one error instead of one for each key, when no key is a manifest's or nearly so. */
export function notAManifest(root: MapNode, file: string): Problem | null {
  const keys = [...root.entries.keys()];
  const kind = kinds.find((kind) => kind.keys.every((key) => root.entries.has(key)));
  const known = keysKnownAt(manifestSchema, []);
  const isForeign = (key: string) => !known.includes(key) && nearest(key, known) === null;
  if (kind !== undefined && !root.entries.has("gatehouse")) {
    const message = `this looks like ${kind.what}, not like an access manifest`;
    return error("not-a-manifest", startOf(file), message, { hint: kind.hint(file) });
  }
  if (keys.length === 0 || !keys.every(isForeign)) return null;
  const hint = `a manifest begins with "gatehouse: 1"; its keys are ${known.join(", ")}`;
  return error("not-a-manifest", startOf(file), "this is no access manifest: it has none of its keys", { hint });
}
