/** The organization, its accounts and units. */
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import { allowance } from "../allowance.ts";
import { configBucket, trailBucket } from "../buckets.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { isAccessPolicy } from "../organization-policy.ts";
import { error, warning } from "../problems.ts";
import type { Manifest } from "../schema.ts";

/**
 * `management-account-not-active`, `policy-without-effect`, `account-without-id`, `unit-too-deep`, `bucket-without-name`,
 * `home-region-not-in-use`, `needs-organization`, and what is said of quotas and delegated administrators.
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
  return [
    ...problems,
    ...withoutOrganization(context),
    ...accountsWithoutId(context),
    ...accountQuotas(context),
    ...deepUnits(context),
    ...delegates(context),
    ...namelessBuckets(context),
  ];
}

/** What there is only in an organization, and whether the manifest says it. */
const ofOrganizations: readonly [path: Path, isWritten: (manifest: Manifest) => boolean][] = [
  [["organization", "id"], ({ organization }) => organization.id !== undefined],
  [["organization", "policies"], ({ organization }) => organization.policies.length > 0],
  [["organization", "trustedServices"], ({ organization }) => organization.trustedServices.length > 0],
  [["organization", "delegatedAdministrators"], (manifest) => isFilled(manifest.organization.delegatedAdministrators)],
  [["units"], ({ units }) => isFilled(units)],
  [["policies"], ({ policies }) => isFilled(policies)],
  [["identity", "groups"], ({ identity }) => isFilled(identity.groups)],
  [["identity", "users"], ({ identity }) => isFilled(identity.users)],
  [["permissionSets"], ({ permissionSets }) => isFilled(permissionSets)],
  [["access"], ({ access }) => access.length > 0],
];

const isFilled = (record: object): boolean => Object.keys(record).length > 0;

/** `needs-organization`: said, and there is no organization that it could be said of. */
function withoutOrganization({ manifest, at }: Context): Problem[] {
  if (manifest.organization.mode !== "single-account") return [];
  const hint = "remove it, or take mode: single-account out";
  const others = Object.keys(manifest.accounts).filter((key) => key !== manifest.organization.managementAccount);
  return [
    ...ofOrganizations.flatMap(([path, isWritten]) => {
      if (!isWritten(manifest)) return [];
      const message = `"${path.join(".")}" needs an organization, and the mode is single-account`;
      return [error("needs-organization", at(path), message, { hint })];
    }),
    ...others.map((key) => {
      const message = `account "${key}" is a second one, and the mode is single-account`;
      return error("needs-organization", at(["accounts", key]), message, { hint });
    }),
  ];
}

/** `too-many-accounts`, `too-many-units`, `too-many-closures`. */
function accountQuotas({ manifest, units, at }: Context): Problem[] {
  const all = Object.values(manifest.accounts);
  const closed = all.filter(({ state }) => state === "closed").length;
  const accounts = allowance(manifest, "accounts");
  const allUnits = allowance(manifest, "units");
  const closures = allowance(manifest, "accountClosures");
  const problems: Problem[] = [];
  if (all.length > accounts.value) {
    const hint = "ask AWS for more; then write what they gave: limits: { accounts: ... }";
    const message = `${all.length} accounts in the organization; ${accounts.says}`;
    problems.push(warning("too-many-accounts", at(["accounts"]), message, { hint }));
  }
  if (units.length > allUnits.value) {
    problems.push(error("too-many-units", at(["units"]), `${units.length} units; ${allUnits.says}`));
  }
  // AWS: ten accounts, or a tenth of all members
  if (closed > Math.max(closures.value, Math.floor((all.length - 1) / 10))) {
    const message = `${closed} accounts are closed here; ${closures.says} within 30 days, or a tenth of all`;
    problems.push(warning("too-many-closures", at(["accounts"]), message));
  }
  return problems;
}

/** Services whose administrator is said under `monitoring`. */
const administeredElsewhere: Readonly<Record<string, keyof Manifest["monitoring"]>> = {
  "access-analyzer.amazonaws.com": "accessAnalyzer",
  "config.amazonaws.com": "config",
  "guardduty.amazonaws.com": "guardDuty",
  "securityhub.amazonaws.com": "securityHub",
};

/** `delegated-administrator-twice`, `delegated-administrator-is-management`, `account-not-active`. */
function delegates({ manifest, at }: Context): Problem[] {
  const { managementAccount, delegatedAdministrators } = manifest.organization;
  return Object.entries(delegatedAdministrators).flatMap(([service, accounts]) => {
    const section = Object.hasOwn(administeredElsewhere, service) ? administeredElsewhere[service] : undefined;
    if (section !== undefined && manifest.monitoring[section] !== undefined) {
      const message = `monitoring.${section} delegates ${service} already`;
      const place = at(["organization", "delegatedAdministrators", service]);
      return [error("delegated-administrator-twice", place, message, { hint: "remove it here" })];
    }
    return accounts.flatMap((key, index) => {
      const place = at(["organization", "delegatedAdministrators", service, index]);
      if (key === managementAccount) {
        const message = `the management account administers ${service} already; name another account`;
        return [error("delegated-administrator-is-management", place, message)];
      }
      const state = Object.hasOwn(manifest.accounts, key) ? manifest.accounts[key]!.state : "active";
      if (state === "active") return [];
      const message = `account "${key}" is ${state}: it will not administer ${service}`;
      return [warning("account-not-active", place, message)];
    });
  });
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
