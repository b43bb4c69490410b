/** How long a policy document is for IAM. */
import type { PolicyDocument } from "./graph.ts";

/** Characters, blanks not counted, as IAM's quotas count them; 0 for no document. */
export function documentSize(document: PolicyDocument | null): number {
  return document === null ? 0 : JSON.stringify(document).replace(/\s/g, "").length;
}
