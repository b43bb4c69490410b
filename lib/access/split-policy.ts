/** A role's own permissions, in as many policies as their size asks for. */
import { allowance } from "../manifest/allowance.ts";
import type { Manifest } from "../manifest/schema.ts";
import { documentSize } from "./document-size.ts";
import type { PolicyDocument } from "./graph.ts";

/**
 * The document itself where it fits an inline policy; else the same statements, in order, in managed policies. A
 * statement that fits none stands alone, and is too large: `checkRoles` says so.
 */
export function splitPolicy(
  document: PolicyDocument | null,
  manifest: Pick<Manifest, "limits">,
): {
  inline: PolicyDocument | null;
  managed: readonly PolicyDocument[];
} {
  const [inline, managed] = [allowance(manifest, "roleInlineSize"), allowance(manifest, "managedPolicySize")];
  if (document === null || documentSize(document) <= inline.value) return { inline: document, managed: [] };
  const policies: PolicyDocument[] = [];
  for (const statement of document.Statement) {
    const last = policies.at(-1);
    const longer = documentOf([...(last?.Statement ?? []), statement]);
    const fits = last !== undefined && documentSize(longer) <= managed.value;
    policies.splice(fits ? -1 : policies.length, 1, fits ? longer : documentOf([statement]));
  }
  return { inline: null, managed: policies };
}

function documentOf(statements: PolicyDocument["Statement"]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}
