/** Accounts, units and the policies attached to them. */
import { limits, reservedSlots } from "../../limits.ts";
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import { configBucket, trailBucket } from "../buckets.ts";
import { type Context, presetContext } from "../context.ts";
import type { Path } from "../node.ts";
import { organizationPolicyDocument } from "../organization-policy.ts";
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
  if (management !== null && management.policies.length > 0) {
    const message = "organization policies do not bind the management account: these have no effect";
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

function deepUnits({ units, at }: Context): Problem[] {
  const { value } = limits.unitDepth;
  return units.flatMap((unit) =>
    unit.depth <= value
      ? []
      : [error("unit-too-deep", at(unit.at), `unit "${unit.path}" is ${unit.depth} levels deep; AWS allows ${value}`)],
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

const kinds = {
  scp: { size: limits.scpSize, perEntity: limits.scpsPerEntity, word: "service control policies" },
  rcp: { size: limits.rcpSize, perEntity: limits.rcpsPerEntity, word: "resource control policies" },
} as const;
type PolicyKind = keyof typeof kinds;

/** `preset-type`, `rcp-allows`, `policy-too-large`, `too-many-policies`, `unused-policy`. */
export function checkPolicies(context: Context): Problem[] {
  const { manifest } = context;
  const attachments: { path: Path; policies: readonly string[] }[] = [
    { path: ["organization", "policies"], policies: manifest.organization.policies },
    ...context.units.map(({ at, unit }) => ({ path: [...at, "policies"], policies: unit.policies })),
    ...Object.entries(manifest.accounts).map(([key, { policies }]) => ({
      path: ["accounts", key, "policies"],
      policies,
    })),
  ];
  const used = new Set(attachments.flatMap(({ policies }) => policies));
  return [
    ...Object.keys(manifest.policies).flatMap((key) => checkPolicy(key, used.has(key), context)),
    ...attachments.flatMap(({ path, policies }) => checkAttachments(path, policies, context)),
  ];
}

function checkPolicy(key: string, used: boolean, context: Context): Problem[] {
  const { manifest, at } = context;
  const policy = manifest.policies[key]!;
  const path = ["policies", key];
  const problems: Problem[] = [];
  if (policy.preset !== undefined && policy.type !== "scp") {
    problems.push(
      error("preset-type", at([...path, "type"]), `preset "${policy.preset}" is a service control policy: type: scp`),
    );
  }
  if (policy.type === "rcp" && policy.allow !== undefined) {
    const message = "a resource control policy can only deny: AWS's own RCPFullAWSAccess allows";
    problems.push(error("rcp-allows", at([...path, "allow"]), message));
  }
  if (!used) problems.push(warning("unused-policy", at(path), `policy "${key}" is attached nowhere`));
  const document = organizationPolicyDocument(
    policy,
    presetContext(manifest),
    context.file([...path, "file"], policy.file),
  );
  const size = document === null ? 0 : JSON.stringify(document).length;
  const limit = kinds[policy.type].size;
  if (size > limit.value) {
    const message = `policy "${key}" is ${size} ${limit.unit} long; AWS allows ${limit.value}`;
    problems.push(error("policy-too-large", at(path), message, { hint: "split it into two policies" }));
  }
  return problems;
}

function checkAttachments(path: Path, policies: readonly string[], { manifest, at }: Context): Problem[] {
  return (Object.keys(kinds) as PolicyKind[]).flatMap((kind) => {
    const { perEntity, word } = kinds[kind];
    const count = new Set(
      policies.filter((key) => Object.hasOwn(manifest.policies, key) && manifest.policies[key]!.type === kind),
    ).size;
    const free = perEntity.value - reservedSlots[kind];
    if (count <= free) return [];
    const message = `${count} ${word} are attached here; AWS allows ${perEntity.value}, of which its own takes ${reservedSlots[kind]}`;
    return [error("too-many-policies", at(path), message)];
  });
}
