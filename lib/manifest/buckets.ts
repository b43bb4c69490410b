/** Where logs are kept: the buckets that the manifest names or leaves to Gatehouse. */
import type { Manifest } from "./schema.ts";

export interface LogBucket {
  /** Account key. */
  account: string;
  /** `null` when the name would be made from an account id that is not known yet. */
  name: string | null;
}

/** The account that keeps logs: the one named for the trail, else `log-archive`; without a trail the management account. */
export function logAccount(manifest: Manifest): string {
  const { trail } = manifest.monitoring;
  const hasArchive = Object.hasOwn(manifest.accounts, "log-archive");
  if (trail === undefined) return manifest.organization.managementAccount;
  return trail.bucketAccount ?? (hasArchive ? "log-archive" : manifest.organization.managementAccount);
}

export function trailBucket(manifest: Manifest): LogBucket | null {
  const { trail } = manifest.monitoring;
  return trail === undefined ? null : bucket(manifest, trail.bucketName, "cloudtrail");
}

export function configBucket(manifest: Manifest): LogBucket | null {
  const { config } = manifest.monitoring;
  return config === undefined ? null : bucket(manifest, config.bucketName, "config");
}

function bucket(manifest: Manifest, written: string | undefined, purpose: string): LogBucket {
  const account = logAccount(manifest);
  const id = Object.hasOwn(manifest.accounts, account) ? manifest.accounts[account]!.id : undefined;
  // bucket names are shared by everyone on AWS: the account id makes them ours
  const made = id === undefined ? null : `${purpose}-${id}-${manifest.organization.homeRegion}`;
  return { account, name: written ?? made };
}
