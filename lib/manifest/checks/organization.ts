/** The organization, its accounts and units. */
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import { allowance } from "../allowance.ts";
import { configBucket, trailBucket } from "../buckets.ts";
import type { Context } from "../context.ts";
import { isAccessPolicy } from "../organization-policy.ts";
import { error, warning } from "../problems.ts";

/**
 * `management-account-not-active`, `policy-without-effect`, `account-without-id`, `unit-too-deep`, `bucket-without-name`,
 * `home-region-not-in-use`.
 */
export function checkOrganization(context: Context): Problem[] {
  const { manifest, at } = context;
  const { organization, accounts } = manifest;
  const management = Object.hasOwn(accounts, organization.managementAccount)
    ? accounts[organization.managementAccount]!
    : null;
  const managementPath = ["accounts", organization.managementAccount];
  const problems: Problem[] = [];
  if (management !== null && management.state !== "active") {
    problems.push(
      error(
        "management-account-not-active",
        at([...managementPath, "state"]),
        "the management account has to be active",
      ),
    );
  }
  const toothless = management?.policies.filter(
    (key) => Object.hasOwn(manifest.policies, key) && isAccessPolicy(manifest.policies[key]!),
  );
  if (toothless !== undefined && toothless.length > 0) {
    const message = "service and resource control policies do not bind the management account: these have no effect";
    problems.push(warning("policy-without-effect", at([...managementPath, "policies"]), message));
  }
  if (organization.regions !== undefined && !organization.regions.includes(organization.homeRegion)) {
    const suggestion = didYouMean(organization.homeRegion, organization.regions);
    const message = `the home Region ${organization.homeRegion} is not among the Regions in use${suggestion}`;
    const hint = suggestion === "" ? 'add it to "regions"' : null;
    problems.push(error("home-region-not-in-use", at(["organization", "homeRegion"]), message, { hint }));
  }
  return [...problems, ...accountsWithoutId(context), ...deepUnits(context), ...namelessBuckets(context)];
}

function accountsWithoutId({ manifest, at }: Context): Problem[] {
  return Object.entries(manifest.accounts).flatMap(([key, { id, state }]) => {
    if (id !== undefined || state !== "active") return [];
    const message = `account "${key}" has no id yet: grants and roles that need it wait`;
    const hint = "apply the organization stack, then write the id here";
    return [warning("account-without-id", at(["accounts", key]), message, { hint })];
  });
}

function deepUnits({ manifest, units, at }: Context): Problem[] {
  const { value, says } = allowance(manifest, "unitDepth");
  return units.flatMap((unit) =>
    unit.depth <= value
      ? []
      : [error("unit-too-deep", at(unit.at), `unit "${unit.path}" is ${unit.depth} levels deep; ${says}`)],
  );
}

function namelessBuckets({ manifest, at }: Context): Problem[] {
  return (["trail", "config"] as const).flatMap((section) => {
    const bucket = section === "trail" ? trailBucket(manifest) : configBucket(manifest);
    if (bucket === null || bucket.name !== null || !Object.hasOwn(manifest.accounts, bucket.account)) return [];
    const message = `"bucketName" is needed: it cannot be made from the id of account "${bucket.account}", which has none yet`;
    return [error("bucket-without-name", at(["monitoring", section]), message)];
  });
}
