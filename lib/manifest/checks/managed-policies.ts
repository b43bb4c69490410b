/** AWS managed policies that are named, and whether AWS has them. */
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import { isManagedPolicy, similarManagedPolicy } from "../managed-policies.ts";
import { warning } from "../problems.ts";

/** `unknown-managed-policy`: a warning, because AWS adds policies every week. */
export function checkManagedPolicies({ manifest, at }: Context): Problem[] {
  const { permissionSets, iam, roles } = manifest;
  const holders = [
    ...Object.entries(permissionSets).map(([key, set]) => ({ ...set, path: ["permissionSets", key] })),
    ...Object.entries(iam.groups).map(([key, group]) => ({
      ...group,
      path: ["iam", "groups", key],
      permissionsBoundary: undefined,
    })),
    ...Object.entries(iam.users).map(([key, user]) => ({ ...user, path: ["iam", "users", key] })),
    ...Object.entries(roles).map(([key, role]) => ({ ...role, path: ["roles", key] })),
  ];
  return holders.flatMap(({ path, managedPolicies, permissionsBoundary }) => {
    const named = managedPolicies.map((policy, index) => ({ policy, path: [...path, "managedPolicies", index] }));
    const boundary =
      typeof permissionsBoundary === "string"
        ? [{ policy: permissionsBoundary, path: [...path, "permissionsBoundary"] }]
        : [];
    return [...named, ...boundary]
      .filter(({ policy }) => !isManagedPolicy(policy))
      .map(({ policy, path }) => unknown(policy, at(path)));
  });
}

function unknown(policy: string, place: Problem["place"]): Problem {
  const similar = similarManagedPolicy(policy);
  const message = `no AWS managed policy "${policy}" is known${similar === null ? "" : `; did you mean "${similar}"?`}`;
  const hint =
    similar === null ? "a policy that AWS has added lately may be missing in the list of this version" : null;
  return warning("unknown-managed-policy", place, message, { hint });
}
