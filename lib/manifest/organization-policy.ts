/** Organization policies: presets, statements, documents and files come to one document. */
import type { PolicyDocument } from "../access/graph.ts";
import { documentOf } from "./policy.ts";
import { type PresetContext, presets } from "./presets.ts";
import type { Manifest } from "./schema.ts";

/** The document of an organization policy, however it is written; `null` when its file could not be read. */
export function organizationPolicyDocument(
  policy: Manifest["policies"][string],
  context: PresetContext,
  file: PolicyDocument | null,
): PolicyDocument | null {
  if (policy.preset !== undefined) {
    return { Version: "2012-10-17", Statement: presets[policy.preset].statements(context) };
  }
  if (policy.file !== undefined) return file;
  // resource control policies name a principal, and it is always everyone
  const principal = policy.type === "rcp" ? "*" : null;
  return policy.document ?? documentOf(policy.allow ?? [], policy.deny ?? [], principal);
}
