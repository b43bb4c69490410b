/** From single policies to the principals that hold them. */
import type { Extraction } from "./extract.ts";
import type { PolicyChange, Principal, PrincipalChange, Subject } from "./model.ts";
import type { Plan } from "./plan.ts";

export interface Assembly {
  /** Those of the extraction, each with its holders, and those that are attached by ARN. */
  policies: readonly PolicyChange[];
  principals: readonly PrincipalChange[];
}

/** Gives the principals of a plan, on both sides of the change. */
export async function assemble(_plan: Plan, { policies }: Extraction): Promise<Assembly> {
  return { policies, principals: policies.filter(isPermission).map(alone) };
}

const isPermission = ({ before, after }: PolicyChange) =>
  [...before, ...after].every(({ policy, limits }) => policy.kind === "identity" && !limits);

/** Gives a policy that is attached to nobody as whoever will have it. */
export function alone({ address, resourceType, before, after }: PolicyChange): PrincipalChange {
  const side = (policies: readonly Subject[]): Principal | null =>
    policies.length === 0
      ? null
      : {
          kind: "policy",
          address,
          resourceType,
          name: address,
          account: policies[0]?.account ?? null,
          policies,
          boundary: null,
          trust: null,
          unknown: [],
        };
  return { address, resourceType, before: side(before), after: side(after) };
}
