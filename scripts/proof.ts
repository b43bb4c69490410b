/** How the resource types that the stacks write were seen to work. */
import { byCodeUnit } from "../lib/finding.ts";

/**
 * Resource types that test/e2e/features.test.ts plans with the real provider and does not apply to the emulator, and why.
 * All others are applied there, with nothing left to do in a second plan.
 */
export const notApplied: Readonly<Record<string, string>> = {
  aws_eks_pod_identity_association: "the emulator has no Pod Identity",
};

/** The Terraform JSON of a stack without what is not applied. */
export function applicable(json: string): string {
  const document: { resource?: Record<string, unknown> } = JSON.parse(json);
  const resource = Object.entries(document.resource ?? {}).filter(([type]) => !Object.hasOwn(notApplied, type));
  return JSON.stringify({ ...document, resource: Object.fromEntries(resource) });
}

/** Types of resources, and of data sources as `data.<type>`, in the Terraform JSON of stacks; sorted. */
export function resourceTypes(stacks: readonly { json: string }[]): ReadonlySet<string> {
  const types = stacks.flatMap(({ json }) => {
    const { resource = {}, data = {} }: { resource?: object; data?: object } = JSON.parse(json);
    return [...Object.keys(resource), ...Object.keys(data).map((type) => `data.${type}`)];
  });
  return new Set(types.sort(byCodeUnit));
}
